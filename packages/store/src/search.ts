/** Issues by a search, and the values that a search may name. What a query means is the server's; here are LIKE patterns. */
import type { Connection } from "./connection.ts";
import { clampRows } from "./limits.ts";
import { dateTime, isoTime } from "./time.ts";

/** LIKE patterns by what they are held against; matching ignores case. */
export type SearchTerms = Readonly<Partial<Record<SearchList, readonly string[]>>>;

type Field = "service" | "code" | "category" | "severity" | "type" | "release" | "env" | "task" | "text";
export type SearchList = Field | `not${Capitalize<Field>}` | "handled";

const LISTS: readonly SearchList[] = [
	...(["service", "notService", "code", "notCode", "category", "notCategory", "severity", "notSeverity"] as const),
	...(["type", "notType", "release", "notRelease", "env", "notEnv", "task", "notTask", "text", "notText"] as const),
	"handled",
];

export interface SearchOptions {
	readonly sinceMs: number;
	readonly untilMs: number;
	readonly terms: SearchTerms;
	/** Issues behind this one in the order of the list. */
	readonly before?: { readonly lastSeen: string; readonly fingerprint: string } | undefined;
	readonly limit?: number | undefined;
}

export interface Found {
	readonly fingerprint: string;
	readonly lastSeen: string;
}

/** Latest first. */
export function searchIssues(connection: Connection, options: SearchOptions): Promise<Found[]> {
	return connection.select<Found>("search-issues", {
		...Object.fromEntries(LISTS.map((list) => [list, options.terms[list] ?? []])),
		since: dateTime(options.sinceMs),
		until: dateTime(options.untilMs),
		beforeTime: isoTime(options.before?.lastSeen ?? "1970-01-01T00:00:00Z"),
		beforeId: options.before?.fingerprint ?? "",
		limit: clampRows(options.limit, 50),
	});
}

export interface SearchValue {
	readonly value: string;
	readonly count: number;
}

/** Values of a key that match a LIKE pattern, the most frequent first. */
export function searchValues(
	connection: Connection,
	options: {
		readonly key: string;
		readonly like: string;
		readonly sinceMs: number;
		readonly limit?: number | undefined;
	},
): Promise<SearchValue[]> {
	return connection.select<SearchValue>("search-values", {
		key: options.key,
		like: options.like,
		since: dateTime(options.sinceMs),
		limit: clampRows(options.limit, 20),
	});
}
