/** Running real programs from tests: what they print, how they end. Nothing of errata's own logic. */
import { execFile, type SpawnOptions, spawn } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

export interface Ended {
	/** Exit code; -1 when a signal ended it. */
	readonly code: number;
	readonly signal: NodeJS.Signals | null;
	readonly stdout: string;
	readonly stderr: string;
}

/** What vitest and npm put into their children's environment, and what would tell errata or OpenTelemetry something. */
const OURS =
	/^(npm_.*|VITEST.*|NODE|NODE_(OPTIONS|ENV|PATH|V8_COVERAGE)|OTEL_.*|ERRATA_.*|(FORCE|NO)_COLOR|CI|TEST|INIT_CWD)$/i;

/** Environment of a user's shell, the pinned Node first on PATH. */
export function cleanEnv(over: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
	const kept = Object.entries(process.env).filter(([key]) => !OURS.test(key));
	const bin = path.join(root, "node_modules", ".bin");
	return { ...Object.fromEntries(kept), PATH: `${bin}${path.delimiter}${process.env.PATH ?? ""}`, ...over };
}

/** Runs a program to its end; never rejects for how it ended, but when there is no such program. */
export function run(command: string, args: readonly string[], options: SpawnOptions = {}): Promise<Ended> {
	return new Promise((resolve, reject) => {
		const child = spawn(command, args, { env: cleanEnv(), ...options, stdio: ["ignore", "pipe", "pipe"] });
		let [stdout, stderr] = ["", ""];
		child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
			stdout += chunk;
		});
		child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
			stderr += chunk;
		});
		child.on("error", (error: NodeJS.ErrnoException) =>
			reject(error.code === "ENOENT" ? new Error(`${command} is not on PATH: install it; no test is skipped`) : error),
		);
		child.on("close", (code, signal) => resolve({ code: code ?? -1, signal, stdout, stderr }));
	});
}

/** Runs a program that must succeed; its standard output. */
export async function must(command: string, args: readonly string[], options: SpawnOptions = {}): Promise<string> {
	const ended = await run(command, args, options);
	if (ended.code === 0) return ended.stdout;
	throw new Error(`${command} ${args.join(" ")} ended with ${ended.code}\n${ended.stdout}${ended.stderr}`);
}

/** Version of a Node binary as `[major, minor]`, `undefined` if there is none. */
export function nodeVersion(file: string): Promise<readonly [number, number] | undefined> {
	return new Promise((resolve) => {
		execFile(file, ["--version"], (error, stdout) => {
			const parts = /^v(\d+)\.(\d+)/.exec(stdout);
			resolve(error === null && parts !== null ? [Number(parts[1]), Number(parts[2])] : undefined);
		});
	});
}
