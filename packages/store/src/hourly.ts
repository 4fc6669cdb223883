/** Counts hour by hour, for judging whether an hour is unusual. */
import type { Connection } from "./connection.ts";
import { clampRows } from "./limits.ts";
import { wholeSeconds } from "./time.ts";

const HOUR = 3_600_000;

export interface HourlyOptions {
	readonly by: "fingerprint" | "service";
	/** Whole hours that are read, the open one as the last. */
	readonly hours: number;
	/** Only keys with an occurrence in so many of the latest hours. */
	readonly recentHours: number;
	/** Milliseconds since the epoch. */
	readonly nowMs: number;
	/** Default 200, at most 1,000. */
	readonly limit?: number | undefined;
}

export interface HourlyCounts {
	readonly key: string;
	/** Code of the latest occurrence. */
	readonly code: string;
	/** Start of the first hour, milliseconds since the epoch. */
	readonly sinceMs: number;
	/** One count per hour, oldest first. */
	readonly counts: readonly number[];
}

interface Row {
	readonly key: string;
	readonly code: string;
	readonly points: readonly (readonly [hour: number, count: number])[];
}

/** The most frequent lately first. */
export async function hourlyCounts(connection: Connection, options: HourlyOptions): Promise<HourlyCounts[]> {
	const untilMs = Math.floor(options.nowMs / HOUR) * HOUR + HOUR;
	const sinceMs = untilMs - options.hours * HOUR;
	const rows = await connection.select<Row>("hourly-counts", {
		by: options.by,
		since: wholeSeconds(sinceMs),
		until: wholeSeconds(untilMs),
		recent: options.hours - options.recentHours,
		limit: clampRows(options.limit, 200),
	});
	return rows.map(({ key, code, points }) => {
		const counts = new Array<number>(options.hours).fill(0);
		for (const [hour, count] of points) counts[hour] = count;
		return { key, code, sinceMs, counts };
	});
}
