/** Which frames of a stack make a group, and how each is written into it. */
import type { Frame, StackBlock } from "./frame.ts";
import { LIMITS } from "./limits.ts";
import { compareUtf8 } from "./utf8.ts";

/** Errors of endless recursion: where it stopped is chance, what called itself is not. */
const OVERFLOW = new Set(["StackOverflowError", "RecursionError", "SystemStackError", "StackOverflowException"]);

/**
 * The frames that count, as `module#function`, nearest the throw first, each once: those of the application. Without
 * one, the library frame nearest the throw, or the library frames that call each other endlessly: what a library calls
 * on its way changes with its version. Never the runtime's own. `type` is the last segment of the class.
 */
export function countedFrames(block: StackBlock, type: string): readonly string[] {
	const overflow =
		OVERFLOW.has(type) ||
		(type === "RangeError" && block.message.startsWith("Maximum call stack")) ||
		type === "InternalError";
	if (!overflow) return onceCounted(block.frames);
	const app = pick(block.frames, "app", overflow);
	if (app.length > 0) return app;
	return pick(block.frames, "library", overflow);
}

/** By the frames themselves, which a memory shares among the stacks of one place. */
const counted = new WeakMap<readonly Frame[], readonly string[]>();

function onceCounted(frames: readonly Frame[]): readonly string[] {
	let made = counted.get(frames);
	if (made === undefined) {
		made = pick(frames, "app", false);
		if (made.length === 0) made = pick(frames, "library", false).slice(0, 1);
		counted.set(frames, made);
	}
	return made;
}

export function hasAppFrame(block: StackBlock): boolean {
	return block.frames.some((one) => one.inApp);
}

function pick(frames: readonly Frame[], origin: Frame["origin"], overflow: boolean): string[] {
	const counts = new Map<string, number>();
	for (const one of frames) {
		if (one.origin !== origin) continue;
		const key = `${one.module}#${one.function}`;
		counts.set(key, (counts.get(key) ?? 0) + 1);
		if (!overflow && counts.size === LIMITS.fingerprintFrames) break;
	}
	if (!overflow) return [...counts.keys()];
	const repeated = [...counts].filter(([, count]) => count > 1).map(([key]) => key);
	const cycle = repeated.length > 0 ? repeated.sort(compareUtf8) : [...counts.keys()];
	return cycle.slice(0, LIMITS.fingerprintFrames);
}
