/** Secrets known by their own look, whatever stands around them: makers' keys, JWTs, PEM blocks, bot tokens, webhooks. */
import { ATOM, isAlnum, isAlpha, isDigit, isHex, isLower, isUpper } from "./chars.ts";
import { REDACTION_LIMITS } from "./limits.ts";
import type { RedactionType, Span } from "./spans.ts";
import { isPlaceholder, mixOf } from "./values.ts";
import { type Body, VENDOR_KEYS, type VendorKey } from "./vendor-table.ts";

interface Prefix {
	readonly text: string;
	readonly key: VendorKey;
}

/** Prefixes by their first two characters, longest first. */
const BY_HEAD = new Map<number, Prefix[]>();
for (const key of VENDOR_KEYS) {
	for (const text of key.prefixes) {
		const head = text.charCodeAt(0) * 128 + text.charCodeAt(1);
		BY_HEAD.set(
			head,
			[...(BY_HEAD.get(head) ?? []), { text, key }].sort((a, b) => b.text.length - a.text.length),
		);
	}
}
/** By a small hash, whether a prefix may begin with three characters. */
const HEADS = new Uint8Array(1 << 15);
for (const prefixes of BY_HEAD.values()) {
	for (const { text } of prefixes) {
		const [a, b, c] = [text.charCodeAt(0), text.charCodeAt(1), text.charCodeAt(2)];
		if (text.length > 2) HEADS[headOf(a, b, c)] = 1;
		else for (let any = 0; any < 128; any++) HEADS[headOf(a, b, any)] = 1;
	}
}

function headOf(a: number, b: number, c: number): number {
	return ((a << 10) ^ (b << 5) ^ c) & 0x7fff;
}

function inBody(c: number, body: Body): boolean {
	switch (body) {
		case "alnum":
			return isAlnum(c);
		case "lower":
			return isDigit(c) || isLower(c);
		case "upper":
			return isUpper(c) || isDigit(c);
		case "word":
			return isAlnum(c) || c === 95 || c === 45;
		case "dotted":
			return isAlnum(c) || c === 95 || c === 45 || c === 46;
		default:
			return isAlnum(c) || c === 95 || c === 45 || c === 43 || c === 47 || c === 61;
	}
}

/** Shortest run of characters that can hold a key. */
const SHORTEST = 12;

/** Characters of keys and of what joins keys to other text: `key=...`, `bot123:...`, `%3D...`, `$` of PayPal's. */
const RUN = new Uint8Array(128);
for (let c = 0; c < 128; c++) if (isAlnum(c) || "+-./_:=~%$\\".includes(String.fromCharCode(c))) RUN[c] = 1;
/** Letters and digits: words here. */
const WORD = new Uint8Array(1 << 16);
for (let c = 0; c < 128; c++) if (isAlnum(c)) WORD[c] = 1;

/**
 * Makers' keys, JWTs, AWS secrets, Telegram and Discord tokens: one walk over words of letters and digits. How a word
 * begins, how long it is and what follows it spares nearly all of them a closer look.
 */
export function findOpaque(text: string, out: Span[]): void {
	const n = text.length;
	const words = WORD;
	const seen: Walk = {
		head: 0,
		run: 0,
		body: "",
		bodyStart: 0,
		bodyEnd: 0,
		far: text.includes("~") || text.includes("=="),
	};
	let i = 0;
	while (i < n) {
		const c = text.charCodeAt(i);
		if (words[c] === 0) {
			i++;
			continue;
		}
		let end = i + 1;
		while (end < n && words[text.charCodeAt(end)] === 1) end++;
		const before = i > 0 ? text.charCodeAt(i - 1) : 32;
		let stop = (seen.far && hasFarMark(text, i)) || mayBegin(text, i, end, before) ? keyAt(text, i, seen, out) : 0;
		// `\nsk_live_...` and `%3Dsk_live_...`: the letter before the key belongs to an escape.
		if (stop === 0 && (before === 92 || before === 37)) {
			const from = before === 37 ? (isHex(c) ? i + 2 : end) : c === 110 || c === 116 || c === 114 ? i + 1 : end;
			if (from < end) stop = keyAt(text, from, seen, out);
		}
		i = stop === 0 ? end : isAlnum(text.charCodeAt(stop - 1)) ? wordEnd(text, stop) : stop;
	}
}

function wordEnd(text: string, from: number): number {
	const n = text.length;
	let end = from;
	while (end < n && WORD[text.charCodeAt(end)] === 1) end++;
	return end;
}

/** What one walk remembers, so that no character is looked at from many words. */
interface Walk {
	/** Where the first part of a JWT ends that began before: `eyJ-eyJ-...` is one part from each of its beginnings. */
	head: number;
	/** Where the run of key characters ends that began before. */
	run: number;
	/** The last body of a maker's key that was measured: of what characters it is, where it begins and ends. */
	body: Body | "";
	bodyStart: number;
	bodyEnd: number;
	/** True if the text has what stands at a fixed place of a key: `Q~` of Azure AD's secrets, `==` of Azure's accounts. */
	readonly far: boolean;
}

/** True if the word from `i` to `end` could begin one of the keys below; `before` stands before it. */
function mayBegin(text: string, i: number, end: number, before: number): boolean {
	const n = text.length;
	if (i + SHORTEST > n) return false;
	const size = end - i;
	const next = end < n ? text.charCodeAt(end) : 32;
	if (size < SHORTEST && !isRun(next)) return false;
	const c = text.charCodeAt(i);
	const d = text.charCodeAt(i + 1);
	if (HEADS[headOf(c, d, text.charCodeAt(i + 2))] === 1 || (c === 101 && d === 121)) return true;
	if (size === 40) return true;
	if (next === 58) return size === 34 || (size >= 8 && size <= 13);
	if (next === 46) return size === 14 || (size >= 24 && size <= 28);
	if (next === 45) return size === 32 || size === 2;
	return (next === 47 || next === 43) && size < 40 && !isPathMark(before);
}

function hasFarMark(text: string, i: number): boolean {
	if (text.charCodeAt(i + 5) === 126) return true;
	return i + ACCOUNT_CHARS + 1 < text.length && text.charCodeAt(i + ACCOUNT_CHARS) === 61;
}

/** What stands within paths, names and base64: no key of AWS begins behind it. */
function isPathMark(c: number): boolean {
	return c === 47 || c === 43 || c === 45 || c === 95 || c === 46;
}

/** End of the key that begins at `i`, 0 if none does. */
function keyAt(text: string, i: number, seen: Walk, out: Span[]): number {
	if (seen.run <= i) for (seen.run = i; seen.run < text.length && isRun(text.charCodeAt(seen.run)); ) seen.run++;
	const to = seen.run;
	if (i + SHORTEST > to) return 0;
	return (
		maker(text, i, seen, out) ||
		jwt(text, i, seen, out) ||
		botToken(text, i, out) ||
		suffixedKey(text, i, to, out) ||
		secretKey(text, i, to, out) ||
		dashedMac(text, i, out)
	);
}

function isRun(c: number): boolean {
	return c < 128 && RUN[c] === 1;
}

function maker(text: string, i: number, seen: Walk, out: Span[]): number {
	const a = text.charCodeAt(i);
	const b = text.charCodeAt(i + 1);
	if (a >= 128 || b >= 128) return 0;
	for (const prefix of BY_HEAD.get(a * 128 + b) ?? []) {
		if (!text.startsWith(prefix.text, i)) continue;
		const { key } = prefix;
		const start = i + prefix.text.length;
		let end = start;
		const limit = Math.min(text.length, start + (key.max ?? REDACTION_LIMITS.vendorKeyChars) + 1);
		if (seen.body !== key.body || start < seen.bodyStart || start >= seen.bodyEnd) {
			seen.body = key.body;
			seen.bodyStart = start;
			for (seen.bodyEnd = start; inBody(text.charCodeAt(seen.bodyEnd), key.body); ) seen.bodyEnd++;
		}
		end = Math.max(start, Math.min(limit, seen.bodyEnd));
		while (end > start && !isAlnum(text.charCodeAt(end - 1)) && text[end - 1] !== "=") end--;
		const size = end - start;
		if (size < key.min || size > (key.max ?? REDACTION_LIMITS.vendorKeyChars) || isAlnum(text.charCodeAt(end)))
			continue;
		if ((key.sure === undefined && !looksDrawn(text.slice(start, end))) || isPlaceholder(text.slice(start, end)))
			continue;
		out.push({ start: i, end, type: key.type ?? "api_key" });
		return end;
	}
	return 0;
}

/** Random characters are not words in one case with dashes between: `sk-learn-compatible-estimators`. */
function looksDrawn(body: string): boolean {
	const mix = mixOf(body);
	return mix.digit > 0 || (mix.upper > 0 && mix.lower > 0) || (mix.upper > 0 && mix.other === 0);
}

/** RFC 7519 and RFC 7516: three or five base64url parts, the first a JSON object (`eyJ`). */
function jwt(text: string, i: number, seen: Walk, out: Span[]): number {
	if (text.charCodeAt(i) !== 101 || !text.startsWith("eyJ", i)) return 0;
	if (i >= seen.head) for (seen.head = i; inBody(text.charCodeAt(seen.head), "word"); ) seen.head++;
	let end = i;
	let parts = 0;
	let size = 0;
	for (;;) {
		const from = end;
		if (parts === 0) end = seen.head;
		while (end < text.length && inBody(text.charCodeAt(end), "word")) end++;
		parts++;
		size = end - from;
		if (parts === 1 && size < 10) return 0;
		if (text[end] !== "." || parts === 5) break;
		if (!inBody(text.charCodeAt(end + 1), "word") && parts !== 2) break;
		end++;
	}
	if (parts < 2 || (parts === 2 && size < 10)) return 0;
	if (text[end - 1] === "." && parts < 3) end--;
	out.push({ start: i, end, type: "jwt" });
	return end;
}

/** Telegram `123456789:35 characters` (also behind `bot` in a URL), Discord `24.6.27 characters`. */
function botToken(text: string, i: number, out: Span[]): number {
	const c = text[i] as string;
	if (c > "9" && c !== "b" && c !== "M" && c !== "N" && c !== "O") return 0;
	let j = i;
	if (text.startsWith("bot", i)) j += 3;
	const start = j;
	while (isDigit(text.charCodeAt(j))) j++;
	if (j - start >= 8 && j - start <= 10 && text[j] === ":") {
		let end = j + 1;
		while (end < text.length && inBody(text.charCodeAt(end), "word")) end++;
		const size = end - j - 1;
		if (size >= 32 && size <= 36 && looksDrawn(text.slice(j + 1, end))) {
			out.push({ start, end, type: "token" });
			return end;
		}
	}
	if (c !== "M" && c !== "N" && c !== "O") return 0;
	const m = /^[MNO][A-Za-z0-9]{23,27}[.][A-Za-z0-9_-]{6}[.][A-Za-z0-9_-]{27,40}/.exec(text.slice(i, i + 80));
	if (m === null) return 0;
	out.push({ start: i, end: i + m[0].length, type: "token" });
	return i + m[0].length;
}

/**
 * AWS secret access keys have no prefix: exactly 40 characters of base64 in all three kinds, changing kind as often as
 * drawn characters do. Azure AD client secrets have `Q~` at a fixed place.
 */
function secretKey(text: string, i: number, to: number, out: Span[]): number {
	if (to - i < 36) return 0;
	const before = text.charCodeAt(i - 1);
	if (text[i + 4] === "Q" && text[i + 5] === "~" && before !== 126 && before !== 46 && before !== 45 && before !== 95) {
		let end = i;
		while (end - i <= 44 && (inBody(text.charCodeAt(end), "dotted") || text[end] === "~")) end++;
		if (end - i >= 37 && end - i <= 44) {
			out.push({ start: i, end, type: "secret" });
			return end;
		}
	}
	const account = accountKey(text, i, out);
	if (account > 0) return account;
	if (isPathMark(before)) return 0;
	let end = i;
	while (end < text.length && end - i <= 40) {
		const c = text.charCodeAt(end);
		if (!isAlnum(c) && c !== 47 && c !== 43) break;
		end++;
	}
	if (end - i !== 40) return 0;
	const after = text[end];
	if (after === "=" || after === "-" || after === "_" || (after === "." && isAlpha(text.charCodeAt(end + 1)))) return 0;
	const mix = mixOf(text.slice(i, end));
	if (mix.upper < 4 || mix.lower < 4 || mix.digit === 0 || mix.turns < 13) return 0;
	out.push({ start: i, end, type: "secret" });
	return end;
}

/**
 * Keys known by their end or middle: Mailgun's `32 hex-8 hex-8 hex`, Mailchimp's `32 hex-us12`, New Relic's licence of 40
 * that ends `NRAL`, Terraform Cloud's `14.atlasv1.60`.
 */
function suffixedKey(text: string, i: number, to: number, out: Span[]): number {
	if (to - i < 36) return 0;
	let type: RedactionType = "api_key";
	let m: RegExpExecArray | null = null;
	const word = wordEnd(text, i);
	const next = text.charCodeAt(word);
	if (next === 45 && word === i + 32)
		m = /^[0-9a-f]{32}-(us[0-9]{1,2}|[0-9a-f]{8}-[0-9a-f]{8})/.exec(text.slice(i, i + 52));
	else if (next === 46 && word === i + 14 && text.startsWith(".atlasv1.", word)) {
		m = /^[A-Za-z0-9]{14}[.]atlasv1[.][A-Za-z0-9_-]{32,80}/.exec(text.slice(i, i + 104));
		type = "token";
	} else if (word === i + 40) m = /^[A-Za-z0-9]{36}NRAL/.exec(text.slice(i, i + 40));
	// Twilio's account and its token, as a user and a password are written.
	else if (next === 58 && word === i + 34) m = /^AC[0-9a-f]{32}:[0-9a-f]{32}/.exec(text.slice(i, i + 67));
	if (m === null) return 0;
	const end = i + m[0].length;
	if (isAlnum(text.charCodeAt(end)) || text[end] === "-") return 0;
	out.push({ start: i, end, type });
	return end;
}

/** Characters of 64 bytes in base64 without the two `=`. */
const ACCOUNT_CHARS = 86;

/** Azure's account keys: 64 bytes in base64, which is 86 characters and `==`. Digests of that size say so before them. */
function accountKey(text: string, i: number, out: Span[]): number {
	if (
		text[i + ACCOUNT_CHARS] !== "=" ||
		text[i + ACCOUNT_CHARS + 1] !== "=" ||
		text.slice(Math.max(0, i - 7), i).startsWith("sha")
	)
		return 0;
	for (let j = i; j < i + ACCOUNT_CHARS; j++) {
		const c = text.charCodeAt(j);
		if (!isAlnum(c) && c !== 43 && c !== 47) return 0;
	}
	const end = i + ACCOUNT_CHARS + 2;
	out.push({ start: i, end, type: "secret" });
	return end;
}

/** `3C-22-FB-10-20-30`: a hardware address as Windows writes it; six decimal numbers are none. */
function dashedMac(text: string, i: number, out: Span[]): number {
	if (text[i + 2] !== "-" || text[i + 5] !== "-" || text[i + 8] !== "-" || text[i - 1] === "-") return 0;
	const m = /^[0-9A-Fa-f]{2}(-[0-9A-Fa-f]{2}){5}/.exec(text.slice(i, i + 17));
	const next = text[i + 17];
	if (m === null || next === "-" || isAlnum(text.charCodeAt(i + 17)) || !/[A-Fa-f]/.test(m[0])) return 0;
	out.push({ start: i, end: i + 17, type: "mac" });
	return i + 17;
}

const HASH =
	/^\$(2[abxy]?\$[0-9]{2}\$[./A-Za-z0-9]{31,60}|argon2(id|i|d)\$[A-Za-z0-9$=,+/v.-]{20,200}|[156]\$(rounds=[0-9]{1,9}\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{22,90}|(pbkdf2[a-z0-9-]{0,16}|scrypt|y|7)\$[A-Za-z0-9$=,+/.-]{20,200})/;

/** Passwords as they are stored: bcrypt, argon2, crypt(3), scrypt and PBKDF2 in the modular crypt format. */
export function findHashes(text: string, out: Span[]): void {
	for (let i = text.indexOf("$"); i >= 0; i = text.indexOf("$", i + 1)) {
		const c = text[i + 1];
		if (c === undefined || !"2a156psy7".includes(c) || isAlnum(text.charCodeAt(i - 1))) continue;
		// Most are `$1`, `$2` of SQL.
		if (text[i + 2] !== "$" && text[i + 3] !== "$" && c !== "a" && c !== "p" && c !== "s") continue;
		const m = HASH.exec(text.slice(i, i + 256));
		if (m === null) continue;
		out.push({ start: i, end: i + m[0].length, type: "password" });
		i += m[0].length - 1;
	}
}

const PEM_BEGIN = "-----BEGIN ";

/** RFC 7468, OpenSSH, PGP and PuTTY private keys, with real or escaped line ends; a cut one goes to where its base64 ends. */
export function findPem(text: string, out: Span[]): void {
	const lastEnd = text.lastIndexOf("-----END ");
	let finish = -1;
	for (let i = text.indexOf(PEM_BEGIN); i >= 0; i = text.indexOf(PEM_BEGIN, i + 1)) {
		const label = text.slice(i + PEM_BEGIN.length, i + PEM_BEGIN.length + 64);
		const dashes = label.indexOf("-----");
		if (dashes < 0 || !label.slice(0, dashes).includes("PRIVATE KEY")) continue;
		const body = i + PEM_BEGIN.length + dashes + 5;
		if (finish < body) finish = lastEnd < body ? -1 : text.indexOf("-----END ", body);
		let end = finish < 0 ? -1 : text.slice(finish + 9, finish + 80).indexOf("-----");
		if (end >= 0) end += finish + 14;
		else end = cutEnd(text, body);
		while (text[end] === "\\" && text[end + 1] === "n") end += 2;
		pushParts(text, i, end, out);
		i = end - 1;
	}
}

/** The key between `start` and `end`, in parts where tokens stand within. */
function pushParts(text: string, start: number, end: number, out: Span[]): void {
	let from = start;
	for (let at = text.indexOf(ATOM, from); at >= 0 && at < end; at = text.indexOf(ATOM, from)) {
		if (at > from) out.push({ start: from, end: at, type: "private_key" });
		from = at + 1;
	}
	if (end > from) out.push({ start: from, end, type: "private_key" });
}

function cutEnd(text: string, from: number): number {
	let i = from;
	while (i < text.length) {
		const c = text.charCodeAt(i);
		if (!isAlnum(c) && !(c === 43 || c === 47 || c === 61 || c === 92 || c === 10 || c === 13 || c === 32)) break;
		// A space followed by words is the message going on.
		if (c === 32 && isLower(text.charCodeAt(i + 1)) && text.slice(i + 1, i + 20).includes(" ")) break;
		i++;
	}
	return i;
}

const HOOKS: readonly { readonly host: string; readonly path: RegExp; readonly type: RedactionType }[] = [
	{ host: "hooks.slack.com/", path: /^(services|workflows|triggers)\/[A-Za-z0-9_/-]+/, type: "token" },
	{ host: "discord.com/api/webhooks/", path: /^[0-9]+\/[A-Za-z0-9_-]+/, type: "token" },
	{ host: "discordapp.com/api/webhooks/", path: /^[0-9]+\/[A-Za-z0-9_-]+/, type: "token" },
	{ host: ".webhook.office.com/", path: /^webhookb2\/[A-Za-z0-9@_/-]+/, type: "token" },
	{ host: "hooks.zapier.com/hooks/", path: /^catch\/[A-Za-z0-9/]+/, type: "token" },
	{
		host: "maker.ifttt.com/",
		path: /^trigger\/[A-Za-z0-9_-]{1,64}\/(json\/)?with\/key\/[A-Za-z0-9_-]+/,
		type: "token",
	},
	{ host: "outlook.office.com/webhook/", path: /^[A-Za-z0-9@_/-]+/, type: "token" },
];

/** Incoming webhooks: the path of the URL is the credential. */
export function findWebhooks(text: string, out: Span[]): void {
	for (const hook of HOOKS) {
		for (let i = text.indexOf(hook.host); i >= 0; i = text.indexOf(hook.host, i + 1)) {
			const start = i + hook.host.length;
			const m = hook.path.exec(text.slice(start, start + 512));
			if (m !== null) out.push({ start, end: start + m[0].length, type: hook.type });
		}
	}
}
