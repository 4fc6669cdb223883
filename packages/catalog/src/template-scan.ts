/**
 * One pass over a message that keeps words and puts typed placeholders where values stand. Reads a word at a time; what
 * a word is says `template-value.ts`. Every step advances, nested quotes are read at most three deep: linear.
 */
import { isDigit, isLetter } from "./stack/module-path.ts";
import { DURATION_WORDS, isIpv6, isPodSuffix, kindOf, maskTrailingDigits, SIZE_WORDS } from "./template-value.ts";

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
/** Words before a quoted literal that make it a value; any other quoted name is part of the meaning. */
const VALUE_WORDS = new Set(
	"value values entry string input text user username account customer got received actual literal float int integer uuid date time datetime timestamp boolean numeric json email phone password token id session params parameters".split(
		" ",
	),
);
/** Words before a name that is kept letter by letter, generated or not. */
const NAME_WORDS = new Set("constraint index".split(" "));
const METHODS = new Set("get head post put patch delete options".split(" "));
const WEEKDAY =
	/^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? +(?:[0-9]{1,2}[ -][A-Z][a-z]{2}[ -][0-9]{2,4}|[A-Z][a-z]{2} +[0-9]{1,2})(?: +[0-9:.]{5,15})?(?: +[0-9]{4})?(?: +(?:[A-Z]{1,5}|[+-][0-9]{4}))?/;
const MONTH =
	/^(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6} +[0-9]{1,2}(?:, +[0-9]{4})?(?: +[0-9:.]{5,15})/;
const LONG_WORD = 256;
const MAX_QUOTED = 4096;
const MAX_DEPTH = 3;

/** The masked text; stops once it is longer than `limit` UTF-16 units. */
export function scan(text: string, limit: number, depth = 0): string {
	const state: Scan = { text, at: 0, out: "", cue: "", jsonDead: false, openQuotes: [], depth };
	while (state.at < text.length && state.out.length <= limit) step(state);
	return state.out.trimEnd();
}

interface Scan {
	readonly text: string;
	at: number;
	out: string;
	/** Last word before the present place, lower case; "" after the end of a sentence. */
	cue: string;
	/** A brace that never closed was met: no other is tried. */
	jsonDead: boolean;
	/** Quotes that no later one closes. */
	readonly openQuotes: number[];
	readonly depth: number;
}

function step(s: Scan): void {
	const unit = s.text.charCodeAt(s.at);
	if (isWordUnit(unit)) word(s);
	else if (unit <= 32 || unit === 127 || unit === 0xa0) blank(s, unit);
	else if (unit === 39 || unit === 34 || unit === 96 || unit === 0x201c || unit === 0x2018 || unit === 0xab)
		quote(s, unit);
	else if (unit === 123 || unit === 91) bracket(s, unit);
	else if (unit === 60) angle(s);
	else if (unit === 40) parenthesis(s);
	else {
		if (unit === 59 || unit === 41) s.cue = "";
		s.out += s.text.charAt(s.at++);
	}
}

/** Runs of blanks and control characters become one blank; terminal colours go. */
function blank(s: Scan, unit: number): void {
	if (unit === 27 && s.text.charCodeAt(s.at + 1) === 91) {
		s.at += 2;
		while (s.at < s.text.length && s.text.charCodeAt(s.at) < 64) s.at++;
		s.at++;
		return;
	}
	s.at++;
	if (s.out !== "" && !s.out.endsWith(" ")) s.out += " ";
}

/** A placeholder is (part of) a word, so that masking twice changes nothing and a redacted part keeps its URL whole. */
function angle(s: Scan): void {
	if (placeholderEnd(s.text, s.at) > 0) {
		word(s);
		return;
	}
	s.out += "<";
	s.at++;
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

/** `Key (email)=(bob)`: the second pair of parentheses holds the value. */
function parenthesis(s: Scan): void {
	if (s.out.endsWith(")=")) {
		const end = s.text.indexOf(")", s.at);
		if (end > 0) {
			s.out += "(<str>";
			s.at = end;
			return;
		}
	}
	s.out += "(";
	s.at++;
}

/** JSON and lists become one placeholder; `[error]`, `[0]` and `Struct { field: x }` are read on. */
function bracket(s: Scan, unit: number): void {
	if (unit === 91) {
		const near = s.text.slice(s.at + 1, s.at + 48);
		const close = near.indexOf("]");
		if (close > 0 && isIpv6(near.slice(0, close))) {
			s.out += "<ip>";
			s.at += close + 2;
			return;
		}
	}
	if (!s.jsonDead && looksLikeJson(s, unit)) {
		const end = closing(s.text, s.at);
		if (end > 0) {
			s.out += "<json>";
			s.at = end;
			return;
		}
		s.jsonDead = true;
		if (s.depth === 0 && unit === 123) {
			// Cut off by a limit: the rest is the inside of the value.
			s.out += "<json>";
			s.at = s.text.length;
			return;
		}
	}
	s.out += s.text.charAt(s.at++);
}

function looksLikeJson(s: Scan, unit: number): boolean {
	let i = s.at + 1;
	while (i < s.text.length && s.text.charCodeAt(i) <= 32) i++;
	const first = s.text.charCodeAt(i);
	if (unit === 123) {
		if (first === 34 || first === 39) return true;
		if (first === 125) return false;
		const before = s.out.trimEnd();
		// `ParseError { kind: X }` is a type's own printing and says what it is.
		if (before !== "" && (isLetter(before.charCodeAt(before.length - 1)) || before.endsWith(">"))) return false;
		const near = s.text.slice(i, i + 64);
		const colon = near.indexOf(":");
		return colon > 0 && isName(near.slice(0, colon).trim());
	}
	if (first === 123) return true;
	if (first !== 34 && first !== 39 && first !== 45 && !isDigit(first)) return false;
	if (first === 34 || first === 39) return true;
	const near = s.text.slice(i, i + 64);
	const comma = near.indexOf(",");
	const close = near.indexOf("]");
	return comma > 0 && (close < 0 || comma < close);
}

/** Where the bracket at `from` closes, strings respected; -1 if it does not. */
function closing(text: string, from: number): number {
	let depth = 0;
	for (let i = from; i < text.length; i++) {
		const unit = text.charCodeAt(i);
		if (unit === 123 || unit === 91) depth++;
		else if (unit === 125 || unit === 93) {
			depth--;
			if (depth === 0) return i + 1;
		} else if (unit === 34) {
			i++;
			while (i < text.length && text.charCodeAt(i) !== 34) i += text.charCodeAt(i) === 92 ? 2 : 1;
		}
	}
	return -1;
}

/** A quoted literal: a value becomes a placeholder, a name stays, a sentence is read on. */
function quote(s: Scan, unit: number): void {
	const before = s.out.charCodeAt(s.out.length - 1);
	const inWord = isDigit(before) || isLetter(before);
	const end = (inWord && unit !== 34) || s.openQuotes.includes(unit) ? -1 : closingQuote(s.text, s.at, unit);
	if (end < 0) {
		if (!inWord) s.openQuotes.push(unit);
		s.out += s.text.charAt(s.at++);
		return;
	}
	const open = s.text.charAt(s.at);
	const content = s.text.slice(s.at + 1, end);
	s.out += open + quoted(s, content) + s.text.charAt(end);
	s.at = end + 1;
}

function quoted(s: Scan, content: string): string {
	if (content === "" || content.trim() === "") return content;
	if (NAME_WORDS.has(s.cue) && isName(content)) return content;
	if (s.cue === "module" && content.startsWith(".") && !content.includes(" ")) return content;
	if (VALUE_WORDS.has(s.cue)) return isPlaceholder(content) ? content : "<str>";
	// A quoted path may hold blanks.
	if (isPath(content) && content.includes(" ") && !content.includes("\n")) return "<path>";
	if (s.depth >= MAX_DEPTH) return "<str>";
	if (isName(content) && !hasDigit(content) && !content.includes(".") && !content.includes("/")) return content;
	return scan(content, MAX_QUOTED, s.depth + 1);
}

function closingQuote(text: string, from: number, unit: number): number {
	const close = unit === 0x201c ? 0x201d : unit === 0x2018 ? 0x2019 : unit === 0xab ? 0xbb : unit;
	for (let i = from + 1; i < text.length; i++) {
		const now = text.charCodeAt(i);
		if (now === 92 && unit !== 96) i++;
		else if (now === close || (unit === 96 && now === 39)) {
			if (unit !== 39 || !isLetter(text.charCodeAt(i + 1))) return i;
		}
	}
	return -1;
}

/** A run of word characters: split at `=` and `:`, each part a value, a name, or made of both. */
function word(s: Scan): void {
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
		s.cue = plain.toLowerCase();
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
		s.cue = key.toLowerCase();
		return `${key}=${equals + 1 < text.length ? maskWord(s, text.slice(equals + 1)) : ""}`;
	}
	if (scheme > 0) return "<url>";
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
function isPath(text: string): boolean {
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
	const unit = s.text.slice(s.at + 1, end).toLowerCase();
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
				out += `<${kind}>`;
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
	s.cue = text.toLowerCase();
	return out;
}

function isOracleCode(before: string): boolean {
	return before === "ORA-" || before === "PLS-" || before === "TNS-" || before === "CVE-";
}

function isTrailing(unit: number): boolean {
	return unit === 46 || unit === 58 || unit === 33 || unit === 63;
}

/** Letters, digits, what joins them into one word, and everything beyond ASCII except quotes and blanks. */
function isWordUnit(unit: number): boolean {
	if (isLetter(unit) || isDigit(unit)) return true;
	if (unit >= 0x80) return unit !== 0xa0 && unit !== 0xab && unit !== 0xbb && (unit < 0x2018 || unit > 0x201f);
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

/** An identifier, dotted or dashed; no blanks. */
function isName(text: string): boolean {
	if (text === "" || text.length > 128) return false;
	for (let i = 0; i < text.length; i++) {
		const unit = text.charCodeAt(i);
		if (!isLetter(unit) && !isDigit(unit) && unit !== 95 && unit !== 45 && unit !== 46 && unit !== 36 && unit < 0x80)
			return false;
	}
	return true;
}

function isPlaceholder(text: string): boolean {
	return text.startsWith("<") && text.endsWith(">") && text.indexOf("<", 1) < 0;
}

function hasDigit(text: string): boolean {
	for (let i = 0; i < text.length; i++) if (isDigit(text.charCodeAt(i))) return true;
	return false;
}
