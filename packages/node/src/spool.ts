/**
 * Errors that could not be sent, on disk: written when a process dies or the collector is away, sent by `errata run` or
 * at the next start. The directory is private (0700), files are 0600, opened with O_EXCL and O_NOFOLLOW, one per pid and
 * start; a replay claims a file by renaming it. Nothing here throws into the host: a full disk or a foreign directory
 * means no spool. Light: nothing of OpenTelemetry is imported, so the CLI can replay too.
 */
import {
	closeSync,
	constants,
	fstatSync,
	fsyncSync,
	ftruncateSync,
	openSync,
	readFileSync,
	statSync,
	unlinkSync,
	writeSync,
} from "node:fs";
import path from "node:path";
import { threadId } from "node:worker_threads";
import { dropped } from "./health.ts";
import { openFiles, privateDirectory, spoolFiles } from "./spool-directory.ts";
import { decode, encodeEntry, encodeHeader, type SpoolEntry } from "./spool-file.ts";

export { makeDirectory, spoolDirectory } from "./spool-directory.ts";
export type { SpoolEntry } from "./spool-file.ts";
export { isRunning, type ReplayOptions, type ReplayResult, replaySpool } from "./spool-replay.ts";

/** Bytes after which a new file is begun, so that the oldest can go without all the rest. */
const FILE_BYTES = 2_097_152;

/** Milliseconds after a failure before the disk is tried again. */
const RETRY_MS = 1_000;

/** The spool of this process (of this thread): appends, and keeps the whole directory within its size. */
export class Spool {
	readonly dir: string;
	readonly #maxBytes: number;
	readonly #fileBytes: number;
	/** `performance.now()` before which a spool that failed is not tried again: an error must not cost a full disk's time. */
	#retryAt = 0;
	readonly #start = String(Date.now()).padStart(13, "0");
	#sequence = 0;
	#fd: number | undefined;
	#file = "";
	#size = 0;

	/** `dir` "" or `maxBytes` 0: nothing is kept. */
	constructor(dir: string, maxBytes: number) {
		this.dir = dir;
		this.#maxBytes = dir === "" ? 0 : maxBytes;
		this.#fileBytes = Math.min(FILE_BYTES, Math.ceil(maxBytes / 4));
	}

	/** True if this process has written entries that nobody has claimed. */
	get used(): boolean {
		return this.#file !== "";
	}

	/** Appends `entry`, with `sync` onto the disk itself. False if it could not be kept. */
	append(entry: SpoolEntry, sync: boolean): boolean {
		if (this.#maxBytes === 0 || (!sync && performance.now() < this.#retryAt)) return false;
		try {
			const bytes = encodeEntry(entry);
			if (bytes.length > this.#maxBytes) return false;
			const fd = this.#open(bytes.length);
			this.#write(fd, bytes);
			if (sync) fsyncSync(fd);
			return true;
		} catch {
			this.#retryAt = performance.now() + RETRY_MS;
			return false;
		}
	}

	/** Whole or not at all: what follows half an entry (a full disk took no more) nobody could read. */
	#write(fd: number, bytes: Buffer): void {
		try {
			for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
			this.#size += bytes.length;
		} catch (error) {
			try {
				ftruncateSync(fd, this.#size);
			} catch {
				this.#close();
			}
			throw error;
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
		if (this.#fd !== undefined && this.#stillOurs(this.#fd) && this.#size + bytes <= this.#fileBytes) return this.#fd;
		this.#close();
		privateDirectory(this.dir);
		this.#makeRoom(Math.max(bytes, this.#fileBytes));
		const name = `${this.#start}-${process.pid}-${threadId}-${this.#sequence++}.spool`;
		const file = path.join(this.dir, name);
		const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_APPEND | constants.O_NOFOLLOW;
		this.#fd = openSync(file, flags, 0o600);
		this.#file = file;
		openFiles.add(file);
		try {
			this.#size = 0;
			this.#write(this.#fd, encodeHeader());
		} catch (error) {
			// An empty file says nothing, and would be counted as damaged.
			this.discard();
			throw error;
		}
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
			dropped("spool", recordsOf(file.path));
			unlinkSync(file.path);
			total -= file.size;
		}
	}
}

function recordsOf(file: string): number {
	return decode(readFileSync(file)).entries.reduce((sum, entry) => sum + entry.records, 0);
}
