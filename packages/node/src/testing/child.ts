/** For tests of this package: programs in real processes, instrumented from `dist` as a user's are. */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const packageDir = fileURLToPath(new URL("../..", import.meta.url));
const root = path.resolve(packageDir, "../..");
export const guard = new URL("../../guard.mjs", import.meta.url).href;

/** `dist` of this package and the catalog as the sources are now. */
export function build(): void {
	const built = spawnSync(process.execPath, [path.join(root, "scripts", "build.mjs"), "catalog", "node"], {
		encoding: "utf8",
	});
	if (built.status !== 0) throw new Error(`cannot build packages/node: ${built.stdout}${built.stderr}`);
}

/** A fresh directory below this package, so that programs in it find the workspace's packages. */
export function workDirectory(): { readonly dir: string; remove(): void } {
	const parent = path.join(packageDir, ".errata");
	mkdirSync(parent, { recursive: true });
	const dir = mkdtempSync(path.join(parent, "test-"));
	return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

export interface RunOptions {
	readonly env?: Readonly<Record<string, string>>;
	/** Flags before the program; by default the guard is imported. */
	readonly flags?: readonly string[];
	/** Arguments of the program. */
	readonly args?: readonly string[];
	readonly node?: string;
	/** Milliseconds after which the test fails instead of hanging. */
	readonly limitMs?: number;
	/** Called with the child once it runs. */
	readonly onStart?: (child: import("node:child_process").ChildProcess) => void;
}

export interface Ran {
	readonly code: number | null;
	readonly signal: NodeJS.Signals | null;
	readonly stdout: string;
	readonly stderr: string;
}

/** Variables of the tests' own environment that must not reach the programs. */
function cleanEnvironment(): NodeJS.ProcessEnv {
	const env: NodeJS.ProcessEnv = {};
	for (const [key, value] of Object.entries(process.env))
		if (!/^(OTEL_|ERRATA_|NODE_OPTIONS|NODE_ENV|VITEST|FORCE_COLOR|NO_COLOR|TEST$)/.test(key)) env[key] = value;
	return env;
}

/** Writes `source` to `dir` and runs it. */
export function runProgram(dir: string, name: string, source: string, options: RunOptions = {}): Promise<Ran> {
	const file = path.join(dir, name);
	writeFileSync(file, source);
	return run(file, dir, options);
}

export function run(file: string, cwd: string, options: RunOptions = {}): Promise<Ran> {
	return new Promise((resolve, reject) => {
		const child = spawn(
			options.node ?? process.execPath,
			[...(options.flags ?? [`--import=${guard}`]), file, ...(options.args ?? [])],
			{
				cwd,
				env: { ...cleanEnvironment(), ...options.env },
				stdio: ["ignore", "pipe", "pipe"],
			},
		);
		let stdout = "";
		let stderr = "";
		child.stdout.on("data", (chunk) => {
			stdout += chunk;
		});
		child.stderr.on("data", (chunk) => {
			stderr += chunk;
		});
		const limit = setTimeout(() => {
			child.kill("SIGKILL");
			reject(new Error(`${path.basename(file)} did not end; stderr: ${stderr}`));
		}, options.limitMs ?? 40_000);
		child.on("error", reject);
		child.on("close", (code, signal) => {
			clearTimeout(limit);
			resolve({ code, signal, stdout, stderr });
		});
		options.onStart?.(child);
	});
}

export interface StatusLine {
	readonly pid: number;
	readonly node: string;
	readonly instrumented: boolean;
	readonly reason: string;
}

/** What the guard wrote to `ERRATA_RUN_STATUS`. */
export function statusLines(file: string): StatusLine[] {
	return readFileSync(file, "utf8")
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line) as StatusLine);
}
