/**
 * Errors that could not be sent, on disk: written when a process dies or the collector is away, sent by `errata run` or
 * at the next start. The directory is private (0700), files are 0600, opened with O_EXCL and O_NOFOLLOW, one per pid and
 * start; a replay claims a file by renaming it. Nothing here throws into the host: a full disk or a foreign directory
 * means no spool. Light: nothing of OpenTelemetry is imported, so the CLI can replay too.
 */
import {
	closeSync,
	constants,
	existsSync,
	fchmodSync,
	fstatSync,
	fsyncSync,
	lstatSync,
	mkdirSync,
	openSync,
	readdirSync,
	readFileSync,
	renameSync,
	statSync,
	unlinkSync,
	writeSync,
} from "node:fs";
import path from "node:path";
import { threadId } from "node:worker_threads";
import { isRetryable, post } from "./post.ts";
import { decode, encodeEntry, encodeHeader, type SpoolEntry } from "./spool-file.ts";

const SUFFIX = ".spool";
const NAME = /^(\d{13})-(\d+)-(\d+)-(\d+)\.spool$/;
const CLAIMED = /^(\d{13}-\d+-\d+-\d+\.spool)\.(\d+)$/;
/** Milliseconds after which a claim whose owner cannot be seen (another container) is taken over. */
const CLAIM_MS = 600_000;
/** Bytes after which a new file is begun, so that the oldest can go without all the rest. */
const FILE_BYTES = 2_097_152;
/** Attempts of one entry while the collector answers "later", and the longest wait between them in milliseconds. */
const ATTEMPTS = 4;
const WAIT_MS = 2_000;

/** Answers that will be the same next time; a wrong key or path (401, 403, 404) may be put right. */
const REFUSED = new Set([400, 413, 415, 422]);

/** Files that spools of this process write to. */
const openFiles = new Set<string>();

/** The spool's default place for a service: `$XDG_STATE_HOME/errata/spool/<service>`; "" without a home directory. */
export function spoolDirectory(env: Readonly<Record<string, string | undefined>>, service: string): string {
	const home = env.HOME ?? "";
	const state = env.XDG_STATE_HOME ?? "";
	const base = path.isAbsolute(state) ? state : path.isAbsolute(home) ? path.join(home, ".local", "state") : "";
	if (base === "") return "";
	const name = service.replace(/[^A-Za-z0-9._-]+/g, "_").replace(/^\.+/, "_");
	return path.join(base, "errata", "spool", name.slice(0, 100) || "unknown_service");
}

/** `mkdir -p`; Node's own `recursive` never returns for a directory below /proc. */
function makeDirectory(dir: string): void {
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
function privateDirectory(dir: string): void {
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

/** The spool of this process (of this thread): appends, and keeps the whole directory within its size. */
export class Spool {
	/** Entries that found no place, and files that had to go for newer ones. */
	dropped = 0;
	readonly dir: string;
	readonly #maxBytes: number;
	readonly #start = String(Date.now()).padStart(13, "0");
	#sequence = 0;
	#fd: number | undefined;
	#file = "";
	#size = 0;

	/** `dir` "" or `maxBytes` 0: nothing is kept. */
	constructor(dir: string, maxBytes: number) {
		this.dir = dir;
		this.#maxBytes = dir === "" ? 0 : maxBytes;
	}

	/** True if this process has written entries that nobody has claimed. */
	get used(): boolean {
		return this.#file !== "";
	}

	/** Appends `entry`, with `sync` onto the disk itself. False if it could not be kept. */
	append(entry: SpoolEntry, sync: boolean): boolean {
		if (this.#maxBytes === 0) return false;
		try {
			const bytes = encodeEntry(entry);
			if (bytes.length > this.#maxBytes) throw new Error("larger than the spool");
			const fd = this.#open(bytes.length);
			for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
			if (sync) fsyncSync(fd);
			this.#size += bytes.length;
			return true;
		} catch {
			this.dropped += entry.records;
			return false;
		}
	}

	/** Forgets what this process has spooled: all of it has been delivered otherwise. */
	discard(): void {
		const file = this.#file;
		this.#close();
		try {
			if (file !== "") unlinkSync(file);
		} catch {
			// Claimed by a replay: it is sent twice with the same ids, which counts once.
		}
	}

	/** Ends the current file, so that a replay in this process can claim it. */
	release(): void {
		this.#close();
	}

	#open(bytes: number): number {
		if (this.#fd !== undefined && this.#stillOurs(this.#fd) && this.#size + bytes <= FILE_BYTES) return this.#fd;
		this.#close();
		privateDirectory(this.dir);
		this.#makeRoom(bytes);
		const name = `${this.#start}-${process.pid}-${threadId}-${this.#sequence++}${SUFFIX}`;
		const file = path.join(this.dir, name);
		const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_APPEND | constants.O_NOFOLLOW;
		this.#fd = openSync(file, flags, 0o600);
		this.#file = file;
		openFiles.add(file);
		const header = encodeHeader();
		this.#size = writeSync(this.#fd, header);
		return this.#fd;
	}

	/** A replay of another container may have claimed the file of a pid it could not see. */
	#stillOurs(fd: number): boolean {
		try {
			return statSync(this.#file).ino === fstatSync(fd).ino;
		} catch {
			return false;
		}
	}

	#close(): void {
		if (this.#fd !== undefined) closeSync(this.#fd);
		openFiles.delete(this.#file);
		this.#fd = undefined;
		this.#file = "";
		this.#size = 0;
	}

	/** Deletes the oldest files until `bytes` more fit. */
	#makeRoom(bytes: number): void {
		const files = spoolFiles(this.dir);
		let total = files.reduce((sum, file) => sum + file.size, 0);
		for (const file of files) {
			if (total + bytes <= this.#maxBytes) return;
			this.dropped += decode(readFileSync(file.path)).entries.reduce((sum, entry) => sum + entry.records, 0);
			unlinkSync(file.path);
			total -= file.size;
		}
	}
}

interface SpoolFile {
	readonly path: string;
	readonly name: string;
	readonly size: number;
	readonly mtimeMs: number;
}

/** Files of the spool, oldest first, claimed ones too. */
function spoolFiles(dir: string): SpoolFile[] {
	const files: SpoolFile[] = [];
	for (const name of readdirSync(dir).sort()) {
		if (!NAME.test(name) && !CLAIMED.test(name)) continue;
		const stat = lstatSync(path.join(dir, name), { throwIfNoEntry: false });
		if (stat?.isFile()) files.push({ path: path.join(dir, name), name, size: stat.size, mtimeMs: stat.mtimeMs });
	}
	return files;
}

export interface ReplayOptions {
	readonly dir: string;
	/** Base URL of an OTLP/HTTP receiver (`http://localhost:4318`); `/v1/logs` is added. */
	readonly endpoint?: string;
	/** Full URL of the logs signal, in place of `endpoint`. */
	readonly url?: string;
	readonly headers?: Readonly<Record<string, string>>;
	/** Milliseconds for the whole replay. */
	readonly timeoutMs: number;
	/** false: the replay never keeps the process alive. Default true. */
	readonly keepAlive?: boolean;
}

/** Records, not files. */
export interface ReplayResult {
	/** Accepted by the receiver. */
	readonly sent: number;
	/** Refused for good, or damaged; dropped. */
	readonly failed: number;
	/** Kept for another time. */
	readonly left: number;
}

/**
 * Sends what ended processes have spooled in `dir`, oldest first, each file once, and removes it. Files of processes that
 * still run are left alone. Never throws.
 */
export async function replaySpool(options: ReplayOptions): Promise<ReplayResult> {
	const total = { sent: 0, failed: 0, left: 0 };
	const deadline = Date.now() + options.timeoutMs;
	let files: SpoolFile[];
	try {
		files = spoolFiles(options.dir);
	} catch {
		return total;
	}
	let open = true;
	for (const file of files) {
		const claimed = open ? claim(options.dir, file) : undefined;
		if (claimed === undefined) continue;
		open = await replayFile(claimed, options, deadline, total);
	}
	return total;
}

/** The file's new path if it is ours to send now. */
function claim(dir: string, file: SpoolFile): string | undefined {
	const claimed = CLAIMED.exec(file.name);
	const owner = Number(claimed?.[2] ?? NAME.exec(file.name)?.[2]);
	if (claimed !== null && Number(claimed[2]) === process.pid && file.mtimeMs > Date.now() - CLAIM_MS) return undefined;
	const running = owner !== process.pid && isRunning(owner);
	if (running && file.mtimeMs > Date.now() - CLAIM_MS) return undefined;
	if (owner === process.pid && claimed === null && openFiles.has(file.path)) return undefined;
	const target = path.join(dir, `${claimed?.[1] ?? file.name}.${process.pid}`);
	try {
		if (target !== file.path) renameSync(file.path, target);
		return target;
	} catch {
		return undefined;
	}
}

function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === "EPERM";
	}
}

/** Sends one claimed file; false when the receiver is away, so that the rest waits too. */
async function replayFile(
	file: string,
	options: ReplayOptions,
	deadline: number,
	total: { sent: number; failed: number; left: number },
): Promise<boolean> {
	let content: Buffer;
	try {
		content = readFileSync(file);
	} catch {
		return true;
	}
	const { entries, damaged } = decode(content);
	if (damaged) total.failed++;
	for (const [index, entry] of entries.entries()) {
		const outcome = await sendEntry(entry, options, deadline);
		if (outcome === "sent") total.sent += entry.records;
		else if (outcome === "refused") total.failed += entry.records;
		else {
			const rest = entries.slice(index);
			total.left += rest.reduce((sum, left) => sum + left.records, 0);
			putBack(file, rest);
			return false;
		}
	}
	remove(file);
	return true;
}

async function sendEntry(
	entry: SpoolEntry,
	options: ReplayOptions,
	deadline: number,
): Promise<"sent" | "refused" | "away"> {
	const url = options.url ?? `${(options.endpoint ?? "").replace(/\/+$/, "")}/v1/logs`;
	for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
		const timeoutMs = deadline - Date.now();
		if (timeoutMs <= 0) return "away";
		let wait: number;
		try {
			const answer = await post({
				url,
				headers: { ...options.headers, "content-type": "application/x-protobuf" },
				body: entry.bytes,
				timeoutMs,
				keepAlive: options.keepAlive !== false,
			});
			if (answer.status >= 200 && answer.status < 300) return "sent";
			if (REFUSED.has(answer.status)) return "refused";
			if (!isRetryable(answer.status)) return "away";
			wait = answer.retryAfterMs ?? 250 * 2 ** attempt;
		} catch {
			return "away";
		}
		if (Date.now() + wait >= deadline) return "away";
		await sleep(Math.min(wait, WAIT_MS), options.keepAlive !== false);
	}
	return "away";
}

function sleep(ms: number, keepAlive: boolean): Promise<void> {
	return new Promise((resolve) => {
		const timer = setTimeout(resolve, ms);
		if (!keepAlive) timer.unref();
	});
}

/** What was not sent becomes a file of its own again, under the old name. */
function putBack(file: string, rest: readonly SpoolEntry[]): void {
	const original = file.replace(/\.\d+$/, "");
	try {
		const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
		const fd = openSync(`${file}.rest`, flags, 0o600);
		try {
			for (const part of [encodeHeader(), ...rest.map(encodeEntry)]) writeSync(fd, part);
			fsyncSync(fd);
		} finally {
			closeSync(fd);
		}
		renameSync(`${file}.rest`, original);
		unlinkSync(file);
	} catch {
		// The claimed file stays; it is adopted once its claim is stale.
		remove(`${file}.rest`);
	}
}

function remove(file: string): void {
	try {
		unlinkSync(file);
	} catch {
		// Gone already.
	}
}
