/**
 * Lines to stderr or stdout, beside whatever the program writes there itself. `process.stdout` is not touched: to ask for it
 * changes the descriptor, and an error on it (a reader that went away) would end the program. A pipe or terminal is opened
 * once more without blocking where the system can, so that a reader that stalls stalls nobody.
 */
import { constants, fstatSync, openSync, writeSync } from "node:fs";
import { isatty } from "node:tty";
import { NODE_LIMITS } from "../limits.ts";
import { type LineOutput, loseLines } from "./line-sink.ts";

/** Milliseconds until a stalled reader is tried again, and for which the end of the process waits for it. */
const AGAIN_MS = 50;
const END_MS = 200;

export class ConsoleOutput implements LineOutput {
	readonly #fd: number;
	readonly #warn: (problem: string) => void;
	#waiting: Buffer[] = [];
	#bytes = 0;
	#timer: NodeJS.Timeout | undefined;
	#lost = 0;
	#closed = false;

	/** `fd` 1 or 2. */
	constructor(fd: 1 | 2, warn: (problem: string) => void) {
		this.#fd = withoutBlocking(fd);
		this.#warn = warn;
	}

	get pending(): boolean {
		return this.#bytes > 0;
	}

	write(text: string): void {
		const bytes = Buffer.from(text);
		if (this.#closed || this.#bytes + bytes.length > NODE_LIMITS.outputBytes) {
			this.#lost += bytes.length;
			loseLines(bytes);
			return;
		}
		this.#waiting.push(bytes);
		this.#bytes += bytes.length;
		if (this.#timer === undefined) this.#drain();
	}

	async flush(): Promise<void> {
		for (let waited = 0; this.#bytes > 0 && waited < END_MS; waited += AGAIN_MS) {
			this.#drain();
			if (this.#bytes > 0) await new Promise<void>((resolve) => setTimeout(resolve, AGAIN_MS).unref());
		}
	}

	writeNow(): void {
		const until = performance.now() + END_MS;
		const cell = new Int32Array(new SharedArrayBuffer(4));
		while (this.#bytes > 0 && !this.#drain() && performance.now() < until) Atomics.wait(cell, 0, 0, 5);
	}

	async close(): Promise<void> {
		await this.flush();
	}

	/** Writes what the reader takes; false if it takes no more now. */
	#drain(): boolean {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		try {
			for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
				const written = writeSync(this.#fd, next);
				this.#bytes -= written;
				if (written < next.length) this.#waiting[0] = next.subarray(written);
				else this.#waiting.shift();
			}
		} catch (error) {
			const { code } = error as NodeJS.ErrnoException;
			if (code === "EAGAIN") {
				this.#timer = setTimeout(() => this.#drain(), AGAIN_MS).unref();
				return false;
			}
			this.#closed = true;
			for (const bytes of this.#waiting) loseLines(bytes);
			this.#waiting = [];
			this.#bytes = 0;
			this.#warn(`console: it takes no more lines (${code})`);
			return true;
		}
		if (this.#lost > 0) this.#warn(`console: ${this.#lost} bytes were not printed, because nobody read them in time`);
		this.#lost = 0;
		return true;
	}
}

/** A second descriptor of the same pipe or terminal; of a file the first one, whose offset is the program's too. */
function withoutBlocking(fd: 1 | 2): number {
	try {
		const stat = fstatSync(fd);
		if (process.platform !== "linux" || (!stat.isFIFO() && !isatty(fd))) return fd;
		return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
	} catch {
		return fd;
	}
}
