/**
 * One look at a text that tells which finders could find anything: most messages hold nothing private, and this is
 * all they cost. It may say yes too often, never no when a finder would find something.
 */
import { isAlpha, isDigit, isHex, isLower, isSpace, isUpper, lower } from "./chars.ts";
import {
	CODE_WORDS,
	COMMAND_WORDS,
	HOME_WORDS,
	HOOK_WORDS,
	PEM_WORDS,
	PEOPLE_WORDS,
	SCHEME_WORDS,
	SECRET_WORDS,
} from "./survey-words.ts";

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
	secrets: 512,
	/** A run of 12 or more characters of tokens. */
	run: 1024,
	/** At least 6 digits close together. */
	digits: 2048,
	/** Three dots with digits between, `::` beside hex, or five colons close together. */
	address: 4096,
	/** A word of an incoming webhook's URL. */
	hooks: 8192,
	/** A folder that homes stand in. */
	homes: 16_384,
	/** The end of a German street's name. */
	streets: 32_768,
	/** `BEGIN`. */
	pem: 65_536,
} as const;

/** Kinds of characters: letters are the least, so that one comparison ends a word. */
const LOWER = 1;
const UPPER = 2;
const DIGIT = 4;
/** Neither, but a token may go on over it. */
const JOINT = 5;
const OTHER = 6;
const KIND = new Uint8Array(1 << 16).fill(OTHER);
/** Bits that a character adds by itself. */
const ADDS = new Uint32Array(128);
for (let c = 0; c < KIND.length; c++) {
	if (c < 128 ? isUpper(c) : c >= 0xc0 && c <= 0x24f) KIND[c] = UPPER;
	else if (isLower(c)) KIND[c] = LOWER;
	else if (isDigit(c)) KIND[c] = DIGIT;
	else if (c < 128 && "_-/+.:=~".includes(String.fromCharCode(c))) KIND[c] = JOINT;
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
const MAYBE = new Uint8Array(1 << 14);
function learn(words: readonly string[], bit: number): void {
	for (const word of words) {
		WORDS.set(word, (WORDS.get(word) ?? 0) | bit);
		MAYBE[slotOf(word, 0, word.length)] = 1;
	}
}

/** Slot of the word from `from` to `to`, two characters and more: its length, its first two characters and its last. */
function slotOf(text: string, from: number, to: number): number {
	const head = (text.charCodeAt(from) | 32) * 31 + (text.charCodeAt(from + 1) | 32);
	return ((head * 31 + (text.charCodeAt(to - 1) | 32)) * 31 + to - from) & 0x3fff;
}

learn(PEOPLE_WORDS, SEEN.people);
learn(CODE_WORDS, SEEN.codes);
learn(SCHEME_WORDS, SEEN.schemes);
learn(SECRET_WORDS, SEEN.secrets);
learn(COMMAND_WORDS, SEEN.commands);
learn(HOOK_WORDS, SEEN.hooks);
learn(HOME_WORDS, SEEN.homes);
learn(PEM_WORDS, SEEN.pem);

/** A word as it stands, or in lower case: words listed with a capital count only so. */
function bitsOf(word: string): number {
	return (WORDS.get(word) ?? 0) | (WORDS.get(lower(word)) ?? 0);
}

/** True for a word that says what the next words are: people, codes, schemes, commands, secrets. */
export function announces(word: string): boolean {
	return (bitsOf(word) & (SEEN.people | SEEN.codes | SEEN.schemes | SEEN.commands | SEEN.secrets)) !== 0;
}

/** `strasse `, `straße `, `str.`: its last two letters and what follows. */
function endsStreet(text: string, i: number, c: number): boolean {
	const last = text.charCodeAt(i - 1);
	const before = text.charCodeAt(i - 2);
	return c === 32 ? last === 101 && (before === 115 || before === 0xdf) : last === 114 && before === 116;
}

/** `::` whose second colon is at `i`, with a digit of hex on one side. */
function isShortened(text: string, i: number): boolean {
	return isHex(text.charCodeAt(i + 1)) || isHex(text.charCodeAt(i - 2));
}

/** ` -storepass`: a dash after a blank, before a letter. */
function isFlag(text: string, i: number): boolean {
	return isAlpha(text.charCodeAt(i + 1)) && (i === 0 || isSpace(text.charCodeAt(i - 1)));
}

/** The bits of everything seen in `text`. Tables are locals: an engine reads those without looking them up again. */
export function survey(text: string): number {
	const kinds = KIND;
	const joins = JOINS;
	const adds = ADDS;
	const n = text.length;
	let seen = 0;
	let word = 0;
	let run = 0;
	let digits = 0;
	let dot = 0;
	let dots = 0;
	let colon = 0;
	let colons = 0;
	for (let i = 0; i <= n; i++) {
		// Past the end stands a space: it ends words and runs.
		let c = 32;
		let kind = 0;
		let letters = 0;
		while (i < n) {
			c = text.charCodeAt(i);
			kind = kinds[c] as number;
			if (kind > UPPER) break;
			letters |= kind;
			i++;
		}
		if (i === n) {
			c = 32;
			kind = OTHER;
		}
		// A small letter ends a number; a capital may be part of one.
		if ((letters & LOWER) !== 0) {
			digits = 0;
			dots = 0;
		}
		if (i > word + 1) seen |= wordBits(text, word, i, c);
		word = i + 1;
		if (kind === DIGIT) {
			// Four after a capital: the shortest number with letters, India's PAN.
			if (++digits === 6 || (digits === 4 && isUpper(text.charCodeAt(i - 4)))) seen |= SEEN.digits;
			continue;
		}
		if (c < 128) {
			seen |= adds[c] as number;
			if (joins[c] === 0) digits = 0;
		}
		if (kind === OTHER) {
			if (i - run >= 12) seen |= SEEN.run;
			run = i + 1;
		} else if (c === 46) {
			dots = i - dot <= 4 ? dots + 1 : 1;
			dot = i;
			if (dots === 3 && isDigit(text.charCodeAt(i + 1))) seen |= SEEN.address;
		} else if (c === 58) {
			colons = i - colon <= 5 ? colons + 1 : 1;
			if (colons === 5 || (i - colon === 1 && isShortened(text, i))) seen |= SEEN.address;
			colon = i;
		} else if (c === 45 && (text.charCodeAt(i + 1) === 45 || isFlag(text, i))) seen |= SEEN.pair;
	}
	return seen;
}

/** The bits of the word from `from` to `to`, which `c` follows. */
function wordBits(text: string, from: number, to: number, c: number): number {
	const streets = (c === 32 || c === 46) && to > from + 2 && endsStreet(text, to, c) ? SEEN.streets : 0;
	// `customer_id` and `my_password` are names of other things.
	if (MAYBE[slotOf(text, from, to)] === 0 || c === 95 || (from > 0 && text.charCodeAt(from - 1) === 95)) return streets;
	return streets | bitsOf(text.slice(from, to));
}
