/** Secrets that prose and commands name without a separator: codes somebody read out, passwords in SQL and on command lines. */
import { ATOM, contextBefore, hasTerm, isAlnum, isDigit, isSpace, isWord, lower } from "./chars.ts";
import { REDACTION_LIMITS } from "./limits.ts";
import type { RedactionType, Span } from "./spans.ts";
import { isPlaceholder, isProse } from "./values.ts";

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

const CODE_WORD = /cvc|cvv|cvn|csc|t?otp|passcode|pin|code/gi;

/** `cvc 314`, `your verification code is 123456`, `my card is ... and the code is 314`. */
export function findSpokenCodes(text: string, out: Span[]): void {
	CODE_WORD.lastIndex = 0;
	for (let m = CODE_WORD.exec(text); m !== null; m = CODE_WORD.exec(text)) {
		const end = m.index + m[0].length;
		if (isWord(text.charCodeAt(m.index - 1)) || isWord(text.charCodeAt(end))) continue;
		const rule = CODES.get(lower(m[0]));
		const link = /^( is| was|:| =|=|#| number| no[.]?| -){0,2} ?["'`]?/.exec(text.slice(end, end + 16));
		if (rule === undefined || link === null || link[0] === "") continue;
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

const PHRASES = /(identified by|identified with [A-Za-z0-9_]{1,32} by|password|passwd|pwd|passphrase) +['"]/gi;

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
	/(mysql|mysqldump|mysqladmin|mysqlimport|mariadb|mariadb-dump|sshpass|redis-cli|curl|wget|ldapsearch|mongo|mongosh|mongodump|mongorestore|sqlcmd|bcp|isql|smbclient|htpasswd|psql) /g;

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
