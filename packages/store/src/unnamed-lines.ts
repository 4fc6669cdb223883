/** What the catalog has no name for: texts of log records and errors, for patterns to be learned of. */
import type { Connection } from "./connection.ts";
import { LIMITS } from "./limits.ts";
import { dateTime } from "./time.ts";

export interface UnnamedFilter {
	/** Milliseconds since the epoch. */
	readonly sinceMs: number;
	/** Milliseconds since the epoch, exclusive; default: everything, also a day ahead. */
	readonly untilMs?: number | undefined;
	/** Ids of entries that name nothing (those that only infer a category): what they matched counts as unnamed. */
	readonly inferred?: readonly string[] | undefined;
}

/** One text, however often it came. */
export interface UnnamedLine {
	/** Class of the error, "" for a log record that is none. */
	readonly type: string;
	/** Message of the error, else the body; at most 2,048 characters. */
	readonly text: string;
	readonly count: number;
	readonly firstSeen: string;
	readonly lastSeen: string;
	/** At most 8. */
	readonly services: readonly string[];
}

/** The most frequent first, at most `LIMITS.unnamedLines`. */
export function unnamedLines(connection: Connection, filter: UnnamedFilter): Promise<UnnamedLine[]> {
	return connection.select<UnnamedLine>("unnamed-lines", {
		since: dateTime(filter.sinceMs),
		until: dateTime(filter.untilMs ?? Number.POSITIVE_INFINITY),
		unnamed: ["", ...(filter.inferred ?? [])],
		limit: LIMITS.unnamedLines,
	});
}
