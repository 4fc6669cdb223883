/**
 * A sink of lines: collects the records of a moment, writes each as text, hands the text to an output. What a line looks
 * like is `json-line.ts` and `pretty.ts`, where it goes `console-output.ts` and `rotating-file.ts`.
 */
import type { LogRecordProcessor, ReadableLogRecord, ReadWriteLogRecord } from "@opentelemetry/sdk-logs";
import { health } from "../health.ts";
import { NODE_LIMITS } from "../limits.ts";
import type { Withdrawable } from "../processor.ts";
import { attempt } from "../values.ts";
import type { Keeper, SinkParts } from "./sink.ts";

/** Takes text, writes it in order, drops what is too much. Nothing of it throws. */
export interface LineOutput {
	/** True while something is not written. */
	readonly pending: boolean;
	write(text: string): void;
	/** Resolves when everything is written, or cannot be. */
	flush(): Promise<void>;
	/** Writes what is left before it returns; `sync`: onto the disk itself. */
	writeNow(sync: boolean): void;
	close(): Promise<void>;
}

/** Counts the lines of a text that nobody took. */
export function loseLines(text: Uint8Array): void {
	for (const byte of text) if (byte === NEWLINE) health.linesLost++;
}

const NEWLINE = 10;

export interface LineSinkOptions extends Pick<SinkParts, "finish"> {
	/** One record as text that ends with a newline; "" leaves it out. */
	readonly line: (record: ReadableLogRecord) => string;
	readonly output: LineOutput;
	/** Milliseconds a record waits for company; 0: until this turn of the event loop is over. */
	readonly delayMs: number;
}

export class LineSink implements LogRecordProcessor, Withdrawable, Keeper {
	readonly #options: LineSinkOptions;
	#waiting: ReadableLogRecord[] = [];
	#scheduled = false;

	constructor(options: LineSinkOptions) {
		this.#options = options;
	}

	get pending(): number {
		return this.#waiting.length + (this.#options.output.pending ? 1 : 0);
	}

	onEmit(record: ReadWriteLogRecord): void {
		this.#waiting.push(record);
		if (this.#waiting.length >= NODE_LIMITS.linesWaiting) this.#write();
		if (this.#scheduled) return;
		this.#scheduled = true;
		const { delayMs } = this.#options;
		if (delayMs === 0) setImmediate(() => this.#due()).unref();
		else setTimeout(() => this.#due(), delayMs).unref();
	}

	withdraw(match: (record: ReadableLogRecord) => boolean): ReadableLogRecord | undefined {
		const index = this.#waiting.findIndex(match);
		return index < 0 ? undefined : this.#waiting.splice(index, 1)[0];
	}

	spoolPending(sync: boolean): void {
		this.#write();
		this.#options.output.writeNow(sync);
	}

	async forceFlush(): Promise<void> {
		this.#write();
		await this.#options.output.flush();
	}

	async shutdown(): Promise<void> {
		await this.forceFlush();
		await this.#options.output.close();
	}

	#due(): void {
		this.#scheduled = false;
		this.#write();
	}

	#write(): void {
		const records = this.#waiting;
		if (records.length === 0) return;
		this.#waiting = [];
		const { finish, line, output } = this.#options;
		let text = "";
		for (const record of records) {
			finish(record);
			text += attempt(() => line(record), "");
		}
		if (text !== "") output.write(text);
	}
}
