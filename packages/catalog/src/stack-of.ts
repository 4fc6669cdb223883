/** The parsed stack of an error's facts, parsed once however many readers ask. */
import type { Frame, StackBlock } from "./frame.ts";
import { parseStack } from "./stack.ts";
import type { ErrorFacts } from "./types.ts";

const parsed = new WeakMap<ErrorFacts, readonly StackBlock[]>();

/** `parseStack` of the facts' own stack text; `known` saves the work where the text is parsed already. */
export function stackOf(facts: ErrorFacts, known?: readonly StackBlock[]): readonly StackBlock[] {
	let blocks = parsed.get(facts);
	if (blocks === undefined) {
		blocks = known ?? parseStack(facts.stacktrace, facts.language);
		parsed.set(facts, blocks);
	}
	return blocks;
}

/** The innermost frame of the application's own code in `blocks`, the deepest cause first; undefined if there is none. */
export function innermostOwnFrame(blocks: readonly StackBlock[]): Frame | undefined {
	for (let i = blocks.length - 1; i >= 0; i--) {
		const frame = blocks[i]?.frames.find((f) => f.inApp);
		if (frame !== undefined) return frame;
	}
	return undefined;
}
