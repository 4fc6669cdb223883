/** Values of the Authorization and Cookie headers in a text, and credentials that stand after a scheme's name anywhere. */
import { isAlnum, isQuote, isSpace, isWord, lower, skipSpaces } from "./chars.ts";
import { keyDecides } from "./decide.ts";
import { bareAt, isKeyChar, type Memo, valueAt } from "./extent.ts";
import { REDACTION_LIMITS } from "./limits.ts";
import type { RedactionType, Span } from "./spans.ts";
import { isOpaque, isPlaceholder, isProse, mixOf } from "./values.ts";

/** Schemes (IANA HTTP Authentication Scheme Registry, and what vendors use) followed by one credential. */
const SCHEMES = new Set(
	"bearer basic token apikey api-key key negotiate ntlm dpop jwt bot splunk sharedkey sharedkeylite privatetoken genie-key vapid".split(
		" ",
	),
);
/** Schemes followed by parameters, and the parameters that are credentials. */
const PARAMETER_SCHEMES = new Set("digest aws4-hmac-sha256 oauth hawk signature hmac".split(" "));
const PARAMETERS: ReadonlyMap<string, RedactionType> = new Map([
	["response", "signature"],
	["signature", "signature"],
	["mac", "signature"],
	["oauth_signature", "signature"],
	["oauth_token", "token"],
	["oauth_consumer_key", "api_key"],
]);

/** What follows `Authorization:` at `at`; answers where to go on. */
export function findAuthorization(text: string, at: number, memo: Memo, out: Span[]): number {
	let value = valueAt(text, at, memo);
	for (;;) {
		const end = takeCredential(text, value.start, value.quoted ? value.end : undefined, memo, out);
		if (value.more < 0) return end;
		value = valueAt(text, value.more, memo);
	}
}

function takeCredential(text: string, at: number, quotedEnd: number | undefined, memo: Memo, out: Span[]): number {
	// `map[Authorization:[Bearer x]]`, `{authorization=[Basic x]}`: lists of Go and Java.
	const start = quotedEnd === undefined && text[at] === "[" ? at + 1 : at;
	let i = start;
	while (isKeyChar(text.charCodeAt(i)) && i - start < 24) i++;
	const scheme = lower(text.slice(start, i));
	const spaced = isSpace(text.charCodeAt(i));
	if (spaced && PARAMETER_SCHEMES.has(scheme)) return takeParameters(text, i, memo, out);
	const known = spaced && SCHEMES.has(scheme);
	const from = known ? skipSpaces(text, i) : start;
	const bare = bareAt(text, from, memo);
	const end = quotedEnd === undefined ? bare.end : known ? Math.min(bare.end, quotedEnd) : quotedEnd;
	const value = text.slice(from, Math.min(end, from + REDACTION_LIMITS.judgedChars));
	const how = { quoted: quotedEnd !== undefined, prose: quotedEnd === undefined, after: text.slice(end, end + 2) };
	const goes = known
		? value.length >= 3 && !isPlaceholder(value) && !isProse(value) && !isChallenge(value, text[end])
		: keyDecides(value, { type: "authorization", certainty: "always" }, how);
	if (!goes) return from;
	out.push({ start: from, end, type: "authorization" });
	return end;
}

/** `realm="x"`: a parameter, whose quote ended the value. */
function isChallenge(value: string, next: string | undefined): boolean {
	return value.includes('="') || (next === '"' && value.endsWith("=") && !/[0-9A-Z]/.test(value));
}

/** `username="alice", response="6629..."`: each known parameter up to the end of the line. */
function takeParameters(text: string, at: number, memo: Memo, out: Span[]): number {
	let i = at;
	while (i < text.length) {
		i = skipSpaces(text, i);
		const start = i;
		while (isKeyChar(text.charCodeAt(i)) && i - start < REDACTION_LIMITS.keyChars) i++;
		if (i === start || text[i] !== "=") return start;
		const value = valueAt(text, i + 1, memo);
		const type = PARAMETERS.get(lower(text.slice(start, i)));
		if (type !== undefined && value.end - value.start >= 8) out.push({ start: value.start, end: value.end, type });
		i = value.quoted ? value.end + 1 : value.end;
		if (text[i] === ",") i++;
	}
	return i;
}

/** What follows `Cookie:` or `Set-Cookie:` at `at`: `a=b; c=d` goes whole, attributes after the first pair stay. */
export function findCookies(text: string, at: number, memo: Memo, out: Span[]): number {
	let value = valueAt(text, at, memo);
	for (;;) {
		const end = cookieEnd(text, value.start, memo);
		if (end > value.start) out.push({ start: value.start, end, type: "cookie" });
		else {
			const raw = text.slice(value.start, Math.min(value.end, value.start + REDACTION_LIMITS.judgedChars));
			if (isOpaque(raw, 12) && !isPlaceholder(raw)) out.push({ start: value.start, end: value.end, type: "cookie" });
		}
		if (value.more < 0) return Math.max(end, value.start);
		value = valueAt(text, value.more, memo);
	}
}

const ATTRIBUTES = new Set("path domain expires max-age samesite priority version".split(" "));

/** End of `name=value(; name=value)*` at `start`; `start` if there is none. */
function cookieEnd(text: string, start: number, memo: Memo): number {
	let end = start;
	let i = start;
	for (;;) {
		const name = i;
		while (i < text.length && isCookieChar(text.charCodeAt(i)) && text[i] !== "=" && i - name < 128) i++;
		if (i === name || text[i] !== "=") return end;
		if (end > start && ATTRIBUTES.has(lower(text.slice(name, i)))) return end;
		const value = ++i;
		if (text[i] === '"') i++;
		i = cookieValueEnd(text, i, memo);
		if (text[value] === '"' && text[i] === '"') i++;
		if (isPlaceholder(text.slice(value, Math.min(i, value + REDACTION_LIMITS.judgedChars)))) return end;
		end = i;
		if (text[i] !== ";") return end;
		i = skipSpaces(text, i + 1);
	}
}

/** End of the characters of a cookie that go on from `start`. */
function cookieValueEnd(text: string, start: number, memo: Memo): number {
	let i = start >= memo.cookieStart && start < memo.cookieEnd ? memo.cookieEnd : start;
	while (i < text.length && isCookieChar(text.charCodeAt(i))) i++;
	memo.cookieStart = start;
	memo.cookieEnd = i;
	return i;
}

function isCookieChar(c: number): boolean {
	return c > 32 && c < 127 && !isQuote(c) && c !== 44 && c !== 59 && c !== 60 && c !== 62 && c !== 92 && c !== 125;
}

const NAMED = /bearer|basic|token|apikey/gi;

/** `Bearer <credential>` and `Basic <credential>` wherever they stand. */
export function findSchemes(text: string, out: Span[]): void {
	NAMED.lastIndex = 0;
	for (let m = NAMED.exec(text); m !== null; m = NAMED.exec(text)) {
		const at = m.index + m[0].length;
		if (isWord(text.charCodeAt(m.index - 1)) || text[m.index - 1] === "-") continue;
		const basic = m[0].length === 5 && lower(m[0]) === "basic";
		const bearer = lower(m[0]) === "bearer";
		let i = at;
		if (bearer && (text[i] === "," || text[i] === ":")) i++;
		if (bearer && text.startsWith("%20", i)) i += 3;
		else {
			const from = i;
			i = skipSpaces(text, i, 4);
			if (i === from && i === at) continue;
		}
		const start = i;
		while (i < text.length && isCredentialChar(text.charCodeAt(i))) i++;
		while (i > start && (text[i - 1] === "." || text[i - 1] === ":")) i--;
		const value = text.slice(start, i);
		if (basic ? isBasic(value) : isCredential(value, bearer)) out.push({ start, end: i, type: "authorization" });
	}
}

/** Characters of RFC 6750's b68token. */
function isCredentialChar(c: number): boolean {
	return isAlnum(c) || c === 45 || c === 46 || c === 95 || c === 126 || c === 43 || c === 47 || c === 61;
}

function isCredential(value: string, bearer: boolean): boolean {
	const padding = value.indexOf("=");
	// `Bearer realm="x"` is a challenge, not a credential.
	if (isPlaceholder(value) || (padding >= 0 && value.length - padding > 3)) return false;
	const mix = mixOf(value);
	if (!bearer) return value.length >= 24 && mix.digit >= 4 && mix.lower + mix.upper >= 4 && !/[/-]/.test(value);
	if (value.length >= 8 && mix.digit > 0 && mix.upper + mix.lower > 0) return true;
	return value.length >= 20 && mix.upper > 0 && mix.lower > 0;
}

/** Base64 of something with a colon in it (RFC 7617). */
function isBasic(value: string): boolean {
	if (value.length < 4 || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(value)) return false;
	const decoded = Buffer.from(value, "base64");
	let colon = false;
	for (const byte of decoded) {
		if (byte < 32) return false;
		if (byte === 58) colon = true;
	}
	return colon;
}
