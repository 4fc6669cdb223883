/**
 * A word of a message in its place: what stands before and after it decides whether a number is a code, a name is kept,
 * a compound has values in it. What kind a value is says `template-value.ts`.
 */
import { isDigit, isLetter, lowerAscii } from "./stack/ascii.ts";
import { DURATION_WORDS, isPodSuffix, kindOf, maskTrailingDigits, SIZE_WORDS } from "./template-value.ts";

/** Words before a number (or short code) that make it a code: part of the meaning, kept. */
const CODE_WORDS = new Set(
	"status statuscode status_code code codes errno winerror sqlstate sqlcode http https exit exitcode exit_code signal error errorcode error_code err errcode rc reply-code close returncode exitstatus".split(
		" ",
	),
);
/** Words after which a three-digit number at the end of a clause is an HTTP status. */
const ANSWER_WORDS = new Set(
	"answered returned responded replied got received response with by server upstream".split(" "),
);
/** Words that may follow a status; anything else is what was counted: `returned 404 rows`. */
const AFTER_STATUS = new Set("from for on in at to when while and but after instead with by".split(" "));
/** Words before a name that is kept letter by letter, generated or not. */
export const NAME_WORDS = new Set("constraint index".split(" "));
const METHODS = new Set("get head post put patch delete options".split(" "));
const WEEKDAY =
	/^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? +(?:[0-9]{1,2}[ -][A-Z][a-z]{2}[ -][0-9]{2,4}|[A-Z][a-z]{2} +[0-9]{1,2})(?: +[0-9:.]{5,15})?(?: +[0-9]{4})?(?: +(?:[A-Z]{1,5}|[+-][0-9]{4}))?/;
const MONTH =
	/^(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6} +[0-9]{1,2}(?:, +[0-9]{4}(?: +[0-9:.]{5,15})?| +[0-9:.]{5,15})/;
const LONG_WORD = 256;
/** Behind one of these in capitals a text in single quotes is a literal of SQL. */
const SQL_WORDS = new Set(["WHERE", "VALUES", "HAVING", "LIKE"]);

/** The state of one pass. */
export interface Scan {
	readonly text: string;
	at: number;
	out: string;
	/** Last word before the present place, lower case; "" after the end of a sentence. */
	cue: string;
	/** A brace that never closed was met: no other is tried. */
	jsonDead: boolean;
	/** Whether the text is JSON that is read on: a literal before a colon is a key. */
	readonly keys: boolean;
	/** Whether JSON leaves its codes beside its placeholder. */
	readonly codes: boolean;
	/** Quotes that no later one closes. */
	readonly openQuotes: number[];
	readonly depth: number;
	/** Whether the text has come to the values of a statement. */
	sql: boolean;
}

/** A run of word characters: split at `=` and `:`, each part a value, a name, or made of both. */
export function word(s: Scan): void {
	// A colon in front is punctuation: `"status":429`, `key :value`.
	if (s.text.charCodeAt(s.at) === 58 && s.text.charCodeAt(s.at + 1) !== 58) {
		s.out += ":";
		s.at++;
		return;
	}
	const start = s.at;
	const first = s.text.charCodeAt(start);
	if (first >= 65 && first <= 87 && calendar(s)) return;
	let end = start;
	let interesting = false;
	while (end < s.text.length) {
		const unit = s.text.charCodeAt(end);
		if (unit === 60) {
			const close = placeholderEnd(s.text, end);
			if (close < 0) break;
			interesting = true;
			end = close + 1;
			continue;
		}
		if (!isWordUnit(unit)) break;
		if (!interesting && !isLetter(unit)) interesting = true;
		end++;
	}
	s.at = end;
	if (!interesting) {
		const plain = s.text.slice(start, end);
		s.out += plain;
		s.cue = lowerAscii(plain);
		s.sql ||= SQL_WORDS.has(plain);
		return;
	}
	// Punctuation at the end belongs to the sentence.
	let stop = end;
	while (stop > start && isTrailing(s.text.charCodeAt(stop - 1))) stop--;
	if (stop > start) s.out += maskWord(s, s.text.slice(start, stop));
	s.out += s.text.slice(stop, end);
	if (stop < end && s.text.charCodeAt(end - 1) === 46) s.cue = "";
	if (s.out.endsWith("<date>")) s.out = joinDates(s.out);
}

/** Dates that begin with a name: `Mon, 02 Jan 2006 15:04:05 MST`, `Jun 25 19:22:58`. */
function calendar(s: Scan): boolean {
	const third = s.text.charCodeAt(s.at + 2);
	if (third < 97 || third > 122) return false;
	const near = s.text.slice(s.at, s.at + 48);
	const match = WEEKDAY.exec(near) ?? MONTH.exec(near);
	if (match === null) return false;
	s.out += "<date>";
	s.at += match[0].length;
	return true;
}

function joinDates(out: string): string {
	return out.endsWith("<date> <date>") ? out.slice(0, -7) : out;
}

function maskWord(s: Scan, text: string): string {
	const scheme = text.indexOf("://");
	const equals = text.indexOf("=");
	if (equals > 0 && (scheme < 0 || equals < scheme) && isName(text.slice(0, equals))) {
		const key = text.slice(0, equals);
		s.cue = lowerAscii(key);
		return `${key}=${equals + 1 < text.length ? maskWord(s, text.slice(equals + 1)) : ""}`;
	}
	if (scheme > 0) return "<url>";
	if (text.startsWith("arn:")) return "<arn>";
	if (text.startsWith("HTTP/")) {
		s.cue = "http";
		return text;
	}
	if (text === "/" && METHODS.has(s.cue)) return "<path>";
	const lambda = text.indexOf("$$Lambda");
	if (lambda > 0) return `${text.slice(0, lambda)}$$Lambda<id>`;
	if (isPath(text)) return pathOrAddress(text);
	const at = text.indexOf("@");
	if (at > 0) return around(s, text, at);
	if (text === "localhost" || text.startsWith("localhost:")) return text.length > 9 ? "<host>:<num>" : "<host>";
	return maskPart(s, text);
}

/** `user@host.tld` is an address, `Class@1b2c3d` an object's hash, `pkg@1.2.3` a version. */
function around(s: Scan, text: string, at: number): string {
	const right = text.slice(at + 1);
	if (right.includes(".") && isLetter(right.charCodeAt(right.length - 1)) && !right.includes("@")) return "<email>";
	if (right !== "" && right.length <= 16 && hexOnly(right)) return `${maskPart(s, text.slice(0, at))}@<hex>`;
	return `${maskPart(s, text.slice(0, at))}@${right === "" ? "" : maskPart(s, right)}`;
}

function hexOnly(text: string): boolean {
	for (let i = 0; i < text.length; i++) {
		const unit = text.charCodeAt(i);
		if (!isDigit(unit) && (unit < 97 || unit > 102)) return false;
	}
	return true;
}

/** Absolute and home-relative paths, drives, UNC, `./` and `../`. */
export function isPath(text: string): boolean {
	const first = text.charCodeAt(0);
	if (text.length < 2) return false;
	if (first === 47) return text.charCodeAt(1) !== 47 || text.length > 2;
	if (first === 126 && text.charCodeAt(1) === 47) return true;
	if (first === 46) return text.startsWith("./") || text.startsWith("../") || text.startsWith(".\\");
	if (first === 92) return text.startsWith("\\\\") || text.indexOf("\\", 1) > 0;
	return isLetter(first) && text.charCodeAt(1) === 58 && (text.charCodeAt(2) === 92 || text.charCodeAt(2) === 47);
}

/** Java prints an address as `/10.0.0.1:80`. */
function pathOrAddress(text: string): string {
	if (text.charCodeAt(0) !== 47 || !isDigit(text.charCodeAt(1))) return "<path>";
	const colon = text.indexOf(":");
	const kind = kindOf(colon < 0 ? text.slice(1) : text.slice(1, colon));
	if (kind !== "ip") return "<path>";
	return colon < 0 ? "/<ip>" : "/<ip>:<num>";
}

function maskPart(s: Scan, text: string): string {
	// Longer than any single value but a token: its parts decide, in one pass.
	if (text.length > LONG_WORD) return text.startsWith("eyJ") && text.includes(".") ? "<token>" : compound(s, text);
	if (keptCode(s, text)) return text;
	if (NAME_WORDS.has(s.cue) && isLetter(text.charCodeAt(0)) && isName(text)) {
		s.cue = "";
		return text;
	}
	const kind = kindOf(text);
	if (kind !== "") {
		if (kind === "num") return measured(s);
		return `<${kind}>`;
	}
	const slash = text.indexOf("/");
	if (slash > 0) {
		const left = text.slice(0, slash);
		if (kindOf(left) === "ip") return "<ip>";
		// Java's `name/10.0.0.1:80`, and `3/10`.
		if (isDigit(text.charCodeAt(slash + 1))) return `${maskPart(s, left)}/${maskPart(s, text.slice(slash + 1))}`;
	}
	const colon = text.indexOf(":");
	if (colon > 0 && text.charCodeAt(colon + 1) !== 58) {
		const key = text.slice(0, colon);
		const left = maskPart(s, key);
		const rest = text.slice(colon + 1);
		if (rest === "") return `${left}:`;
		return `${left}:${rest.startsWith(":") ? rest : maskWord(s, rest)}`;
	}
	return compound(s, text);
}

/** True if the number, or the short upper-case code, is part of the meaning: a status, errno, SQLSTATE, exit code. */
function keptCode(s: Scan, text: string): boolean {
	if (text.length > 8 || !isDigit(text.charCodeAt(text.length - 1))) return false;
	// The milliseconds of `10:00:00,404 ERROR`.
	if (s.out.endsWith("<date>,")) return false;
	const negative = text.charCodeAt(0) === 45;
	let digits = 0;
	for (let i = negative ? 1 : 0; i < text.length; i++) {
		const unit = text.charCodeAt(i);
		if (isDigit(unit)) digits++;
		else if (unit < 65 || unit > 90) return false;
	}
	if (CODE_WORDS.has(s.cue)) return digits <= 6;
	if (digits !== 3 || text.length !== 3 || text.charCodeAt(0) > 53 || text.charCodeAt(0) < 49) return false;
	let next = s.at;
	while (s.text.charCodeAt(next) === 32) next++;
	const unit = s.text.charCodeAt(next);
	const clauseEnds = Number.isNaN(unit) || unit === 40 || unit === 44 || unit === 59 || unit === 41;
	if (ANSWER_WORDS.has(s.cue))
		return clauseEnds || isTrailing(s.text.charCodeAt(s.at - 1)) || AFTER_STATUS.has(nextWord(s, next));
	// `404 Not Found`, `503 - NOT OK`, `Http 502 Bad Gateway`.
	if (text.charCodeAt(0) < 52) return false;
	return (unit >= 65 && unit <= 90 && next > s.at) || (unit === 45 && s.text.charCodeAt(next + 1) === 32);
}

function nextWord(s: Scan, from: number): string {
	let end = from;
	while (end - from <= 8 && isLetter(s.text.charCodeAt(end))) end++;
	return s.text.slice(from, end);
}

/** A number with its unit as the next word: `30.27 seconds`, `536870912 bytes`. */
function measured(s: Scan): string {
	if (s.text.charCodeAt(s.at) !== 32) return "<num>";
	let end = s.at + 1;
	while (end - s.at <= 13 && (isLetter(s.text.charCodeAt(end)) || s.text.charCodeAt(end) >= 0x80)) end++;
	const unit = lowerAscii(s.text.slice(s.at + 1, end));
	if (unit === "") return "<num>";
	if (DURATION_WORDS.has(unit)) {
		s.at = end;
		return "<duration>";
	}
	if (SIZE_WORDS.has(unit)) {
		s.at = end;
		return "<size>";
	}
	return "<num>";
}

/** A word made of parts: `worker-3`, `blk_-1305`, `api-78687dd59f-8w42g`, `users_2024_01`, `ORA-00942`. */
function compound(s: Scan, text: string): string {
	let out = "";
	let start = 0;
	let masked = false;
	for (let i = 0; i <= text.length; i++) {
		const unit = text.charCodeAt(i);
		if (i < text.length && (isDigit(unit) || isLetter(unit) || unit >= 0x80)) continue;
		const part = text.slice(start, i);
		if (part !== "") {
			const kind = kindOf(part);
			if (kind !== "" && !isOracleCode(out)) {
				// `cus_NffrFeUfNV2Hib`: the prefix is part of the id.
				out = kind === "id" && isIdPrefix(out) ? "<id>" : `${out}<${kind}>`;
				masked = true;
			} else if (masked && isPodSuffix(part)) out += "<id>";
			else {
				// Java numbers generated classes: `$Proxy12`.
				out += maskTrailingDigits(part, text.charCodeAt(start - 1) === 36 ? 1 : 3);
				masked = false;
			}
		}
		// A sign belongs to its number: `blk_-1305`.
		const sign = unit === 45 && part === "" && isDigit(text.charCodeAt(i + 1));
		if (i < text.length && !sign) out += text.charAt(i);
		start = i + 1;
	}
	s.cue = lowerAscii(text);
	return out;
}

function isIdPrefix(before: string): boolean {
	if (before.length < 3 || before.length > 6 || !before.endsWith("_")) return false;
	for (let i = 0; i < before.length - 1; i++) if (before.charCodeAt(i) < 97 || before.charCodeAt(i) > 122) return false;
	return true;
}

function isOracleCode(before: string): boolean {
	return before === "ORA-" || before === "PLS-" || before === "TNS-" || before === "CVE-";
}

function isTrailing(unit: number): boolean {
	return unit === 46 || unit === 58 || unit === 33 || unit === 63;
}

/** Letters, digits, what joins them into one word, and everything beyond ASCII except quotes and blanks. */
export function isWordUnit(unit: number): boolean {
	if (isLetter(unit) || isDigit(unit)) return true;
	if (unit >= 0x80) return !isWideMark(unit);
	return (
		unit === 95 ||
		(unit >= 45 && unit <= 47) ||
		unit === 58 ||
		unit === 92 ||
		unit === 64 ||
		unit === 61 ||
		(unit >= 35 && unit <= 38) ||
		unit === 43 ||
		unit === 126 ||
		unit === 63
	);
}

/** Beyond ASCII: blanks, quotes, and the signs of currencies, which are no part of their number. */
function isWideMark(unit: number): boolean {
	if (isWideBlank(unit) || unit === 0xab || unit === 0xbb) return true;
	return (unit >= 0x2018 && unit <= 0x201f) || (unit >= 0xa2 && unit <= 0xa5) || (unit >= 0x20a0 && unit <= 0x20cf);
}

/** The blanks that part groups of digits and units in many languages. */
export function isWideBlank(unit: number): boolean {
	return unit === 0xa0 || unit === 0x2009 || unit === 0x202f;
}

/** An identifier, dotted or dashed; no blanks. */
export function isName(text: string): boolean {
	if (text === "" || text.length > 128) return false;
	for (let i = 0; i < text.length; i++) {
		const unit = text.charCodeAt(i);
		if (!isLetter(unit) && !isDigit(unit) && unit !== 95 && unit !== 45 && unit !== 46 && unit !== 36 && unit < 0x80)
			return false;
	}
	return true;
}

/** Index of the `>` of a placeholder (`<num>`, `<redacted>`, `<*>`) that begins at `from`, or -1. */
export function placeholderEnd(text: string, from: number): number {
	for (let i = from + 1; i < text.length && i - from <= 16; i++) {
		const unit = text.charCodeAt(i);
		if (unit === 62) return i > from + 1 ? i : -1;
		if (unit !== 42 && unit !== 95 && (unit < 97 || unit > 122)) return -1;
	}
	return -1;
}
