/** The group key of an error. See SPEC.md, "Fingerprint". */
import { createHash } from "node:crypto";
import { template } from "./template.ts";
import type { ErrorFacts } from "./types.ts";

/** Version of the algorithm; it is hashed in and travels with the record. */
export const FINGERPRINT_VERSION = 1;

export interface Fingerprint {
	/** 32 lower-case hex digits: the first 16 bytes of SHA-256 over the components. */
	readonly value: string;
	readonly version: number;
	/** `user`, `entry`, `stack` or `message`: which rule made it. */
	readonly rule: "user" | "entry" | "stack" | "message";
	/** What went into the hash, in order: the answer to "why was it grouped". */
	readonly components: readonly string[];
}

/** Fingerprint of `facts`; `given` is the user's own key (`errata.fingerprint` or `error.fingerprint`), "" if none. */
export function fingerprint(facts: ErrorFacts, given = ""): Fingerprint {
	const components = given !== "" ? ["user", given] : [facts.type, template(facts.message)];
	const value = createHash("sha256").update(components.join("\0")).digest("hex").slice(0, 32);
	return { value, version: FINGERPRINT_VERSION, rule: given !== "" ? "user" : "message", components };
}
