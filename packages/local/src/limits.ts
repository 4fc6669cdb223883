/** Every limit of `local`: unit and reason. What a limit cuts off or refuses is counted or said where it is applied. */
export const LIMITS = {
	/** Milliseconds the engine may take until it answers. An empty directory takes 0.6 s; big ones and cold disks some seconds. */
	engineStartMs: 60_000,
	/** Milliseconds between two looks at a starting engine. */
	engineProbeMs: 25,
	/** Milliseconds a stopping engine gets to close its data before it is killed. */
	engineStopMs: 10_000,
	/** Milliseconds to wait for an engine whose parent died to let go of the directory. */
	engineOrphanMs: 10_000,
	/** Starts on another port when the chosen one was taken between choosing and listening. */
	enginePortTries: 3,
	/** Bytes that must be free to start: merges need room, and a full disk is better met before than during work. */
	minFreeBytes: 256 * 1024 * 1024,
	/** Bytes the engine leaves free on the disk: an insert that would go below is refused with 243, stored data stays whole. */
	keepFreeBytes: 64 * 1024 * 1024,
	/** Bytes of the engine's error output kept to explain its death. */
	engineOutputBytes: 16_384,
	/** Share of the machine's memory the engine may take. */
	engineMemoryRatio: 0.5,

	/** Restarts of a dying engine within `restartWindowMs`; then local gives up rather than spin. */
	restarts: 5,
	restartWindowMs: 60_000,
	/** Milliseconds before the first restart; doubled each time, up to `restartMaxMs`. */
	restartMinMs: 100,
	restartMaxMs: 5_000,

	/** Milliseconds a client may take to send its whole request: a 1 GiB insert over a slow pipe. */
	requestMs: 600_000,
	/** Milliseconds a client may take to send its headers. */
	headersMs: 20_000,
	/** Milliseconds an idle client connection stays open; longer than clients' own pools keep theirs. */
	idleMs: 65_000,
	/** Client connections of one listener; more are closed at once. */
	connections: 1_024,
	/** Milliseconds a stop waits for requests under way. */
	drainMs: 5_000,
	/** Milliseconds after which a client that takes nothing of its answer counts as gone. */
	stalledClientMs: 300_000,

	/** Bytes of one request to ClickHouse: large inserts fit, and the disk takes them, not the memory. */
	requestBytes: 1024 * 1024 * 1024,
	/** Bytes of one request held in memory; the rest of a larger one waits in a temporary file. */
	requestMemoryBytes: 1024 * 1024,
	/** Bytes of all requests to ClickHouse under way. */
	requestTotalBytes: 2 * 1024 * 1024 * 1024,
	/** Connections to the engine; further requests wait for one. */
	engineConnections: 64,
	/** Further ones, kept for killing what abandoned clients left running. */
	killConnections: 4,
	/** Milliseconds between two kills of one abandoned query, until it is over. */
	killAgainMs: 1_000,

	/** Bytes of one OTLP request as it comes: the Collector's own default is 20 MiB. */
	otlpBytes: 20 * 1024 * 1024,
	/** Milliseconds a sender may take for one OTLP request: what is half here counts against `otlpTotalBytes`. */
	otlpRequestMs: 60_000,
	/** Bytes of one OTLP request once decompressed: what a small gzip bomb may cost. */
	otlpInflatedBytes: 64 * 1024 * 1024,
	/** Bytes of all OTLP requests under way, decompressed; more get 429 until some are stored. */
	otlpTotalBytes: 128 * 1024 * 1024,
	/** Bodies that are decompressed at once: each may take `otlpInflatedBytes` before it is counted. */
	otlpInflating: 4,
	/** Seconds a sender is told to wait: when we are full, and when the disk is. */
	retryAfterSeconds: 1,
	diskFullRetryAfterSeconds: 30,
	/** Milliseconds a first request waits for company, so that a burst becomes one insert. */
	coalesceMs: 3,
	/** Rows of one insert made of several requests. */
	insertRows: 20_000,
	/** Levels of lists and maps in one OTLP value: real ones have a handful; each level costs stack. */
	valueDepth: 100,

	/** Milliseconds the Collector may take until it takes OTLP: 0.5 s here, seconds on a cold disk. */
	collectorStartMs: 30_000,
	/** Milliseconds between two looks at a starting Collector. */
	collectorProbeMs: 25,
	/** Milliseconds a stopping Collector gets to write what it holds before it is killed; its queue is on disk. */
	collectorStopMs: 5_000,
	/** Bytes that Go's garbage collection keeps the Collector below; less than the 512 MiB of its memory limiter. */
	collectorMemoryBytes: 400 * 1024 * 1024,
	/** Characters of the Collector's own words in an error. */
	collectorWordsChars: 1_000,

	/** Milliseconds and bytes spent on asking a taken port who it is. */
	holderProbeMs: 500,
	holderProbeBytes: 4_096,
} as const;
