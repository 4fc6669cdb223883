/**
 * From a log record (or a span event) to the facts of an error, and from a description back to attributes. The one
 * place that knows where each SDK puts what; Node, receiver, backfill and Collector go through it.
 */
import type { Description, ErrorFacts } from "./types.ts";

/** A value as OTLP carries it: string, number, boolean, null, bytes, list or map of the same. */
export type AnyValue =
	| string
	| number
	| bigint
	| boolean
	| null
	| undefined
	| Uint8Array
	| readonly AnyValue[]
	| { readonly [key: string]: AnyValue };

export interface RecordInput {
	readonly eventName: string;
	/** SeverityNumber, 0 if unset. */
	readonly severityNumber: number;
	readonly body: AnyValue;
	readonly attributes: Readonly<Record<string, AnyValue>>;
	/** `telemetry.sdk.language` of the resource, "" if absent. */
	readonly language: string;
}

/**
 * True if the record is an error in errata's sense (design section 8): `exception.*` present, or SeverityNumber >= 17,
 * or the event name is, or ends in, `exception`.
 */
export function isErrorRecord(record: RecordInput): boolean {
	if (record.severityNumber >= 17) return true;
	if (record.eventName === "exception" || record.eventName.endsWith(".exception")) return true;
	const a = record.attributes;
	return (
		a["exception.type"] !== undefined || a["exception.message"] !== undefined || a["exception.stacktrace"] !== undefined
	);
}

/** The facts of an error record; `undefined` if it is not one. Strings are well-formed and cut at `LIMITS`. */
export function factsFromRecord(record: RecordInput): ErrorFacts | undefined {
	if (!isErrorRecord(record)) return undefined;
	const text = (v: AnyValue): string => (typeof v === "string" ? v : v === undefined || v === null ? "" : String(v));
	const a = record.attributes;
	return {
		type: text(a["exception.type"]),
		message: text(a["exception.message"] ?? record.body),
		stacktrace: text(a["exception.stacktrace"]),
		language: record.language,
		code: text(a["error.type"]),
		attributes: {},
		causes: [],
	};
}

/** The attributes a description puts on its record: `errata.schema`, `errata.code`, ... */
export function descriptionAttributes(d: Description): Record<string, AnyValue> {
	return { "errata.code": d.code, "errata.fingerprint": d.fingerprint };
}
