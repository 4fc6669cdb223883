/** A row of the exporter's tables that nobody described, to its row of `errata_errors`. Which rows those are is SQL's. */
import { type AnyValue, anyText, type Catalog, describeRecord, type Redactor } from "@errata/catalog";
import { clamp, clockAt } from "./clamp.ts";
import { errorRow } from "./error-row.ts";
import { type SpanContext, withSpanContext } from "./span-context.ts";
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

/** `undefined` if the catalog does not take it for an error. `of` is the span of a span's event. Never throws. */
export function classifyRow(
	row: UnclassifiedRow,
	by: Describer,
	nowMs: number,
	of?: SpanContext | undefined,
): ErrorRow | undefined {
	const span = row.signal === "span";
	const at = BigInt(row.at);
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
	const told = of === undefined ? said.attributes : withSpanContext(said.attributes, of, by.redactor);
	const attributes = texts({ ...told, "log.record.uid": row.eventId });
	const body = anyText(said.body);
	return errorRow({
		timestamp: String(clamp(at < 0n ? 0n : at, clockAt(nowMs)).time),
		eventId: row.eventId,
		serviceName: row.serviceName,
		traceId: row.traceId,
		spanId: row.spanId,
		signal: row.signal,
		severityText: row.severityText,
		severityNumber: row.severityNumber,
		body: span ? row.eventName : body,
		description: said.description,
		message: span ? said.facts.message : body,
		attributes,
		resource,
		tenant: row.resource["errata.tenant"] ?? "",
	});
}

function texts(values: Readonly<Record<string, AnyValue>>): Record<string, string> {
	const out = Object.create(null) as Record<string, string>;
	for (const key of Object.keys(values)) out[key] = anyText(values[key]);
	return out;
}
