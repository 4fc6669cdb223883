/**
 * The search language: words and `key:value` terms, all of which must hold; `-` before a term negates it, quotes keep
 * blanks, `*` in a value stands for anything. Parsing only: what a key means is `compile.ts`.
 *
 *     query = *( blank / term )
 *     term  = ["-"] ( key ":" [ ">" / "<" ] value / value )
 *     key   = 1*( a-z )
 *     value = quoted / 1*( any but blank )     quoted = DQUOTE *( any but DQUOTE and "\" / "\" any ) DQUOTE
 */
import { Failure, quoted } from "../failure.ts";
import { LIMITS } from "../limits.ts";

export interface Term {
	/** "" for a word. */
	readonly key: string;
	readonly negated: boolean;
	readonly operator: "" | ">" | "<";
	readonly value: string;
	/** True if the value stood in quotes: `*` means itself then. */
	readonly exact: boolean;
	/** Characters before it, and before its end. */
	readonly from: number;
	readonly to: number;
}

const KEY = /([a-z]{1,20}):/uy;

/** Throws a BAD_QUERY that names the place. */
export function parseQuery(query: string): Term[] {
	const terms: Term[] = [];
	let at = 0;
	while (at < query.length) {
		if (isBlank(query[at])) {
			at++;
			continue;
		}
		const term = readTerm(query, at);
		terms.push(term);
		at = term.to;
		if (terms.length > LIMITS.searchTerms)
			throw badQuery(`more than ${LIMITS.searchTerms} terms`, term.from, "Ask with fewer terms.");
	}
	return terms;
}

export function badQuery(what: string, from: number, remedy: string): Failure {
	return new Failure("BAD_QUERY", `At character ${from + 1}: ${what}.`, remedy);
}

function isBlank(char: string | undefined): boolean {
	return char === undefined || /[\s\p{Cc}]/u.test(char);
}

function readTerm(query: string, from: number): Term {
	let at = from;
	const negated = query[at] === "-" && !isBlank(query[at + 1]);
	if (negated) at++;
	KEY.lastIndex = at;
	const key = KEY.exec(query)?.[1] ?? "";
	if (key !== "") at += key.length + 1;
	const sign = query[at];
	const operator = key !== "" && (sign === ">" || sign === "<") ? sign : "";
	if (operator !== "") at++;
	const { value, exact, to } = query[at] === '"' ? readQuoted(query, at) : readBare(query, at);
	if (value === "")
		throw badQuery(
			key === "" ? "an empty text" : `${quoted(key)} has no value`,
			from,
			key === "" ? "Write something between the quotes." : `Write ${key}:value, without a blank after the colon.`,
		);
	return { key, negated, operator, value, exact, from, to };
}

function readBare(query: string, from: number) {
	let to = from;
	while (!isBlank(query[to])) to++;
	return { value: query.slice(from, to), exact: false, to };
}

function readQuoted(query: string, from: number) {
	let value = "";
	for (let at = from + 1; at < query.length; at++) {
		const char = query[at] as string;
		if (char === '"') return { value, exact: true, to: at + 1 };
		if (char === "\\" && at + 1 < query.length) value += query[++at];
		else value += char;
	}
	throw badQuery("the quote does not end", from, 'Close it with ", or write \\" for a quote within.');
}
