/** What errata says of one occurrence, as its row of `errata_errors`: the columns that the view cuts from `otel_logs`, cut alike. */
import { crc32 } from "node:zlib";
import type { Description } from "@errata/catalog";
import type { ErrorRow, StringMap } from "./types.ts";

export interface Occurrence {
	/** Decimal nanoseconds since the epoch, within the range of `errata_errors`. */
	readonly timestamp: string;
	readonly eventId: string;
	readonly serviceName: string;
	readonly traceId: string;
	readonly spanId: string;
	readonly signal: "log" | "span";
	readonly severityText: string;
	readonly severityNumber: number;
	readonly body: string;
	readonly description: Description;
	/** For a record without `exception.message`. */
	readonly message: string;
	/** Redacted, as text, errata's own among them. */
	readonly attributes: StringMap;
	/** Redacted, as text. */
	readonly resource: StringMap;
	/** As it came. */
	readonly tenant: string;
}

/** Characters, as the view cuts them. */
const NAME = 256;
const MESSAGE = 16_384;
const STACK = 65_536;
/** Occurrences one row may stand for, as in the view. */
const MOST = 1_000_000;

export function errorRow(of: Occurrence): ErrorRow {
	const { attributes, resource, description: d } = of;
	const text = (name: string, max = NAME) => (attributes[name] ?? "").slice(0, max);
	const ofResource = (name: string) => (resource[name] ?? "").slice(0, NAME);
	return {
		Timestamp: of.timestamp,
		EventId: of.eventId,
		Tenant: of.tenant,
		ServiceName: of.serviceName,
		Environment: ofResource("deployment.environment.name") || ofResource("deployment.environment"),
		Release: ofResource("service.version"),
		TraceId: of.traceId,
		SpanId: of.spanId,
		Signal: of.signal,
		Count: standsFor(attributes, of.eventId),
		Fingerprint: d.fingerprint,
		FingerprintVersion: d.fingerprintVersion,
		Code: d.code,
		Pattern: d.pattern,
		Category: d.category,
		Severity: d.severity,
		Retryable: d.retryable ?? null,
		Handled: attributes["errata.handled"] !== "false",
		ExceptionType: text("exception.type"),
		Message: text("exception.message", MESSAGE) || of.message.slice(0, MESSAGE),
		Stacktrace: text("exception.stacktrace", STACK),
		Template: d.template,
		TaskName: text("errata.context.task.name"),
		TaskId: text("errata.context.task.id"),
		RunId: ofResource("errata.run.id"),
		Catalog: d.catalog,
		Immediate: d.suggestions.immediate,
		Preventive: d.suggestions.preventive,
		Docs: d.docs,
		SeverityText: of.severityText,
		SeverityNumber: of.severityNumber,
		Body: of.body,
		Attributes: attributes,
		ResourceAttributes: resource,
	};
}

/** Occurrences the record stands for, sampling included: what the view computes of `errata.count` and `errata.sample_rate`. */
export function standsFor(attributes: StringMap, eventId: string): number {
	const counted = Math.min(Math.max(Math.floor(Number(attributes["errata.count"] ?? 1)) || 1, 1), MOST);
	const given = Number(attributes["errata.sample_rate"] ?? 1);
	const rate = given > 0 && given < 1 ? given : 1;
	return Math.floor(Math.min(counted / rate, MOST) + crc32(eventId) / 2 ** 32);
}
