/** Who calls, what is kept of that, and what of it is written down. */
export { audited, changes, createRefusals, type Refusals } from "./audit.ts";
export { type Access, type AccessOptions, createAccess } from "./authenticate.ts";
export { newKey } from "./key.ts";
export { ALGORITHMS, isSafeUrl, type OidcOptions } from "./oidc.ts";
export { Refusal } from "./refusal.ts";
