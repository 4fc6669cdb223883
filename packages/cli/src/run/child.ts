/** The program that `errata run` runs: its streams are ours untouched, signals go on to it, its end is told exactly. */
import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";

export interface ChildEnd {
	/** What a shell would answer: its exit code, 128 + n for a signal, 127 not found, 126 not executable. */
	readonly exitCode: number;
	readonly signal: NodeJS.Signals | null;
	/** Why it never ran; absent if it did. */
	readonly failure?: NodeJS.ErrnoException;
}

/** Signals that a program may be told something by. Those of job control reach the whole group by themselves. */
const FORWARDED: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"];
/** A terminal sends these to every process of its foreground group: passing them on would deliver them twice. */
const FROM_TERMINAL: ReadonlySet<NodeJS.Signals> = new Set<NodeJS.Signals>(["SIGINT", "SIGQUIT"]);

/** Runs `argv` with `env` to its end; never rejects. Until then no signal ends errata itself. */
export function runChild(
	argv: readonly string[],
	env: Readonly<Record<string, string>>,
	cwd: string,
): Promise<ChildEnd> {
	const [command = "", ...args] = argv;
	const onTerminal = process.stdin.isTTY === true || process.stdout.isTTY === true || process.stderr.isTTY === true;
	let child: ChildProcess | undefined;
	const forward = (signal: NodeJS.Signals): void => {
		if (!(onTerminal && FROM_TERMINAL.has(signal))) child?.kill(signal);
	};
	for (const signal of FORWARDED) process.on(signal, forward);
	return new Promise<ChildEnd>((resolve) => {
		const done = (end: ChildEnd): void => {
			for (const signal of FORWARDED) process.off(signal, forward);
			resolve(end);
		};
		try {
			child = spawn(command, args, { stdio: "inherit", env, cwd });
		} catch (error) {
			done(neverRan(error as NodeJS.ErrnoException));
			return;
		}
		child.once("error", (error: NodeJS.ErrnoException) => {
			// A failed kill is an `error` too; the process still runs then.
			if (child?.pid === undefined) done(neverRan(error));
		});
		child.once("exit", (code, signal) => done({ exitCode: exitCodeOf(code, signal), signal }));
	});
}

function neverRan(failure: NodeJS.ErrnoException): ChildEnd {
	return { exitCode: failure.code === "ENOENT" ? 127 : 126, signal: null, failure };
}

function exitCodeOf(code: number | null, signal: NodeJS.Signals | null): number {
	if (code !== null) return code;
	return 128 + (signal === null ? 0 : (constants.signals[signal] ?? 0));
}
