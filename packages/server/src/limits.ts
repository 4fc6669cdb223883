/** Limits of the server, each with unit and reason. */
export const LIMITS = {
	/** Bytes of a request's body: the largest is a comment or a catalog entry. */
	bodyBytes: 1_048_576,
	/** Milliseconds a request may take to arrive: a slow sender holds a socket. */
	requestMs: 30_000,
	/** Milliseconds `stop` waits for answers under way. */
	drainMs: 5_000,
	/** Days of a window: the tables keep a year of high severity. */
	windowDays: 366,
	/** Milliseconds between two comments on a stream: proxies close silent connections after 30 s or more. */
	heartbeatMs: 15_000,
	/** Streams at once; each asks ClickHouse twice a second. */
	streams: 32,
	/** Characters of one text in a problem: what came in is quoted. */
	quoteChars: 80,
	/** Issues looked at for one page of a state that few have. */
	stateLooks: 1_000,
	/** Buckets of one trend: a day of minutes. */
	trendSteps: 1_440,
	/** Terms of one search: each is a pattern over all records of the window. */
	searchTerms: 24,
	/** Groups or services judged at once for anomalies, the most frequent: 200 take less than a second. */
	judgedSeries: 200,
	/** Milliseconds between two looks of a stream of changes: a change is told well within a minute. */
	changesPollMs: 2_000,
	/** Milliseconds looked back behind a cursor of changes: an insert takes its time when it starts, and is seen when it ends. */
	changesLateMs: 30_000,
	/** Milliseconds that a cursor of changes may lie back: what is older is read from the list. */
	changesBackMs: 86_400_000,
	/** Changes that a stream remembers as told. */
	changesTold: 5_000,
	/** Occurrences and spans in one tool's answer: a model reads them all. */
	toolRows: 10,
	/** Characters of one text (message, frame, cause) that enter a report; the tokenizer is slow on huge ones. */
	reportTextChars: 2_000,
	/** Characters of one stack text that enter a report. */
	reportStackChars: 6_000,
	/** Groups that share traces, in a report: more are noise. */
	reportGroups: 10,
	/** Releases looked at for the one before the first that failed. */
	reportReleases: 100,
	/** Tokens (o200k_base) of a report unless told otherwise, and the least and the most it may have. */
	reportTokens: 8_192,
	reportTokensLeast: 512,
	reportTokensMost: 131_072,
	/** Tokens of a report in one tool's answer: it stays in the model's context for every later turn. */
	toolReportTokens: 4_096,
	/** Hours of the similar count. */
	similarHours: 24,
} as const;
