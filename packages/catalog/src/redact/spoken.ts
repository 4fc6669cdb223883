/** Secrets that prose and commands name without a separator: codes somebody read out, passwords in SQL and on command lines. */
import { ATOM, ATOM_CODE, contextBefore, hasTerm, isAlnum, isDigit, isSpace, isWord, lower } from "./chars.ts";
import { REDACTION_LIMITS } from "./limits.ts";
import type { RedactionType, Span } from "./spans.ts";
import { isPlaceholder, isProse, mixOf } from "./values.ts";

/** Words that name a code, alone or with the word before; digits follow within `code is 123456`. */
const CODES: ReadonlyMap<
	string,
	{ readonly type: RedactionType; readonly min: number; readonly max: number; readonly with?: readonly string[] }
> = new Map([
	["cvc", { type: "cvc", min: 3, max: 4 }],
	["cvv", { type: "cvc", min: 3, max: 4 }],
	["cvn", { type: "cvc", min: 3, max: 4 }],
	["csc", { type: "cvc", min: 3, max: 4 }],
	["otp", { type: "otp", min: 4, max: 8 }],
	["totp", { type: "otp", min: 4, max: 8 }],
	["passcode", { type: "otp", min: 4, max: 8 }],
	["pin", { type: "otp", min: 4, max: 6 }],
	["tan", { type: "otp", min: 6, max: 6 }],
	["password", { type: "otp", min: 4, max: 8, with: ["time"] }],
	[
		"code",
		{
			type: "otp",
			min: 3,
			max: 8,
			with: [
				"verification",
				"security",
				"confirmation",
				"otp",
				"sms",
				"login",
				"fa",
				"mfa",
				"factor",
				"time",
				"authentication",
				"passcode",
				"card",
				"reset",
				"your",
			],
		},
	],
]);

const CODE_WORD = /cvc|cvv|cvn|csc|t?otp|passcode|pin|code|password|tan/gi;

/** `123456 is your verification ` before `code`. */
const TOLD_BEFORE = /(^|[^0-9A-Za-z_.-])([0-9]{4,8}) (is|as) (your|the)( [A-Za-z-]{1,16}){0,3} $/;
/** Pins of electronics. */
const BOARDS = ["gpio", "board", "header", "io"];

/** `cvc 314`, `your verification code is 123456`, `my card is ... and the code is 314`. */
export function findSpokenCodes(text: string, out: Span[]): void {
	CODE_WORD.lastIndex = 0;
	for (let m = CODE_WORD.exec(text); m !== null; m = CODE_WORD.exec(text)) {
		const end = m.index + m[0].length;
		if (isWord(text.charCodeAt(m.index - 1)) || isWord(text.charCodeAt(end))) continue;
		const rule = CODES.get(lower(m[0]));
		if (rule === undefined || (rule.min === rule.max && m[0] !== "TAN")) continue;
		if (rule.type === "otp" && rule.with?.length !== 1) told(text, m.index, out);
		const link = /^( is| was|:| =|=|#| number| no[.]?| -){0,2} ?["'`]?/.exec(text.slice(end, end + 16));
		if (link === null || link[0] === "") continue;
		const start = end + link[0].length;
		let stop = start;
		while (isDigit(text.charCodeAt(stop))) stop++;
		const size = stop - start;
		if (
			size < rule.min ||
			size > rule.max ||
			isWord(text.charCodeAt(stop)) ||
			(text[stop] === "." && isAlnum(text.charCodeAt(stop + 1)))
		)
			continue;
		if (rule.max === 6 && hasTerm(contextBefore(text, m.index, 16), BOARDS)) continue;
		let { type } = rule;
		if (rule.with !== undefined) {
			const context = contextBefore(text, m.index, 64);
			const near = ` ${context.trim().split(" ").slice(-2).join(" ")} `;
			// `my card is ... and the code is 314`
			const card = hasTerm(context, ["card"]) && size <= 4 && link[0].startsWith(" is");
			if (!card && !hasTerm(near, rule.with)) continue;
			if (card || hasTerm(near, ["card", "security"])) type = size <= 4 ? "cvc" : "otp";
		}
		out.push({ start, end: stop, type });
	}
}

/** `123456 is your verification code`, `use 123456 as your code`. */
function told(text: string, at: number, out: Span[]): void {
	const floor = Math.max(0, at - 72);
	const m = TOLD_BEFORE.exec(text.slice(floor, at));
	if (m === null) return;
	const start = floor + m.index + (m[1] as string).length;
	out.push({ start, end: start + (m[2] as string).length, type: "otp" });
}

const SECRET_WORD =
	/(api|access|secret|license|auth|encryption|signing|master|shared)[ -]key|session id|token|secret/gi;
const SECRET_TYPES: ReadonlyMap<string, RedactionType> = new Map([
	["token", "token"],
	["secret", "secret"],
	["session id", "session"],
]);
/** What kinds of tokens are no secrets. */
const OPEN_KINDS =
	"unexpected page next continuation pagination sync cursor resume start cancellation cancel concurrency idempotency trace lock fencing prompt".split(
		" ",
	);

/** `api key 4fQ... is invalid`, `invalid token "4fQ..."`: at least 16 characters that nobody wrote. */
export function findSpokenSecrets(text: string, out: Span[]): void {
	SECRET_WORD.lastIndex = 0;
	for (let m = SECRET_WORD.exec(text); m !== null; m = SECRET_WORD.exec(text)) {
		const end = m.index + m[0].length;
		if (isWord(text.charCodeAt(m.index - 1)) || text[m.index - 1] === "-" || text[m.index - 1] === ".") continue;
		const link = /^( is| was| value)?:? ["'`]?/.exec(text.slice(end, end + 12));
		if (link === null) continue;
		const start = end + link[0].length;
		let stop = start;
		while (stop - start <= REDACTION_LIMITS.judgedChars && isTokenChar(text.charCodeAt(stop))) stop++;
		if (stop - start < 16 || stop - start > REDACTION_LIMITS.judgedChars) continue;
		const next = text.charCodeAt(stop);
		if (isWord(next) || next === 47) continue;
		if ((next === 46 || next === 58) && isWord(text.charCodeAt(stop + 1))) continue;
		if (!isTold(text.slice(start, stop)) || hasTerm(contextBefore(text, m.index, 16), OPEN_KINDS)) continue;
		out.push({
			start,
			end: stop,
			type: SECRET_TYPES.get(lower(m[0])) ?? "api_key",
		});
	}
}

const UUID = /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;

function isTokenChar(c: number): boolean {
	return isAlnum(c) || c === 45 || c === 95 || c === 43 || c === 61;
}

/** Letters and digits in one piece, or all three kinds around dashes: `default-token-x7k2p` is a name. */
function isTold(value: string): boolean {
	const mix = mixOf(value);
	if (isPlaceholder(value) || mix.digit < 2 || mix.upper + mix.lower < 4) return false;
	// A UUID behind such a word is one drawn for it.
	return mix.other === 0 || (mix.other === 4 && UUID.test(value)) || (mix.upper > 1 && mix.lower > 1);
}

const PASSWORD_WORD = /password|passwd|passphrase/gi;
/** Names of algorithms and encodings, which prose about passwords has too. */
const ALGORITHM = /^(sha|md|argon|bcrypt|scrypt|pbkdf|base|oauth|utf|scram|aes|rsa|hs|rs|v)-?[0-9]/i;

/** `with password x`, `password is x`, `password for bob: x`, where x has a letter and a digit. */
export function findToldPasswords(text: string, out: Span[]): void {
	PASSWORD_WORD.lastIndex = 0;
	for (let m = PASSWORD_WORD.exec(text); m !== null; m = PASSWORD_WORD.exec(text)) {
		const start = toldStart(text, m.index, m.index + m[0].length);
		if (start === 0) continue;
		let end = start;
		while (end < text.length && end - start <= 64 && isToldChar(text.charCodeAt(end))) end++;
		while (end > start && ".,;:!?)".includes(text[end - 1] as string)) end--;
		const value = text.slice(start, end);
		if (value.length < 6 || value.length > 64 || value.includes("(") || ALGORITHM.test(value)) continue;
		const mix = mixOf(value);
		if (mix.digit === 0 || mix.upper + mix.lower === 0 || isPlaceholder(value) || isProse(value)) continue;
		out.push({ start, end, type: "password" });
	}
}

/** Where the password begins that the word from `at` to `end` announces; 0 if it announces none. */
function toldStart(text: string, at: number, end: number): number {
	if (isWord(text.charCodeAt(at - 1))) return 0;
	const link = /^( is | was | for [A-Za-z0-9_.@-]{1,32}: )/.exec(text.slice(end, end + 40));
	if (link !== null) return end + link[0].length;
	return text[end] === " " && /(^|[^A-Za-z0-9_])(with|using) $/.test(lower(text.slice(Math.max(0, at - 7), at)))
		? end + 1
		: 0;
}

function isToldChar(c: number): boolean {
	return !isSpace(c) && c !== 34 && c !== 39 && c !== 60 && c !== 62 && c !== 96 && c !== ATOM_CODE;
}

const PHRASES = /(identified by|identified with [A-Za-z0-9_]{1,32} by|password|passwd|pwd|passphrase)( +|\()['"]/gi;

/** `IDENTIFIED BY 'x'`, `PASSWORD 'x'` (SQL), `password "x"`. */
export function findSpokenPasswords(text: string, out: Span[]): void {
	PHRASES.lastIndex = 0;
	for (let m = PHRASES.exec(text); m !== null; m = PHRASES.exec(text)) {
		if (isWord(text.charCodeAt(m.index - 1)) || text[m.index - 1] === "-") continue;
		const start = m.index + m[0].length;
		const quote = text[start - 1] as string;
		const end = text.slice(start, start + 256).indexOf(quote);
		if (end < 1) continue;
		const value = text.slice(start, start + end);
		if (value.includes(ATOM) || value.includes("\n") || isPlaceholder(value) || isProse(value) || value.includes(" "))
			continue;
		out.push({ start, end: start + end, type: "password" });
	}
}

const CLIENTS =
	/(mysql|mysqldump|mysqladmin|mysqlimport|mariadb|mariadb-dump|sshpass|redis-cli|curl|wget|ldapsearch|mongo|mongosh|mongodump|mongorestore|sqlcmd|bcp|isql|smbclient|htpasswd|psql|docker login|podman login) /g;

/** `mysql -uroot -pS3cret`, `sshpass -p x`, `redis-cli -a x`, `curl -u user:x`: clients whose flags hold a password. */
export function findCommandSecrets(text: string, out: Span[]): void {
	CLIENTS.lastIndex = 0;
	for (let m = CLIENTS.exec(text); m !== null; m = CLIENTS.exec(text)) {
		if (isWord(text.charCodeAt(m.index - 1))) continue;
		const program = m[1] as string;
		const from = m.index + m[0].length;
		const words = text.slice(from, from + 400);
		let at = 0;
		let previous = "";
		for (const word of words.split(" ", REDACTION_LIMITS.argumentWords)) {
			const found = commandSecret(program, previous, word);
			if (found > 0 && !word.includes(ATOM))
				out.push({ start: from + at + found - 1, end: from + at + trimmed(word), type: "password" });
			previous = word;
			at += word.length + 1;
			if (word.includes("\n")) break;
		}
	}
}

const NETRC = /login [^ \n\uFFFC]{1,64}[ \n]+password ([^ \n\uFFFC]{1,128})/g;

/** `machine h login u password p`: a line of a .netrc. */
export function findNetrc(text: string, out: Span[]): void {
	if (!text.includes("login ")) return;
	for (const m of text.matchAll(NETRC)) {
		const value = m[1] as string;
		const end = m.index + m[0].length;
		if (!isPlaceholder(value) && !isProse(value)) out.push({ start: end - value.length, end, type: "password" });
	}
}

/** End of the word without the quotes and commas around it. */
function trimmed(word: string): number {
	let end = 0;
	while (end < word.length && !isSpace(word.charCodeAt(end))) end++;
	while (end > 1 && /["',;)\]]/.test(word[end - 1] as string)) end--;
	return end;
}

const ATTACHED = new Set(["mysql", "mysqldump", "mysqladmin", "mysqlimport", "mariadb", "mariadb-dump"]);
const SEPARATE: ReadonlyMap<string, string> = new Map([
	["sshpass", "-p"],
	["redis-cli", "-a"],
	["docker login", "-p"],
	["podman login", "-p"],
	["ldapsearch", "-w"],
	["sqlcmd", "-P"],
	["bcp", "-P"],
	["isql", "-P"],
	["mongo", "-p"],
	["mongosh", "-p"],
	["mongodump", "-p"],
	["mongorestore", "-p"],
]);

/** 1 + the offset in `word` where its secret begins; 0 if it has none. Also for argv lists: see `walk.ts`. */
export function commandSecret(program: string, previous: string, word: string): number {
	if (isPlaceholder(word)) return 0;
	if (ATTACHED.has(program)) return word.startsWith("-p") && word.length > 2 && !word.includes("=") ? 3 : 0;
	const flag = SEPARATE.get(program);
	if (flag !== undefined) {
		if (previous === flag && !word.startsWith("-")) return 1;
		return word.startsWith(flag) && word.length > 2 && !word.startsWith("--") && !word.includes("=") ? 3 : 0;
	}
	const colon = word.indexOf(":");
	if (
		(program === "curl" || program === "wget") &&
		(previous === "-u" || previous === "--user") &&
		colon > 0 &&
		colon + 1 < word.length
	)
		return colon + 2;
	return 0;
}
