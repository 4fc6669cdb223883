/**
 * Counts over time. Windows up to a day are read from the occurrences, longer ones from the hour and day tables united
 * with what these do not know yet; all are exact at any moment.
 */
import { type Connection, queryText } from "./connection.ts";
import { clampRows, LIMITS } from "./limits.ts";
import { dateTime, wholeSeconds } from "./time.ts";
import type { Trend, TrendKey } from "./types.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Bucket sizes that divide the next larger unit, so that buckets begin where a reader expects them. */
const STEPS: Readonly<Record<"live" | "hourly" | "daily", readonly number[]>> = {
	live: [1, 5, 10, 30, 60, 120, 300, 600, 900, 1800].map((s) => s * SECOND),
	hourly: [1, 2, 3, 6, 12].map((h) => h * HOUR),
	daily: [1, 2, 7, 14, 28].map((d) => d * DAY),
};

export interface TrendOptions {
	/** Milliseconds; up to a day exactly this long, beyond it rounded up to whole buckets. At most 1,600 days. */
	readonly windowMs: number;
	/** Default `fingerprint`. */
	readonly by?: TrendKey | undefined;
	/** Keys, the most frequent first; default 20, at most 1,000. */
	readonly limit?: number | undefined;
	/** Milliseconds of one bucket: a minute, an hour or a day; default: what gives at most 120 buckets in all. */
	readonly stepMs?: number | undefined;
	/** Milliseconds since the epoch; default now. */
	readonly untilMs?: number | undefined;
}

interface Plan {
	readonly query: "trends-live" | "trends-hourly" | "trends-daily";
	readonly stepMs: number;
	readonly buckets: number;
	/** Start of the window itself; the one before it begins `stepMs * buckets` earlier. */
	readonly sinceMs: number;
	readonly untilMs: number;
}

/** With a bucket that was asked for; the window is rounded up to whole buckets, at most `LIMITS.trendSteps`. */
function steppedPlan(windowMs: number, untilMs: number, stepMs: number): Plan {
	const kind = stepMs < HOUR ? "live" : stepMs < DAY ? "hourly" : "daily";
	const buckets = Math.min(Math.max(Math.ceil(windowMs / stepMs), 1), LIMITS.trendSteps);
	const until = Math.ceil(untilMs / stepMs) * stepMs;
	return { query: `trends-${kind}`, stepMs, buckets, sinceMs: until - buckets * stepMs, untilMs: until };
}

function plan(windowMs: number, untilMs: number, step: number | undefined): Plan {
	if (step !== undefined) return steppedPlan(windowMs, untilMs, step);
	const wanted = Math.min(Math.max(Number.isFinite(windowMs) ? windowMs : DAY, SECOND), 1_600 * DAY);
	const kind = wanted <= DAY ? "live" : wanted <= 30 * DAY ? "hourly" : "daily";
	const steps = STEPS[kind];
	const stepMs = steps.find((step) => wanted / step <= LIMITS.trendBuckets / 2) ?? (steps.at(-1) as number);
	const buckets = Math.ceil(wanted / stepMs);
	const until = kind === "live" ? untilMs : Math.ceil(untilMs / stepMs) * stepMs;
	return { query: `trends-${kind}`, stepMs, buckets, sinceMs: until - buckets * stepMs, untilMs: until };
}

/** Within 1970 and 2100, the range of a DateTime. */
function wholeMs(ms: number): number {
	return Math.trunc(Math.min(Math.max(Number.isNaN(ms) ? 0 : ms, 0), 4_102_444_800_000));
}

interface TrendRow {
	readonly key: string;
	readonly code: string;
	readonly count: number;
	readonly previous: number;
	readonly points: readonly (readonly [number, number])[];
}

/** Keys with their counts in the window and the one before it, the most frequent first. */
export async function trends(connection: Connection, options: TrendOptions): Promise<Trend[]> {
	const by = options.by ?? "fingerprint";
	const p = plan(options.windowMs, wholeMs(options.untilMs ?? Date.now()), options.stepMs);
	const start = p.sinceMs - p.buckets * p.stepMs;
	const seconds = p.query !== "trends-live";
	const rows = await connection.select<TrendRow>(p.query, {
		by,
		since: seconds ? wholeSeconds(start) : dateTime(start),
		until: seconds ? wholeSeconds(p.untilMs) : dateTime(p.untilMs),
		sinceMs: start,
		stepMs: p.stepMs,
		buckets: p.buckets,
		limit: clampRows(options.limit, 20),
	});
	const labels = by === "fingerprint" ? await labelsOf(connection, rows) : new Map<string, string>();
	return rows.map((row) => {
		const buckets = new Array<number>(p.buckets).fill(0);
		for (const [bucket, count] of row.points) buckets[bucket] = (buckets[bucket] ?? 0) + count;
		return {
			key: row.key,
			label: labels.get(row.key) ?? "",
			count: row.count,
			previous: row.previous,
			stepMs: p.stepMs,
			sinceMs: p.sinceMs,
			buckets,
		};
	});
}

/** A fingerprint is called by its code, or by its message where no code says anything. */
async function labelsOf(connection: Connection, rows: readonly TrendRow[]): Promise<Map<string, string>> {
	const labels = new Map(rows.map((row) => [row.key, row.code]));
	const nameless = rows.filter((row) => row.code === "" || row.code === "UNKNOWN").map((row) => row.key);
	if (nameless.length === 0) return labels;
	const found = await connection.select<{ fingerprint: string; label: string }>("fingerprint-labels", {
		fingerprints: nameless.slice(0, 200),
	});
	for (const { fingerprint, label } of found) labels.set(fingerprint, label);
	return labels;
}

/**
 * Computes the closed hours and days that have changed, and the days that lists of issues read, now, and waits for it. Answers do not depend on it: it only
 * moves work from reading to here. Needs SYSTEM VIEWS (GRANTS.md).
 */
export async function refreshTrends(connection: Connection): Promise<void> {
	for (const table of ["trends-1h", "trends-1d", "settled-days"]) {
		await connection.command(queryText(`refresh-${table}`), "compute trends in", LIMITS.migrateMs);
		await connection.command(queryText(`wait-${table}`), "compute trends in", LIMITS.migrateMs);
	}
}
