/**
 * Sends what ended processes have spooled, and removes it. A file is claimed by renaming it, so two replays never send the
 * same; what cannot be sent is put back. Nothing here throws.
 */
import { closeSync, constants, fsyncSync, openSync, readFileSync, renameSync, unlinkSync, writeSync } from "node:fs";
import path from "node:path";
import { isRetryable, post } from "./post.ts";
import { CLAIMED, NAME, openFiles, type SpoolFile, spoolFiles } from "./spool-directory.ts";
import { decode, encodeEntry, encodeHeader, type SpoolEntry } from "./spool-file.ts";

/** Milliseconds after which a claim whose owner cannot be seen (another container) is taken over. */
const CLAIM_MS = 600_000;
/** Attempts of one entry while the collector answers "later", and the longest wait between them in milliseconds. */
const ATTEMPTS = 4;
const WAIT_MS = 2_000;
/** Answers that will be the same next time; a wrong key or path (401, 403, 404) may be put right. */
const REFUSED = new Set([400, 413, 415, 422]);

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

/** True while a process of this id lives, ours or another user's. */
export function isRunning(pid: number): boolean {
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
