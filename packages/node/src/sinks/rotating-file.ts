/**
 * Lines to a file that is put aside when it is full or old. Several processes and threads may write to one path: each appends
 * whole lines, looks before every write whether the path still means its file, and compresses nothing that another may still
 * have a line for. Libraries for this were tried: `rotating-file-stream` deletes what it has compressed while another process
 * writes to it and has no way to write before a crash, `pino-roll` compresses nothing.
 */
import {
	close,
	closeSync,
	constants,
	fstatSync,
	fsyncSync,
	openSync,
	renameSync,
	statSync,
	write,
	writeSync,
} from "node:fs";
import path from "node:path";
import { threadId } from "node:worker_threads";
import { NODE_LIMITS } from "../limits.ts";
import { makeDirectory } from "../spool-directory.ts";
import { type LineOutput, loseLines } from "./line-sink.ts";
import { tidy } from "./rotated-files.ts";

export interface RotatingFileOptions {
	readonly path: string;
	readonly maxBytes: number;
	/** 0: whatever its age. */
	readonly maxAgeMs: number;
	/** Files kept beside the one in use. */
	readonly maxFiles: number;
	readonly gzip: boolean;
	readonly warn: (problem: string) => void;
}

/** Milliseconds for which the end of a process waits for a write under way. */
const END_MS = 100;

interface Open {
	readonly fd: number;
	/** False for a pipe or device: nothing to put aside. */
	readonly isFile: boolean;
	readonly ino: number;
	readonly bornMs: number;
	size: number;
}

export class RotatingFile implements LineOutput {
	readonly #options: RotatingFileOptions;
	#open: Open | undefined;
	#waiting: Buffer[] = [];
	#bytes = 0;
	/** Handed to the system, not acknowledged. */
	#writing: Buffer | undefined;
	#idle: (() => void)[] = [];
	#sequence = 0;
	#lost = 0;

	constructor(options: RotatingFileOptions) {
		this.#options = options;
	}

	get pending(): boolean {
		return this.#bytes > 0 || this.#writing !== undefined;
	}

	write(text: string): void {
		const bytes = Buffer.from(text);
		if (this.#bytes + bytes.length > NODE_LIMITS.outputBytes) {
			this.#lost += bytes.length;
			loseLines(bytes);
			return;
		}
		this.#waiting.push(bytes);
		this.#bytes += bytes.length;
		if (this.#writing === undefined) this.#next();
	}

	flush(): Promise<void> {
		return this.pending ? new Promise((resolve) => this.#idle.push(resolve)) : Promise.resolve();
	}

	writeNow(sync: boolean): void {
		const open = this.#open;
		if (this.#writing !== undefined && open !== undefined && !landed(open, this.#writing))
			// Not seen to arrive: written again, a line twice is better than none.
			this.#waiting.unshift(this.#writing);
		const bytes = Buffer.concat(this.#waiting);
		this.#waiting = [];
		this.#bytes = 0;
		if (bytes.length === 0) return;
		try {
			// A file that is written to at this moment is not put aside.
			const { fd } = this.#writing !== undefined && open !== undefined ? open : this.#ready(bytes.length);
			for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
			if (sync) fsyncSync(fd);
		} catch (error) {
			this.#fail(error, bytes);
		}
	}

	async close(): Promise<void> {
		await this.flush();
		const open = this.#open;
		this.#open = undefined;
		if (open !== undefined) close(open.fd, () => {});
	}

	/** Writes what waits, one write at a time. */
	#next(): void {
		if (this.#bytes === 0) {
			for (const resolve of this.#idle.splice(0)) resolve();
			return;
		}
		const bytes = Buffer.concat(this.#waiting);
		this.#waiting = [];
		this.#bytes = 0;
		try {
			this.#writeOut(this.#ready(bytes.length), bytes);
		} catch (error) {
			this.#fail(error, bytes);
			this.#next();
		}
	}

	#writeOut(open: Open, bytes: Buffer): void {
		this.#writing = bytes;
		write(open.fd, bytes, (error, written) => {
			this.#writing = undefined;
			if (error !== null) this.#fail(error, bytes);
			else {
				open.size += written;
				if (written < bytes.length) {
					this.#writeOut(open, bytes.subarray(written));
					return;
				}
				this.#recovered();
			}
			this.#next();
		});
	}

	/** The file in use, with room for `bytes` more. Throws what the file system says. */
	#ready(bytes: number): Open {
		let open = this.#open;
		if (open?.isFile && !this.#isStill(open)) {
			closeSync(open.fd);
			this.#open = undefined;
			open = undefined;
		}
		open ??= this.#openFile();
		if (!open.isFile || open.size === 0) return open;
		const { maxBytes, maxAgeMs } = this.#options;
		const old = maxAgeMs > 0 && Date.now() - open.bornMs >= maxAgeMs;
		return old || open.size + bytes > maxBytes ? this.#rotate(open) : open;
	}

	/** False when another process has put the file aside, or somebody has deleted it. Says its size too. */
	#isStill(open: Open): boolean {
		const now = statSync(this.#options.path, { throwIfNoEntry: false });
		if (now?.ino !== open.ino) return false;
		open.size = now.size;
		return true;
	}

	#openFile(): Open {
		const file = this.#options.path;
		makeDirectory(path.dirname(file));
		// Without blocking, or a pipe without a reader would hold the program here.
		const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NONBLOCK;
		const fd = openSync(file, flags, 0o600);
		const stat = fstatSync(fd);
		const bornMs = stat.size > 0 && stat.birthtimeMs > 0 ? stat.birthtimeMs : Date.now();
		this.#open = { fd, isFile: stat.isFile(), ino: stat.ino, bornMs, size: stat.size };
		return this.#open;
	}

	#rotate(open: Open): Open {
		const { path: file, maxFiles, gzip } = this.#options;
		const { dir, name, ext } = path.parse(file);
		const time = new Date().toISOString().replaceAll(/[-:.]/g, "");
		const aside = `${name}.${time}-${process.pid}-${threadId}-${this.#sequence++}${ext}`;
		try {
			renameSync(file, path.join(dir, aside));
		} catch (error) {
			// Another process put it aside since it was looked at: its turn, and the lines go to the next one.
			if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
		}
		closeSync(open.fd);
		this.#open = undefined;
		tidy({ dir, name, ext, maxFiles, gzip });
		return this.#openFile();
	}

	#recovered(): void {
		if (this.#lost > 0) this.#options.warn(`file ${this.#options.path}: ${this.#lost} bytes were not written in time`);
		this.#lost = 0;
	}

	#fail(error: unknown, bytes: Uint8Array): void {
		loseLines(bytes);
		const { code = "" } = error as NodeJS.ErrnoException;
		this.#options.warn(`file ${this.#options.path}: lines cannot be written (${code})`);
	}
}

/** True once the write under way has arrived, as the file's size tells; waits for it a moment. */
function landed(open: Open, writing: Buffer): boolean {
	if (!open.isFile) return true;
	const until = performance.now() + END_MS;
	const cell = new Int32Array(new SharedArrayBuffer(4));
	while (performance.now() < until) {
		try {
			if (fstatSync(open.fd).size >= open.size + writing.length) return true;
		} catch {
			return false;
		}
		Atomics.wait(cell, 0, 0, 1);
	}
	return false;
}
