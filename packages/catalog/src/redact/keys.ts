/** From a key to what its value is: the table's terms, the application's own deny and allow lists, and a memory. */
import { isAlpha, isDigit, wordsOf } from "./chars.ts";
import { type Certainty, HARMLESS_TERMS, KEY_RULES, MORE_WORDS, PERSON_WORDS, QUALIFIERS } from "./key-table.ts";
import { REDACTION_LIMITS } from "./limits.ts";
import type { RedactionType } from "./spans.ts";

/** What a key says of its value; `allowed` values stay whatever they look like. */
export interface KeyVerdict {
	readonly type: RedactionType;
	/** Besides the table's: `drawn` and `random` of a bare `key` in a text, see SPEC.md. */
	readonly certainty: Certainty | "denied" | "allowed" | "drawn" | "random";
}

/** Answers for any key, in a map or in a text. `undefined`: the key says nothing. */
export type KeyJudge = {
	(key: string): KeyVerdict | undefined;
	/**
	 * False if no key that ends with these two characters says anything: a look that spares most keys of a text. Digits
	 * at the end may be a qualifier's.
	 */
	readonly mayEnd: (last: number, beforeLast: number) => boolean;
};

const TABLE = new Map<string, KeyVerdict | undefined>();
for (const rule of KEY_RULES) {
	for (const term of rule.terms) TABLE.set(term, { type: rule.type, certainty: rule.certainty });
}
for (const term of HARMLESS_TERMS) TABLE.set(term, undefined);

const PERSON_NAME: KeyVerdict = { type: "name", certainty: "shaped" };
/** Words of a key that are joined at most: `primary account number` is three. */
const JOINED = 5;

/** A judge that knows the table and the application's own keys. */
export function createKeyJudge(deny: readonly string[], allow: readonly string[]): KeyJudge {
	const table = new Map(TABLE);
	for (const key of deny) table.set(wordsOf(key).join(""), { type: "secret", certainty: "denied" });
	for (const key of allow) table.set(wordsOf(key).join(""), { type: "secret", certainty: "allowed" });
	const longest = Math.max(JOINED, ...[...deny, ...allow].map((key) => wordsOf(key).length));
	const tails = tailsOf([...table.keys(), ...QUALIFIERS, ...MORE_WORDS]);
	let memory = new Map<string, KeyVerdict | undefined>();
	const answer = (key: string): KeyVerdict | undefined => {
		const known = memory.get(key);
		if (known !== undefined || memory.has(key)) return known;
		const verdict = judge(key, table, longest);
		if (memory.size >= REDACTION_LIMITS.rememberedKeys) memory = new Map();
		if (key.length <= REDACTION_LIMITS.keyChars) memory.set(key, verdict);
		return verdict;
	};
	const mayEnd = (last: number, beforeLast: number): boolean =>
		last >= 128 || isDigit(last) || tails[tail(last, beforeLast)] === 1;
	return Object.assign(answer, { mayEnd });
}

/** Slot of the last two characters: letters in one case; anything else before the last counts as one. */
function tail(last: number, beforeLast: number): number {
	return (last | 32) * 32 + (isAlpha(beforeLast) ? beforeLast & 31 : 0);
}

function tailsOf(terms: readonly string[]): Uint8Array {
	const tails = new Uint8Array(160 * 32);
	for (const term of terms) {
		const last = term.charCodeAt(term.length - 1);
		if (last < 128) {
			tails[tail(last, term.charCodeAt(term.length - 2))] = 1;
			// `p_w` and `api.k` are words of one letter.
			tails[tail(last, 0)] = 1;
		}
	}
	return tails;
}

function judge(
	key: string,
	table: ReadonlyMap<string, KeyVerdict | undefined>,
	longest: number,
): KeyVerdict | undefined {
	// The end decides, so the end of an overlong key is enough.
	const words = wordsOf(key.length > 256 ? key.slice(-256) : key);
	let end = words.length;
	for (;;) {
		for (let n = Math.min(longest, end); n > 0; n--) {
			const term = words.slice(end - n, end).join("");
			if (table.has(term)) return table.get(term);
		}
		const last = words[end - 1];
		if (last === "name" && PERSON_WORDS.has((words[end - 2] ?? "").replace(/s$/, ""))) return PERSON_NAME;
		if (end < 2 || last === undefined || !QUALIFIERS.has(last)) return undefined;
		end--;
	}
}
