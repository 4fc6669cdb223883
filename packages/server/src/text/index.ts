/** Text for people and terminals that is shared by the server and the CLI. Light: it imports nothing. */
export { duration } from "./duration.ts";
export { cutText, safeBlock, safeJson, safeLine } from "./safe.ts";
