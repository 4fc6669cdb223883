/**
 * A record as one line of JSON: flat, with OpenTelemetry's names, for whoever reads lines; or as OpenTelemetry's file format
 * has it (one ExportLogsServiceRequest a line), which loses nothing.
 */
import { JsonLogsSerializer } from "@opentelemetry/otlp-transformer";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import { levelOf } from "./sink.ts";

/** Of the resource, what tells lines of several services apart; the rest is the same on every line of one process. */
const RESOURCE = ["service.name", "service.version", "service.instance.id", "deployment.environment.name"];

/** Names of severity numbers, four each. */
export const SEVERITY_NAMES = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];

export function severityName(record: ReadableLogRecord): string {
	if (record.severityText !== undefined && record.severityText !== "") return record.severityText;
	return SEVERITY_NAMES[levelOf(record)] ?? "";
}

/** UTC with nanoseconds, RFC 3339. */
export function timeText([seconds, nanoseconds]: readonly [number, number]): string {
	const whole = new Date(seconds * 1_000).toISOString().slice(0, 19);
	return `${whole}.${String(nanoseconds).padStart(9, "0")}Z`;
}

/** `timestamp`, `severity`, `body`, then what is there of event, scope, trace, resource and attributes. */
export function jsonLine(record: ReadableLogRecord): string {
	const { spanContext, eventName, attributes } = record;
	const line: Record<string, unknown> = {
		timestamp: timeText(record.hrTime),
		severity: severityName(record),
		severity_number: record.severityNumber ?? 0,
		body: record.body ?? null,
	};
	if (eventName !== undefined && eventName !== "") line.event_name = eventName;
	line.scope = record.instrumentationScope.name;
	if (spanContext !== undefined) {
		line.trace_id = spanContext.traceId;
		line.span_id = spanContext.spanId;
	}
	const resource: Record<string, unknown> = {};
	for (const name of RESOURCE) {
		const value = record.resource.attributes[name];
		if (value !== undefined) resource[name] = value;
	}
	line.resource = resource;
	if (Object.keys(attributes).length > 0) line.attributes = attributes;
	return `${JSON.stringify(line, bytesAsText)}\n`;
}

/** The line of OpenTelemetry's file format. */
export function otlpLine(record: ReadableLogRecord): string {
	const bytes = JsonLogsSerializer.serializeRequest([record]);
	return bytes === undefined ? "" : `${Buffer.from(bytes).toString("utf8")}\n`;
}

function bytesAsText(_key: string, value: unknown): unknown {
	return value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value;
}
