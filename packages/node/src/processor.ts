/**
 * The log record processor: lets plain records pass at the cost of one look, describes errors, keeps each thrown value to
 * one report. It wraps the processors behind it, because siblings cannot hold a record back. Whatever happens inside,
 * the application's `emit` returns as if errata were not there.
 */
import type { Context } from "@opentelemetry/api";
import type { LogRecordProcessor, ReadableLogRecord, ReadWriteLogRecord } from "@opentelemetry/sdk-logs";
import type { Crumbs } from "./crumbs.ts";
import type { Describer } from "./describer.ts";
import type { HeldExceptions } from "./held.ts";
import { NODE_LIMITS } from "./limits.ts";
import { type RawError, rawOf, takePending } from "./raw.ts";
import { isObject, type Reported, sharedState } from "./state.ts";

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
}

type EnabledOptions = Parameters<NonNullable<LogRecordProcessor["enabled"]>>[0];

export class ErrorProcessor implements LogRecordProcessor {
	readonly #options: ErrorProcessorOptions;
	/** Describing runs user code (getters, enrichers) that may log: such records pass as they are. */
	#busy = false;

	constructor(options: ErrorProcessorOptions) {
		this.#options = options;
	}

	onEmit(record: ReadWriteLogRecord, context?: Context): void {
		if (this.#busy) {
			forward(this.#options.logs, record, context);
			return;
		}
		const raw = rawOf(context) ?? takePending(record.instrumentationScope.name);
		if (raw === undefined && !isError(record)) {
			this.#crumb(record);
			forward(this.#options.logs, record, context);
			return;
		}
		this.#busy = true;
		try {
			this.#error(record, raw);
		} catch {
			// The record leaves as the SDK made it; receiver or Collector describe it.
		} finally {
			this.#busy = false;
		}
		forward(this.#options.errors, record, context);
	}

	/** True if a processor behind wants such records. */
	enabled(options: EnabledOptions): boolean {
		const { logs, errors } = this.#options;
		return [...logs, ...errors].some((processor) => processor.enabled?.(options) ?? true);
	}

	async forceFlush(options?: { timeoutMillis?: number }): Promise<void> {
		await Promise.all(this.#behind().map((processor) => processor.forceFlush(options)));
	}

	async shutdown(): Promise<void> {
		await Promise.all(this.#behind().map((processor) => processor.shutdown()));
	}

	#behind(): LogRecordProcessor[] {
		return [...new Set<LogRecordProcessor>([...this.#options.logs, ...this.#options.errors])];
	}

	#error(record: ReadWriteLogRecord, raw: RawError | undefined): void {
		const { reported } = sharedState();
		const known = isObject(raw?.error) ? reported.get(raw.error) : undefined;
		const earlier = known === undefined ? undefined : this.#withdraw(known);
		// A crash stays a crash when the same error is logged on the way down.
		if (earlier?.attributes["errata.handled"] === false) record.attributes["errata.handled"] = false;
		const now = this.#options.describer.describe(record, raw, known);
		if (raw === undefined) return;
		if (isObject(raw.error)) reported.set(raw.error, now);
		raw.onReported?.(now);
		this.#options.held?.claim(raw.error, record.spanContext?.traceId ?? "", now);
	}

	/** Of two records of one thrown value the later one stays while the earlier has not left yet. */
	#withdraw(known: Reported): ReadableLogRecord | undefined {
		for (const sink of this.#options.errors) {
			const found = sink.withdraw?.((record) => record.attributes["log.record.uid"] === known.uid);
			if (found !== undefined) return found;
		}
		return undefined;
	}

	#crumb(record: ReadWriteLogRecord): void {
		const body = record.body;
		this.#options.crumbs.push(record.spanContext?.traceId ?? "", {
			time: record.hrTime[0] * 1_000 + record.hrTime[1] / 1e6,
			kind: "log",
			message:
				typeof body === "string" && body.length > NODE_LIMITS.crumbChars ? body.slice(0, NODE_LIMITS.crumbChars) : body,
			level: record.severityText ?? "",
		});
	}
}

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
