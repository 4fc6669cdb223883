/**
 * A record as its row of `otel_logs`, a span as its row of `otel_traces`: what the Collector's clickhouseexporter 0.161 writes,
 * column for column, so that errata's views lift errors from them. A test compares them with what errata local makes of the
 * same by OTLP.
 */
import { type AnyValue, anyText, type Redactor } from "@errata/catalog";
import type { Resource } from "@opentelemetry/resources";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";

type StringMap = Record<string, string>;
type Attributes = Readonly<Record<string, unknown>>;

/** Days a time may lie in the past and in the future: a batch over more than 100 partitions is refused whole. */
const PAST_DAYS = 30;
const FUTURE_DAYS = 1;
const DAY_SECONDS = 86_400;

export type Row = Record<string, unknown>;

/** Rows of one process. `tenant` "": the resource's own, as it is. */
export class Rows {
	readonly #redactor: Redactor;
	readonly #tenant: string;
	readonly #plain = new WeakMap<Resource, StringMap>();
	readonly #redacted = new WeakMap<Resource, StringMap>();

	constructor(redactor: Redactor, tenant: string) {
		this.#redactor = redactor;
		this.#tenant = tenant;
	}

	log(record: ReadableLogRecord): Row {
		const { resource, instrumentationScope: scope, spanContext } = record;
		return {
			Timestamp: dateTime64(record.hrTime),
			TraceId: spanContext?.traceId ?? "",
			SpanId: spanContext?.spanId ?? "",
			TraceFlags: spanContext?.traceFlags ?? 0,
			SeverityText: record.severityText ?? "",
			SeverityNumber: record.severityNumber ?? 0,
			ServiceName: anyText(resource.attributes["service.name"] as AnyValue),
			Body: anyText(record.body as AnyValue),
			ResourceSchemaUrl: resource.schemaUrl ?? "",
			ResourceAttributes: this.#resource(resource, record.attributes["errata.fingerprint"] !== undefined),
			ScopeSchemaUrl: scope.schemaUrl ?? "",
			ScopeName: scope.name,
			ScopeVersion: scope.version ?? "",
			ScopeAttributes: asStringMap(scope.attributes ?? {}),
			LogAttributes: asStringMap(record.attributes),
			EventName: record.eventName ?? "",
		};
	}

	span(span: ReadableSpan): Row {
		const { traceId, spanId, traceState } = span.spanContext();
		const { resource, instrumentationScope: scope, events, links } = span;
		const [seconds, nanoseconds] = span.duration;
		return {
			Timestamp: dateTime64(span.startTime),
			TraceId: traceId,
			SpanId: spanId,
			ParentSpanId: span.parentSpanContext?.spanId ?? "",
			TraceState: traceState?.serialize() ?? "",
			SpanName: span.name,
			SpanKind: SPAN_KINDS[span.kind] ?? "Unspecified",
			ServiceName: anyText(resource.attributes["service.name"] as AnyValue),
			ResourceAttributes: this.#resource(resource, false),
			ScopeName: scope.name,
			ScopeVersion: scope.version ?? "",
			SpanAttributes: asStringMap(span.attributes),
			Duration: String(BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds)),
			StatusCode: STATUS_CODES[span.status.code] ?? "Unset",
			StatusMessage: span.status.message ?? "",
			"Events.Timestamp": events.map((event) => dateTime64(event.time)),
			"Events.Name": events.map((event) => event.name),
			"Events.Attributes": events.map((event) => asStringMap(event.attributes ?? {})),
			"Links.TraceId": links.map((link) => link.context.traceId),
			"Links.SpanId": links.map((link) => link.context.spanId),
			"Links.TraceState": links.map((link) => link.context.traceState?.serialize() ?? ""),
			"Links.Attributes": links.map((link) => asStringMap(link.attributes ?? {})),
		};
	}

	/** Of a described error without private values: nobody between here and the table takes them out. */
	#resource(resource: Resource, described: boolean): StringMap {
		const maps = described ? this.#redacted : this.#plain;
		const known = resource.asyncAttributesPending === true ? undefined : maps.get(resource);
		if (known !== undefined) return known;
		const { attributes } = resource;
		const map = asStringMap(described ? (this.#redactor.value(attributes as AnyValue, {}) as Attributes) : attributes);
		if (this.#tenant !== "") map["errata.tenant"] = this.#tenant;
		maps.set(resource, map);
		return map;
	}
}

/** By the numbers of OpenTelemetry's API, which are not those of OTLP. */
const SPAN_KINDS = ["Internal", "Server", "Client", "Producer", "Consumer"];
const STATUS_CODES = ["Unset", "Ok", "Error"];

/** JSON that ClickHouse reads: a lone surrogate would have it refuse the whole batch. */
export function rowText(row: Row): string {
	const text = JSON.stringify(row);
	return text.includes("\\ud") ? JSON.stringify(wellFormed(row)) : text;
}

function wellFormed(value: unknown): unknown {
	if (typeof value === "string") return value.toWellFormed();
	if (value === null || typeof value !== "object") return value;
	if (Array.isArray(value)) return value.map(wellFormed);
	return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key.toWellFormed(), wellFormed(inner)]));
}

function asStringMap(attributes: Attributes): StringMap {
	const map = Object.create(null) as StringMap;
	for (const key in attributes) map[key] = anyText(attributes[key] as AnyValue);
	return map;
}

/**
 * A Unix time with fraction, ten digits before the point: with fewer ClickHouse reads a day of a month. A time out of range
 * moves to the nearest midnight within, so that a record sent again lands at the same time.
 */
function dateTime64([seconds, nanoseconds]: readonly [number, number]): string {
	const now = Date.now() / 1_000;
	const [first, last] = [now - PAST_DAYS * DAY_SECONDS, now + FUTURE_DAYS * DAY_SECONDS];
	if (seconds < first) return `${Math.ceil(first / DAY_SECONDS) * DAY_SECONDS}.000000000`;
	if (seconds > last) return `${Math.floor(last / DAY_SECONDS) * DAY_SECONDS}.000000000`;
	return `${String(seconds).padStart(10, "0")}.${String(nanoseconds).padStart(9, "0")}`;
}
