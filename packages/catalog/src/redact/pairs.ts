/**
 * Keys and their values inside a text: `key=value`, `"key": "value"`, `Key: value`, `key => value`, `--key value`,
 * `<key>value</key>`, `Key (column)=(value)`. What a key means is `keys.ts`, where a value ends is `extent.ts`.
 */

import { ATOM, isAlpha, isDigit, isQuote, isSpace, lower, skipSpaces } from "./chars.ts";
import { keyDecides } from "./decide.ts";
import { bareAt, type Extent, isKeyChar, type Memo, newMemo, phraseAt, valueAt } from "./extent.ts";
import { findAuthorization, findCookies } from "./headers.ts";
import { MORE_WORDS } from "./key-table.ts";
import type { KeyJudge, KeyVerdict } from "./keys.ts";
import { REDACTION_LIMITS } from "./limits.ts";
import type { Span } from "./spans.ts";

interface FoundKey {
	readonly verdict: KeyVerdict;
	/** In prose, `Invalid token: ...` may go on with a sentence. */
	readonly prose: boolean;
	readonly query: boolean;
}

/** Values that keys give away. */
export function findPairs(text: string, judge: KeyJudge, out: Span[], heard: { spoke: boolean }): void {
	const memo = newMemo();
	eachPair(text, judge, (found, at, xml) => {
		heard.spoke = true;
		if (found.verdict.certainty === "allowed") return at;
		return take(text, at, found, xml, memo, out);
	});
}

/** Values of keys that the application allows: nothing may touch them. */
export function findAllowed(text: string, judge: KeyJudge): Span[] {
	const out: Span[] = [];
	const memo = newMemo();
	eachPair(text, judge, (found, at) => {
		if (found.verdict.certainty !== "allowed") return at;
		const value = valueAt(text, at, memo);
		if (value.end > value.start) out.push({ start: value.start, end: value.end, type: "secret" });
		return value.end;
	});
	return out;
}

/** `=`, `:`, `>` and the dash of a flag: all that a key may stand at. */
const SEPARATES = new Uint8Array(1 << 16);
for (const character of "=:>-") SEPARATES[character.charCodeAt(0)] = 1;

/** Calls `visit` for each key that says something, with the place after its separator; it answers where to go on. */
function eachPair(text: string, judge: KeyJudge, visit: (found: FoundKey, at: number, xml: boolean) => number): void {
	const separates = SEPARATES;
	const n = text.length;
	for (let i = 0; i < n; i++) {
		const c = text.charCodeAt(i);
		if (separates[c] === 0) continue;
		let at = i + 1;
		let found: FoundKey | undefined;
		if (c === 61) {
			if (text[at] === "=") {
				while (text[at] === "=") at++;
				i = at - 1;
				continue;
			}
			if (text[at] === ">") at++;
			found = keyBefore(text, text[i - 1] === ":" ? i - 1 : i, false, judge);
		} else if (c === 58) {
			const next = at < text.length ? text.charCodeAt(at) : 32;
			if (next === 58 || next === 61 || (next === 47 && text[at + 1] === "/")) {
				if (next === 58) i++;
				continue;
			}
			found = keyBefore(text, i, true, judge);
		} else if (c === 62) {
			found = elementBefore(text, i, judge);
		} else if (c === 45 && flagStart(text, i) > 0) {
			const start = flagStart(text, i);
			let end = start;
			while (isKeyChar(text.charCodeAt(end)) && end - i < REDACTION_LIMITS.keyChars) end++;
			if (text[end] !== " ") continue;
			at = end + 1;
			found = flag(text.slice(start, end), start === i + 1, judge);
		}
		if (found !== undefined) i = Math.max(i, visit(found, at, c === 62) - 1);
	}
}

/** Where the name of `--token` or `-storepass` begins whose dash is at `i`; 0 if there is none. */
function flagStart(text: string, i: number): number {
	if (text[i + 1] === "-") return isAlpha(text.charCodeAt(i + 2)) && !isKeyChar(text.charCodeAt(i - 1)) ? i + 2 : 0;
	return isAlpha(text.charCodeAt(i + 1)) && (i === 0 || isSpace(text.charCodeAt(i - 1))) ? i + 1 : 0;
}

function flag(key: string, single: boolean, judge: KeyJudge): FoundKey | undefined {
	const verdict = judge(key);
	// One dash: only what is sure, and longer than letters put together.
	if (single && (key.length < 4 || (verdict?.certainty !== "always" && verdict?.certainty !== "denied")))
		return undefined;
	return verdict === undefined ? undefined : { verdict, prose: true, query: false };
}

/** The key that ends before the separator at `sep`. */
function keyBefore(text: string, sep: number, colon: boolean, judge: KeyJudge): FoundKey | undefined {
	let j = sep - 1;
	if (j < 0) return undefined;
	let c = text.charCodeAt(j);
	for (let n = 0; n < 3 && (c === 32 || c === 9); n++) {
		if (--j < 0) return undefined;
		c = text.charCodeAt(j);
	}
	if (c === 93) return bracketed(text, j, judge);
	if (c === 41) return column(text, j, judge);
	if (isQuote(c)) return quotedKey(text, j, judge);
	if (!isKeyChar(c) || !judge.mayEnd(c, text.charCodeAt(j - 1))) return undefined;
	let start = j;
	const floor = Math.max(0, j - REDACTION_LIMITS.keyChars);
	while (start > floor && isKeyChar(text.charCodeAt(start - 1))) start--;
	if (isDigit(c) && isDigit(text.charCodeAt(start)) && j - start < 5) return undefined;
	const key = text.slice(start, j + 1);
	const before = text.charCodeAt(start - 1);
	const query = !colon && (before === 63 || before === 38 || start === 0);
	let verdict = judge(key);
	const spaced = colon || text.charCodeAt(sep - 1) === 32;
	if (before === 32 && spaced && (verdict !== undefined || MORE_WORDS.has(lower(key)))) {
		verdict = judge(`${wordsBack(text, start - 1)} ${key}`);
	}
	if (query && key === "code" && verdict === undefined) verdict = { type: "oauth_code", certainty: "opaque" };
	const word = lower(key);
	if (word === "key" && verdict === undefined && !colon)
		verdict = { type: "api_key", certainty: query && start > 0 ? "drawn" : "random" };
	if (word === "value") verdict = namedBefore(text, start, judge) ?? verdict;
	if (before === 58 && verdict !== undefined && isArn(text, start)) return undefined;
	return verdict === undefined ? undefined : { verdict, prose: colon, query };
}

/** Up to two words before `end`, which is the space after them. */
function wordsBack(text: string, end: number): string {
	let i = end;
	for (let n = 0; n < 2; n++) {
		let j = i;
		while (j > 0 && end - j < REDACTION_LIMITS.keyChars && isKeyChar(text.charCodeAt(j - 1))) j--;
		if (j === i) break;
		i = j;
		if (text[j - 1] !== " ") break;
		if (n === 0) i--;
	}
	return text.slice(i, end);
}

function quotedKey(text: string, close: number, judge: KeyJudge): FoundKey | undefined {
	const quote = text[close];
	let end = close;
	while (text[end - 1] === "\\" && close - end < 8) end--;
	let start = end;
	const floor = Math.max(0, end - REDACTION_LIMITS.keyChars);
	while (start > floor && (isKeyChar(text.charCodeAt(start - 1)) || text[start - 1] === " ")) start--;
	if (start === end || text[start - 1] !== quote) return undefined;
	const key = text.slice(start, end);
	const verdict = (lower(key) === "value" ? namedBefore(text, start - 1, judge) : undefined) ?? judge(key);
	return verdict === undefined ? undefined : { verdict, prose: false, query: false };
}

/** What `"name": "DB_PASSWORD", ` or `key="ApiKey" ` before the `value` at `at` says of it. */
function namedBefore(text: string, at: number, judge: KeyJudge): KeyVerdict | undefined {
	const m = NAMED_BEFORE.exec(text.slice(Math.max(0, at - NAMED_REACH), at));
	if (m === null) return undefined;
	const verdict = judge(m[1] as string);
	return verdict?.certainty === "always" || verdict?.certainty === "denied" ? verdict : undefined;
}

/** Characters before a `value` in which its name stands. */
const NAMED_REACH = 112;
const NAMED_BEFORE =
	/(?:^|[^A-Za-z0-9_.-])(?:[Nn]ame|[Kk]ey)\\*["']? ?[:=]>? ?\\*["']?([A-Za-z][A-Za-z0-9_.-]{2,63})\\*["']?[ ,;\n\r\t{}]{1,16}\\*["']?$/;

/** `arn:aws:secretsmanager:us-east-1:1234:secret:name`: the key at `start` is a part of a name. */
function isArn(text: string, start: number): boolean {
	const before = text.slice(Math.max(0, start - ARN_REACH), start);
	const arn = before.lastIndexOf("arn:");
	return arn >= 0 && !/[ \n"]/.test(before.slice(arn));
}

const ARN_REACH = 128;

/** `headers["x-api-key"]`, `[:token]`, `env[TOKEN]`. */
function bracketed(text: string, close: number, judge: KeyJudge): FoundKey | undefined {
	let end = close;
	if (isQuote(text.charCodeAt(end - 1))) end--;
	let start = end;
	const floor = Math.max(0, end - REDACTION_LIMITS.keyChars);
	while (start > floor && isKeyChar(text.charCodeAt(start - 1))) start--;
	if (start === end) return undefined;
	const verdict = judge(text.slice(start, end));
	return verdict === undefined ? undefined : { verdict, prose: false, query: false };
}

/** `Key (phone)=(...)`: PostgreSQL's detail of a violated constraint; one column only. */
function column(text: string, close: number, judge: KeyJudge): FoundKey | undefined {
	const floor = Math.max(0, close - REDACTION_LIMITS.keyChars);
	const open = text.slice(floor, close).lastIndexOf("(");
	if (open < 0) return undefined;
	const name = text.slice(floor + open + 1, close);
	if (name.includes(",")) return undefined;
	const verdict = judge(name);
	return verdict === undefined ? undefined : { verdict, prose: false, query: false };
}

/** The XML element whose start tag ends with the `>` at `close`. */
function elementBefore(text: string, close: number, judge: KeyJudge): FoundKey | undefined {
	if (isSpace(text.charCodeAt(close + 1))) return undefined;
	if (isQuote(text.charCodeAt(close - 1))) return attributed(text, close, judge);
	if (!isKeyChar(text.charCodeAt(close - 1))) return undefined;
	let start = close;
	const floor = Math.max(0, close - REDACTION_LIMITS.keyChars);
	while (start > floor && isKeyChar(text.charCodeAt(start - 1))) start--;
	let open = start - 1;
	if (text[open] === ":") while (open > floor && text[open] !== "<") open--;
	if (text[open] !== "<") return undefined;
	const verdict = judge(text.slice(start, close));
	return verdict === undefined ? undefined : { verdict, prose: false, query: false };
}

/** `<wsse:Password Type="x">`: an element with attributes. */
function attributed(text: string, close: number, judge: KeyJudge): FoundKey | undefined {
	const floor = Math.max(0, close - REDACTION_LIMITS.tagChars);
	const tag = text.slice(floor, close);
	const m = ELEMENT.exec(tag.slice(tag.lastIndexOf("<") + 1));
	if (m === null || !tag.includes("<")) return undefined;
	const verdict = judge(m[2] as string);
	return verdict === undefined ? undefined : { verdict, prose: false, query: false };
}

const ELEMENT = /^([A-Za-z0-9_.-]{1,64}:)?([A-Za-z0-9_.-]{1,64}) [^>]*$/;

/** `password = password`: code that hands a variable on. */
const OWN_NAMES = new Set(["password", "passwd", "pwd", "passphrase", "token", "secret", "api_key", "apikey"]);

/** Adds the value or values after `at`; answers where to go on. */
function take(text: string, at: number, found: FoundKey, xml: boolean, memo: Memo, out: Span[]): number {
	const { type } = found.verdict;
	if (!xml && type === "authorization") return findAuthorization(text, at, memo, out);
	if (!xml && type === "cookie") return findCookies(text, at, memo, out);
	let value = xml ? elementText(text, at, memo) : valueAt(text, at, memo);
	for (;;) {
		if (!value.quoted && !xml) value = widened(text, value, found.verdict);
		// What is longer than that is judged by its beginning and goes whole.
		const raw = text.slice(value.start, Math.min(value.end, value.start + REDACTION_LIMITS.judgedChars));
		const how = {
			quoted: value.quoted || xml,
			prose: found.prose && text[at] === " ",
			after: text.slice(value.end, value.end + 2),
		};
		const own = !value.quoted && text[at] === " " && OWN_NAMES.has(lower(raw));
		if (!own && keyDecides(raw, found.verdict, how)) out.push({ start: value.start, end: value.end, type });
		else if (!value.quoted) return at;
		if (value.more < 0) return value.end;
		value = valueAt(text, skipSpaces(text, value.more), memo);
	}
}

function elementText(text: string, at: number, memo: Memo): Extent {
	const end = text.indexOf("<", at);
	if (end < 0 || end - at > REDACTION_LIMITS.quotedChars) return bareAt(text, at, memo);
	const atom = text.slice(at, end).indexOf(ATOM);
	return { start: at, end: atom < 0 ? end : at + atom, quoted: true, more: -1 };
}

/** Names, addresses, phones, cards and dates without quotes hold spaces. */
function widened(text: string, value: Extent, verdict: KeyVerdict): Extent {
	if (verdict.type === "name") return phraseAt(text, value.start, 4, false);
	if (verdict.type === "address") {
		const phrase = phraseAt(text, value.start, 8, true);
		// `Addr: 2001:db8::1` is no street.
		return text[phrase.end] === ":" ? value : phrase;
	}
	if (verdict.type === "signature") return untilBlank(text, value);
	return value;
}

/** `t=1492774577,v1=5257...`: a signature's own fields are joined by commas. */
function untilBlank(text: string, value: Extent): Extent {
	let end = value.end;
	const limit = end + REDACTION_LIMITS.signatureChars;
	while (end < limit && text[end] === "," && isKeyChar(text.charCodeAt(end + 1))) {
		end++;
		while (isKeyChar(text.charCodeAt(end)) || text[end] === "=" || text[end] === "+" || text[end] === "/") end++;
	}
	return { ...value, end };
}
