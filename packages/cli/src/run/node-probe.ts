/**
 * Which Node the child will be, asked before it starts: below 18.18 Node refuses `--import` in NODE_OPTIONS and exits
 * with 9, so such a child must not get it at all. Newer but too old ones get the guard, which steps aside by itself.
 */
import { execFile } from "node:child_process";
import path from "node:path";
import type { Env } from "../context.ts";
import { LIMITS } from "../limits.ts";

/** Version of the Node that `argv` runs, or that a script it names would find; "" if none answers. */
export function probeNode(argv: readonly string[], env: Env, cwd: string): Promise<string> {
	const command = argv[0] ?? "";
	const program = /^(?:node|nodejs)(?:\.exe)?$/u.test(path.basename(command)) ? command : "node";
	const { NODE_OPTIONS: _, ...plain } = env;
	return new Promise((resolve) => {
		execFile(
			program,
			["-p", "process.versions.node"],
			{ env: plain, cwd, timeout: LIMITS.probeMs, windowsHide: true },
			(error, stdout) => resolve(error === null ? stdout.trim() : ""),
		);
	});
}

/** True if this Node accepts `--import` in NODE_OPTIONS; an unknown one is taken for a current one. */
export function takesImport(version: string): boolean {
	const [major = 0, minor = 0] = version.split(".").map(Number);
	if (version === "" || Number.isNaN(major)) return true;
	return major > 19 || (major === 19 && minor >= 8) || (major === 18 && minor >= 19);
}
