/**
 * Sends what ended processes have spooled, and removes it. A file is claimed by renaming it, so two replays never send the
 * same; what cannot be sent is put back. Nothing here throws.
 */
import {
	closeSync,
	constants,
	fsyncSync,
	lstatSync,
	openSync,
	readFileSync,
	renameSync,
	unlinkSync,
	writeSync,
} from "node:fs";
import path from "node:path";
import { isAccepted, isRetryable, post, REFUSED } from "./post.ts";
import { CLAIMED, NAME, openFiles, type SpoolFile, spoolFiles } from "./spool-directory.ts";
import { decode, encodeEntry, encodeHeader, type SpoolEntry } from "./spool-file.ts";

/** Milliseconds after which a claim whose owner cannot be seen (another container) is taken over. */
const CLAIM_MS = 600_000;
/** Attempts of one entry while the collector answers "later", and the longest wait between them in milliseconds. */
const ATTEMPTS = 4;
const WAIT_MS = 2_000;
/** Records and bytes of one request: 256 rich records are some megabyte, and nothing is serialised for them. */
const REQUEST_RECORDS = 256;
const REQUEST_BYTES = 1_048_576;

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
	/** Milliseconds the receiver asked to be left alone, where that is why something is left. */
	readonly retryAfterMs?: number;
}

type Total = { -readonly [K in keyof ReplayResult]: ReplayResult[K] };

/**
 * Sends what ended processes have spooled in `dir`, oldest first, each file once, and removes it. Files of processes that
 * still run are left alone. Never throws.
 */
export async function replaySpool(options: ReplayOptions): Promise<ReplayResult> {
	const total: Total = { sent: 0, failed: 0, left: 0 };
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
async function replayFile(file: string, options: ReplayOptions, deadline: number, total: Total): Promise<boolean> {
	let handled = 0;
	// Entries before it go one by one: together they were refused, and one must not take the others with it.
	let alone = 0;
	for (;;) {
		let content: Buffer;
		try {
			content = readFileSync(file);
		} catch {
			return true;
		}
		const { entries, damaged } = decode(content);
		while (handled < entries.length) {
			const request = handled < alone ? entries.slice(handled, handled + 1) : requestFrom(entries, handled);
			const outcome = await send(bodyOf(request), options, deadline, total);
			if (outcome === "away") {
				total.left += recordsOf(entries.slice(handled));
				if (handled === 0) giveBack(file);
				else putBack(file, entries.slice(handled));
				return false;
			}
			if (outcome === "refused" && request.length > 1) {
				alone = handled + request.length;
				continue;
			}
			if (outcome === "sent") total.sent += recordsOf(request);
			else total.failed += recordsOf(request);
			handled += request.length;
		}
		// A process that nobody here can see may have written on until it noticed the claim.
		if (sizeOf(file) > content.length && !damaged) continue;
		if (damaged) total.failed++;
		remove(file);
		return true;
	}
}

/** The entries from `first` on that make one request: errors of an outage were written one by one. */
function requestFrom(entries: readonly SpoolEntry[], first: number): readonly SpoolEntry[] {
	let [last, records, bytes] = [first, 0, 0];
	for (; last < entries.length; last++) {
		const entry = entries[last] as SpoolEntry;
		records += entry.records;
		bytes += entry.bytes.byteLength;
		if (last > first && (records > REQUEST_RECORDS || bytes > REQUEST_BYTES)) break;
	}
	return entries.slice(first, last);
}

/** Requests of repeated fields, one behind the other, are one request: so protobuf has it. */
function bodyOf(entries: readonly SpoolEntry[]): Uint8Array {
	const [only] = entries;
	return only !== undefined && entries.length === 1 ? only.bytes : Buffer.concat(entries.map(({ bytes }) => bytes));
}

async function send(
	body: Uint8Array,
	options: ReplayOptions,
	deadline: number,
	total: Total,
): Promise<"sent" | "refused" | "away"> {
	const url = options.url ?? `${(options.endpoint ?? "").replace(/\/+$/, "")}/v1/logs`;
	const keepAlive = options.keepAlive !== false;
	for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
		const timeoutMs = deadline - Date.now();
		if (timeoutMs <= 0) return "away";
		let wait: number;
		try {
			const headers = { ...options.headers, "content-type": "application/x-protobuf" };
			const answer = await post({ url, headers, body, timeoutMs, keepAlive });
			if (isAccepted(answer)) return "sent";
			if (REFUSED.has(answer.status)) return "refused";
			if (!isRetryable(answer.status)) return "away";
			if (answer.retryAfterMs !== undefined) total.retryAfterMs = answer.retryAfterMs;
			wait = answer.retryAfterMs ?? 250 * 2 ** attempt;
		} catch {
			return "away";
		}
		// Who asks for more than a moment is left alone that long.
		if (wait > WAIT_MS || Date.now() + wait >= deadline) return "away";
		await sleep(wait, keepAlive);
		delete total.retryAfterMs;
	}
	return "away";
}

function recordsOf(entries: readonly SpoolEntry[]): number {
	return entries.reduce((sum, entry) => sum + entry.records, 0);
}

function sizeOf(file: string): number {
	return lstatSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** Nothing of it was sent: the file gets its name back. */
function giveBack(file: string): void {
	try {
		renameSync(file, file.replace(/\.\d+$/, ""));
	} catch {
		// The claim stays; it is adopted once it is stale.
	}
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
