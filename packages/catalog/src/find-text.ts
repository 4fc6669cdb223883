/** Stacks and classes within texts that people and loggers wrote. Where such texts stand is `find.ts`. */
import { LIMITS } from "./limits.ts";
import { isDigit, isLetter } from "./stack/ascii.ts";
import { classHead } from "./stack/head.ts";
import { parseStack, stackHead } from "./stack.ts";
import { cutUtf8 } from "./utf8.ts";

/** What only a stack has; one of them is needed before a text that should be none is read as one. */
const STACK_MARKS = [
	"Traceback (most recent call last)",
	"\n\tat ",
	"\n    at ",
	"\n   at ",
	"goroutine ",
	"\n\t/",
	" panicked at ",
	"\n#0 ",
	":in `",
	":in '",
];

export function hasStackMark(text: string): boolean {
	return text.includes("\n") && STACK_MARKS.some((mark) => text.includes(mark));
}

export function hasFrames(text: string, language: string): boolean {
	return text.includes("\n") && parseStack(text, language).some((block) => block.frames.length > 0);
}

/** Lines that a program may write before its stack. */
const INTRO_LINES = 6;

/** The stack within a text: the text without the lines before the one that names the class; "" if it has no frames. */
export function stackIn(text: string, language: string): string {
	if (!hasFrames(text, language)) return "";
	if (stackHead(text, language) !== undefined) return text;
	let from = 0;
	for (let lines = 0; lines < INTRO_LINES; lines++) {
		const end = text.indexOf("\n", from);
		if (end < 0) break;
		from = end + 1;
		const rest = text.slice(from);
		if (stackHead(rest, language) !== undefined && hasFrames(rest, language)) return rest;
	}
	return text;
}

export interface NamedText {
	/** "" if the text names no class. */
	readonly type: string;
	/** The text, without `Class: ` at its very beginning. */
	readonly message: string;
	/** As in `Class [CODE]: `. */
	readonly code: string;
}

/**
 * The first class of an error that the beginning of a text names: a word, perhaps with `.`, `::` or `\\` in it, whose last
 * part begins with a capital, ends in `Error` or `Exception`, and is more than that, or has a part before it.
 */
export function classIn(text: string): NamedText {
	// A sentence names it early.
	const end = cutUtf8(text, LIMITS.attributeBytes).length;
	for (let at = 0; at < end; at++) {
		const first = text.charCodeAt(at);
		if (!isLetter(first) && first !== 95) continue;
		const from = at;
		at = wordEnd(text, from, end);
		const stop = text[at - 1] === "." ? at - 1 : at;
		const type = text.slice(from, stop);
		if (!(startsWord(text, from) && endsWord(text, stop) && namesError(type))) continue;
		const head = from === 0 ? classHead(text) : undefined;
		return head?.type === type && head.message !== ""
			? { type, message: head.message, code: head.code }
			: { type, message: text, code: "" };
	}
	return { type: "", message: text, code: "" };
}

function wordEnd(text: string, from: number, end: number): number {
	let at = from;
	for (; at < end; at++) {
		const unit = text.charCodeAt(at);
		if (isLetter(unit) || isDigit(unit) || unit === 95 || unit === 46 || unit === 36 || unit === 92) continue;
		if (unit === 58 && text.charCodeAt(at + 1) === 58 && isLetter(text.charCodeAt(at + 2))) at++;
		else break;
	}
	return at;
}

/** Not in a path, an address or a longer word. */
function startsWord(text: string, from: number): boolean {
	if (from === 0) return true;
	const before = text.charCodeAt(from - 1);
	return before < 0x80 && !isDigit(before) && !"/-@#%&:".includes(text[from - 1] as string);
}

function endsWord(text: string, at: number): boolean {
	if (at === text.length) return true;
	const next = text[at + 1];
	switch (text[at]) {
		case "\n":
		case "(":
		case ")":
			return true;
		case ":":
		case ".":
			return next === undefined || next === " " || next === "\n";
		case " ":
			return next === "[" || next === "(";
	}
	return false;
}

function namesError(type: string): boolean {
	let start = 0;
	for (let i = 0; i < type.length; i++) if (".:\\$".includes(type[i] as string)) start = i + 1;
	const last = type.slice(start);
	const suffix = last.endsWith("Error") ? 5 : last.endsWith("Exception") ? 9 : 0;
	const first = last.charCodeAt(0);
	return (
		suffix > 0 && first >= 65 && first <= 90 && (last.length > suffix || start > 0) && type.length <= LIMITS.typeBytes
	);
}
