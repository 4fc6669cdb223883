/**
 * Requests to rows: what clickhouseexporter 0.161 writes into `otel_logs` and `otel_traces`, column for column, and for
 * exceptions that only a span event tells, rows of `errata_errors`.
 */
import { addRedactions, anyText, type RedactionCounts } from "@errata/catalog";
import {
	type Clock,
	clamp,
	type ErrorRow,
	errorRow,
	type OtelLogRow,
	type OtelTraceRow,
	withSpanContext,
} from "@errata/store";
import { type Classified, type Classifier, classify, type Origin } from "./classify.ts";
import { countDropped } from "./dropped.ts";
import type { Attributes, LogRecord, LogsRequest, Resource, Span, SpanEvent, TracesRequest } from "./model.ts";
import { SPAN_KINDS, STATUS_CODES, spanContext } from "./span-context.ts";
import { asStringMap } from "./stringify.ts";

export interface Context extends Classifier {
	readonly trusted: boolean;
	readonly clock: Clock;
}

/** Records that cannot be stored, and why; the sender learns it by partial success. */
export interface Rejections {
	count: number;
	/** Of the first one. */
	reason: string;
}

export interface LogRows {
	readonly logs: OtelLogRow[];
	readonly rejected: Rejections;
}

export interface TraceRows {
	readonly traces: OtelTraceRow[];
	readonly errors: ErrorRow[];
	readonly rejected: Rejections;
}

export function logRows(request: LogsRequest, context: Context): LogRows {
	const logs: OtelLogRow[] = [];
	const rejected: Rejections = { count: 0, reason: "" };
	for (const resourceLogs of request.resourceLogs) {
		const home = homeOf(resourceLogs.resource, context);
		for (const { scope, logRecords, schemaUrl } of resourceLogs.scopeLogs) {
			const scopeColumns = {
				ResourceSchemaUrl: resourceLogs.schemaUrl,
				ScopeSchemaUrl: schemaUrl,
				ScopeName: scope.name,
				ScopeVersion: scope.version,
				ScopeAttributes: asStringMap(scope.attributes),
			};
			for (const record of logRecords)
				if (hasValidIds(record.traceId, record.spanId, rejected))
					logs.push({ ...logRow(record, home, context), ...scopeColumns });
		}
	}
	return { logs, rejected };
}

type OwnLogColumns = Omit<
	OtelLogRow,
	"ResourceSchemaUrl" | "ScopeSchemaUrl" | "ScopeName" | "ScopeVersion" | "ScopeAttributes"
>;

function logRow(record: LogRecord, home: Home, context: Context): OwnLogColumns {
	const time = record.timeUnixNano === 0n ? record.observedTimeUnixNano : record.timeUnixNano;
	const classified = classify({ ...record, time }, home, context);
	const { attributes } = classified;
	const clamped = clamp(time, context.clock);
	if (clamped.moved) countDropped(attributes, "timestamp_clamped", 1);
	return {
		Timestamp: String(clamped.time),
		TraceId: record.traceId,
		SpanId: record.spanId,
		TraceFlags: record.flags & 0xff,
		SeverityText: record.severityText,
		SeverityNumber: record.severityNumber & 0xff,
		ServiceName: home.serviceName,
		Body: anyText(classified.body),
		ResourceAttributes: resourceMap(home, classified),
		LogAttributes: asStringMap(attributes),
		EventName: record.eventName,
	};
}

export function traceRows(request: TracesRequest, context: Context): TraceRows {
	const rows: TraceRows = { traces: [], errors: [], rejected: { count: 0, reason: "" } };
	for (const resourceSpans of request.resourceSpans) {
		const home = homeOf(resourceSpans.resource, context);
		for (const { scope, spans } of resourceSpans.scopeSpans)
			for (const span of spans) {
				if (!hasValidIds(span.traceId, span.spanId, rows.rejected)) continue;
				const events = span.events.map((event) => eventColumns(span, event, home, context, rows.errors));
				if (events.some((event) => event.failed)) redactStatus(span, context);
				const own = spanColumns(span, context);
				rows.traces.push({
					...own,
					ServiceName: home.serviceName,
					ResourceAttributes: home.map,
					ScopeName: scope.name,
					ScopeVersion: scope.version,
					"Events.Timestamp": events.map((event) => event.time),
					"Events.Name": span.events.map((event) => event.name),
					"Events.Attributes": events.map((event) => event.attributes),
				});
			}
	}
	return rows;
}

/** SDKs write an exception's text into the status too. */
function redactStatus(span: Span, context: Context): void {
	const counts: RedactionCounts = {};
	span.status.message = context.redactor.text(span.status.message, counts);
	addRedactions(span.attributes, counts);
}

type OwnSpanColumns = Omit<
	OtelTraceRow,
	| "ServiceName"
	| "ResourceAttributes"
	| "ScopeName"
	| "ScopeVersion"
	| "Events.Timestamp"
	| "Events.Name"
	| "Events.Attributes"
>;

function spanColumns(span: Span, context: Context): OwnSpanColumns {
	const start = clamp(span.startTimeUnixNano, context.clock);
	if (start.moved) countDropped(span.attributes, "timestamp_clamped", 1);
	return {
		Timestamp: String(start.time),
		TraceId: span.traceId,
		SpanId: span.spanId,
		ParentSpanId: span.parentSpanId,
		TraceState: span.traceState,
		SpanName: span.name,
		SpanKind: SPAN_KINDS[span.kind] ?? "",
		SpanAttributes: asStringMap(span.attributes),
		Duration: durationOf(span),
		StatusCode: STATUS_CODES[span.status.code] ?? "",
		StatusMessage: span.status.message,
		"Links.TraceId": span.links.map((link) => link.traceId),
		"Links.SpanId": span.links.map((link) => link.spanId),
		"Links.TraceState": span.links.map((link) => link.traceState),
		"Links.Attributes": span.links.map((link) => asStringMap(link.attributes)),
	};
}

/** Unsigned, as the exporter subtracts: an end before its start wraps around. A span without a start has none. */
function durationOf(span: Span): string {
	if (span.startTimeUnixNano === 0n) return "0";
	return String(BigInt.asUintN(64, span.endTimeUnixNano - span.startTimeUnixNano));
}

/** One event of a span as its three columns; an exception that no log tells of also becomes an error. */
function eventColumns(
	span: Span,
	event: SpanEvent,
	home: Home,
	context: Context,
	errors: ErrorRow[],
): { time: string; attributes: Record<string, string>; failed: boolean } {
	const time = event.timeUnixNano === 0n ? span.startTimeUnixNano : event.timeUnixNano;
	const said = classify(
		{
			eventName: event.name,
			severityNumber: 0,
			body: undefined,
			attributes: event.attributes,
			traceId: span.traceId,
			spanId: span.spanId,
			time,
		},
		home,
		context,
	);
	const clamped = clamp(time, context.clock);
	if (said.description !== undefined && !tellsOfLog(event.attributes))
		errors.push(spanErrorRow(span, event, said, String(clamped.time), home, context));
	// The row of the span stays what its sender wrote, redacted; what errata says of it is in the error's row.
	const kept = said.description === undefined ? said.attributes : withoutDescription(said.attributes, event.attributes);
	const failed = said.description !== undefined || tellsOfLog(event.attributes);
	return { time: String(event.timeUnixNano === 0n ? 0n : clamped.time), attributes: asStringMap(kept), failed };
}

/** A fingerprint on the event says that a log record tells of this exception, fully described. */
function tellsOfLog(attributes: Attributes): boolean {
	return attributes["errata.fingerprint"] !== undefined;
}

function withoutDescription(described: Attributes, original: Attributes): Attributes {
	const kept = Object.create(null) as Attributes;
	for (const key in described)
		if (original[key] !== undefined || key === "errata.redactions") kept[key] = described[key];
	return kept;
}

function spanErrorRow(
	span: Span,
	event: SpanEvent,
	said: Classified,
	time: string,
	home: Home,
	context: Context,
): ErrorRow {
	const resource = resourceMap(home, said);
	return errorRow({
		timestamp: time,
		eventId: anyText(said.attributes["log.record.uid"]).slice(0, 128),
		serviceName: home.serviceName,
		traceId: span.traceId,
		spanId: span.spanId,
		signal: "span",
		severityText: "",
		severityNumber: 0,
		body: event.name,
		description: said.description as NonNullable<Classified["description"]>,
		message: said.facts?.message ?? "",
		attributes: asStringMap(withSpanContext(said.attributes, spanContext(span), context.redactor)),
		resource,
		tenant: resource["errata.tenant"] ?? "",
	});
}

/** A resource with what its records need of it, computed once. */
interface Home extends Origin {
	readonly map: Record<string, string>;
	/** The same with private values replaced, for rows that tell of errors. */
	readonly redactedMap: () => Record<string, string>;
}

function homeOf(resource: Resource, context: Context): Home {
	const { attributes } = resource;
	// Whose data this is, only an authenticated sender may say.
	if (!context.trusted) delete attributes["errata.tenant"];
	let redacted: Record<string, string> | undefined;
	return {
		trusted: context.trusted,
		serviceName: anyText(attributes["service.name"]),
		language: anyText(attributes["telemetry.sdk.language"]),
		map: asStringMap(attributes),
		redactedMap: () => {
			redacted ??= asStringMap(context.redactor.value(attributes) as Attributes);
			return redacted;
		},
	};
}

function resourceMap(home: Home, classified: Classified): Record<string, string> {
	return classified.description === undefined ? home.map : home.redactedMap();
}

const TRACE_ID = /^[0-9a-f]{32}$/;
const SPAN_ID = /^[0-9a-f]{16}$/;

function hasValidIds(traceId: string, spanId: string, rejected: Rejections): boolean {
	const wrong =
		traceId !== "" && !TRACE_ID.test(traceId)
			? "a trace id is not 16 bytes"
			: spanId !== "" && !SPAN_ID.test(spanId)
				? "a span id is not 8 bytes"
				: "";
	if (wrong === "") return true;
	rejected.count++;
	if (rejected.reason === "") rejected.reason = wrong;
	return false;
}
