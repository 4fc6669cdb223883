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
	/** Streams at once of one caller: a page holds two, and one caller must not take all. */
	streamsOfCaller: 8,
	/** Milliseconds between two looks whether who follows a stream still may: a revoked key reads no longer than that. */
	streamAuthMs: 15_000,
	/** Requests of one caller (a key, a token's subject) in a minute, unless told otherwise: 20 a second. */
	requestsPerMinute: 1_200,
	/** Refused requests of one address in a minute: a person who pastes a wrong key needs a few, a guesser needs 2^255. */
	refusedPerMinute: 30,
	/** Callers, and addresses, whose requests are counted; the oldest go. */
	callersCounted: 10_000,
	/** Milliseconds a key that was looked up is taken without asking again: as long a revoked one works on other servers. */
	keyCacheMs: 5_000,
	/** Keys kept as looked up, also ids that do not exist: about 300 bytes each. */
	keysKept: 10_000,
	/** Milliseconds between two notes that a key was used: "last used" is right to five minutes. */
	keyUsedMs: 300_000,
	/** Days a key is valid at most: it is renewed once a year. */
	keyDays: 366,
	/** Keys of one list: more are a sign that nobody revokes them. */
	keys: 1_000,
	/** Characters of who did something, of what it was done to, and of a tenant in a token. */
	actorChars: 256,
	subjectChars: 256,
	tenantChars: 256,
	/** Milliseconds between two writes of refusals. */
	refusalsMs: 2_000,
	/** Different refusals of one write; beyond, they are one row that counts them. */
	refusals: 100,
	/** Milliseconds the issuer of tokens may take to answer. */
	issuerMs: 5_000,
	/** Milliseconds between two questions for an unknown key id, and after a failure: anybody can send such tokens. */
	issuerCooldownMs: 30_000,
	issuerRetryMs: 5_000,
	/** Milliseconds the issuer's keys are kept: as long an issuer's removed key is still taken. */
	issuerKeysMs: 600_000,
	/** Characters of one text in a problem: what came in is quoted. */
	quoteChars: 80,
	/** Issues read at once for a page: below the rows of one answer of the store. */
	listStep: 500,
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
	/** Log records of the trace before an error, and milliseconds before it that they are looked for in. */
	reportLogs: 20,
	reportLogsMs: 3_600_000,
	/** Tokens of one error's text where many are listed: enough to tell them apart. */
	reportLineTokens: 60,
	/** Comments and decisions of people, the latest. */
	reportNotes: 10,
	/** Tokens (o200k_base) of a report unless told otherwise, and the least and the most it may have. */
	reportTokens: 8_192,
	reportTokensLeast: 512,
	reportTokensMost: 131_072,
	/** Tokens of a report in one tool's answer: it stays in the model's context for every later turn. */
	toolReportTokens: 4_096,
	/** Milliseconds a model may take for its whole answer, unless told otherwise: long answers take a minute. */
	modelMs: 120_000,
	/** Requests for one explanation, the first included; each may cost money. */
	modelTries: 3,
	/** Milliseconds before the second request, doubled for each after it, and the longest that Retry-After may ask for. */
	modelBackoffMs: 250,
	modelWaitMs: 60_000,
	/** Bytes of a model's answer: 4,096 tokens are some 20 kB. */
	modelBytes: 1_048_576,
	/** Tokens that a model is asked to stay within. */
	modelAnswerTokens: 4_096,
	/** Hours of the similar count. */
	similarHours: 24,
	/** Bytes of a file of rules or actions: 200 rules are some 60 kB. */
	rulesBytes: 262_144,
	/** Milliseconds between two looks for approved actions: a person who approved waits for it. */
	actionsPollMs: 2_000,
	/** Milliseconds a lease of an attempt lasts unless it is renewed, which happens three times as often: a worker that is gone is noticed then. */
	actionLeaseMs: 30_000,
	/** Actions run at once by one process. */
	actionsAtOnce: 4,
	/** Milliseconds a proposal waits for a decision and an approved action for a worker, unless its action says otherwise. */
	actionExpiresMs: 86_400_000,
	/** Milliseconds a command may run, unless its action says otherwise; then it is told to end, and killed. */
	actionCommandMs: 60_000,
	actionKillMs: 5_000,
	/** Characters kept of what a command printed or a receiver answered, the last ones: where a failure says why. */
	actionOutputChars: 8_192,
	/** Attempts of an action whose receiver did not take it, unless its action says otherwise; of a command that failed, one. */
	actionAttempts: 5,
	/** Actions of a tenant that wait or run: more are a loop, not a decision. */
	actionsOpen: 200,
	/** Actions that are over and kept in the file, the latest; the trail in ClickHouse keeps all. */
	actionsKept: 2_000,
	/** Tokens of the report in an action. */
	actionReportTokens: 4_096,
	/** Milliseconds a process waits for another one that writes the file. */
	actionsBusyMs: 5_000,
	/** Milliseconds between two looks of the worker: what is new is told within a minute. */
	workMs: 15_000,
	/** Services of one issue that a rule proposes its action for: more are an outage, not a restart. */
	ruleServices: 5,
	/** Groups one rule looks at: beyond, the most recent ones are enough to tell that something is wrong. */
	ruleIssues: 500,
	/** Milliseconds a group is new: after a restart or an outage of an hour it is still told. */
	newMs: 3_600_000,
	/** Milliseconds of a rate without a window: long enough that one burst of retries is not two alerts. */
	rateMs: 300_000,
	/** Milliseconds for which scores of anomaly rules are used again. */
	unusualMs: 60_000,
	/** Alerts listed in one message; the rest is counted. */
	messageAlerts: 10,
	/** Characters of one text in a message. */
	messageChars: 300,
	/** Milliseconds one attempt of a delivery may take. */
	deliverMs: 10_000,
	/** Bytes read of a receiver's answer: what a person needs to see why it refused. */
	answerBytes: 2_048,
	/** Attempts of one delivery; with the waits below some two hours. */
	deliverAttempts: 12,
	/** Milliseconds before the second attempt; doubled each time, with jitter, up to the longest. */
	retryMs: 15_000,
	retryLongestMs: 900_000,
	/** Milliseconds of Retry-After that are believed. */
	retryAfterMs: 3_600_000,
	/** Deliveries that wait for one channel; beyond, the oldest fails and says so. */
	deliveriesWaiting: 200,
	/** Deliveries of one channel at one look: a receiver that came back is not flooded. */
	deliveriesAtOnce: 10,
	/** Entries that wait for ClickHouse, about 1 kB each; beyond, the oldest go, counted. */
	outboxRows: 20_000,
	/** Entries of one insert. */
	outboxBatch: 500,
	/** Changes of one alert within `flapMs` from which on it flaps. */
	flapChanges: 4,
	flapMs: 3_600_000,
	/** Alerts kept as state: beyond, new ones are refused and counted. */
	alerts: 5_000,
	/** Days of a silence: a longer one is a rule to remove. */
	silenceDays: 90,
	/** Milliseconds behind now at which a window counts as closed: batches of SDKs and Collectors arrive within it. */
	watermarkMs: 120_000,
	/** Milliseconds an analysis of a tenant's window is kept: it moves by a minute. */
	analysisMs: 60_000,
	/** Days of a window that pairs and incidents are computed over: a day of 120,000 errors an hour is 3 million rows. */
	analysisDays: 7,
	/** Analyses kept of one store, the oldest out. */
	analyses: 8,
	/** Traces, or episodes, that a pair has at least: two may always be chance. */
	pairSupport: 3,
	/** Times more often than chance, below which a pair is not told: sure, and of no use. */
	pairLift: 2,
	/** Minutes within which one group follows another. */
	followMinutes: 5,
	/** Minutes within which a rate counts as steady: the day's shape is slower, cause and effect are faster. */
	jitterMinutes: 60,
	/** Share of other lags that may fit as well. */
	lagChance: 0.05,
	/** Share of what is told that may be false (Benjamini-Hochberg's q). */
	falseDiscovery: 0.01,
	/** Attributes of one answer. */
	attributes: 12,
	/** Odds against the background's, below which an attribute is not told. */
	attributeOdds: 2,
	/** Share of attributes told that may be false (q); beside it stand the least lift and difference. */
	attributeDiscovery: 0.05,
	/** Times that a release, host, region or flag counts for what requests carry, when what may be false is shared out. */
	attributeWeight: 4,
	/** Chance, beside requests of the same time alone, above which what is told would be due to the time. */
	attributeTimeChance: 0.02,
	/** Difference of the shares in group and background, below which it is not told. */
	attributeDifference: 0.15,
	/** Share of occurrences that "only" means: the rest are retries and strays. */
	onlyShare: 0.9,
	/** Rows of the background below which nothing is compared: the test is exact at any count, so few suffice. */
	attributeBackground: 20,
	/** Occurrences with a key or value below which nothing is told. */
	attributeSupport: 5,
	/** Values of a key above which it names occurrences, not conditions. */
	attributeValues: 400,
	/** Days back that resolutions are looked at: what helped a year ago may be another program's. */
	outcomeDays: 90,
	/** Resolutions looked at, the latest. */
	outcomeResolves: 200,
	/** Hours before and after a resolution or release that are compared: a week, so that every day and night is in both. */
	outcomeHours: 168,
	/** Chance of a fall by itself, below which a fall is told. */
	outcomeChance: 0.05,
	/** Releases of a group's services whose outcome is told. */
	outcomeReleases: 20,
	/** Returns after a suggestion was tried, from which on it may sink, and the share of falls below which it does. */
	sinkReturns: 3,
	sinkShare: 0.1,
	/** Bytes of a suggestion from which on it may have been cut (the catalog cuts at 500, between characters). */
	suggestionCutBytes: 497,
	/** Incidents of one answer, and symptoms of one incident. */
	incidents: 50,
	symptoms: 20,
	/** Traces in which a group follows from an origin before it is told: in one both may have failed by chance. */
	symptomTraces: 2,
	/** Traces nearest in time that say of an issue where it began: a minority of other causes is outvoted. */
	elsewhereTraces: 5,
	/** Errors and spans of one trace that an origin is looked for in. */
	originRows: 1_000,
	/** Characters below which a host's name is not looked for in a message: `db` and `api` are words too. */
	hostChars: 6,
	/** Rules of retention: each travels in the URL of the question, below its 16 kB. */
	retentionRules: 60,
	/** Milliseconds until a day's deletion that failed is tried again. */
	retentionAgainMs: 3_600_000,
} as const;
