/** OTLP requests as the receiver holds them: the same whether they came as protobuf or as JSON. Shapes only. */
import type { AnyValue } from "@errata/catalog";

/** Integers are bigint, doubles are number, so that each prints as its type does. Without prototype. */
export type Attributes = Record<string, AnyValue>;

export interface Resource {
	attributes: Attributes;
}

export interface Scope {
	name: string;
	version: string;
	attributes: Attributes;
}

/** Ids are lower-case hex as they came, "" if absent or all zero; whoever stores them checks their length. */
export interface LogRecord {
	timeUnixNano: bigint;
	observedTimeUnixNano: bigint;
	severityNumber: number;
	severityText: string;
	body: AnyValue;
	attributes: Attributes;
	flags: number;
	traceId: string;
	spanId: string;
	eventName: string;
}

export interface SpanEvent {
	timeUnixNano: bigint;
	name: string;
	attributes: Attributes;
}

export interface SpanLink {
	traceId: string;
	spanId: string;
	traceState: string;
	attributes: Attributes;
}

export interface Span {
	traceId: string;
	spanId: string;
	traceState: string;
	parentSpanId: string;
	name: string;
	kind: number;
	startTimeUnixNano: bigint;
	endTimeUnixNano: bigint;
	attributes: Attributes;
	events: SpanEvent[];
	links: SpanLink[];
	status: { message: string; code: number };
}

export interface LogsRequest {
	resourceLogs: {
		resource: Resource;
		scopeLogs: { scope: Scope; logRecords: LogRecord[]; schemaUrl: string }[];
		schemaUrl: string;
	}[];
}

export interface TracesRequest {
	resourceSpans: {
		resource: Resource;
		scopeSpans: { scope: Scope; spans: Span[]; schemaUrl: string }[];
		schemaUrl: string;
	}[];
}

/** Only what is needed to say how many data points were refused. */
export interface MetricsRequest {
	resourceMetrics: {
		scopeMetrics: {
			metrics: Record<"gauge" | "sum" | "histogram" | "exponentialHistogram" | "summary", DataPoints>[];
		}[];
	}[];
}

export interface DataPoints {
	dataPoints: object[];
}
