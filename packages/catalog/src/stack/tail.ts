/**
 * The end of a V8 stack from the first line that may be a frame on: what fails at one place has the same under every message.
 * Ends that are frames to the last line are remembered with what they are read as. Reading them is `javascript.ts`, whose answer stays the same.
 */
import type { Frame, StackBlock } from "../frame.ts";
import { LIMITS } from "../limits.ts";
import { Memory } from "../memory.ts";
import { parseV8, v8Frame } from "./javascript.ts";

/** Lines of a message above the frames that are looked at. */
const HEAD_LINES = 16;

const tails = new Memory<readonly Frame[]>();
const NONE: readonly Frame[] = [];

/** Where the first line begins that is `at ` behind blanks; -1 if none of the first lines is, or the very first one. */
export function stackTailAt(text: string): number {
	let from = 0;
	for (let line = 0; line < HEAD_LINES; line++) {
		const first = skipBlanks(text, from);
		if (text.startsWith("at ", first)) return from === 0 || first === from ? -1 : from;
		const end = text.indexOf("\n", first);
		if (end < 0) return -1;
		from = end + 1;
	}
	return -1;
}

function skipBlanks(text: string, from: number): number {
	let at = from;
	while (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9) at++;
	return at;
}

/** What `parseV8` says of a text whose end are known frames under one head; undefined of any other text. */
export function remembered(text: string): StackBlock[] | undefined {
	const from = stackTailAt(text);
	if (from < 0 || text.includes("\r")) return undefined;
	const frames = tailFrames(text.slice(from));
	if (frames.length === 0) return undefined;
	const blocks = parseV8(text.slice(0, from - 1).split("\n"));
	const [block] = blocks;
	return block === undefined || blocks.length > 1 || block.frames.length > 0 ? undefined : [{ ...block, frames }];
}

/** The frames of a text that is frames to its last line; none if it is not. Everybody shares them. */
export function tailFrames(tail: string): readonly Frame[] {
	return tails.get(tail) ?? tails.put(tail, framesOf(tail));
}

function framesOf(tail: string): readonly Frame[] {
	const lines = tail.split("\n", LIMITS.frames + 1);
	if (lines.length > LIMITS.frames) return NONE;
	const frames: Frame[] = [];
	for (const raw of lines) {
		const line = raw.trim();
		const frame = line.startsWith("at ") ? v8Frame(line) : undefined;
		if (frame === undefined) return NONE;
		frames.push(frame);
	}
	return frames;
}
