/** What a rule answers: where an error gets lost in code, and what to write instead. */
import type { At, Node } from "./ast.ts";
import type { Family } from "./errors-in-code.ts";

/** The rules, each with what it finds. `COMMANDS.md` lists them and a test compares. */
export const RULES = {
	"swallowed-error": 'an empty `catch {}`, `.catch(() => {})` or `.on("error", () => {})`',
	"log-without-error": "a handler that logs a text, and not the error it caught",
	"stringified-error":
		"`logger.error(err.message)`, `String(err)`, `JSON.stringify(err)` or a template with `err` in a log line",
	"lost-cause": "`throw new Error(err.message)` without `cause`",
	"pino-order": '`logger.error("text", err)` with pino, which drops what comes after the text',
	"unheard-console": "`console.log(err)`: errata hears `console.error` and `console.warn`",
	"unused-error": "a handler that answers something else and never looks at the error",
	"unhandled-promise": "`promise.then(f)` that nobody awaits, and `Promise.allSettled` whose results nobody reads",
} as const;

export type Rule = keyof typeof RULES;

export interface Edit {
	readonly start: number;
	readonly end: number;
	readonly text: string;
}

export interface Finding {
	readonly rule: Rule;
	/** `lost`: what failed is not to be found out any more. `maybe`: it may be meant. */
	readonly level: "lost" | "maybe";
	/** Offset in the text. */
	readonly start: number;
	readonly end: number;
	readonly found: string;
	/** What to write in its place. */
	readonly instead: string;
	/** What mends it, where that is certain; empty where somebody has to decide. */
	readonly edits: readonly Edit[];
}

/** What a rule knows besides the node. */
export interface Scene {
	readonly text: string;
	/** How the project's logger takes an error beside a text; console's own is always last. */
	readonly family: Family;
	readonly pino: boolean;
	/** A comment stands between the two offsets: somebody gave a reason. */
	explained(start: number, end: number): boolean;
	/** Something was explained, and is counted instead of told. */
	countExplained(): void;
}

export type Check = (at: At, scene: Scene) => Iterable<Finding>;

/** Code of a node, in one line, cut. */
export function code(scene: Scene, node: Node): string {
	const text = scene.text.slice(node.start, node.end).replace(/\s+/gu, " ");
	return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
