/** A row of the exporter's tables that nobody described, to its row of `errata_errors`. Which rows those are is SQL's. */
import { type AnyValue, anyText, type Catalog, describeRecord, type Redactor } from "@errata/catalog";
import { LIMITS } from "./limits.ts";
import type { ErrorRow, StringMap } from "./types.ts";

/** One row of `errata_unclassified` or `errata_pending`. */
export interface UnclassifiedRow {
	/** Decimal nanoseconds, as stored. */
	readonly at: string;
	readonly eventId: string;
	readonly signal: "log" | "span";
	readonly serviceName: string;
	readonly traceId: string;
	readonly spanId: string;
	readonly severityText: string;
	readonly severityNumber: number;
	readonly eventName: string;
	readonly body: string;
	readonly attributes: StringMap;
	readonly resource: StringMap;
}

export interface Describer {
	readonly catalog: Catalog;
	readonly redactor: Redactor;
}

/** Characters of a name in `errata_errors`, as its view cuts them. */
const NAME = 256;
const MESSAGE = 16_384;
const STACK = 65_536;

const DAY_NS = 86_400_000_000_000n;

/** `undefined` if the catalog does not take it for an error. Never throws. */
export function classifyRow(row: UnclassifiedRow, by: Describer, nowMs: number): ErrorRow | undefined {
	const span = row.signal === "span";
	const said = describeRecord(
		{
			eventName: row.eventName,
			severityNumber: row.severityNumber,
			body: span ? undefined : row.body,
			attributes: row.attributes,
			language: row.resource["telemetry.sdk.language"] ?? "",
			timeUnixNano: row.at,
			serviceName: row.serviceName,
			traceId: row.traceId,
			spanId: row.spanId,
		},
		by.catalog,
		by.redactor,
	);
	if (said === undefined) return undefined;
	const resource = texts(by.redactor.value(row.resource) as Readonly<Record<string, AnyValue>>);
	const attributes = texts({ ...said.attributes, "log.record.uid": row.eventId });
	const name = (key: string) => (attributes[key] ?? "").slice(0, NAME);
	const ofResource = (key: string) => (resource[key] ?? "").slice(0, NAME);
	const d = said.description;
	const body = anyText(said.body);
	return {
		Timestamp: within(BigInt(row.at), nowMs),
		EventId: row.eventId,
		Tenant: row.resource["errata.tenant"] ?? "",
		ServiceName: row.serviceName,
		Environment: ofResource("deployment.environment.name") || ofResource("deployment.environment"),
		Release: ofResource("service.version"),
		TraceId: row.traceId,
		SpanId: row.spanId,
		Signal: row.signal,
		Count: Number(attributes["errata.count"] ?? 1),
		Fingerprint: d.fingerprint,
		FingerprintVersion: d.fingerprintVersion,
		Code: d.code,
		Pattern: d.pattern,
		Category: d.category,
		Severity: d.severity,
		Retryable: d.retryable ?? null,
		Handled: attributes["errata.handled"] !== "false",
		ExceptionType: name("exception.type"),
		Message: ((attributes["exception.message"] ?? "") || (span ? said.facts.message : body)).slice(0, MESSAGE),
		Stacktrace: (attributes["exception.stacktrace"] ?? "").slice(0, STACK),
		Template: d.template,
		TaskName: name("errata.context.task.name"),
		TaskId: name("errata.context.task.id"),
		RunId: ofResource("errata.run.id"),
		Catalog: d.catalog,
		Immediate: d.suggestions.immediate,
		Preventive: d.suggestions.preventive,
		Docs: d.docs,
		SeverityText: row.severityText,
		SeverityNumber: row.severityNumber,
		Body: span ? row.eventName : body,
		Attributes: attributes,
		ResourceAttributes: resource,
	};
}

function texts(values: Readonly<Record<string, AnyValue>>): Record<string, string> {
	const out = Object.create(null) as Record<string, string>;
	for (const key of Object.keys(values)) out[key] = anyText(values[key]);
	return out;
}

/** As the view of `errata_errors` moves times; midnight within the range, so that a second look finds the same row. */
function within(at: bigint, nowMs: number): string {
	const now = BigInt(nowMs) * 1_000_000n;
	const first = now - BigInt(LIMITS.backfillDays) * DAY_NS;
	const last = now + DAY_NS;
	if (at <= 0n) return String(now);
	if (at < first) return String(first - (first % DAY_NS) + DAY_NS);
	return String(at > last ? last - (last % DAY_NS) : at);
}
