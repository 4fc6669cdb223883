/**
 * A record as its row of `otel_logs`: what the Collector's clickhouseexporter 0.161 writes, column for column, so that errata's
 * views lift errors from it. A test compares it with what errata local makes of the same record by OTLP.
 */
import { type AnyValue, anyText, type Redactor } from "@errata/catalog";
import type { Resource } from "@opentelemetry/resources";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";

type StringMap = Record<string, string>;
type Attributes = Readonly<Record<string, unknown>>;

/** Days a time may lie in the past and in the future: a batch over more than 100 partitions is refused whole. */
const PAST_DAYS = 30;
const FUTURE_DAYS = 1;
const DAY_SECONDS = 86_400;

export type RowMaker = (record: ReadableLogRecord) => Record<string, unknown>;

/** `tenant` "": the resource's own, as it is. */
export function rowMaker(redactor: Redactor, tenant: string): RowMaker {
	const plain = new WeakMap<Resource, StringMap>();
	const redacted = new WeakMap<Resource, StringMap>();
	const resourceMap = (resource: Resource, described: boolean): StringMap => {
		const maps = described ? redacted : plain;
		let map = resource.asyncAttributesPending === true ? undefined : maps.get(resource);
		if (map !== undefined) return map;
		const { attributes } = resource;
		map = asStringMap(described ? (redactor.value(attributes as AnyValue, {}) as Attributes) : attributes);
		if (tenant !== "") map["errata.tenant"] = tenant;
		maps.set(resource, map);
		return map;
	};
	return (record) => {
		const { resource, instrumentationScope: scope, spanContext } = record;
		const described = record.attributes["errata.fingerprint"] !== undefined;
		return {
			Timestamp: dateTime64(record.hrTime, Date.now() / 1_000),
			TraceId: spanContext?.traceId ?? "",
			SpanId: spanContext?.spanId ?? "",
			TraceFlags: spanContext?.traceFlags ?? 0,
			SeverityText: record.severityText ?? "",
			SeverityNumber: record.severityNumber ?? 0,
			ServiceName: anyText(resource.attributes["service.name"] as AnyValue),
			Body: anyText(record.body as AnyValue),
			ResourceSchemaUrl: resource.schemaUrl ?? "",
			ResourceAttributes: resourceMap(resource, described),
			ScopeSchemaUrl: scope.schemaUrl ?? "",
			ScopeName: scope.name,
			ScopeVersion: scope.version ?? "",
			ScopeAttributes: asStringMap(scope.attributes ?? {}),
			LogAttributes: asStringMap(record.attributes),
			EventName: record.eventName ?? "",
		};
	};
}

/** JSON that ClickHouse reads: a lone surrogate would have it refuse the whole batch. */
export function rowText(row: Record<string, unknown>): string {
	const text = JSON.stringify(row);
	return text.includes("\\ud") ? JSON.stringify(wellFormed(row)) : text;
}

function wellFormed(value: unknown): unknown {
	if (typeof value === "string") return value.toWellFormed();
	if (value === null || typeof value !== "object") return value;
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
function dateTime64([seconds, nanoseconds]: readonly [number, number], now: number): string {
	const [first, last] = [now - PAST_DAYS * DAY_SECONDS, now + FUTURE_DAYS * DAY_SECONDS];
	if (seconds < first) return `${Math.ceil(first / DAY_SECONDS) * DAY_SECONDS}.000000000`;
	if (seconds > last) return `${Math.floor(last / DAY_SECONDS) * DAY_SECONDS}.000000000`;
	return `${String(seconds).padStart(10, "0")}.${String(nanoseconds).padStart(9, "0")}`;
}
