/** Limits of this package, each with unit and reason. Limits of what a record may hold live in @errata/catalog. */
export const LIMITS = {
	/** Milliseconds a read may run: a person waits for it. The server stops there too. */
	queryMs: 20_000,
	/** Milliseconds an insert may run: below the 30 s after which a Collector's or SDK's retry would overlap it. */
	insertMs: 25_000,
	/** Milliseconds a migration statement or a forced refresh may take. */
	migrateMs: 120_000,
	/** Milliseconds the client waits beyond the server's own limit, so that the server's answer is the one seen. */
	graceMs: 5_000,
	/** Rows of a list, whatever was asked for: what a terminal, page or report can show. */
	rows: 1_000,
	/** Characters of one string parameter: parameters travel in the URL, which shields and servers cap at 16 kB or more. */
	parameterLength: 1_024,
	/** Buckets of one trend: a sparkline of a wide terminal. */
	trendBuckets: 120,
	/** Buckets of one trend whose bucket was asked for: a day of minutes. */
	trendSteps: 1_440,
	/** Milliseconds `follow` looks back behind the newest row for rows that were written late: two batch delays of an SDK. */
	followLateMs: 10_000,
	/** Rows that `follow` remembers as shown: 10 s at 1,000 rows a second. */
	followSeen: 10_000,
	/** Errors described and inserted at once: at 64 kB each they hold 32 MB. */
	classifyBatch: 500,
	/** Event ids asked for at once: at 128 characters each they stay below the URL's 16 kB. */
	classifyIds: 100,
	/** Records described before other work gets a turn: about 20 ms. */
	classifyTurn: 32,
	/** Milliseconds between two looks at what arrived undescribed. */
	classifyPollMs: 2_000,
	/** Milliseconds looked back behind the newest arrival for inserts that became visible late: the longest insert. */
	classifyLateMs: 30_000,
	/** Days of `backfill`: receivers and views move older times, see errata_errors. */
	backfillDays: 30,
	/** Distinct texts that no entry names, of one answer: 20,000 of 2 kB are 40 MB at worst, most are short. */
	unnamedLines: 20_000,
	/** Milliseconds between two questions of `follow`. */
	followPollMs: 500,
} as const;

/** Smallest and largest whole number that fits, `fallback` for anything that is no number. */
export function clampRows(wanted: number | undefined, fallback: number): number {
	if (wanted === undefined || Number.isNaN(wanted)) return fallback;
	return Math.max(1, Math.min(LIMITS.rows, Math.floor(wanted)));
}
