/** Phones: international with `+` and a country's code (ITU E.164), North American by shape, others by context. */
import { contextBefore, digitsOf, hasTerm, isAlnum, isDigit } from "./chars.ts";
import type { Span } from "./spans.ts";

/** Words that say a phone follows, joined by `|`. */
const SURE_WORDS = (
	"phone|phones|telephone|tel|mobile|cell|cellphone|called|calling|callback|sms|text message|texted|msisdn|fax|whatsapp|telegram|dialed|" +
	"caller|callee|telefon|telefonnummer|rufnummer|handynummer|mobilnummer|cellulare|móvil|movil|telefone|телефона|telefono|teléfono|téléphone|celular|手机号|手机|电话|電話|携帯|전화|телефон"
).split("|");
/** Words that may mean other things: they must stand right before the number. */
const NEAR_WORDS = "call|contact|recipient|ring|dial|mobil|portable|handy".split("|");

/** Adds a phone that begins at `i` (`+`, `(` or a digit); answers its end, or 0. */
export function phoneAt(text: string, i: number, out: Span[]): number {
	const before = text.charCodeAt(i - 1);
	if (isAlnum(before) || before === 95 || before === 64) return 0;
	const end = text[i] === "+" ? international(text, i) : national(text, i);
	if (end === 0) return 0;
	out.push({ start: i, end, type: "phone" });
	return end;
}

/** The same behind `%2B`, a `+` in a query string. */
export function escapedPhoneAt(text: string, i: number, out: Span[]): number {
	const end = international(text, i + 2);
	if (end > 0) out.push({ start: i, end, type: "phone" });
	return end;
}

/** Where digits with single spaces, dashes, dots, slashes and one pair of brackets between groups end, and how many. */
function groupsAt(text: string, i: number, max: number): { end: number; count: number } {
	let count = 0;
	let end = i;
	for (let j = i; j < text.length && count <= max; j++) {
		const c = text.charCodeAt(j);
		if (isDigit(c)) {
			count++;
			end = j + 1;
			continue;
		}
		if (c !== 32 && c !== 45 && c !== 46 && c !== 40 && c !== 41 && c !== 47 && c !== 0xa0 && c !== 0x2011) break;
		if (j - end > 1 || (j > end && c !== 40 && c !== 32)) break;
	}
	return { end, count };
}

/** Sizes of the groups of digits between `i` and `end`. */
function groupsOf(text: string, i: number, end: number): number[] {
	const groups: number[] = [];
	let run = 0;
	for (let j = i; j <= end; j++) {
		if (j < end && isDigit(text.charCodeAt(j))) run++;
		else {
			if (run > 0) groups.push(run);
			run = 0;
		}
	}
	return groups;
}

/** `+` and 8 to 15 digits that begin with a code the ITU has given out. */
function international(text: string, i: number): number {
	const first = text.charCodeAt(i + 1);
	if (first < 49 || first > 57) return 0;
	const { end, count } = groupsAt(text, i + 1, 15);
	if (count < 8 || isAlnum(text.charCodeAt(end))) return 0;
	const digits = digitsOf(text.slice(i + 1, end));
	if (count <= 15 && isCountry(digits)) return end;
	// More digits follow a space: the phone ended before them.
	let length = 0;
	let stop = 0;
	for (const group of groupsOf(text, i + 1, end)) {
		if (length + group > 15) break;
		length += group;
		stop = length;
	}
	if (stop < 10 || stop === count || !isCountry(digits)) return 0;
	let at = i + 1;
	for (let n = 0; n < stop; at++) if (isDigit(text.charCodeAt(at))) n++;
	return at;
}

/** Assigned E.164 country codes: one digit, two digits, or a zone whose codes have three. */
function isCountry(digits: string): boolean {
	const a = digits.charCodeAt(0) - 48;
	const b = digits.charCodeAt(1) - 48;
	const c = digits.charCodeAt(2) - 48;
	if (a === 1) return digits.length === 11 && b >= 2;
	if (a === 7) return digits.length === 11;
	if (a === 2) return b !== 8;
	if (a === 4) return b !== 2 || c === 0 || c === 1 || c === 3;
	if (a === 8) return b !== 3 && b !== 9;
	return true;
}

/** Without `+`: `(202) 555-0178` and its kin by shape; other forms after a word that says phone. */
function national(text: string, i: number): number {
	// Most digits of a text go on from a number before them: no more than this is done for those.
	if (!open(text, i)) return 0;
	const m = /^(1[-. ])?(\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[-.])[2-9][0-9]{2}[-. ][0-9]{4}/.exec(text.slice(i, i + 20));
	if (
		m !== null &&
		closed(text, i + m[0].length) &&
		(text[i] === "(" || m[0][3] === "-" || m[0][1] === "-" || said(text, i))
	) {
		return i + m[0].length;
	}
	const from = text[i] === "(" ? i + 1 : i;
	const { end, count } = groupsAt(text, from, 15);
	if (count < 7 || count > 15 || !closed(text, end)) return 0;
	const digits = digitsOf(text.slice(from, end));
	const groups = groupsOf(text, from, end);
	// French and Belgian: five pairs, the first begins with 0.
	if (count === 10 && groups.length === 5 && digits[0] === "0" && digits[1] !== "0" && groups.every((g) => g === 2))
		return end;
	if (text[i] === "(" && digits[0] !== "0") return 0;
	return said(text, i) && !isDateLike(digits, groups) ? end : 0;
}

function open(text: string, i: number): boolean {
	const c = text[i - 1];
	return c !== "." && c !== "-" && c !== "/" && c !== ":"
		? true
		: !isAlnum(text.charCodeAt(i - 2)) || (c === ":" && !isDigit(text.charCodeAt(i - 2)));
}

function closed(text: string, end: number): boolean {
	const c = text.charCodeAt(end);
	if (isAlnum(c) || c === 95 || c === 64) return false;
	return !((c === 45 || c === 46 || c === 47 || c === 58) && isAlnum(text.charCodeAt(end + 1)));
}

/** 2024-03-12, 20240312101112, 1700000000: dates and epochs. */
function isDateLike(digits: string, groups: readonly number[]): boolean {
	if (groups.length >= 3 && groups[0] === 4 && groups[1] === 2 && groups[2] === 2) return true;
	if (groups.length >= 3 && groups[0] === 2 && groups[1] === 2 && groups[2] === 4) return true;
	return (
		(digits.startsWith("20") || digits.startsWith("19")) &&
		groups.length === 1 &&
		(digits.length === 8 || digits.length === 14)
	);
}

function said(text: string, i: number): boolean {
	return hasTerm(contextBefore(text, i, 32), SURE_WORDS) || hasTerm(contextBefore(text, i, 14), NEAR_WORDS);
}
