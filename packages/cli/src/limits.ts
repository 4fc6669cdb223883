/** Limits and waits of the CLI, each with unit and reason. Defaults of flags live here too. */
export const LIMITS = {
	/** Groups shown by `issues list` and after `run`: what fits on one screen with its explanation is fewer still. */
	issues: 20,
	/** Groups that `run` asks for: a run that meets more is told how many it was shown. */
	runIssues: 200,
	/** Groups that `run` explains in full; the rest are named in one line each. */
	explainedIssues: 12,
	/** Frames shown by `issues why`. */
	whyFrames: 30,
	/** Patterns shown by `patterns`. */
	patterns: 30,
	/** Commits shown by `issues suspects`. */
	suspectCommits: 50,
	/** Milliseconds and bytes of one answer of git: a list of all files of a large repository is 20 MB. */
	gitMs: 20_000,
	gitBytes: 67_108_864,
	/** Lines of `trends`. */
	trends: 20,
	/** Rows that `tail` asks for at a time. */
	tailRows: 500,
	/** Milliseconds between two questions of `tail`: below a second nobody notices, above it a local store idles. */
	tailPollMs: 500,
	/** Milliseconds between two looks of `issues changes`. */
	changesPollMs: 2_000,
	/** Milliseconds `tail` waits between tries while the store is away. */
	tailRetryMs: 1_000,
	/** Milliseconds `run` waits for the records of its child to show up in the store: the receiver answers before the view is read. */
	settleMs: 4_000,
	/** Milliseconds between two looks during `settleMs`. */
	settlePollMs: 150,
	/** Looks of `run` at what it recorded, each at another errata local because the one before ended with its own run. */
	outcomeLooks: 4,
	/** Milliseconds that `run` gives the replay of the spool. */
	replayMs: 10_000,
	/** Milliseconds that `run` waits for errata local to start before the child starts without it. */
	localStartMs: 30_000,
	/** Milliseconds to wait for a data directory that another errata holds: a reading command is done in a second or two, a start or a stop on a busy machine in ten. */
	inUseMs: 16_000,
	inUsePollMs: 250,
	/** Milliseconds back for which `doctor` says what each way of logging brought: a day has a service's jobs in it too. */
	loggingMs: 86_400_000,
	/** Milliseconds a server gets to answer a question of `doctor`, or before a command says it is away. */
	probeMs: 3_000,
	/** Milliseconds that `local` may take to stop after a signal; a second signal ends it at once. */
	drainMs: 10_000,
	/** Columns at which prose is wrapped in a wide terminal: longer lines are hard to read. */
	proseColumns: 110,
	/** Columns below which nothing is laid out narrower; the terminal wraps by itself then. */
	minColumns: 40,
	/** Characters of a message in a group's explanation; the whole one is in `issues view --json`. */
	messageChars: 400,
	/** Causes shown under a group. */
	causes: 4,
	/** Suggestions of each kind shown under a group. */
	suggestions: 3,
	/** Services named before "and n more". */
	services: 4,
	/** Source lines shown before and after the failing one. */
	sourceContext: 2,
	/** Characters of one source line: minified code has lines of megabytes. */
	sourceChars: 160,
	/** Milliseconds that `catalog lock` gives the modules to load: they only define errors, but may compile first. */
	lockLoadMs: 30_000,
	/** Bytes of one line that `catalog test` reads from standard input; the rest of the line is cut and counted. */
	testLineBytes: 1_048_576,
	/** Milliseconds between two states of a progress bar, and between two lines of progress in a pipe. */
	progressTerminalMs: 200,
	progressPipeMs: 5_000,
	/** Files that `doctor --app` reads: more than the largest services have; some minutes. */
	appFiles: 20_000,
	/** Bytes of one of them, and characters of its average line: beyond, it was generated. */
	appFileBytes: 1_048_576,
	appLineChars: 300,
	/** Findings listed; the rest is counted. */
	appFindings: 1_000,
	/** Candidates listed for an ambiguous prefix. */
	candidates: 10,
	/** Megabytes free on the data directory's disk below which `doctor` warns, and below which it fails. */
	diskWarnMegabytes: 2_048,
	diskFailMegabytes: 256,
} as const;
