/** Persons in prose and paths: names after words that introduce them, dates of birth, postal addresses, home folders. */
import { contextBefore, hasTerm, isAlnum, isAlpha, isDigit, isUpper, isWord, lower, wordsOf } from "./chars.ts";
import { REDACTION_LIMITS } from "./limits.ts";
import {
	BARE_NAMES,
	BIRTH_WORDS,
	FORM_INTRODUCERS,
	GIVEN_NAMES,
	INTRODUCERS,
	NO_NAMES,
	SERVICE_HOMES,
	STREETS_AFTER,
	STREETS_BEFORE,
	TITLES,
	WEAK_INTRODUCERS,
} from "./people-table.ts";
import type { Span } from "./spans.ts";

/** A capitalised word that begins at `i`: its end, or `i`. */
function capitalAt(text: string, i: number): number {
	const c = text.charCodeAt(i);
	if (!isUpper(c) && c < 0xc0) return i;
	if (!isWord(c) || isDigit(c)) return i;
	let end = i + 1;
	let lower = 0;
	while (end < text.length) {
		if (end - i >= REDACTION_LIMITS.nameWordChars) return i;
		const d = text.charCodeAt(end);
		if (isAlpha(d) || (d >= 0xc0 && isWord(d))) {
			if (!isUpper(d)) lower++;
		} else if (!((d === 39 || d === 0x2019 || d === 45) && isAlpha(text.charCodeAt(end + 1)))) break;
		end++;
	}
	// An initial may stand alone; a word all in capitals is an acronym.
	if (end === i + 1 && text[end] === ".") return end + 1;
	return lower > 0 && !isDigit(text.charCodeAt(end)) && text[end] !== "_" && text[end] !== "(" ? end : i;
}

/** Two to four capitalised words from `i` with single spaces, none of them a word of software: the end, or `i`. */
export function personAt(text: string, i: number, min: number): number {
	let end = i;
	let count = 0;
	let from = i;
	while (count < 4) {
		const stop = capitalAt(text, from);
		if (stop === from || NO_NAMES.has(lower(text.slice(from, stop)))) break;
		count++;
		end = stop;
		if (text[stop] !== " ") break;
		from = stop + 1;
		// van der Berg, de la Cruz, bin Rashid
		const particle = /^((van|von|de|da|di|del|der|den|la|le|el|al|bin|ibn|dos|das|du) ){1,2}/.exec(
			text.slice(from, from + 14),
		);
		if (particle !== null) from += particle[0].length;
	}
	// A capitalised word of software after it makes a phrase: `User Data Manager`.
	if (count < min) return i;
	if (text[end] === " ") {
		const next = capitalAt(text, end + 1);
		if (next > end + 1 && NO_NAMES.has(lower(text.slice(end + 1, next)))) return i;
	}
	return end;
}

/** `Jane Roe <`, `"Roe, Jane" <` before an address at `at`, which is the bracket: a known given name decides. */
export function findDisplayName(text: string, at: number, out: Span[]): void {
	if (text[at - 1] !== " ") return;
	const end = text[at - 2] === '"' ? at - 2 : at - 1;
	let stop = end;
	let first = -1;
	for (let count = 1; count <= 4; count++) {
		let start = stop;
		while (start > 0 && stop - start < REDACTION_LIMITS.nameWordChars && isNamePart(text.charCodeAt(start - 1)))
			start--;
		const word = lower(text.slice(start, stop));
		if (start === stop || capitalAt(text, start) !== stop || NO_NAMES.has(word)) break;
		const comma = text[start - 1] === " " && text[start - 2] === ",";
		if (GIVEN_NAMES.has(word) && (count > 1 || comma)) first = start;
		if (comma && count === 1 && first >= 0) {
			// `Roe, Jane`: the name begins with the word before.
			first = start - 2;
			while (first > 0 && start - first < REDACTION_LIMITS.nameWordChars && isNamePart(text.charCodeAt(first - 1)))
				first--;
			if (capitalAt(text, first) !== start - 2) return;
			break;
		}
		if (text[start - 1] !== " ") break;
		stop = start - 1;
	}
	if (first >= 0) out.push({ start: first, end, type: "name" });
}

/** Letters, and what joins them within a name. */
function isNamePart(c: number): boolean {
	return isAlpha(c) || c === 39 || c === 45 || c === 46 || c === 0x2019 || (c >= 0xc0 && isWord(c));
}

/** True if `text` is a person's name beyond doubt: two to four capitalised words, the first a known given name. */
export function isPerson(text: string): boolean {
	return personAt(text, 0, 2) === text.length && GIVEN_NAMES.has((wordsOf(text)[0] ?? "") as string);
}

/** French, with its accent: a key's letters are ASCII's. */
const FIRST_NAME = "prénom";

/** Words that `findPeople` stops at. */
const PEOPLE: ReadonlySet<string> = new Set([
	...INTRODUCERS,
	...TITLES,
	...STREETS_AFTER,
	...STREETS_BEFORE,
	...BARE_NAMES,
	...BIRTH_WORDS,
	FIRST_NAME,
]);

/** One walk over the words: names, dates of birth, streets. Called only when such words were seen. */
export function findPeople(text: string, out: Span[]): void {
	let i = 0;
	while (i < text.length) {
		const start = i;
		while (isLetter(text.charCodeAt(i))) i++;
		const end = i++;
		if (end - start < 2 || end - start > 13) continue;
		const before = text[start - 1];
		if (before === "-" || before === "_" || before === ".") continue;
		const word = lower(text.slice(start, end));
		if (PEOPLE.has(word)) i = Math.max(i, atWord(text, word, start, end, out));
	}
}

function isLetter(c: number): boolean {
	return isAlpha(c) || (c >= 0xc0 && c <= 0x24f);
}

/** What a word about people brings; answers where to go on. */
function atWord(text: string, word: string, start: number, end: number, out: Span[]): number {
	if (INTRODUCERS.has(word)) return introduced(text, word, end, out);
	if (BIRTH_WORDS.has(word)) birth(text, end, out);
	else if (word === FIRST_NAME) firstName(text, end, out);
	else if (BARE_NAMES.has(word)) bareName(text, start, end, out);
	if (TITLES.has(word) && isUpper(text.charCodeAt(start))) titled(text, end, out);
	if (STREETS_AFTER.has(word)) streetBefore(text, start, end, out);
	if (STREETS_BEFORE.has(word)) streetAfter(text, start, end, out);
	return end;
}

/** `JANE ROE`: two or three words in capitals, of three letters or more; acronyms are mostly shorter or alone. */
function capitalsAt(text: string, i: number): number {
	const m = /^[A-Z]{3,16}( [A-Z][.]?)?( [A-Z]{3,16}){1,2}/.exec(text.slice(i, i + 56));
	if (m === null || isWord(text.charCodeAt(i + m[0].length))) return i;
	for (const word of m[0].split(" ")) if (NO_NAMES.has(lower(word))) return i;
	return i + m[0].length;
}

/** `patient Jane Roe`, `profile of Jane Roe`, `user "Jane Roe"`. */
function introduced(text: string, word: string, end: number, out: Span[]): number {
	let i = end;
	const link = /^( (of|for|is|named|called|to|by))?:? ["'(]?/.exec(text.slice(i, i + 12));
	if (link === null) return end;
	i += link[0].length;
	const stop = personAt(text, i, 2) > i ? personAt(text, i, 2) : FORM_INTRODUCERS.has(word) ? capitalsAt(text, i) : i;
	if (stop === i) return end;
	const first = lower(text.slice(i, capitalAt(text, i)));
	// `user`, `account`, `client` also stand before things; a given name decides.
	const weak = WEAK_INTRODUCERS.has(word);
	if (weak && !GIVEN_NAMES.has(first) && link[2] !== "of") return end;
	out.push({ start: i, end: stop, type: "name" });
	return stop;
}

function titled(text: string, end: number, out: Span[]): void {
	let i = end;
	if (text[i] === ".") i++;
	if (text[i] !== " ") return;
	const stop = personAt(text, i + 1, 1);
	if (stop > i + 1) out.push({ start: i + 1, end: stop, type: "name" });
}

const DATE =
	/^[^0-9\n]{0,12}([0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/. ][0-9]{1,2}[-/. ][0-9]{2,4}|[0-9]{1,2}-[A-Z][a-z]{2}-[0-9]{2,4}|[0-9]{8})/;
const NAMED_DATE = /^[^0-9A-Z\n]{0,12}([0-9]{1,2}[. ] ?[A-Z][a-z]{2,8} [0-9]{4}|[A-Z][a-z]{2,8} [0-9]{1,2},? [0-9]{4})/;

/** `DOB 1970-01-01`, `born on 2 Jan 1980`. */
function birth(text: string, end: number, out: Span[]): void {
	const tail = text.slice(end, end + 40);
	const m = DATE.exec(tail) ?? NAMED_DATE.exec(tail);
	if (m === null) return;
	const stop = end + m[0].length;
	if (isAlnum(text.charCodeAt(stop))) return;
	out.push({ start: stop - (m[1] as string).length, end: stop, type: "dob" });
}

/** `221B Baker Street`: a number, one to three capitalised words, a kind of street. */
function streetBefore(text: string, start: number, end: number, out: Span[]): void {
	if (!isUpper(text.charCodeAt(start))) return;
	const floor = Math.max(0, start - 48);
	const m =
		/(^|[^0-9A-Za-z.:/#-])([0-9]{1,5}[A-Za-z]?,? ([A-Z][A-Za-z'.-]*|[0-9]{1,3}(st|nd|rd|th)) (([A-Z][A-Za-z'.-]*) ){0,2})$/.exec(
			text.slice(floor, start),
		);
	if (m === null) return;
	let stop = end;
	if (text[stop] === ".") stop++;
	const more = /^,? ?((Apt|Unit|Suite|Ste|Floor|Flat)[. ]+#?[0-9A-Za-z]+)/.exec(text.slice(stop, stop + 24));
	if (more !== null) stop += more[0].length;
	out.push({ start: start - (m[2] as string).length, end: stop, type: "address" });
}

/** `12 rue de la Paix`, `Calle Mayor 5`. */
function streetAfter(text: string, start: number, end: number, out: Span[]): void {
	const before = /[0-9]{1,4}( ?bis| ?ter)?,? $/.exec(text.slice(Math.max(0, start - 10), start));
	const name =
		/^ ((de|des|du|la|las|los|del|di|da|do|dos|der|l'|d')( |$)?){0,3}[A-Z\u00C0-\u017F][A-Za-z\u00C0-\u017F'-]+( [A-Z\u00C0-\u017F][A-Za-z\u00C0-\u017F'-]+){0,2}/.exec(
			text.slice(end, end + 60),
		);
	if (name === null) return;
	const number = /^,? (n[.°º]? ?)?[0-9]{1,4}[A-Za-z]?/.exec(
		text.slice(end + name[0].length, end + name[0].length + 12),
	);
	// `via Proxy 1` is a route; a street so written has a capital or its number in front.
	const plain = !isUpper(text.charCodeAt(start)) && !/^(rue|calle|rua)/.test(text.slice(start, end));
	if (before === null && (number === null || plain)) return;
	const from = before === null ? start : start - before[0].length;
	out.push({ start: from, end: end + name[0].length + (number === null ? 0 : number[0].length), type: "address" });
}

const GERMAN = /[A-Z\u00C0-\u017F][A-Za-z\u00C0-\u017F-]{2,30}(strasse|straße|str[.]) [0-9]{1,4}( ?[a-z])?/g;

/** `Hauptstraße 5`, `Musterstr. 12a, 80331 München`. */
export function findGermanStreets(text: string, out: Span[]): void {
	if (!text.includes("str")) return;
	if (!text.includes("strasse ") && !text.includes("straße ") && !text.includes("str. ")) return;
	for (const m of text.matchAll(GERMAN)) {
		let stop = m.index + m[0].length;
		if (isAlnum(text.charCodeAt(stop)) || isWord(text.charCodeAt(m.index - 1))) continue;
		const place = /^, [0-9]{5} [A-Z\u00C0-\u017F][A-Za-z\u00C0-\u017F-]+/.exec(text.slice(stop, stop + 40));
		if (place !== null) stop += place[0].length;
		out.push({ start: m.index, end: stop, type: "address" });
	}
}

/** Words before a bare `name` that say it is a person's. */
const NAMED_BEFORE = [
	...INTRODUCERS,
	..."first last full given family maiden users customers patients contacts members employees my his her their your s".split(
		" ",
	),
];

const NAME_SEPARATOR = /^(\\*["'`])?( is| was|:|>| ?=>?) ?(\\*["'`])?/;

/** `"name": "Jane Roe"`, `name=Jane Roe`, `my name is Jane`: a known given name, or a word about people before it. */
function bareName(text: string, start: number, end: number, out: Span[]): void {
	const sep = NAME_SEPARATOR.exec(text.slice(end, end + 10));
	if (sep === null) return;
	const i = end + sep[0].length;
	const stop = personAt(text, i, 2);
	if (stop === i) return;
	const first = lower(text.slice(i, capitalAt(text, i)));
	if (!GIVEN_NAMES.has(first) && !hasTerm(contextBefore(text, start, 64), NAMED_BEFORE)) return;
	out.push({ start: i, end: stop, type: "name" });
}

/** `prénom: Jean`. */
function firstName(text: string, end: number, out: Span[]): void {
	const sep = NAME_SEPARATOR.exec(text.slice(end, end + 10));
	if (sep === null) return;
	const i = end + sep[0].length;
	const stop = capitalAt(text, i);
	if (stop > i) out.push({ start: i, end: stop, type: "name" });
}

const ROOTS = ["/home/", "/Users/", "\\Users\\", "\\\\Users\\\\", "\\Documents and Settings\\"];
const METHODS = ["get", "post", "put", "patch", "delete", "head", "options", "route", "path", "url", "uri", "endpoint"];

/** The folder of a person below `/home`, `/Users` or `C:\Users`. */
export function findHomes(text: string, out: Span[]): void {
	for (const root of ROOTS) {
		for (let i = text.indexOf(root); i >= 0; i = text.indexOf(root, i + 1)) {
			const start = i + root.length;
			let end = start;
			while (
				end < text.length &&
				end - start < 64 &&
				(isWord(text.charCodeAt(end)) || text[end] === "." || text[end] === "-")
			)
				end++;
			const name = text.slice(start, end);
			const separator = root[root.length - 1] as string;
			// A folder of a home has something below it; a route like /home/stats stands alone or after a method.
			if (
				end === start ||
				text[end] !== separator ||
				SERVICE_HOMES.has(lower(name)) ||
				!/[A-Za-z\u0080-\uFFFB]/.test(name)
			)
				continue;
			if (separator === "/" && (isRoute(text, i) || name.endsWith(".js"))) continue;
			out.push({ start, end, type: "user" });
		}
	}
}

/** `GET /home/stats/daily`, `https://host/home/x/`: a path of HTTP, not of a disk. */
function isRoute(text: string, i: number): boolean {
	const p = text.charCodeAt(i - 1);
	if (isAlnum(p)) return text.slice(Math.max(0, i - 64), i).includes("://");
	return hasTerm(contextBefore(text, i, 12), METHODS);
}
