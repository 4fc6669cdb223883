/**
 * Ends of stacks that redaction passes over: frames that are the same under every message. A text is looked at without
 * them, and what is found there is what is found in the whole. It changes no answer: `redact.inert.test.ts` compares.
 *
 * Why: a finder finds something at a place where it begins to look, and by what stands near. A line is inert if no finder
 * that begins in it finds anything, whatever stands around it (`isInert` has the conditions). What begins in the lines
 * above sees no further than the blanks and the `at ` of the first frame, but for three: a key that says something, the text
 * between two quotes (inert lines have none), and a key in PEM. Where one of these could be, the whole text is read.
 */
import { Memory } from "../memory.ts";
import { stackTailAt } from "../stack/tail.ts";
import { isAlpha, lower } from "./chars.ts";
import { FINDERS, type Heard } from "./find.ts";
import type { KeyJudge } from "./keys.ts";
import type { Span } from "./spans.ts";
import { announces, SEEN, survey } from "./survey.ts";

/** UTF-16 units that must go, for what is left to be worth looking at by itself. */
const LEAST = 200;

/** Where the inert end of `text` begins, behind the `at ` of its first frame; the length of the text if it has none. */
export type InertEnd = (text: string) => number;

/** One for a judge: what a key says is the application's too. */
export function createInertEnd(judge: KeyJudge): InertEnd {
	const known = new Memory<boolean>();
	return (text) => {
		if (text.length < LEAST) return text.length;
		const from = stackTailAt(text);
		if (from < 0 || text.length - from < LEAST) return text.length;
		const tail = text.slice(from);
		const inert =
			known.get(tail) ??
			known.put(
				tail,
				tail.split("\n").every((line) => isInert(line, judge)),
			);
		return inert ? text.indexOf("a", from) + "at ".length : text.length;
	};
}

/** Characters of an inert line: no quote; none of credentials, addresses and values; nothing beyond ASCII. */
const PLAIN = new Uint8Array(128);
for (let c = 0; c < 128; c++) if (/[A-Za-z0-9 \t_$./:()<>[\],+~?!-]/.test(String.fromCharCode(c))) PLAIN[c] = 1;

/** Longest line that is looked at. */
const LINE = 2_048;

function isInert(line: string, judge: KeyJudge): boolean {
	if (line.length > LINE || !/^[ \t]+at /.test(line) || !isPlain(line)) return false;
	const small = lower(line);
	// A `value` looks for its name in the lines before, a login of a .netrc for its password in the next; a token's beginning
	// takes part of the text out of sight.
	if (small.includes("value") || small.includes("login ") || line.includes("[REDACTED") || line.includes("[PSEUDONYM:"))
		return false;
	const alone = `\n${line}\n`;
	// Of an address it counts what stands up to 40 characters before it.
	if ((survey(alone) & (SEEN.address | SEEN.at | SEEN.pem)) !== 0 || announced(alone)) return false;
	const out: Span[] = [];
	const heard: Heard = { spoke: false };
	// Also finders that a survey of the line leaves out: that of a text may not.
	for (const row of FINDERS) row.find(alone, out, judge, heard);
	return out.length === 0 && !heard.spoke;
}

/** Pairs look for what opened a bracket, in the lines before too. */
function isPlain(line: string): boolean {
	let round = 0;
	let angle = 0;
	for (let i = 0; i < line.length; i++) {
		const c = line.charCodeAt(i);
		if (c >= 128 || PLAIN[c] === 0) return false;
		if (c === 40) round++;
		else if (c === 41) round--;
		else if (c === 60) angle++;
		else if (c === 62) angle--;
		if (round < 0 || angle < 0) return false;
	}
	return true;
}

/**
 * True if a word of the line could say what the next words are. Within a dotted name none does: finders of people, codes,
 * passwords and commands want a blank, a colon, a quote or the like on one side, or nothing that joins names on the other.
 */
function announced(line: string): boolean {
	for (let i = 0; i < line.length; ) {
		if (!isAlpha(line.charCodeAt(i))) {
			i++;
			continue;
		}
		const from = i;
		while (isAlpha(line.charCodeAt(i))) i++;
		if (i - from < 2 || !announces(line.slice(from, i))) continue;
		const after = line.charCodeAt(i);
		if (line.charCodeAt(from - 1) !== 46 || (after !== 46 && after !== 40 && after !== 36)) return true;
	}
	return false;
}
