/** The receiver's model back to OTLP/JSON, for fixtures that any OTLP reader can load. Empty fields are left out. */
import type { AnyValue } from "@errata/catalog";
import type { Attributes, LogRecord, Resource, Scope, Span } from "../../packages/local/src/receiver/model.ts";

type Json = Record<string, unknown>;

function anyValue(value: AnyValue): Json {
	if (value === undefined || value === null) return {};
	if (typeof value === "string") return { stringValue: value };
	if (typeof value === "boolean") return { boolValue: value };
	if (typeof value === "bigint") return { intValue: String(value) };
	if (typeof value === "number") return { doubleValue: value };
	if (value instanceof Uint8Array) return { bytesValue: Buffer.from(value).toString("base64") };
	if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
	return { kvlistValue: { values: keyValues(value as Attributes) } };
}

function keyValues(attributes: Attributes): Json[] {
	return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

/** Without what OTLP/JSON leaves out: empty texts, zeros and lists. */
function filled(fields: Json): Json {
	const empty = (value: unknown): boolean =>
		value === "" || value === 0 || value === "0" || (Array.isArray(value) && value.length === 0);
	return Object.fromEntries(Object.entries(fields).filter(([, value]) => !empty(value)));
}

export function resourceJson(resource: Resource): Json {
	return { attributes: keyValues(resource.attributes) };
}

export function scopeJson(scope: Scope): Json {
	return filled({ name: scope.name, version: scope.version, attributes: keyValues(scope.attributes) });
}

export function logJson(log: LogRecord): Json {
	return filled({
		timeUnixNano: String(log.timeUnixNano),
		observedTimeUnixNano: String(log.observedTimeUnixNano),
		severityNumber: log.severityNumber,
		severityText: log.severityText,
		eventName: log.eventName,
		body: anyValue(log.body),
		attributes: keyValues(log.attributes),
		flags: log.flags,
		traceId: log.traceId,
		spanId: log.spanId,
	});
}

export function spanJson(span: Span): Json {
	return filled({
		traceId: span.traceId,
		spanId: span.spanId,
		traceState: span.traceState,
		parentSpanId: span.parentSpanId,
		name: span.name,
		kind: span.kind,
		startTimeUnixNano: String(span.startTimeUnixNano),
		endTimeUnixNano: String(span.endTimeUnixNano),
		attributes: keyValues(span.attributes),
		events: span.events.map((event) =>
			filled({
				timeUnixNano: String(event.timeUnixNano),
				name: event.name,
				attributes: keyValues(event.attributes),
			}),
		),
		status: filled({ ...span.status }),
	});
}
