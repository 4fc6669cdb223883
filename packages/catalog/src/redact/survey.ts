/**
 * One look at a text that tells which finders could find anything: most messages hold nothing private, and this is
 * all they cost. It may say yes too often, never no when a finder would find something.
 */
import { isAlpha, isDigit, isLower, isSpace, isUpper, lower } from "./chars.ts";
import { CODE_WORDS, COMMAND_WORDS, PEOPLE_WORDS, SCHEME_WORDS } from "./survey-words.ts";

/** Bits of a survey. */
export const SEEN = {
	/** `@`, or the `%` of `%40`. */
	at: 1,
	pair: 2,
	/** Either slash. */
	slash: 4,
	dollar: 8,
	people: 32,
	codes: 64,
	schemes: 128,
	commands: 256,
	/** A run of 12 or more characters of tokens. */
	run: 1024,
	/** At least 6 digits close together. */
	digits: 2048,
	/** At least three dots with digits between, or two colons with hex between. */
	address: 4096,
} as const;

/** Kinds of characters; the survey's branches, most frequent first. */
const LOWER = 1;
const UPPER = 2;
const DIGIT = 3;
/** Neither, but a token may go on over it. */
const JOINT = 4;
const KIND = new Uint8Array(128);
/** Bits that a character adds by itself. */
const ADDS = new Uint16Array(128);
for (let c = 0; c < 128; c++) {
	if (isLower(c)) KIND[c] = LOWER;
	else if (isUpper(c)) KIND[c] = UPPER;
	else if (isDigit(c)) KIND[c] = DIGIT;
	else if ("_-/+.:=~".includes(String.fromCharCode(c))) KIND[c] = JOINT;
}
for (const [character, bits] of [
	["@", SEEN.at],
	["=", SEEN.pair],
	[":", SEEN.pair],
	[">", SEEN.pair],
	["/", SEEN.slash],
	["\\", SEEN.slash],
	["%", SEEN.at],
	["$", SEEN.dollar],
] as const) {
	ADDS[character.charCodeAt(0)] = bits;
}

/** Characters that may stand within a number: of a card, a phone, a state's. */
const JOINS = new Uint8Array(128);
for (const character of " -./()+") JOINS[character.charCodeAt(0)] = 1;

/** Words of interest, and by a small hash whether a word may be one. */
const WORDS = new Map<string, number>();
const MAYBE = new Uint8Array(65_536);
function learn(words: readonly string[], bit: number): void {
	for (const word of words) {
		WORDS.set(word, (WORDS.get(word) ?? 0) | bit);
		let h = 0;
		for (let i = 0; i < word.length; i++) h = (h * 31 + (word.charCodeAt(i) | 32)) & 0xffff;
		MAYBE[h] = 1;
	}
}
learn(PEOPLE_WORDS, SEEN.people);
learn(CODE_WORDS, SEEN.codes);
learn(SCHEME_WORDS, SEEN.schemes);
learn(COMMAND_WORDS, SEEN.commands);

/** A word as it stands, or in lower case: words listed with a capital count only so. */
function bitsOf(word: string): number {
	return (WORDS.get(word) ?? 0) | (WORDS.get(lower(word)) ?? 0);
}

/** ` -storepass`: a dash after a blank, before a letter. */
function isFlag(text: string, i: number): boolean {
	return isAlpha(text.charCodeAt(i + 1)) && (i === 0 || isSpace(text.charCodeAt(i - 1)));
}

/** The bits of everything seen in `text`. */
export function survey(text: string): number {
	const n = text.length;
	let seen = 0;
	let word = 0;
	let hash = 0;
	let run = 0;
	let digits = 0;
	let dot = 0;
	let dots = 0;
	let colon = 0;
	let colons = 0;
	for (let i = 0; i <= n; i++) {
		// Past the end stands a space: it ends words and runs.
		const c = i < n ? text.charCodeAt(i) : 32;
		const kind = c < 128 ? (KIND[c] as number) : c >= 0xc0 && c <= 0x24f ? UPPER : 0;
		if (kind === LOWER) {
			hash = (hash * 31 + c) & 0xffff;
			// A small letter ends a number; a capital may be part of one.
			digits = 0;
			continue;
		}
		if (kind === UPPER) {
			hash = (hash * 31 + (c | 32)) & 0xffff;
			continue;
		}
		// `customer_id` and `my_password` are names of other things.
		if (i > word && MAYBE[hash] === 1 && c !== 95 && text.charCodeAt(word - 1) !== 95)
			seen |= bitsOf(text.slice(word, i));
		word = i + 1;
		hash = 0;
		if (kind === DIGIT) {
			// Four after a capital: the shortest number with letters, India's PAN.
			if (++digits === 6 || (digits === 4 && isUpper(text.charCodeAt(i - 4)))) seen |= SEEN.digits;
			continue;
		}
		if (c < 128) {
			seen |= ADDS[c] as number;
			if (JOINS[c] === 0) digits = 0;
		}
		if (kind !== JOINT) {
			if (i - run >= 12) seen |= SEEN.run;
			run = i + 1;
		} else if (c === 46) {
			dots = i - dot <= 4 ? dots + 1 : 1;
			dot = i;
			if (dots === 3) seen |= SEEN.address;
		} else if (c === 58) {
			colons = i - colon <= 5 ? colons + 1 : 1;
			colon = i;
			if (colons === 2) seen |= SEEN.address;
		} else if (c === 45 && (text.charCodeAt(i + 1) === 45 || isFlag(text, i))) seen |= SEEN.pair;
	}
	return seen;
}
