/** Exit codes of every command; `COMMANDS.md` lists them and a test compares. Nothing else belongs here. */

export const EXIT = {
	/** Done; also when a reader closed the pipe, and after Ctrl-C of a command that serves or follows. */
	ok: 0,
	/** The command failed: a check of `doctor` or `catalog check`, a port in use, a full disk. */
	failure: 1,
	/** Unknown command or flag, a value that cannot be read, an invalid `errata.yaml`. */
	usage: 2,
	/** ClickHouse or errata local does not answer. */
	unreachable: 3,
	/** No group, trace or code of that name. */
	notFound: 4,
	/** A prefix that fits several groups: they are listed. */
	ambiguous: 5,
} as const;

export type ExitCode = number;

/** What each code means, for the documentation and `errata --help`. */
export const EXIT_MEANING: Readonly<Record<keyof typeof EXIT, string>> = {
	ok: "done; also when the reader of a pipe went away, and after Ctrl-C of `local` and `tail`",
	failure: "the command failed, or a check of `doctor` or `catalog check` did",
	usage: "unknown command or flag, a value that cannot be read, an invalid errata.yaml",
	unreachable: "ClickHouse or errata local does not answer",
	notFound: "no such group, trace or code",
	ambiguous: "the prefix fits several groups; they are listed",
};

/** Codes of errors, whoever threw them, that mean: the backend does not answer. */
const UNREACHABLE: ReadonlySet<string> = new Set(["STORE_UNREACHABLE", "STORE_BUSY", "STORE_TIMEOUT"]);

/** The exit code for an error that a user may see. */
export function exitCodeOf(error: { readonly code: string; readonly exitCode: number }): ExitCode {
	return UNREACHABLE.has(error.code) ? EXIT.unreachable : error.exitCode;
}
