/**
 * What a sink is, and the least severity it takes. A sink is opened once, never throws, never waits, never keeps the process
 * alive, and knows nothing of the others: one that fails takes none with it. Which ones are opened is `open-sinks.ts`'s.
 */
import type { Context } from "@opentelemetry/api";
import type { LogRecordProcessor, ReadableLogRecord, ReadWriteLogRecord } from "@opentelemetry/sdk-logs";
import type { SpanProcessor } from "@opentelemetry/sdk-trace";
import type { Withdrawable } from "../processor.ts";

/** Holds records that are not delivered yet, and can put them on disk when the process ends. */
export interface Keeper {
	readonly pending: number;
	/** `sync`: onto the disk itself, for a process about to die. */
	spoolPending(sync: boolean): void;
}

export interface Sink {
	/** For plain records. */
	readonly logs: LogRecordProcessor;
	/** For errors; may be the same. */
	readonly errors: LogRecordProcessor & Partial<Withdrawable>;
	readonly keeper: Keeper;
	/** Where it takes spans too. */
	readonly spans?: SpanProcessor;
}

/** What a sink is told and may ask for. */
export interface SinkParts {
	/** Runs once per error before it is written: what is too slow for the moment of the error. */
	readonly finish: (record: ReadableLogRecord) => void;
	/** Says what is wrong, no more than once in a while. */
	readonly warn: (problem: string) => void;
}

const LEAST = { trace: 1, debug: 5, info: 9, warn: 13, error: 17, fatal: 21 } as const;

export type Level = keyof typeof LEAST;

/** The processor behind a look at the severity; itself if it takes everything. */
export function fromLevel<P extends LogRecordProcessor & Partial<Withdrawable>>(
	level: Level,
	processor: P,
): LogRecordProcessor & Partial<Withdrawable> {
	return level === "trace" ? processor : new FromLevel(LEAST[level], processor);
}

class FromLevel implements LogRecordProcessor, Withdrawable {
	readonly #least: number;
	readonly #processor: LogRecordProcessor & Partial<Withdrawable>;

	constructor(least: number, processor: LogRecordProcessor & Partial<Withdrawable>) {
		this.#least = least;
		this.#processor = processor;
	}

	onEmit(record: ReadWriteLogRecord, context?: Context): void {
		if (severityOf(record) >= this.#least) this.#processor.onEmit(record, context);
	}

	withdraw(match: (record: ReadableLogRecord) => boolean): ReadableLogRecord | undefined {
		return this.#processor.withdraw?.(match);
	}

	forceFlush(options?: { timeoutMillis?: number }): Promise<void> {
		return this.#processor.forceFlush(options);
	}

	shutdown(): Promise<void> {
		return this.#processor.shutdown();
	}
}

/** Place of the record's level among the six: 0 is trace, 5 fatal. */
export function levelOf(record: ReadableLogRecord): number {
	return Math.min(Math.floor((severityOf(record) - 1) / 4), 5);
}

/** Severity number; of a record without one, that of what it is. */
export function severityOf(record: ReadableLogRecord): number {
	const given = record.severityNumber ?? 0;
	if (given > 0) return given;
	return record.attributes["errata.fingerprint"] === undefined ? LEAST.info : LEAST.error;
}
