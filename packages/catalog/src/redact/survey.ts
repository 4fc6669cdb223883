/**
 * One look at a text that tells which finders could find anything: most messages hold nothing private, and this is
 * all they cost. It may say yes too often, never no when a finder would find something.
 */
import { isAlpha } from "./chars.ts";
import { CODE_WORDS, COMMAND_WORDS, PEOPLE_WORDS, SCHEME_WORDS } from "./survey-words.ts";

/** Bits of a survey. */
export const SEEN = {
	at: 1,
	pair: 2,
	slash: 4,
	dash: 8,
	percent: 16,
	people: 32,
	codes: 64,
	schemes: 128,
	commands: 256,
	bracket: 512,
	/** A run of 12 or more characters of tokens. */
	run: 1024,
	/** At least 6 digits close together. */
	digits: 2048,
	/** At least three dots with digits between, or two colons with hex between. */
	address: 4096,
	backslash: 8192,
} as const;

/** What one character adds. Bit 14: it continues a run of token characters. */
const RUN = 1 << 14;
const CLASS = new Uint16Array(128);
for (let c = 0; c < 128; c++) {
	if (isAlpha(c) || (c >= 48 && c <= 57) || c === 95 || c === 45 || c === 47 || c === 43 || c === 46 || c === 58)
		CLASS[c] = RUN;
}
CLASS[64] = SEEN.at;
CLASS[61] = SEEN.pair;
CLASS[58] = RUN | SEEN.pair;
CLASS[62] = SEEN.pair;
CLASS[47] = RUN | SEEN.slash;
CLASS[92] = SEEN.backslash;
CLASS[37] = SEEN.percent;
CLASS[91] = SEEN.bracket;

/** Words of interest by a small hash: a bit for each group. */
const WORDS = new Uint16Array(4096);
function learn(words: readonly string[], bit: number): void {
	for (const word of words) {
		let h = 0;
		for (let i = 0; i < word.length; i++) h = (h * 31 + (word.charCodeAt(i) | 32)) & 0xffff;
		const slot = (h ^ (h >> 4)) & 4095;
		WORDS[slot] = (WORDS[slot] as number) | bit;
	}
}
learn(PEOPLE_WORDS, SEEN.people);
learn(CODE_WORDS, SEEN.codes);
learn(SCHEME_WORDS, SEEN.schemes);
learn(COMMAND_WORDS, SEEN.commands);

/** The bits of everything seen in `text`. */
export function survey(text: string): number {
	let seen = 0;
	let run = 0;
	let hash = 0;
	let digits = 0;
	let dots = 0;
	let colons = 0;
	for (let i = 0; i < text.length; i++) {
		const c = text.charCodeAt(i);
		if (c < 128) {
			const k = CLASS[c] as number;
			seen |= k;
			if ((k & RUN) !== 0) {
				if (++run === 12) seen |= SEEN.run;
			} else {
				run = 0;
				dots = 0;
				colons = 0;
			}
			const l = c | 32;
			if (l >= 97 && l <= 122) {
				hash = (hash * 31 + l) & 0xffff;
				// A lower-case letter ends a number; a capital may be part of one.
				if (c === l) digits = 0;
				if (l > 102) {
					dots = 0;
					colons = 0;
				}
				continue;
			}
			if (c >= 48 && c <= 57) {
				if (++digits === 6) seen |= SEEN.digits;
			} else if (c === 46) {
				if (++dots === 3) seen |= SEEN.address;
			} else if (c === 58) {
				if (++colons === 2) seen |= SEEN.address;
			} else if (c === 45 && text.charCodeAt(i + 1) === 45) seen |= SEEN.dash | SEEN.pair;
			else if (c === 10) digits = 0;
			if (hash !== 0) {
				seen |= WORDS[(hash ^ (hash >> 4)) & 4095] as number;
				hash = 0;
			}
		} else {
			if (c === 0xdf) seen |= SEEN.people;
			if (hash !== 0) seen |= WORDS[(hash ^ (hash >> 4)) & 4095] as number;
			hash = 0;
			run = 0;
		}
	}
	return hash === 0 ? seen : seen | (WORDS[(hash ^ (hash >> 4)) & 4095] as number);
}
