/** What may follow in a search that is being typed: keys, values of closed keys, values that the store has seen. */
import type { Store } from "@errata/store";
import { closedValues, ISSUE_KEYS, likeOf, ROW_KEYS } from "./compile.ts";

export interface Completion {
	/** What to put in place of the characters from `from` on. */
	readonly text: string;
	readonly description: string;
}

export interface Completions {
	/** Characters of the query that stay. */
	readonly from: number;
	readonly completions: readonly Completion[];
}

const DAY = 86_400_000;
/** Days in which values are looked for. */
const LOOK_BACK = 30 * DAY;

/** Of the last word of the query. Never throws for what is typed: half a query is no error. */
export async function complete(query: string, store: Store, nowMs: number, limit: number): Promise<Completions> {
	const from = lastTermStart(query);
	const word = query.slice(from);
	const sign = word.startsWith("-") ? "-" : "";
	const bare = word.slice(sign.length);
	const colon = bare.indexOf(":");
	const found = colon < 0 ? keys(bare) : await values(bare.slice(0, colon), bare.slice(colon + 1), store, nowMs, limit);
	return { from, completions: found.slice(0, limit).map((one) => ({ ...one, text: sign + one.text })) };
}

/** Where the term begins that the query ends in; blanks within quotes are part of it. */
function lastTermStart(query: string): number {
	let start = 0;
	let inQuotes = false;
	for (let at = 0; at < query.length; at++) {
		const char = query[at] as string;
		if (char === "\\" && inQuotes) at++;
		else if (char === '"') inQuotes = !inQuotes;
		else if (!inQuotes && /\s/u.test(char)) start = at + 1;
	}
	return start;
}

function keys(begun: string): Completion[] {
	return Object.entries({ ...ISSUE_KEYS, ...ROW_KEYS })
		.filter(([key]) => key.startsWith(begun.toLowerCase()))
		.map(([key, description]) => ({ text: `${key}:`, description }));
}

async function values(key: string, begun: string, store: Store, nowMs: number, limit: number): Promise<Completion[]> {
	const text = begun.replace(/^"/u, "").replace(/"$/u, "");
	const closed = closedValues(key);
	if (closed !== undefined)
		return closed
			.filter((value) => value !== "" && value.startsWith(text.toLowerCase()))
			.map((value) => ({ text: `${key}:${value}`, description: "" }));
	if (key === "first" || key === "last")
		return [">24h", "<1h", "<24h", ">7d"]
			.filter((v) => v.startsWith(text))
			.map((v) => ({ text: `${key}:${v}`, description: ISSUE_KEYS[key] }));
	if (!(key in ROW_KEYS)) return [];
	const like = `${likeOf(text.slice(0, 200), true)}%`;
	const found = await store.searchValues({ key, like, sinceMs: nowMs - LOOK_BACK, limit });
	return found.map(({ value, count }) => ({ text: `${key}:${written(value)}`, description: `${count} records` }));
}

/** In quotes where the language needs them. */
function written(value: string): string {
	return /[\s"*\p{Cc}]/u.test(value) || /^[<>]/u.test(value) ? `"${value.replace(/["\\]/gu, "\\$&")}"` : value;
}
