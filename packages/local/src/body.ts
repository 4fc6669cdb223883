/**
 * A request's body, read whole before anything is done with it, bounded: the engine must never see half a request. Small
 * ones stay in memory, larger ones wait in an unlinked temporary file.
 */
import { type FileHandle, open, unlink } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import path from "node:path";
import { Readable } from "node:stream";

/** The body's chunks. Leaving the loop early leaves the connection open, so that the refusal can still be told. */
export function chunksOf(request: IncomingMessage): AsyncIterable<Buffer> {
	return request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
}

export interface SpoolBounds {
	/** Bytes of one body. */
	readonly maxBytes: number;
	/** Bytes of one body held in memory before it moves to a file. */
	readonly memoryBytes: number;
	/** Bytes of all bodies that are under way. */
	readonly totalBytes: number;
	/** Directory for temporary files; private to this user. */
	readonly directory: string;
}

export interface Body {
	readonly length: number;
	/** May be called once. */
	stream(): Readable;
	/** Frees memory and file; must be called. */
	release(): Promise<void>;
}

/** `too_large`: over the bound of one body. `busy`: over the bound of all. `gone`: the sender left before the end. */
export type BodyFailure = "too_large" | "busy" | "gone";

/** Reads bodies within common bounds. */
export class Spool {
	readonly #bounds: SpoolBounds;
	#held = 0;
	#files = 0;

	constructor(bounds: SpoolBounds) {
		this.#bounds = bounds;
	}

	/** Bytes held now. */
	get held(): number {
		return this.#held;
	}

	async read(request: IncomingMessage): Promise<Body | BodyFailure> {
		const declared = Number(request.headers["content-length"] ?? 0);
		if (declared > this.#bounds.maxBytes) return "too_large";
		if (this.#held + declared > this.#bounds.totalBytes) return "busy";
		const chunks: Buffer[] = [];
		let length = 0;
		let file: FileHandle | undefined;
		const release = async () => {
			this.#held -= length;
			length = 0;
			await file?.close();
			file = undefined;
		};
		try {
			for await (const chunk of chunksOf(request)) {
				length += chunk.length;
				this.#held += chunk.length;
				const failure = this.#overBounds(length);
				if (failure !== undefined) {
					await release();
					return failure;
				}
				if (file === undefined && length > this.#bounds.memoryBytes) {
					file = await this.#openFile();
					for (const earlier of chunks.splice(0)) await writeAll(file, earlier);
				}
				if (file === undefined) chunks.push(chunk);
				else await writeAll(file, chunk);
			}
		} catch (error) {
			await release();
			// A sender that leaves makes the request's iterator throw; a disk that does not take it is another matter.
			if (!request.complete && (error as NodeJS.ErrnoException).syscall !== "write") return "gone";
			return "busy";
		}
		if (!request.complete) {
			await release();
			return "gone";
		}
		return { length, stream: () => this.#stream(chunks, file), release };
	}

	#overBounds(length: number): BodyFailure | undefined {
		if (length > this.#bounds.maxBytes) return "too_large";
		return this.#held > this.#bounds.totalBytes ? "busy" : undefined;
	}

	async #openFile(): Promise<FileHandle> {
		const name = path.join(this.#bounds.directory, `body-${process.pid}-${this.#files++}`);
		const file = await open(name, "wx+", 0o600);
		await unlink(name);
		return file;
	}

	#stream(chunks: readonly Buffer[], file: FileHandle | undefined): Readable {
		if (file === undefined) return Readable.from(chunks);
		return file.createReadStream({ start: 0, autoClose: false });
	}
}

async function writeAll(file: FileHandle, chunk: Buffer): Promise<void> {
	for (let written = 0; written < chunk.length; )
		written += (await file.write(chunk, written, chunk.length - written)).bytesWritten;
}
