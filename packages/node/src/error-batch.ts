/**
 * Sends error records: in small batches, soon, and never lost silently. While the receiver is away they go to the spool in the
 * turn they are made, and one replay after another asks whether it is back. What is not acknowledged when the process ends
 * goes to the spool too. Works beside the SDK's own batch processor, which keeps plain logs: rich records in its batches of
 * 512 would stall the event loop. Enrichment and description happen before (`processor.ts`).
 */
import { context } from "@opentelemetry/api";
import { ExportResultCode, suppressTracing } from "@opentelemetry/core";
import type {
	LogRecordExporter,
	LogRecordProcessor,
	ReadableLogRecord,
	ReadWriteLogRecord,
} from "@opentelemetry/sdk-logs";
import { dropped, health } from "./health.ts";
import { NODE_LIMITS } from "./limits.ts";
import { LogsSerializer } from "./otlp-logs.ts";
import { isRefusal, Outage, retryAfterOf } from "./outage.ts";
import type { ReplayResult, Spool } from "./spool.ts";
import { within } from "./within.ts";

export interface ErrorBatchOptions {
	readonly exporter: LogRecordExporter;
	readonly spool: Spool;
	/** Records per request. */
	readonly batch: number;
	/** Runs once per record before it is serialised: what is too slow for the moment of the error. */
	readonly finish: (record: ReadableLogRecord) => void;
	/** A batch as the spool keeps it; by default as OTLP. */
	readonly serialize?: (batch: ReadableLogRecord[]) => Uint8Array | undefined;
	/** Sends what the spool holds. Absent where nothing can (gRPC): then each batch asks whether the receiver is back. */
	readonly replay?: (() => Promise<ReplayResult>) | undefined;
	/** Told in a sentence what errors went through: an outage that is over, a refusal. */
	readonly onTrouble?: (line: string) => void;
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
	/** The receiver is away. */
	#outage: Outage | undefined;
	#timer: NodeJS.Timeout | undefined;
	#probe: NodeJS.Timeout | undefined;
	#turn: NodeJS.Immediate | undefined;
	#sending: Promise<void> | undefined;
	#closed = false;

	constructor(options: ErrorBatchOptions) {
		this.#options = options;
		health.waiting.add(() => this.pending);
	}

	/** Records not acknowledged and not in the spool. */
	get pending(): number {
		return this.#queue.length + this.#inFlight.size;
	}

	onEmit(record: ReadWriteLogRecord): void {
		this.#queue.push(record);
		if (this.#closed) this.#putAway();
		else if (this.#isBlocked()) this.#turn ??= setImmediate(() => this.#putAway()).unref();
		else if (this.#queue.length >= this.#options.batch) this.#start();
		else this.#timer ??= setTimeout(() => this.#start(), NODE_LIMITS.errorDelayMs).unref();
		if (this.#queue.length > NODE_LIMITS.errorQueue) this.#hold(this.#keep(this.#queue.splice(0, this.#options.batch)));
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

	/** Sends everything that waits now, at most `timeoutMillis` long; what is left goes to the spool. Never rejects. */
	async forceFlush({ timeoutMillis }: { timeoutMillis?: number } = {}): Promise<void> {
		const deadline = Date.now() + Math.min(timeoutMillis ?? NODE_LIMITS.shutdownMs, NODE_LIMITS.shutdownMs);
		let asked = false;
		while (this.pending > 0 && Date.now() < deadline) {
			if (this.#isBlocked() && this.#sending === undefined) {
				this.#putAway();
				// What the spool does not take is sent to a receiver that is away, once: it is better than never.
				if (asked || this.#queue.length === 0) break;
				asked = true;
			}
			this.#start();
			await within(this.#sending, deadline - Date.now());
		}
		if (this.pending > 0) this.spoolPending(false);
	}

	async shutdown(): Promise<void> {
		await this.forceFlush();
		this.#closed = true;
		clearTimeout(this.#probe);
		await within(this.#options.exporter.shutdown(), this.pending > 0 ? 0 : NODE_LIMITS.shutdownMs);
	}

	/** Writes everything not acknowledged to the spool, now. `sync`: onto the disk, for a process about to die. */
	spoolPending(sync: boolean): void {
		const pending = [...this.#inFlight, ...this.#queue].filter((record) => !this.#spooled.has(record));
		const left = new Set(this.#spool(pending, sync));
		for (const record of pending) if (!left.has(record)) this.#spooled.add(record);
	}

	/** Away, and a replay will tell when it is back. */
	#isBlocked(): boolean {
		return this.#outage !== undefined && this.#options.replay !== undefined;
	}

	#start(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		if (this.#sending !== undefined || this.#queue.length === 0) return;
		// Behind a slow receiver larger ones: a request of four batches stalls the loop for some 8 ms, a lost pace for good.
		const backlog = this.#queue.length > 4 * this.#options.batch;
		const batch = this.#queue.splice(0, (backlog ? 4 : 1) * this.#options.batch);
		for (const record of batch) this.#inFlight.add(record);
		this.#sending = this.#send(batch).finally(() => {
			for (const record of batch) this.#inFlight.delete(record);
			this.#sending = undefined;
			if (this.#queue.length > 0 && !this.#isBlocked()) this.#start();
		});
	}

	async #send(batch: ReadableLogRecord[]): Promise<void> {
		const slow = setTimeout(() => this.#leave(new Error("no answer yet"), false), NODE_LIMITS.slowMs).unref();
		try {
			await resourcesOf(batch);
			for (const record of batch) this.#finish(record);
			await this.#export(batch);
		} catch (error) {
			if (isRefusal(error)) return await this.#refused(batch, error);
			for (const record of batch) this.#inFlight.delete(record);
			this.#hold(this.#keep(batch));
			this.#leave(error, true);
			return;
		} finally {
			clearTimeout(slow);
		}
		health.exported += batch.length;
		this.#delivered(batch);
	}

	/** One record may spoil the request, or all of them make it too large. */
	async #refused(batch: ReadableLogRecord[], cause: unknown): Promise<void> {
		if (batch.length === 1) {
			dropped("refused", 1);
			this.#options.onTrouble?.(`errata lost an error: ${(cause as Error).message}, and would again`);
			return;
		}
		const half = Math.ceil(batch.length / 2);
		await this.#send(batch.slice(0, half));
		await this.#send(batch.slice(half));
	}

	/** What a survived crash had spooled is there by now: its file must not be sent too. */
	#delivered(batch: readonly ReadableLogRecord[]): void {
		const crashed = this.#spooled.size > 0;
		for (const record of batch) this.#spooled.delete(record);
		if (this.#outage !== undefined) void this.#back();
		else if (this.#spooled.size > 0 || this.#inFlight.size > batch.length) return;
		else if (this.#kept) void this.#back();
		else if (crashed) this.#options.spool.discard();
	}

	/** The receiver does not take errors: all that wait go to the spool, and it is asked again later. */
	#leave(cause: unknown, ask: boolean): void {
		if (this.#outage === undefined) this.#outage = new Outage(cause);
		else this.#outage.because(cause);
		if (this.#options.replay === undefined) return;
		this.#putAway();
		if (!ask || this.#closed) return;
		this.#probe ??= setTimeout(() => void this.#ask(), this.#outage.next(retryAfterOf(cause))).unref();
	}

	/** Whether the receiver is back: by sending what the spool holds, or what there is no spool for. */
	async #ask(): Promise<void> {
		this.#probe = undefined;
		if (this.#sending !== undefined) return;
		if (this.#kept) {
			const { left, retryAfterMs } = await this.#replay();
			if (left > 0) {
				this.#probe ??= setTimeout(() => void this.#ask(), this.#outage?.next(retryAfterMs)).unref();
				return;
			}
		} else if (this.#queue.length > 0) return this.#start();
		await this.#back();
	}

	/** Errors go straight to the receiver again; what was spooled during the last replay follows. */
	async #back(): Promise<void> {
		const outage = this.#outage;
		this.#outage = undefined;
		clearTimeout(this.#probe);
		this.#probe = undefined;
		this.#start();
		if (this.#options.replay !== undefined && (this.#kept || this.#options.spool.used)) {
			const { left } = await this.#replay();
			if (left > 0) {
				this.#kept = true;
				return this.#leave(new Error("away again"), true);
			}
		}
		if (outage !== undefined) this.#options.onTrouble?.(outage.line());
	}

	async #replay(): Promise<ReplayResult> {
		this.#kept = false;
		const result = (await this.#options.replay?.()) ?? { sent: 0, failed: 0, left: 0 };
		if (result.left > 0) this.#kept = true;
		return result;
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

	/** Everything that waits, to the spool; what it does not take goes on waiting. */
	#putAway(): void {
		this.#turn = undefined;
		if (this.#queue.length > 0) this.#hold(this.#keep(this.#queue.splice(0)));
	}

	/** Writes `records` for a replay; what the spool did not take. A record that a crash has spooled is there already. */
	#keep(records: readonly ReadableLogRecord[]): ReadableLogRecord[] {
		const left = this.#spool(
			records.filter((record) => !this.#spooled.has(record)),
			false,
		);
		for (const record of records) this.#spooled.delete(record);
		if (left.length < records.length) this.#kept = true;
		return left;
	}

	/** Back to where they waited; the oldest go where there is no room. */
	#hold(records: readonly ReadableLogRecord[]): void {
		if (records.length === 0) return;
		this.#queue.unshift(...records);
		const over = this.#queue.length - NODE_LIMITS.errorQueue;
		if (over <= 0) return;
		this.#queue.splice(0, over);
		dropped("queue", over);
	}

	#finish(record: ReadableLogRecord): void {
		if (this.#finished.has(record)) return;
		this.#finished.add(record);
		this.#options.finish(record);
	}

	/** Appends to the spool; what it did not take. */
	#spool(records: readonly ReadableLogRecord[], sync: boolean): ReadableLogRecord[] {
		const left: ReadableLogRecord[] = [];
		for (let i = 0; i < records.length; i += this.#options.batch) {
			const batch = records.slice(i, i + this.#options.batch);
			for (const record of batch) this.#finish(record);
			const bytes = (this.#options.serialize ?? LogsSerializer.serializeRequest)(batch);
			const taken = bytes !== undefined && this.#options.spool.append({ records: batch.length, bytes }, sync);
			if (taken) health.spooled += batch.length;
			else left.push(...batch);
		}
		return left;
	}
}

/** Detectors may still be asking; a record without its resource would be counted to an unknown service. */
async function resourcesOf(batch: readonly ReadableLogRecord[]): Promise<void> {
	const pending = new Set(batch.map((record) => record.resource).filter((resource) => resource.asyncAttributesPending));
	await Promise.all([...pending].map((resource) => resource.waitForAsyncAttributes?.()));
}
