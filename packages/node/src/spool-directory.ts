/**
 * Where spools lie and what lies there: the default place, the private directory, the names of files and of claims.
 * Writing is `spool.ts`, sending `spool-replay.ts`.
 */
import { closeSync, constants, existsSync, fchmodSync, lstatSync, mkdirSync, openSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** `<start>-<pid>-<thread>-<sequence>.spool`, so that names sort by age. */
export const NAME = /^(\d{13})-(\d+)-(\d+)-(\d+)\.spool$/;
/** A file claimed by a replay: the name it had, and the pid of the replay. */
export const CLAIMED = /^(\d{13}-\d+-\d+-\d+\.spool)\.(\d+)$/;

/** Files that spools of this process write to. */
export const openFiles = new Set<string>();

type Env = Readonly<Record<string, string | undefined>>;

/** The spool's default place for a service: `$XDG_STATE_HOME/errata/spool/<service>`; "" without a home directory. */
export function spoolDirectory(env: Env, service: string): string {
	return statePath(env, "spool", service);
}

/** The default file of the file sink: `$XDG_STATE_HOME/errata/log/<service>.ndjson`; "" without a home directory. */
export function logFile(env: Env, service: string): string {
	const file = statePath(env, "log", service);
	return file === "" ? "" : `${file}.ndjson`;
}

function statePath(env: Env, kind: string, service: string): string {
	const home = env.HOME ?? "";
	const state = env.XDG_STATE_HOME ?? "";
	// In a Lambda function nothing else can be written to.
	const lambda = env.AWS_LAMBDA_RUNTIME_API !== undefined;
	const fallback = lambda ? tmpdir() : path.isAbsolute(home) ? path.join(home, ".local", "state") : "";
	const base = path.isAbsolute(state) ? state : fallback;
	if (base === "") return "";
	const name = service.replace(/[^A-Za-z0-9._-]+/g, "_").replace(/^\.+/, "_");
	return path.join(base, "errata", kind, name.slice(0, 100) || "unknown_service");
}

/** `mkdir -p`; Node's own `recursive` never returns for a directory below /proc. */
export function makeDirectory(dir: string): void {
	try {
		mkdirSync(dir, { mode: 0o700 });
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code === "EEXIST") return;
		if (code !== "ENOENT" || existsSync(path.dirname(dir))) throw error;
		makeDirectory(path.dirname(dir));
		mkdirSync(dir, { mode: 0o700 });
	}
}

/** Makes `dir` or checks that it is a directory of ours that nobody else can read. Throws otherwise. */
export function privateDirectory(dir: string): void {
	makeDirectory(dir);
	const stat = lstatSync(dir);
	if (!stat.isDirectory()) throw new Error("not a directory");
	const uid = process.getuid?.();
	if (uid !== undefined && stat.uid !== uid) throw new Error("owned by another user");
	if ((stat.mode & 0o077) === 0) return;
	const fd = openSync(dir, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
	try {
		fchmodSync(fd, 0o700);
	} finally {
		closeSync(fd);
	}
}

export interface SpoolFile {
	readonly path: string;
	readonly name: string;
	readonly size: number;
	readonly mtimeMs: number;
}

/** Files of the spool, oldest first, claimed ones too. */
export function spoolFiles(dir: string): SpoolFile[] {
	const files: SpoolFile[] = [];
	for (const name of readdirSync(dir).filter(isSpool).sort(byAge)) {
		const stat = lstatSync(path.join(dir, name), { throwIfNoEntry: false });
		if (stat?.isFile()) files.push({ path: path.join(dir, name), name, size: stat.size, mtimeMs: stat.mtimeMs });
	}
	return files;
}

function isSpool(name: string): boolean {
	return NAME.test(name) || CLAIMED.test(name);
}

/** By start, process and thread, then by sequence: as numbers, the tenth file comes after the second. */
function byAge(a: string, b: string): number {
	const [left, right] = [numbersOf(a), numbersOf(b)];
	for (let i = 0; i < 4; i++) if (left[i] !== right[i]) return (left[i] ?? 0) - (right[i] ?? 0);
	return 0;
}

function numbersOf(name: string): number[] {
	return name.split(/[-.]/, 4).map(Number);
}
