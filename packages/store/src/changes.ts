/** What arrived for issues since a time, for telling how their states changed. */
import type { Connection } from "./connection.ts";
import { clampRows } from "./limits.ts";
import { dateTime } from "./time.ts";

/** One issue that a record arrived for, or that something was done to. Times are milliseconds since the epoch. */
export interface IssueChange {
	readonly issueId: string;
	/** When its first record arrived. */
	readonly firstArrivalMs: number;
	/** When it was last resolved, ignored or reopened; 0 if never. */
	readonly doneMs: number;
	/** When the first record of after that arrived; 0 if none did. */
	readonly backArrivalMs: number;
	/** Occurrences that arrived since, of those after it was done, and of those of the last hour. */
	readonly freshSince: number;
	readonly freshHour: number;
	/** Service and release of those after it was done that had arrived before. */
	readonly releasesBefore: readonly (readonly [service: string, release: string])[];
}

/** The issues that were touched first, at most `limit` (default 200). */
export function issueChanges(
	connection: Connection,
	options: { readonly sinceMs: number; readonly nowMs: number; readonly limit?: number | undefined },
): Promise<IssueChange[]> {
	return connection.select<IssueChange>("issue-changes", {
		since: dateTime(options.sinceMs),
		hour: dateTime(options.nowMs - 3_600_000),
		limit: clampRows(options.limit, 200),
	});
}
