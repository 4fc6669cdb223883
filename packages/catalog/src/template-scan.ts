/**
 * One pass over a message that keeps words and puts typed placeholders where values stand: quotes, brackets and blanks.
 * Words are `template-word.ts`' business. Every step advances, nested quotes are read at most three deep: linear.
 */
import { isDigit, isLetter, lowerAscii } from "./stack/ascii.ts";
import { isIpv6 } from "./template-value.ts";
import {
	isName,
	isPath,
	isWideBlank,
	isWordUnit,
	NAME_WORDS,
	placeholderEnd,
	type Scan,
	word,
} from "./template-word.ts";

/** Words before a quoted literal that make it a value; any other quoted name is part of the meaning. */
const VALUE_WORDS = new Set(
	"value values entry string input text user username account customer got received actual literal float int integer uuid date time datetime timestamp boolean numeric json email phone password token id session params parameters".split(
		" ",
	),
);
const CODES = /["'](code|type|status|reason)["'] ?: ?["']?([A-Za-z_][A-Za-z_.-]{0,63}|[0-9]{3})["',} ]/gu;
const MAX_QUOTED = 4096;
const MAX_DEPTH = 3;

/**
 * The masked text; stops once it is longer than `limit` UTF-16 units. A text that is JSON as a whole has its words in
 * there and is read on. With `codes`, JSON inside a sentence leaves what its `code`, `type`, `status` and `reason` name.
 */
export function mask(text: string, limit: number, codes = false): string {
	return scan(text, limit, 0, codes, isJson(text));
}

function scan(text: string, limit: number, depth: number, codes: boolean, keys: boolean): string {
	const state: Scan = { text, at: 0, out: "", cue: "", jsonDead: keys, keys, openQuotes: [], codes, depth, sql: false };
	while (state.at < text.length && state.out.length <= limit) step(state);
	return state.out.trimEnd();
}

/** True if the text is one JSON value with brackets, whole or cut off. */
function isJson(text: string): boolean {
	let from = 0;
	while (from < text.length && text.charCodeAt(from) <= 32) from++;
	const unit = text.charCodeAt(from);
	if ((unit !== 123 && unit !== 91) || !looksLikeJson(text, from, "")) return false;
	const end = closing(text, from);
	return end < 0 || text.slice(end).trim() === "";
}

function step(s: Scan): void {
	const unit = s.text.charCodeAt(s.at);
	if (isWordUnit(unit)) word(s);
	else if (unit <= 32 || unit === 127 || isWideBlank(unit)) blank(s, unit);
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
		s.at += (s.text.codePointAt(s.at) ?? 0) > 0xffff ? 2 : 1;
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
	// Lucene and Elasticsearch put the query of a user into brackets.
	const query = unit === 91 && s.cue === "query" ? closing(s.text, s.at) : -1;
	if (query > 0) {
		s.out += "[<str>]";
		s.at = query;
		s.cue = "";
		return;
	}
	if (!s.jsonDead && looksLikeJson(s.text, s.at, s.out)) {
		const end = closing(s.text, s.at);
		if (end > 0) {
			s.out += s.codes ? `<json>${codesOf(s.text.slice(s.at, end))}` : "<json>";
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

/** True if what begins at `from`, behind `before`, is JSON, a literal of a language, or a list of values. */
function looksLikeJson(text: string, from: number, before: string): boolean {
	let i = from + 1;
	while (i < text.length && text.charCodeAt(i) <= 32) i++;
	const first = text.charCodeAt(i);
	const near = text.slice(i, i + 64);
	if (text.charCodeAt(from) === 123) {
		if (first === 34 || first === 39) return true;
		const last = before.trimEnd();
		// `ParseError { kind: X }` is a type's own printing and says what it is.
		if (last !== "" && (isLetter(last.charCodeAt(last.length - 1)) || last.endsWith(">"))) return false;
		const colon = near.indexOf(":");
		return colon > 0 && isName(near.slice(0, colon).trim());
	}
	if (first === 123 || first === 34 || first === 39) return true;
	if (first !== 45 && !isDigit(first)) return false;
	const comma = near.indexOf(",");
	const close = near.indexOf("]");
	return comma > 0 && (close < 0 || comma < close);
}

/** What `code`, `type`, `status` and `reason` of a JSON text name, at most four: the meaning of an answer quoted whole. */
function codesOf(json: string): string {
	let out = "";
	let found = 0;
	for (const match of json.matchAll(CODES)) {
		if (found++ === 4) break;
		out += ` ${match[1]}=${match[2]}`;
	}
	return out;
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
	const isKey = s.keys && s.text.charCodeAt(end + 1) === 58 && isName(content);
	const literal = s.sql && unit === 39 && content !== "" && !isPlaceholder(content);
	s.out += open + (isKey ? content : literal ? "<str>" : quoted(s, content)) + s.text.charAt(end);
	s.at = end + 1;
	if (s.keys) s.cue = isKey ? lowerAscii(content) : "";
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
	return scan(content, MAX_QUOTED, s.depth + 1, s.codes, false);
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

function isPlaceholder(text: string): boolean {
	return text.startsWith("<") && text.endsWith(">") && text.indexOf("<", 1) < 0;
}

function hasDigit(text: string): boolean {
	for (let i = 0; i < text.length; i++) if (isDigit(text.charCodeAt(i))) return true;
	return false;
}
