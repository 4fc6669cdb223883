/** A row of the exporter's tables that nobody described, to its row of `errata_errors`. Which rows those are is SQL's. */
import { type AnyValue, anyText, type Catalog, describeRecord, type Redactor } from "@errata/catalog";
import { errorRow } from "./error-row.ts";
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
	const body = anyText(said.body);
	return errorRow({
		timestamp: within(BigInt(row.at), nowMs),
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

/** As the view of `errata_errors` moves times; midnight within the range, so that a second look finds the same row. */
function within(at: bigint, nowMs: number): string {
	const now = BigInt(nowMs) * 1_000_000n;
	const first = now - BigInt(LIMITS.backfillDays) * DAY_NS;
	const last = now + DAY_NS;
	if (at <= 0n) return String(now);
	if (at < first) return String(first - (first % DAY_NS) + DAY_NS);
	return String(at > last ? last - (last % DAY_NS) : at);
}
