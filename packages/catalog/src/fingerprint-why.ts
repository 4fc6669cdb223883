/** Why an error is in its group: the parts of its fingerprint and every frame, counted or not. For people; nothing is hashed here. */
import type { Catalog } from "./catalog.ts";
import { describe } from "./describe.ts";
import { type Fingerprint, fingerprint } from "./fingerprint.ts";
import { stackOf } from "./stack-of.ts";
import type { ErrorFacts } from "./types.ts";

export interface FingerprintWhy extends Omit<Fingerprint, "rule"> {
	/** What made it: the user's own key, an entry's, the place in the stack, or the message. */
	readonly rule: Fingerprint["rule"];
	/** Frames as read, the thrown error's first, nearest the throw first. */
	readonly frames: readonly WhyFrame[];
}

export interface WhyFrame {
	/** 0 the thrown error, 1 its cause, and so on. */
	readonly depth: number;
	readonly module: string;
	readonly function: string;
	readonly file: string;
	/** 0 if the stack does not say. */
	readonly line: number;
	readonly origin: "app" | "library" | "runtime";
	/** Whether it is one of the components. */
	readonly counted: boolean;
}

/** The fingerprint of `facts` as `describe` makes it, with what went in and what stayed out. `given` is the user's key. */
export function explainFingerprint(facts: ErrorFacts, catalog: Catalog, given = ""): FingerprintWhy {
	const said = describe(facts, catalog, given).fingerprint;
	const own = fingerprint(facts, given);
	// Only an entry's own key makes another one of the same facts.
	const made: Fingerprint = said === own.value ? own : { ...own, value: said, rule: "entry", components: [] };
	const counted = new Set(made.components.filter((one) => one.startsWith("frame:")).map((one) => one.slice(6)));
	const frames = stackOf(facts).flatMap((block) =>
		block.frames.map((frame) => ({
			depth: block.depth,
			module: frame.module,
			function: frame.function,
			file: frame.file,
			line: frame.line ?? 0,
			origin: frame.origin,
			counted: counted.has(`${frame.module}#${frame.function}`),
		})),
	);
	return { ...made, frames };
}
