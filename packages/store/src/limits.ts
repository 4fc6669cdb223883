/** Limits of this package, each with unit and reason. Limits of what a record may hold live in @errata/catalog. */
export const LIMITS = {
	/** Milliseconds a read may run: a person waits for it. The server stops there too. */
	queryMs: 20_000,
	/** Milliseconds an insert may run: below the 30 s after which a Collector's or SDK's retry would overlap it. */
	insertMs: 25_000,
	/** Milliseconds a migration statement or a forced refresh may take. */
	migrateMs: 120_000,
	/** Milliseconds that reading every text of a table, or rewriting its parts, may take: 20 million logs are read in 40 s. */
	sweepMs: 600_000,
	/** Pseudonyms of one subject: one of each type that a value may have been taken for. */
	subjectTokens: 32,
	/** Times that an erasure looks again for rows which arrived meanwhile. */
	erasePasses: 3,
	/** Milliseconds the client waits beyond the server's own limit, so that the server's answer is the one seen. */
	graceMs: 5_000,
	/** Rows of a list, whatever was asked for: what a terminal, page or report can show. */
	rows: 1_000,
	/** Characters of one string parameter: parameters travel in the URL, which shields and servers cap at 16 kB or more. */
	parameterLength: 1_024,
	/** Bytes up to which a tenant itself filters each table; it travels in the URL once per table, so of a longer one the hash does. */
	tenantFilterBytes: 128,
	/** Stores of tenants kept by one store: an object each, and what others keep of it. */
	tenantStores: 256,
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
	/** Days before now that a time may lie; older ones move here. Also the longest `backfill`: a batch then spans 32 partitions of 100. */
	pastDays: 30,
	/** Days after now: clocks and time zones that are wrong. */
	futureDays: 1,
	/** Distinct texts that no entry names, of one answer: 20,000 of 2 kB are 40 MB at worst, most are short. */
	unnamedLines: 20_000,
	/** Groups of one trace that make pairs, the earliest: 190 pairs; one trace with everything in it says nothing. */
	groupsPerTrace: 20,
	/** Traces both groups of a pair share at least: two may always be chance. */
	pairSupport: 3,
	/** Pairs of one answer: 20,000 rows of 100 bytes are read and tested in well under a second. */
	pairs: 20_000,
	/** Groups of one tenant that are counted for pairs of traces. */
	correlatedGroups: 10_000,
	/** Groups of one tenant, the largest, whose minutes are compared: 250,000 ordered pairs. */
	groupsByMinute: 500,
	/** Groups whose traces are sampled for incidents, the most frequent. */
	sampledGroups: 200,
	/** Traces of each of them: enough that the majority for an origin is no accident. */
	tracesPerGroup: 12,
	/** Traces of one sample: at 50 rows each some 30,000 rows. */
	sampledTraces: 800,
	/** Errors, and spans, read of one sampled trace. */
	rowsPerTrace: 200,
	/** Milliseconds around a window in which the rest of a trace may lie. */
	traceMarginMs: 300_000,
	/** Spans that tell which service calls which. */
	edgeSpans: 50_000,
	/** Occurrences, and requests, that attributes are compared by: shares are known to about 1%. */
	attributeSample: 3_000,
	/** Occurrences below which the group's own services are too small a background. */
	attributeBackground: 50,
	/** Issues whose words are asked for at once: a group of 128 characters and a time each, below the URL's 16 kB. */
	namedIssues: 50,
	/** Fingerprints or trace ids of one question: at 128 characters each they stay below the URL's 16 kB. */
	idsPerQuestion: 100,
	/** Milliseconds between two questions of `follow`. */
	followPollMs: 500,
} as const;

/** Smallest and largest whole number that fits, `fallback` for anything that is no number. */
export function clampRows(wanted: number | undefined, fallback: number): number {
	if (wanted === undefined || Number.isNaN(wanted)) return fallback;
	return Math.max(1, Math.min(LIMITS.rows, Math.floor(wanted)));
}
