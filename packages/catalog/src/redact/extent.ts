/** Where a value that follows a key in a text begins and ends: quoted, listed, in XML, or bare. */
import { ATOM, ATOM_CODE, isAlpha, isDigit, isQuote, isSpace, isUpper, isWord, skipSpaces } from "./chars.ts";
import { REDACTION_LIMITS } from "./limits.ts";

export interface Extent {
	readonly start: number;
	readonly end: number;
	readonly quoted: boolean;
	/** Where the next member of a list begins, -1 if this was no list or its last member. */
	readonly more: number;
}

/**
 * The value at or after `at`, spaces before it skipped. A list `["a", "b"]` answers its first member, and `more` where
 * the next may stand.
 */
export function valueAt(text: string, at: number, memo: Memo): Extent {
	let i = skipSpaces(text, at);
	let listed = false;
	if (text[i] === "[" || text[i] === "(") {
		const inner = skipSpaces(text, i + 1);
		if (quoteAt(text, inner) >= 0 || text[i] === "(") {
			i = inner;
			listed = true;
		}
	}
	const q = quoteAt(text, i);
	if (q < 0) return bareAt(text, i, memo);
	const end = closingQuote(text, i, q);
	if (end < 0) return bareAt(text, q + 1, memo);
	let more = -1;
	if (listed) {
		const comma = skipSpaces(text, end + (q - i) + 1);
		if (text[comma] === "," && quoteAt(text, skipSpaces(text, comma + 1)) >= 0) more = comma + 1;
	}
	return { start: q + 1, end, quoted: true, more };
}

/** Index of the quote that opens at `i`, after the backslashes of an escaped one; -1 if none does. */
function quoteAt(text: string, i: number): number {
	let q = i;
	while (text[q] === "\\" && q - i < 8) q++;
	return isQuote(text.charCodeAt(q)) ? q : -1;
}

/** End of the value whose quote, at `q`, has `q - from` backslashes before it; -1 if it does not close in time. */
function closingQuote(text: string, from: number, q: number): number {
	const quote = text[q] as string;
	const slashes = q - from;
	const limit = q + 1 + REDACTION_LIMITS.quotedChars;
	for (let i = text.indexOf(quote, q + 1); i >= 0 && i <= limit; i = text.indexOf(quote, i + 1)) {
		let n = 0;
		while (text[i - 1 - n] === "\\" && i - 1 - n > q) n++;
		if (slashes === 0 ? n % 2 === 0 : n <= slashes) {
			const atom = text.slice(q + 1, i).indexOf(ATOM);
			return atom >= 0 ? q + 1 + atom : i - (slashes === 0 ? 0 : n);
		}
	}
	return -1;
}

/**
 * The last bare value measured in a text. `a=b=c=...` is one value from every key in it: without this its end would be
 * looked for from each of them.
 */
export interface Memo {
	start: number;
	end: number;
	/** The same of the last value of a cookie. */
	cookieStart: number;
	cookieEnd: number;
}

export function newMemo(): Memo {
	return { start: 0, end: 0, cookieStart: 0, cookieEnd: 0 };
}

/** A value without quotes: up to a space, an atom, an angle bracket, a quote, or punctuation that ends it. */
export function bareAt(text: string, start: number, memo: Memo): Extent {
	const known = start >= memo.start && start < memo.end;
	let i = known ? memo.end : start;
	for (; !known && i < text.length; i++) {
		const c = text.charCodeAt(i);
		if (isSpace(c) || c === ATOM_CODE || c === 34 || c === 60 || c === 62 || c === 96) break;
		if (c === 39 && !isWord(text.charCodeAt(i + 1))) break;
		if (c === 59 || c === 124) break;
		if ((c === 38 || c === 44) && separates(text, i + 1)) break;
		if ((c === 41 || c === 93 || c === 125) && !isWord(text.charCodeAt(i + 1))) break;
		if (c === 92 && (text[i + 1] === '"' || text[i + 1] === "n" || text[i + 1] === "r")) break;
	}
	memo.start = start;
	memo.end = i;
	// A sentence's own punctuation is not the value's.
	while (i > start && (text[i - 1] === "." || text[i - 1] === "," || text[i - 1] === ":")) i--;
	return { start, end: i, quoted: false, more: -1 };
}

/** True if after a comma or ampersand at `i - 1` another field begins: a space, an end, a quote, or `key=`. */
function separates(text: string, i: number): boolean {
	if (i >= text.length) return true;
	const c = text.charCodeAt(i);
	if (isSpace(c) || isQuote(c) || c === 123 || c === 125 || c === 93 || c === 92) return true;
	if (!isAlpha(c)) return c === 38;
	let j = i;
	while (j < text.length && j - i < REDACTION_LIMITS.keyChars && isKeyChar(text.charCodeAt(j))) j++;
	return text[j] === "=" || text[j] === ":";
}

/** Letters, digits, `_`, `-` and `.`: what a bare key is made of. */
export function isKeyChar(c: number): boolean {
	return isAlpha(c) || (c >= 48 && c <= 57) || c === 95 || c === 45 || c === 46;
}

/**
 * A bare name or postal address runs on over words, at most `words` of them: each begins with a capital (or a digit,
 * if `digits`), the first with anything.
 */
export function phraseAt(text: string, start: number, words: number, digits: boolean): Extent {
	let end = start;
	let i = start;
	for (let n = 0; n < words; n++) {
		const c = text.charCodeAt(i);
		if (n > 0 && !isUpper(c) && c < 0x80 && !(digits && isDigit(c))) break;
		const from = i;
		while (i < text.length && (isWord(text.charCodeAt(i)) || isInner(text, i))) i++;
		if (i === from) break;
		// `Vorname: Hans Nachname: Meyer`: the next key.
		if (n > 0 && !digits && (text[i] === ":" || text[i] === "=")) break;
		end = i;
		if (digits && text[i] === "," && text[i + 1] === " ") i++;
		if (text[i] !== " ") break;
		i++;
	}
	return { start, end, quoted: false, more: -1 };
}

/** `'`, `’`, `-` and `.` inside a word, and a `.` after an initial. */
function isInner(text: string, i: number): boolean {
	const c = text.charCodeAt(i);
	if (c !== 39 && c !== 0x2019 && c !== 45 && c !== 46) return false;
	if (isWord(text.charCodeAt(i - 1)) && isWord(text.charCodeAt(i + 1))) return true;
	return c === 46 && isUpper(text.charCodeAt(i - 1)) && !isWord(text.charCodeAt(i - 2));
}
