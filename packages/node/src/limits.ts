/**
 * Limits of the instrumentation that are not configuration, each with unit and reason. What an application may want to
 * change is in `config-keys.ts`; what every implementation of SPEC.md shares is in the catalog's `limits.ts`.
 */
export const NODE_LIMITS = {
	/** Causes and AggregateError members on a record: the catalog reads 16. */
	causes: 16,
	/** Bytes of one cause's stack: ten frames are about 1 kB. */
	causeStackBytes: 8_192,
	/** Own properties of a thrown value that go into its context. */
	errorProperties: 20,
	/** Crumbs of all traces together, in items: at 500 requests per second with four each the last second; more would cost
	 * every log call, because what the ring refers to survives collections. */
	crumbs: 2_048,
	/** UTF-16 units of a log body kept as a crumb: longer strings would hold their whole text in memory. */
	crumbChars: 300,
	/** Bytes of a crumb that is not a short text, in the ring: 2,048 of them are 8 MB. */
	crumbBytes: 4_096,
	/** UTF-16 units of a record that was sampled out and is kept for an error of its trace: 2,048 of the largest are 32 MiB. */
	sampledOutChars: 8_192,
	/** Traces that have erred and whose later records are not sampled, in items: 1,024 ids are some 100 kB. */
	erredTraces: 1_024,
	/** Reported errors remembered for `errata.related`. */
	recentErrors: 64,
	/** Entries of fields or attributes that an application hands over: the SDK's own limit of attributes. */
	fields: 128,
	/** Bytes of one value with everything below it: lists in lists within all other limits would still be megabytes. */
	valueBytes: 65_536,
	/** Errors waiting for export, in items; the oldest go to the spool beyond it. 1,024 rich records are about 8 MB. */
	errorQueue: 1_024,
	/** Milliseconds an error waits for company before it is sent: a SIGTERM loses at most this much. */
	errorDelayMs: 200,
	/** Milliseconds without an answer after which the receiver counts as away and new errors go to disk. */
	slowMs: 2_000,
	/** Milliseconds until a receiver that is away is asked again, first and at most; and at most if it says how long. */
	probeMs: 1_000,
	longestProbeMs: 5_000,
	retryAfterMs: 300_000,
	/** Milliseconds that a flush or shutdown may take with the receiver away: orchestrators kill after ten seconds. */
	shutdownMs: 3_000,
	/** Milliseconds between two lines about trouble of errata's own. */
	warnMs: 60_000,
	/** String exceptions of instrumentations held until their span ends, in items. */
	heldExceptions: 256,
	/** Groups whose rate is known, in items: a process with more kinds of errors at once sends some more of each. */
	rateGroups: 2_000,
	/** UTF-16 units of message and of stack that tell two errors apart before they are described: some three frames. */
	lookChars: 300,
	/** Source files whose lines are cached, in items, and the largest one read, in bytes. */
	sourceFiles: 32,
	sourceBytes: 1_048_576,
	/** Frames looked at for source lines, in items: V8 keeps ten unless told otherwise. */
	sourceCandidates: 12,
	/** Source maps kept, in items, and the largest one read, in bytes: it is parsed once, in one go. */
	sourceMaps: 4,
	sourceMapBytes: 16_777_216,
	/** Bytes of one source line: minified code has lines of a megabyte. */
	sourceLineBytes: 200,
	/** Milliseconds until a connection to the collector must stand: a dead address must not hold the exit. */
	connectMs: 1_500,
	/** Milliseconds process figures may be old: memoryUsage() in a burst of errors would cost more than the errors. */
	systemAgeMs: 100,
	/** Milliseconds `flush` waits unless told otherwise: as long as the answer of a Lambda function may be late. */
	flushMs: 2_000,
	/** Milliseconds before the end of a Lambda invocation at which its timeout is told: one request to the collector. */
	timeoutMarginMs: 500,
	/** Spans looked at on the way from the active one to its root, in items. */
	spanParents: 8,
	/** Feature flags on a record, in items. */
	featureFlags: 20,
	/** UTF-16 units of one value in baggage: every outgoing call carries it in a header. */
	baggageChars: 256,
	/** Records of a sink of lines that wait to become text, in items: 512 take some 10 ms. */
	linesWaiting: 512,
	/** Bytes of text that wait for a console or a disk that takes none: beyond, lines are dropped and counted. */
	outputBytes: 4_194_304,
	/** Bytes of a collector's answer that are read. */
	responseBytes: 65_536,
} as const;
