/**
 * The rows errata writes and the answers it gives: the contract between ClickHouse and everything above it.
 * Times are UTC; `DateTime64(9)` values travel as decimal strings of nanoseconds since the epoch on the way in and as
 * ISO 8601 with nanoseconds on the way out.
 */

export type StringMap = Readonly<Record<string, string>>;

/** One row of `otel_logs`, exactly what clickhouseexporter 0.161 writes. */
export interface OtelLogRow {
	readonly Timestamp: string;
	readonly TraceId: string;
	readonly SpanId: string;
	readonly TraceFlags: number;
	readonly SeverityText: string;
	readonly SeverityNumber: number;
	readonly ServiceName: string;
	readonly Body: string;
	readonly ResourceSchemaUrl: string;
	readonly ResourceAttributes: StringMap;
	readonly ScopeSchemaUrl: string;
	readonly ScopeName: string;
	readonly ScopeVersion: string;
	readonly ScopeAttributes: StringMap;
	readonly LogAttributes: StringMap;
	readonly EventName: string;
}

/** One row of `otel_traces`, exactly what clickhouseexporter 0.161 writes. */
export interface OtelTraceRow {
	readonly Timestamp: string;
	readonly TraceId: string;
	readonly SpanId: string;
	readonly ParentSpanId: string;
	readonly TraceState: string;
	readonly SpanName: string;
	readonly SpanKind: string;
	readonly ServiceName: string;
	readonly ResourceAttributes: StringMap;
	readonly ScopeName: string;
	readonly ScopeVersion: string;
	readonly SpanAttributes: StringMap;
	/** Nanoseconds. */
	readonly Duration: string;
	readonly StatusCode: string;
	readonly StatusMessage: string;
	readonly "Events.Timestamp": readonly string[];
	readonly "Events.Name": readonly string[];
	readonly "Events.Attributes": readonly StringMap[];
	readonly "Links.TraceId": readonly string[];
	readonly "Links.SpanId": readonly string[];
	readonly "Links.TraceState": readonly string[];
	readonly "Links.Attributes": readonly StringMap[];
}

/** One group of errors as the list shows it. */
export interface Issue {
	readonly fingerprint: string;
	readonly code: string;
	readonly pattern: string;
	readonly category: string;
	readonly severity: string;
	/** `null`: it depends. */
	readonly retryable: boolean | null;
	readonly exceptionType: string;
	/** Message of the latest occurrence. */
	readonly message: string;
	readonly template: string;
	/** Exact: distinct EventIds of logs plus distinct spans that no log of the group names, weighted by Count. */
	readonly count: number;
	readonly unhandled: number;
	readonly services: readonly string[];
	readonly environments: readonly string[];
	readonly firstSeen: string;
	readonly lastSeen: string;
	readonly firstRelease: string;
	readonly lastRelease: string;
	readonly traces: number;
	readonly immediate: readonly string[];
	readonly preventive: readonly string[];
}

/** One occurrence with everything its record carried. */
export interface ErrorEvent {
	readonly eventId: string;
	readonly timestamp: string;
	readonly fingerprint: string;
	readonly code: string;
	readonly category: string;
	readonly severity: string;
	readonly retryable: boolean | null;
	readonly handled: boolean;
	readonly signal: "log" | "span";
	readonly service: string;
	readonly environment: string;
	readonly release: string;
	readonly traceId: string;
	readonly spanId: string;
	readonly exceptionType: string;
	readonly message: string;
	readonly stacktrace: string;
	readonly template: string;
	readonly taskName: string;
	readonly taskId: string;
	readonly immediate: readonly string[];
	readonly preventive: readonly string[];
	/** All attributes of the record as stored (maps and lists are JSON text), `errata.*` too. */
	readonly attributes: StringMap;
	readonly resource: StringMap;
}

export type TrendKey = "fingerprint" | "task" | "code" | "service";

/** One line of `errata trends`: a key and its counts, one per bucket, oldest first. */
export interface Trend {
	readonly key: string;
	/** What stands beside the key for a reader: the code or message of a fingerprint, "" otherwise. */
	readonly label: string;
	readonly count: number;
	/** Count in the window before this one. */
	readonly previous: number;
	readonly buckets: readonly number[];
}

/** A line of `errata tail`: an error or a plain log. */
export interface TailRow {
	readonly timestamp: string;
	readonly service: string;
	readonly severityText: string;
	readonly severityNumber: number;
	readonly body: string;
	readonly traceId: string;
	readonly taskId: string;
	/** "" for records that are not errors. */
	readonly code: string;
	readonly fingerprint: string;
	/** Key of the row for following: pass the last one seen as `after`. */
	readonly cursor: string;
}

/** A span of a trace, for `analyze <trace id>`. */
export interface TraceSpan {
	readonly timestamp: string;
	readonly spanId: string;
	readonly parentSpanId: string;
	readonly name: string;
	readonly kind: string;
	readonly service: string;
	readonly durationMs: number;
	readonly status: string;
	readonly statusMessage: string;
	readonly attributes: StringMap;
}
