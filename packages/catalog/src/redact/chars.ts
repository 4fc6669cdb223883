/**
 * Character classes and words, the same for every finder. ASCII decides; everything from U+0080 up counts as a letter
 * except the spaces named here, so that a Go twin over bytes answers alike. No rule lives here.
 */

/** Stands for one redacted value while a text is worked on; see `atoms.ts`. */
export const ATOM = "\uFFFC";
export const ATOM_CODE = 0xfffc;

export function isDigit(c: number): boolean {
	return c >= 48 && c <= 57;
}

export function isUpper(c: number): boolean {
	return c >= 65 && c <= 90;
}

export function isLower(c: number): boolean {
	return c >= 97 && c <= 122;
}

export function isAlpha(c: number): boolean {
	const l = c | 32;
	return l >= 97 && l <= 122;
}

/** ASCII letter or digit; NaN (past an end) is neither. */
export function isAlnum(c: number): boolean {
	return isDigit(c) || isAlpha(c);
}

export function isHex(c: number): boolean {
	const l = c | 32;
	return isDigit(c) || (l >= 97 && l <= 102);
}

/** Letters, digits, `_` and everything beyond ASCII that is not a space or an atom: what a name may continue with. */
export function isWord(c: number): boolean {
	return isAlnum(c) || c === 95 || (c >= 0x80 && !isSpace(c) && c !== ATOM_CODE);
}

/** Tab, line ends, space, and the Unicode spaces that logs contain: NBSP, U+2000..200A, line and paragraph separators, ideographic space, BOM. */
export function isSpace(c: number): boolean {
	if (c <= 32) return c === 32 || (c >= 9 && c <= 13);
	if (c < 0xa0) return false;
	return c === 0xa0 || (c >= 0x2000 && c <= 0x200a) || c === 0x2028 || c === 0x2029 || c === 0x3000 || c === 0xfeff;
}

export function isQuote(c: number): boolean {
	return c === 34 || c === 39 || c === 96;
}

/** Index of the first character at or after `i` that is not a space, at most `max` further. */
export function skipSpaces(text: string, i: number, max = 8): number {
	const end = Math.min(text.length, i + max);
	while (i < end && isSpace(text.charCodeAt(i))) i++;
	return i;
}

/** `text` with A-Z as a-z and nothing else changed: what every implementation can do alike. */
export function lower(text: string): string {
	for (let i = 0; i < text.length; i++) {
		if (text.charCodeAt(i) >= 0x80) return text.replace(/[A-Z]+/g, (run) => run.toLowerCase());
	}
	return text.toLowerCase();
}

/** Digits of `text`, separators dropped. */
export function digitsOf(text: string): string {
	let out = "";
	for (let i = 0; i < text.length; i++) if (isDigit(text.charCodeAt(i))) out += text[i];
	return out;
}

/**
 * The words of a key or a piece of prose, lower-case: split at everything that is not a letter or digit, between a
 * lower-case letter and an upper-case one, before the last capital of a run that a lower-case letter follows
 * (`APIKey`), and between letters and digits.
 */
export function wordsOf(text: string): string[] {
	const words: string[] = [];
	let start = -1;
	for (let i = 0; i <= text.length; i++) {
		const c = text.charCodeAt(i);
		if (!isAlnum(c) && !(c >= 0x80 && !isSpace(c) && c !== ATOM_CODE)) {
			if (start >= 0) words.push(lower(text.slice(start, i)));
			start = -1;
		} else if (start < 0) start = i;
		else if (wordBreak(text, i)) {
			words.push(lower(text.slice(start, i)));
			start = i;
		}
	}
	return words;
}

function wordBreak(text: string, i: number): boolean {
	const p = text.charCodeAt(i - 1);
	const c = text.charCodeAt(i);
	if (isDigit(p) !== isDigit(c)) return true;
	if (!isUpper(c)) return false;
	return isLower(p) || (isUpper(p) && isLower(text.charCodeAt(i + 1)));
}

/**
 * The last words before `at`, oldest first, each between blanks (` ssn number `): what context rules look into. At most
 * `reach` characters back, on the same line.
 */
export function contextBefore(text: string, at: number, reach = 48): string {
	let from = Math.max(0, at - reach);
	const line = text.slice(from, at).lastIndexOf("\n");
	if (line >= 0) from += line + 1;
	// A word cut by the window would look like another word.
	if (from > 0) while (from < at && isWord(text.charCodeAt(from - 1)) && isWord(text.charCodeAt(from))) from++;
	return ` ${wordsOf(text.slice(from, at)).join(" ")} `;
}

/** True if one of `terms` stands in `context` as whole words; scripts of East Asia have none, there anywhere. */
export function hasTerm(context: string, terms: readonly string[]): boolean {
	for (const term of terms) {
		if (context.includes(term.charCodeAt(0) >= 0x2e80 ? term : ` ${term} `)) return true;
	}
	return false;
}
