/**
 * Log records as the bytes of an OTLP export request: what `ProtobufLogsSerializer` of the SDK writes, to the byte (a test
 * holds that), in a fraction of its time. Sending them is `transport.ts`.
 */
import type { AnyValue } from "@errata/catalog";
import { ProtobufLogsSerializer } from "@opentelemetry/otlp-transformer";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import { OtlpWriter } from "./otlp-writer.ts";

type Scope = ReadableLogRecord["instrumentationScope"] & {
	readonly attributes?: Readonly<Record<string, unknown>>;
	readonly droppedAttributesCount?: number;
};

/** Bytes that a record of an error and a batch of them have, about. */
const RECORD = 6_000;
const BATCH = 100_000;

const writer = new OtlpWriter();

export const LogsSerializer: typeof ProtobufLogsSerializer = {
	serializeRequest(records) {
		try {
			for (const [resource, scopes] of byResource(records)) resourceLogs(resource, scopes);
			return writer.take();
		} finally {
			writer.clear();
		}
	},
	deserializeResponse: (bytes) => ProtobufLogsSerializer.deserializeResponse(bytes),
};

type Scopes = Map<ReadableLogRecord["instrumentationScope"], ReadableLogRecord[]>;

function byResource(records: readonly ReadableLogRecord[]): Map<ReadableLogRecord["resource"], Scopes> {
	const resources = new Map<ReadableLogRecord["resource"], Scopes>();
	for (const record of records) {
		const scopes: Scopes = resources.get(record.resource) ?? new Map();
		if (scopes.size === 0) resources.set(record.resource, scopes);
		const list = scopes.get(record.instrumentationScope);
		if (list === undefined) scopes.set(record.instrumentationScope, [record]);
		else list.push(record);
	}
	return resources;
}

function resourceLogs(resource: ReadableLogRecord["resource"], scopes: Scopes): void {
	const start = writer.begin(1, BATCH);
	const own = writer.begin(1, RECORD);
	writer.pairs(1, resource.attributes);
	writer.uint(2, 0);
	writer.end(own, RECORD);
	for (const [scope, records] of scopes) scopeLogs(scope, records);
	if (resource.schemaUrl) writer.text(3, resource.schemaUrl);
	writer.end(start, BATCH);
}

function scopeLogs(scope: Scope, records: readonly ReadableLogRecord[]): void {
	const start = writer.begin(2, BATCH);
	const own = writer.begin(1, 1);
	writer.text(1, scope.name);
	if (scope.version) writer.text(2, scope.version);
	if (scope.attributes) writer.pairs(3, scope.attributes);
	if (scope.droppedAttributesCount) writer.uint(4, scope.droppedAttributesCount);
	writer.end(own, 1);
	for (const record of records) logRecord(record);
	if (scope.schemaUrl) writer.text(3, scope.schemaUrl);
	writer.end(start, BATCH);
}

function logRecord(record: ReadableLogRecord): void {
	const start = writer.begin(2, RECORD);
	writer.time(1, record.hrTime);
	if (record.severityNumber) writer.uint(2, record.severityNumber);
	if (record.severityText) writer.text(3, record.severityText);
	if (record.body !== undefined) writer.value(5, record.body as AnyValue);
	writer.pairs(6, record.attributes);
	writer.uint(7, record.droppedAttributesCount);
	const { traceFlags, traceId, spanId } = record.spanContext ?? {};
	if (traceFlags) writer.fixed32(8, traceFlags);
	if (traceId) writer.hex(9, traceId);
	if (spanId) writer.hex(10, spanId);
	writer.time(11, record.hrTimeObserved);
	if (record.eventName) writer.text(12, record.eventName);
	writer.end(start, RECORD);
}
