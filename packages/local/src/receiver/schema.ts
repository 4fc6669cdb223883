/**
 * OTLP's messages: field numbers, names and types of what the receiver reads, after opentelemetry-proto 1.9. The one
 * home of them; both readers walk these tables. Fields that are not named here are skipped, as the protocol wants it.
 */
import type { LogsRequest, MetricsRequest, TracesRequest } from "./model.ts";

export type Scalar =
	| "string"
	| "uint32"
	| "fixed32"
	| "fixed64"
	| "enum"
	/** Bytes that are an id: hex in JSON, hex in the model. */
	| "id"
	/** AnyValue. */
	| "value"
	/** Repeated KeyValue, as an object. */
	| "attributes";

export interface Field {
	readonly number: number;
	/** lowerCamelCase, as in JSON. */
	readonly name: string;
	readonly type: Scalar | Message;
	readonly repeated: boolean;
	/** Names of an enum's numbers, for JSON that has them instead. */
	readonly names?: readonly string[];
}

export interface Message<T = unknown> {
	readonly name: string;
	/** An empty one, every field in place. */
	readonly create: () => T;
	readonly byNumber: ReadonlyMap<number, Field>;
	readonly byName: ReadonlyMap<string, Field>;
}

type Spec = Readonly<
	Record<string, readonly [number, Scalar | Message] | readonly [number, Message | Scalar, Options]>
>;
interface Options {
	readonly repeated?: true;
	readonly names?: readonly string[];
}

function message<T>(name: string, spec: Spec): Message<T> {
	const fields = Object.entries(spec).map(([fieldName, [number, type, options]]): Field => {
		const names = options?.names;
		return { number, name: fieldName, type, repeated: options?.repeated === true, ...(names && { names }) };
	});
	const byName = new Map<string, Field>();
	for (const field of fields) {
		byName.set(field.name, field);
		byName.set(snakeCase(field.name), field);
	}
	return {
		name,
		create: () => Object.fromEntries(fields.map((field) => [field.name, emptyOf(field)])) as T,
		byNumber: new Map(fields.map((field) => [field.number, field])),
		byName,
	};
}

function emptyOf(field: Field): unknown {
	if (field.repeated) return [];
	if (typeof field.type === "object") return field.type.create();
	if (field.type === "string" || field.type === "id") return "";
	if (field.type === "fixed64") return 0n;
	if (field.type === "attributes") return Object.create(null);
	return field.type === "value" ? undefined : 0;
}

function snakeCase(name: string): string {
	return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

const many = { repeated: true } as const;

const SEVERITIES = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"].flatMap((name) =>
	["", "2", "3", "4"].map((step) => `SEVERITY_NUMBER_${name}${step}`),
);
const KINDS = ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"].map(
	(name) => `SPAN_KIND_${name}`,
);

const Resource = message("Resource", { attributes: [1, "attributes"] });

const Scope = message("InstrumentationScope", {
	name: [1, "string"],
	version: [2, "string"],
	attributes: [3, "attributes"],
});

const LogRecord = message("LogRecord", {
	timeUnixNano: [1, "fixed64"],
	severityNumber: [2, "enum", { names: ["SEVERITY_NUMBER_UNSPECIFIED", ...SEVERITIES] }],
	severityText: [3, "string"],
	body: [5, "value"],
	attributes: [6, "attributes"],
	flags: [8, "fixed32"],
	traceId: [9, "id"],
	spanId: [10, "id"],
	observedTimeUnixNano: [11, "fixed64"],
	eventName: [12, "string"],
});

const ScopeLogs = message("ScopeLogs", {
	scope: [1, Scope],
	logRecords: [2, LogRecord, many],
	schemaUrl: [3, "string"],
});

const ResourceLogs = message("ResourceLogs", {
	resource: [1, Resource],
	scopeLogs: [2, ScopeLogs, many],
	schemaUrl: [3, "string"],
});

export const Logs = message<LogsRequest>("ExportLogsServiceRequest", { resourceLogs: [1, ResourceLogs, many] });

const SpanEvent = message("Span.Event", {
	timeUnixNano: [1, "fixed64"],
	name: [2, "string"],
	attributes: [3, "attributes"],
});

const SpanLink = message("Span.Link", {
	traceId: [1, "id"],
	spanId: [2, "id"],
	traceState: [3, "string"],
	attributes: [4, "attributes"],
});

const Status = message("Status", {
	message: [2, "string"],
	code: [3, "enum", { names: ["STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR"] }],
});

const Span = message("Span", {
	traceId: [1, "id"],
	spanId: [2, "id"],
	traceState: [3, "string"],
	parentSpanId: [4, "id"],
	name: [5, "string"],
	kind: [6, "enum", { names: KINDS }],
	startTimeUnixNano: [7, "fixed64"],
	endTimeUnixNano: [8, "fixed64"],
	attributes: [9, "attributes"],
	events: [11, SpanEvent, many],
	links: [13, SpanLink, many],
	status: [15, Status],
});

const ScopeSpans = message("ScopeSpans", {
	scope: [1, Scope],
	spans: [2, Span, many],
	schemaUrl: [3, "string"],
});

const ResourceSpans = message("ResourceSpans", {
	resource: [1, Resource],
	scopeSpans: [2, ScopeSpans, many],
	schemaUrl: [3, "string"],
});

export const Traces = message<TracesRequest>("ExportTraceServiceRequest", { resourceSpans: [1, ResourceSpans, many] });

const DataPoints = message("DataPoints", { dataPoints: [1, message("DataPoint", {}), many] });

const Metric = message("Metric", {
	gauge: [5, DataPoints],
	sum: [7, DataPoints],
	histogram: [9, DataPoints],
	exponentialHistogram: [10, DataPoints],
	summary: [11, DataPoints],
});

const ScopeMetrics = message("ScopeMetrics", { metrics: [2, Metric, many] });

const ResourceMetrics = message("ResourceMetrics", { scopeMetrics: [2, ScopeMetrics, many] });

export const Metrics = message<MetricsRequest>("ExportMetricsServiceRequest", {
	resourceMetrics: [1, ResourceMetrics, many],
});

/** What a sender got wrong: the request can never be read. */
export class Malformed extends Error {
	override readonly name = "Malformed";
}
