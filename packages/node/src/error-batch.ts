/**
 * Sends error records: in small batches, soon, and never lost silently. What cannot be sent, or is not yet acknowledged
 * when the process ends, goes to the spool. Works beside the SDK's own batch processor, which keeps plain logs: rich
 * records in its batches of 512 would stall the event loop. Enrichment and description happen before (`processor.ts`).
 */
import { context } from "@opentelemetry/api";
import { ExportResultCode, suppressTracing } from "@opentelemetry/core";
import { ProtobufLogsSerializer } from "@opentelemetry/otlp-transformer";
import type {
	LogRecordExporter,
	LogRecordProcessor,
	ReadableLogRecord,
	ReadWriteLogRecord,
} from "@opentelemetry/sdk-logs";
import { NODE_LIMITS } from "./limits.ts";
import type { Spool } from "./spool.ts";

export interface ErrorBatchOptions {
	readonly exporter: LogRecordExporter;
	readonly spool: Spool;
	/** Records per request. */
	readonly batch: number;
	/** Runs once per record before it is serialised: what is too slow for the moment of the error. */
	readonly finish: (record: ReadableLogRecord) => void;
	/** A batch as the spool keeps it; by default as OTLP. */
	readonly serialize?: (batch: ReadableLogRecord[]) => Uint8Array | undefined;
	/** Called when the collector takes requests again after some went to the spool. */
	readonly onRecovered?: () => void;
	/** Told, once requests are accepted again, how many records neither collector nor spool took. */
	readonly onLost?: (records: number) => void;
}

export class ErrorBatchProcessor implements LogRecordProcessor {
	readonly #options: ErrorBatchOptions;
	/** Waiting, oldest first. */
	#queue: ReadableLogRecord[] = [];
	/** Handed to the exporter, not acknowledged. */
	readonly #inFlight = new Set<ReadableLogRecord>();
	/** In the spool by a crash that may yet be survived. */
	readonly #spooled = new Set<ReadableLogRecord>();
	readonly #finished = new WeakSet<ReadableLogRecord>();
	/** The spool holds records that nothing but a replay will deliver. */
	#kept = false;
	#timer: NodeJS.Timeout | undefined;
	#sending: Promise<void> | undefined;
	#closed = false;

	constructor(options: ErrorBatchOptions) {
		this.#options = options;
	}

	/** Records not acknowledged and not in the spool. */
	get pending(): number {
		return this.#queue.length + this.#inFlight.size;
	}

	onEmit(record: ReadWriteLogRecord): void {
		if (this.#closed) {
			this.#keep([record]);
			return;
		}
		if (this.#queue.length >= NODE_LIMITS.errorQueue) this.#keep(this.#queue.splice(0, this.#options.batch));
		this.#queue.push(record);
		if (this.#queue.length >= this.#options.batch) this.#start();
		else this.#timer ??= setTimeout(() => this.#start(), NODE_LIMITS.errorDelayMs).unref();
	}

	/** Takes a record back that has not been handed to the exporter yet. */
	withdraw(match: (record: ReadableLogRecord) => boolean): ReadableLogRecord | undefined {
		const index = this.#queue.findIndex(match);
		return index < 0 ? undefined : this.#queue.splice(index, 1)[0];
	}

	/** The waiting record that `match` finds; its attributes may still be written. */
	find(match: (record: ReadableLogRecord) => boolean): ReadableLogRecord | undefined {
		return this.#queue.find(match);
	}

	/** Sends everything that waits now. Never rejects. */
	async forceFlush(): Promise<void> {
		while (this.#queue.length > 0 || this.#sending !== undefined) {
			this.#start();
			await this.#sending;
		}
	}

	async shutdown(): Promise<void> {
		await this.forceFlush();
		this.#closed = true;
		await this.#options.exporter.shutdown();
	}

	/** Writes everything not acknowledged to the spool, now. `sync`: onto the disk, for a process about to die. */
	spoolPending(sync: boolean): void {
		const pending = [...this.#inFlight, ...this.#queue].filter((record) => !this.#spooled.has(record));
		this.#spool(pending, sync);
		for (const record of pending) this.#spooled.add(record);
	}

	#start(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		if (this.#sending !== undefined || this.#queue.length === 0) return;
		const batch = this.#queue.splice(0, this.#options.batch);
		for (const record of batch) this.#inFlight.add(record);
		this.#sending = this.#send(batch).finally(() => {
			for (const record of batch) this.#inFlight.delete(record);
			this.#sending = undefined;
			if (this.#queue.length > 0) this.#start();
		});
	}

	async #send(batch: ReadableLogRecord[]): Promise<void> {
		try {
			await resourcesOf(batch);
			for (const record of batch) this.#finish(record);
			await this.#export(batch);
		} catch {
			// A record that a crash has spooled already is not written again.
			this.#keep(batch.filter((record) => !this.#spooled.has(record)));
			for (const record of batch) this.#spooled.delete(record);
			this.#kept = true;
			return;
		}
		this.#delivered(batch);
	}

	/** What a survived crash had spooled is there by now: its file must not be sent too. */
	#delivered(batch: readonly ReadableLogRecord[]): void {
		const lost = this.#options.spool.takeDropped();
		if (lost > 0) this.#options.onLost?.(lost);
		const crashed = this.#spooled.size > 0;
		for (const record of batch) this.#spooled.delete(record);
		if (this.#spooled.size > 0) return;
		if (this.#kept) {
			this.#kept = false;
			this.#options.onRecovered?.();
		} else if (crashed) this.#options.spool.discard();
	}

	#export(batch: ReadableLogRecord[]): Promise<void> {
		return new Promise((resolve, reject) => {
			context.with(suppressTracing(context.active()), () =>
				this.#options.exporter.export(batch, (result) =>
					result.code === ExportResultCode.SUCCESS ? resolve() : reject(result.error ?? new Error("not exported")),
				),
			);
		});
	}

	#keep(records: readonly ReadableLogRecord[]): void {
		this.#kept = true;
		this.#spool(records, false);
	}

	#finish(record: ReadableLogRecord): void {
		if (this.#finished.has(record)) return;
		this.#finished.add(record);
		this.#options.finish(record);
	}

	#spool(records: readonly ReadableLogRecord[], sync: boolean): void {
		for (let i = 0; i < records.length; i += this.#options.batch) {
			const batch = records.slice(i, i + this.#options.batch);
			for (const record of batch) this.#finish(record);
			const bytes = (this.#options.serialize ?? ProtobufLogsSerializer.serializeRequest)(batch);
			if (bytes !== undefined) this.#options.spool.append({ records: batch.length, bytes }, sync);
		}
	}
}

/** Detectors may still be asking; a record without its resource would be counted to an unknown service. */
async function resourcesOf(batch: readonly ReadableLogRecord[]): Promise<void> {
	const pending = new Set(batch.map((record) => record.resource).filter((resource) => resource.asyncAttributesPending));
	await Promise.all([...pending].map((resource) => resource.waitForAsyncAttributes?.()));
}
