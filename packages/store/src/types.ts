/**
 * The rows errata writes and the answers it gives: the contract between ClickHouse and everything above it.
 * Times are UTC; `DateTime64(9)` values travel as decimal strings of nanoseconds since the epoch (0 to 2262) on the way
 * in and as ISO 8601 with nanoseconds on the way out.
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

/**
 * One row of `errata_errors`, for errors that no row of `otel_logs` stands for (lifted span events, backfill). The
 * caller has clamped Timestamp to [now - 30 d, now + 1 d]; RetentionDays and InsertedAt are the table's.
 */
export interface ErrorRow {
	/** Decimal nanoseconds since the epoch. */
	readonly Timestamp: string;
	readonly EventId: string;
	/** Resource attribute `errata.tenant`, "" if absent. */
	readonly Tenant: string;
	readonly ServiceName: string;
	readonly Environment: string;
	readonly Release: string;
	readonly TraceId: string;
	readonly SpanId: string;
	readonly Signal: "log" | "span";
	readonly Count: number;
	readonly Fingerprint: string;
	readonly FingerprintVersion: number;
	readonly Code: string;
	readonly Pattern: string;
	readonly Category: string;
	/** low, medium, high, critical or "". */
	readonly Severity: string;
	readonly Retryable: boolean | null;
	readonly Handled: boolean;
	readonly ExceptionType: string;
	readonly Message: string;
	readonly Stacktrace: string;
	readonly Template: string;
	readonly TaskName: string;
	readonly TaskId: string;
	readonly RunId: string;
	readonly Catalog: string;
	readonly Immediate: readonly string[];
	readonly Preventive: readonly string[];
	readonly Docs: readonly string[];
	readonly SeverityText: string;
	readonly SeverityNumber: number;
	/** Body of the record; the name of the event for Signal `span`. */
	readonly Body: string;
	/** All attributes of the record or event, `errata.*` too; lists and maps as JSON text. */
	readonly Attributes: StringMap;
	readonly ResourceAttributes: StringMap;
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
	/** Over all time that is kept, also before `sinceMs`: what tells a new error from an old one. */
	readonly firstSeen: string;
	/** Within the time asked for. */
	readonly lastSeen: string;
	readonly firstRelease: string;
	readonly lastRelease: string;
	readonly traces: number;
	readonly immediate: readonly string[];
	readonly preventive: readonly string[];
	readonly docs: readonly string[];
	/** Fingerprints of groups that were merged into this one, sorted. */
	readonly members: readonly string[];
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
	readonly docs: readonly string[];
	/** Body of the record. */
	readonly body: string;
	/** Occurrences this record stands for. */
	readonly count: number;
	readonly runId: string;
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
	/** Milliseconds of one bucket. */
	readonly stepMs: number;
	/** Milliseconds since the epoch at which the first bucket starts. */
	readonly sinceMs: number;
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

/** A log record of a trace that is no error. */
export interface TraceLog {
	readonly timestamp: string;
	readonly service: string;
	readonly severityText: string;
	/** At most 2,000 characters. */
	readonly body: string;
	readonly spanId: string;
}

/** A group that failed in the same traces as another. */
export interface RelatedGroup {
	readonly fingerprint: string;
	readonly code: string;
	readonly exceptionType: string;
	readonly message: string;
	readonly services: readonly string[];
	/** Traces that hold both groups. */
	readonly traces: number;
	/** Those in which this one came first: a likely origin if it is most of them. */
	readonly earlier: number;
	/** Traces of the group that was asked about, of which `traces` is a part. */
	readonly of: number;
}

/** What the store says of itself. */
export interface StoreHealth {
	readonly url: string;
	readonly database: string;
	/** Of ClickHouse. */
	readonly version: string;
	/** Number of the last migration the database has, and of the last one this version knows. */
	readonly migration: { readonly current: number; readonly latest: number };
	/** State of the views that compute trends; `null` if the user may not see it. */
	readonly refreshes:
		| readonly {
				readonly view: string;
				readonly status: string;
				/** ISO 8601, "" if never. */
				readonly lastSuccess: string;
				readonly failed: boolean;
		  }[]
		| null;
}
