/** E-mail addresses (RFC 5321, RFC 6531), also with `%40` for the `@`. */
import { ATOM, ATOM_CODE, isAlnum, isAlpha, isDigit, isSpace, lower } from "./chars.ts";
import { REDACTION_LIMITS } from "./limits.ts";
import { findDisplayName } from "./people.ts";
import type { Span } from "./spans.ts";

/** Ends of names with an `@` that are no domains: files, systemd units, package versions. */
const NO_TOP_LEVEL = new Set(
	"js mjs cjs jsx tsx css scss less png jpg jpeg gif webp ico bmp html htm json yml yaml toml xml txt log lock tgz gz bz2 xz jar war class dll exe map wasm node service socket timer slice scope target mount path automount swap device".split(
		" ",
	),
);
export function findEmails(text: string, out: Span[]): void {
	// Escaped ones first: in `https://ana%40example.org@host` only the first is a mailbox.
	let floor = 0;
	for (let at = text.indexOf("%40"); at >= 0; at = text.indexOf("%40", at + 3)) {
		floor = take(text, floor, at, at + 3, out);
	}
	floor = 0;
	for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
		floor = take(text, floor, at, at + 1, out);
	}
}

/** Adds the address around the `@` between `at` and `after`; answers where the next may begin. */
function take(text: string, floor: number, at: number, after: number, out: Span[]): number {
	const end = domainEnd(text, after);
	if (end < 0) return floor;
	const start = localStart(text, floor, at);
	if (start < 0 || isRemote(text, start, at, end)) return floor;
	out.push({ start, end, type: "email" });
	if (text[start - 1] === "<") findDisplayName(text, start - 1, out);
	return end;
}

/** Start of the local part that ends at `at`; -1 if there is none. */
function localStart(text: string, floor: number, at: number): number {
	if (text[at - 1] === '"') {
		// "john doe"@example.com: a quoted local part.
		const from = Math.max(floor, at - 1 - REDACTION_LIMITS.emailLocalChars);
		const open = text.slice(from, at - 1).lastIndexOf('"');
		return open < 0 || text.slice(from + open, at).includes(ATOM) ? -1 : from + open;
	}
	let i = at;
	const stop = Math.max(floor, at - REDACTION_LIMITS.emailLocalChars);
	// Scripts without spaces stand right before an address: `用户li@example.cn` is li's.
	const dense = isDense(text.charCodeAt(at - 1));
	while (i > stop && isLocal(text, i - 1) && (dense || !isDense(text.charCodeAt(i - 1)))) i--;
	while (i < at && (text[i] === "." || text[i] === "'" || text[i] === "-" || text[i] === "/" || text[i] === "=")) i++;
	return i < at ? i : -1;
}

/** Characters of an unquoted local part that people have; of RFC 5322's others only those that do not delimit in logs. */
function isLocal(text: string, i: number): boolean {
	const c = text.charCodeAt(i);
	if (isAlnum(c) || c === 46 || c === 95 || c === 45 || c === 43) return true;
	if (c >= 0x80) return !isSpace(c) && c !== ATOM_CODE && !isPunctuation(c);
	// An apostrophe between letters belongs to a name; elsewhere it is a quote.
	if (c === 39) return isAlpha(text.charCodeAt(i - 1)) && isAlpha(text.charCodeAt(i + 1)) && isQuotedName(text, i);
	return c === 37 && text[i + 1] === "2" && text[i + 2] === "B";
}

/** Scripts of East Asia. */
function isDense(c: number): boolean {
	return c >= 0x2e80 && c <= 0xfaff;
}

/** `'d.o'neil@...`: at most two letters between the apostrophe and what begins the part: o', d', l', mc'. */
function isQuotedName(text: string, i: number): boolean {
	let n = 0;
	while (n < 3 && isAlpha(text.charCodeAt(i - 1 - n))) n++;
	return n <= 2;
}

/** Full-width punctuation and general punctuation delimit in text of other scripts. */
function isPunctuation(c: number): boolean {
	return (
		(c >= 0x2010 && c <= 0x205e) ||
		(c >= 0x3001 && c <= 0x301f) ||
		(c >= 0xff00 && c <= 0xff0f) ||
		(c >= 0xff1a && c <= 0xff20)
	);
}

/** End of the domain that begins at `from`, -1 if none does. */
function domainEnd(text: string, from: number): number {
	if (text[from] === "[") {
		// A domain literal: an address in brackets.
		const m = /^\[(IPv6:)?[0-9A-Fa-f:.]{3,40}\]/.exec(text.slice(from, from + 48));
		return m === null ? -1 : from + m[0].length;
	}
	let end = from;
	let dot = -1;
	const limit = Math.min(text.length, from + REDACTION_LIMITS.emailDomainChars);
	while (end < limit) {
		const c = text.charCodeAt(end);
		if (c === 46) {
			const next = text.charCodeAt(end + 1);
			if (end === from || !(isAlnum(next) || (next >= 0x80 && !isSpace(next) && !isPunctuation(next)))) break;
			dot = end;
		} else if (!isAlnum(c) && c !== 45 && !(c >= 0x80 && c !== ATOM_CODE && !isSpace(c) && !isPunctuation(c))) break;
		end++;
	}
	while (end > from && text[end - 1] === "-") end--;
	if (dot < 0 || dot >= end - 1) return -1;
	return isDomain(text, from, dot, end) ? end : -1;
}

function isDomain(text: string, from: number, dot: number, end: number): boolean {
	const top = lower(text.slice(dot + 1, end));
	if (top.length < 2 || top.length > 24 || isDigit(top.charCodeAt(0))) return false;
	if (top.startsWith("xn--")) return true;
	for (let i = 0; i < top.length; i++) if (isDigit(top.charCodeAt(i)) || top[i] === "-") return false;
	if (NO_TOP_LEVEL.has(top)) return false;
	// name@1.2.3-beta.rc is a version of a package.
	const parts = text.slice(from, end).split(".");
	return !(allDigits(parts[0] as string) && parts.length > 2 && isDigit((parts[1] as string).charCodeAt(0)));
}

function allDigits(v: string): boolean {
	for (let i = 0; i < v.length; i++) if (!isDigit(v.charCodeAt(i))) return false;
	return true;
}

/** `git@github.com:acme/site.git`, `ssh://git@host`, `deploy@host.example:/srv`: a login of a machine, not a mailbox. */
function isRemote(text: string, start: number, at: number, end: number): boolean {
	const local = text.slice(start, at);
	const next = text[end];
	if ((local === "git" || local === "hg" || local === "svn") && (next === ":" || next === "/")) return true;
	if (next === ":" && (text[end + 1] === "/" || text[end + 1] === "~") && text[end + 2] !== "/") return true;
	return text[start - 1] === "/" && text[start - 2] === "/" && !text.slice(start, at).includes("%40");
}
