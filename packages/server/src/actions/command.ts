/**
 * A program that a person configured, run without a shell: its arguments are what they are. It gets a small environment and,
 * if there is one, a report on standard input; what it prints is kept within bounds. It leads a process group of its own, so
 * that what it started ends with it when its time is over; what it leaves running when it ends by itself stays.
 */
import { spawn } from "node:child_process";
import { LIMITS } from "../limits.ts";

export interface Command {
	readonly argv: readonly string[];
	readonly cwd: string | undefined;
	readonly env: Readonly<Record<string, string>>;
	/** "" gives it an empty input. */
	readonly stdin: string;
	readonly timeoutMs: number;
	/** Ends it. */
	readonly signal: AbortSignal;
}

export interface CommandEnd {
	/** Null if it did not end by itself. */
	readonly exitCode: number | null;
	/** Why it did not start or was ended; "" if it ended by itself. */
	readonly problem: string;
	/** False if it was never started. */
	readonly started: boolean;
	/** The last of what it printed on both streams, as it came. */
	readonly output: string;
}

/** Milliseconds after the end of a program for which what it printed is read. */
const DRAIN_MS = 50;

/** Never rejects. */
export function runCommand(command: Command): Promise<CommandEnd> {
	return new Promise((resolve) => {
		const [program, ...args] = command.argv as [string, ...string[]];
		const child = spawn(program, args, {
			shell: false,
			detached: true,
			cwd: command.cwd,
			env: command.env,
			stdio: ["pipe", "pipe", "pipe"],
			windowsHide: true,
		});
		let output = "";
		let problem = "";
		const keep = (chunk: string): void => {
			output = (output + chunk).slice(-LIMITS.actionOutputChars * 4);
		};
		child.stdout.setEncoding("utf8").on("data", keep);
		child.stderr.setEncoding("utf8").on("data", keep);
		// It may end without reading.
		child.stdin.on("error", () => {});
		child.stdin.end(command.stdin);
		let killing: NodeJS.Timeout | undefined;
		const end = (why: string) => (): void => {
			if (problem !== "" || child.pid === undefined) return;
			problem = why;
			signalGroup(child.pid, "SIGTERM");
			killing = setTimeout(() => signalGroup(child.pid as number, "SIGKILL"), LIMITS.actionKillMs);
		};
		const timeout = setTimeout(
			end(`it did not end within ${command.timeoutMs / 1000} s and was killed`),
			command.timeoutMs,
		);
		const stop = end("errata stopped while it ran, and ended it");
		command.signal.addEventListener("abort", stop, { once: true });
		const settle = (exitCode: number | null, why: string, started: boolean): void => {
			clearTimeout(timeout);
			clearTimeout(killing);
			command.signal.removeEventListener("abort", stop);
			resolve({ exitCode, problem: why, started, output });
		};
		child.once("error", (error: NodeJS.ErrnoException) => {
			if (child.pid === undefined) settle(null, `it could not be started: ${error.code ?? error.message}`, false);
		});
		child.once("exit", (code, signal) => {
			const why = problem !== "" ? problem : code === null ? `it was ended by ${signal}` : "";
			// What it printed last may still be on its way; what it left running may hold the streams for ever.
			setTimeout(() => {
				child.stdout.destroy();
				child.stderr.destroy();
				settle(problem === "" ? code : null, why, true);
			}, DRAIN_MS);
		});
		if (command.signal.aborted) stop();
	});
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
	try {
		process.kill(-pid, signal);
	} catch {
		// Gone already.
	}
}

/** What every program gets: enough to find programs and speak a language, and none of errata's own secrets. */
const USUAL = ["PATH", "HOME", "LANG", "TMPDIR"];

export function environmentOf(
	names: readonly string[],
	env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
	const found: Record<string, string> = {};
	for (const name of [...USUAL, ...names]) {
		const value = env[name];
		if (value !== undefined) found[name] = value;
	}
	return found;
}
