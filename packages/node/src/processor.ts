/**
 * The log record processor: lets plain records pass at the cost of one look, describes errors, keeps each thrown value to
 * one report. It wraps the processors behind it, because siblings cannot hold a record back. Whatever happens inside,
 * the application's `emit` returns as if errata were not there.
 */
import type { Context } from "@opentelemetry/api";
import type { LogRecordProcessor, ReadableLogRecord, ReadWriteLogRecord } from "@opentelemetry/sdk-logs";
import type { Crumbs } from "./crumbs.ts";
import type { Describer } from "./describer.ts";
import { health } from "./health.ts";
import type { HeldExceptions } from "./held.ts";
import { NODE_LIMITS } from "./limits.ts";
import { type HeldRecord, lookOf, RateLimit } from "./rate-limit.ts";
import { pending, type RawError, rawOf, takePending } from "./raw.ts";
import type { Sampler } from "./sampling.ts";
import { showHealth } from "./self-metrics.ts";
import { isObject, type Reported, sharedState } from "./state.ts";
import { toAnyValue } from "./values.ts";

/** A sink from which a record that still waits can be taken back (`ErrorBatchProcessor`). */
export interface Withdrawable {
	withdraw(match: (record: ReadableLogRecord) => boolean): ReadableLogRecord | undefined;
}

export interface ErrorProcessorOptions {
	readonly describer: Describer;
	readonly crumbs: Crumbs;
	/** Where plain records go. */
	readonly logs: readonly LogRecordProcessor[];
	/** Where errors go. */
	readonly errors: readonly (LogRecordProcessor & Partial<Withdrawable>)[];
	/** Exceptions seen in passing that a report may speak for. */
	readonly held?: HeldExceptions;
	/** Records of one group per second; 0 or absent: no limit. */
	readonly perSecond?: number;
	/** Absent: everything is kept. */
	readonly sampler?: Sampler | undefined;
}

type EnabledOptions = Parameters<NonNullable<LogRecordProcessor["enabled"]>>[0];

export class ErrorProcessor implements LogRecordProcessor {
	readonly #options: ErrorProcessorOptions;
	/** Describing runs user code (getters, enrichers) that may log: such records pass as they are. */
	#busy = false;
	readonly #behind: readonly LogRecordProcessor[];
	/** A processor behind has no opinion, so it wants everything. */
	readonly #takesAll: boolean;
	/** The last context that held no thrown value. */
	#plain: Context | undefined;
	/** Absent without a limit: then no look is taken. */
	readonly #rate: RateLimit | undefined;
	/** For errors that are sampled out: they are described no more often than others. */
	readonly #unsent: RateLimit | undefined;
	readonly #sampler: Sampler | undefined;
	/** Errors without a record of their own, and the record that counts them. */
	readonly #counted = new WeakMap<object, HeldRecord>();

	constructor(options: ErrorProcessorOptions) {
		this.#options = options;
		this.#behind = [...new Set<LogRecordProcessor>([...options.logs, ...options.errors])];
		this.#takesAll = this.#behind.some((processor) => processor.enabled === undefined);
		const { perSecond = 0 } = options;
		this.#rate = perSecond === 0 ? undefined : new RateLimit(perSecond, (held) => this.#sendHeld(held));
		this.#unsent = perSecond === 0 ? undefined : new RateLimit(perSecond, () => {});
		this.#sampler = options.sampler;
	}

	onEmit(record: ReadWriteLogRecord, context?: Context): void {
		if (this.#busy) {
			forward(this.#options.logs, record, context);
			return;
		}
		const raw = this.#rawOf(record, context);
		if (raw === undefined && !isError(record)) {
			this.#crumb(record);
			health.records++;
			if (this.#sampler === undefined || this.#sampler.plain(record, context))
				forward(this.#options.logs, record, context);
			return;
		}
		this.#busy = true;
		const started = performance.now();
		let leaves = true;
		try {
			leaves = this.#error(record, raw, context);
		} catch {
			// The record leaves as the SDK made it; receiver or Collector describe it.
		} finally {
			this.#busy = false;
			health.seconds += (performance.now() - started) / 1_000;
		}
		if (leaves) this.#send(record, context);
	}

	/** Sends what the rate limit holds: before a flush, and before the process ends. */
	release(): void {
		this.#rate?.releaseAll();
	}

	/** True if a processor behind wants such records. The SDK asks before it makes each one. */
	enabled(options: EnabledOptions): boolean {
		return this.#takesAll || this.#behind.some((processor) => processor.enabled?.(options) ?? true);
	}

	async forceFlush(options?: { timeoutMillis?: number }): Promise<void> {
		this.release();
		await Promise.all(this.#behind.map((processor) => processor.forceFlush(options)));
	}

	async shutdown(): Promise<void> {
		this.release();
		await Promise.all(this.#behind.map((processor) => processor.shutdown()));
	}

	/** The thrown value behind a record. Most records have none, and come many in a row from one context. */
	#rawOf(record: ReadWriteLogRecord, context: Context | undefined): RawError | undefined {
		if (context !== this.#plain) {
			const raw = rawOf(context);
			if (raw !== undefined) return raw;
			this.#plain = context;
		}
		return pending.raw === undefined ? undefined : takePending(record.instrumentationScope.name);
	}

	/** Describes the record; false if it does not leave now, because others of its group speak for it. */
	#error(record: ReadWriteLogRecord, raw: RawError | undefined, context: Context | undefined): boolean {
		const value = isObject(raw?.error) ? raw.error : undefined;
		if (value !== undefined && sharedState().elsewhere?.has(value) === true) return false;
		const counted = value === undefined ? undefined : this.#counted.get(value);
		// Logged once more: the record that counts it says it.
		if (counted !== undefined && raw?.handled !== false) return false;
		// But a crash has a record of its own.
		if (counted !== undefined && counted.count > 1) counted.count--;
		const known = value === undefined || counted !== undefined ? undefined : sharedState().reported.get(value);
		const earlier = known === undefined ? undefined : this.#withdraw(known);
		// A crash stays a crash when the same error is logged on the way down.
		if (earlier?.attributes["errata.handled"] === false) record.attributes["errata.handled"] = false;
		const crash = raw?.handled === false;
		const kept = this.#sampler?.error(record, value, known !== undefined, crash) ?? true;
		// A crash is told whatever came before it; a repeat of a known error is no new occurrence.
		const rate = known !== undefined || crash ? undefined : kept ? this.#rate : this.#unsent;
		const look = rate === undefined ? "" : lookOf(record, raw?.error);
		let speaker = rate?.count(look, performance.now());
		let now = speaker?.reported;
		if (now === undefined) {
			now = this.#options.describer.describe(record, raw, known, context);
			health.errors++;
			showHealth();
			speaker = rate?.admit(look, record, context, now, performance.now());
		}
		if (speaker !== undefined && speaker.record !== record && value !== undefined) {
			this.#counted.set(value, speaker);
			now = speaker.reported;
		}
		this.#remember(record, raw, now);
		return kept && speaker === undefined;
	}

	#remember(record: ReadWriteLogRecord, raw: RawError | undefined, reported: Reported): void {
		if (raw === undefined) return;
		if (isObject(raw.error)) sharedState().reported.set(raw.error, reported);
		raw.onReported?.(reported);
		this.#options.held?.claim(raw.error, record.spanContext?.traceId ?? "", reported);
	}

	#sendHeld({ record, context, count }: HeldRecord): void {
		const own = record.attributes["errata.count"];
		if (count > 1) record.attributes["errata.count"] = count - 1 + (typeof own === "number" && own > 1 ? own : 1);
		this.#send(record, context);
	}

	/** Sends a described error, and before it what was sampled out of its trace. */
	#send(record: ReadWriteLogRecord, context: Context | undefined): void {
		for (const held of this.#sampler?.released(record) ?? []) forward(this.#options.logs, held.record, held.context);
		forward(this.#options.errors, record, context);
	}

	/** Of two records of one thrown value the later one stays while the earlier has not left yet. */
	#withdraw(known: Reported): ReadableLogRecord | undefined {
		let earlier: ReadableLogRecord | undefined;
		for (const sink of this.#options.errors)
			earlier = sink.withdraw?.((record) => record.attributes["log.record.uid"] === known.uid) ?? earlier;
		return earlier;
	}

	#crumb(record: ReadWriteLogRecord): void {
		const { body } = record;
		const message =
			typeof body === "string" && body.length <= NODE_LIMITS.crumbChars
				? body
				: toAnyValue(body, CRUMB_LIMITS, {}, NODE_LIMITS.crumbBytes);
		this.#options.crumbs.log(record.spanContext?.traceId ?? "", record.hrTime, message, record.severityText ?? "");
	}
}

/** A body that is no short text is copied for its crumb: the ring would hold all of it. */
const CRUMB_LIMITS = { stringBytes: NODE_LIMITS.crumbChars, depth: 2, items: 10 };

/** What SPEC.md calls an error, read from the SDK's record without a copy. */
function isError(record: ReadWriteLogRecord): boolean {
	if ((record.severityNumber ?? 0) >= 17) return true;
	const { attributes, eventName } = record;
	if (eventName !== undefined && (eventName === "exception" || eventName.endsWith(".exception"))) return true;
	return (
		attributes["exception.type"] !== undefined ||
		attributes["exception.message"] !== undefined ||
		attributes["exception.stacktrace"] !== undefined
	);
}

function forward(processors: readonly LogRecordProcessor[], record: ReadWriteLogRecord, context?: Context): void {
	for (const processor of processors) {
		try {
			processor.onEmit(record, context);
		} catch {
			// A throw here would reach the application's logger call.
		}
	}
}
