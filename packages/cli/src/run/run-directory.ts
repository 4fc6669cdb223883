/**
 * The private directory of one run: the child's spool and the guard's status file. It goes when the run is over, unless
 * errors are left in it that no store took; those are sent by a later run.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { isRunning, makeDirectory } from "@errata/node/spool";
import type { Env } from "../context.ts";

export interface RunDirectory {
	readonly path: string;
	readonly spool: string;
	readonly statusFile: string;
	/** Text of the status file, "" if no guard wrote any. */
	status(): string;
	remove(): void;
}

/** Makes the directory of this run; in the system's temporary directory if the state directory cannot be written. */
export function createRunDirectory(env: Env, runId: string): RunDirectory {
	const parent = runsDirectory(env);
	try {
		makeDirectory(parent);
		const own = path.join(parent, `${process.pid}-${runId}`);
		mkdirSync(own, { mode: 0o700 });
		return describe(own);
	} catch {
		return describe(mkdtempSync(path.join(tmpdir(), "errata-run-")));
	}
}

function runsDirectory(env: Env): string {
	const state = env.XDG_STATE_HOME ?? "";
	const base = path.isAbsolute(state) ? state : path.join(env.HOME || homedir(), ".local", "state");
	return path.join(base, "errata", "runs");
}

function describe(own: string): RunDirectory {
	const spool = path.join(own, "spool");
	const statusFile = path.join(own, "status");
	mkdirSync(spool, { mode: 0o700, recursive: true });
	return {
		path: own,
		spool,
		statusFile,
		status: () => (existsSync(statusFile) ? readFileSync(statusFile, "utf8") : ""),
		remove: () => rmSync(own, { recursive: true, force: true }),
	};
}

/** Directories of runs whose errata has ended without sending everything. */
export function abandonedRuns(env: Env): RunDirectory[] {
	const parent = runsDirectory(env);
	let names: string[];
	try {
		names = readdirSync(parent);
	} catch {
		return [];
	}
	return names
		.filter((name) => {
			const pid = Number(/^([0-9]+)-[0-9a-f-]{36}$/u.exec(name)?.[1]);
			return Number.isInteger(pid) && pid !== process.pid && !isRunning(pid);
		})
		.map((name) => describe(path.join(parent, name)));
}
