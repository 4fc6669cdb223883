/**
 * What an error that only a span's event tells says of its span, below `errata.context`: data, and no fact that decides.
 * The same as the Collector's connector writes; which rows get it is rows.ts's.
 */
import { addRedactions, cutUtf8, LIMITS, type RedactionCounts, type Redactor } from "@errata/catalog";
import type { Attributes, Span } from "./model.ts";

export const SPAN_KINDS = ["Unspecified", "Internal", "Server", "Client", "Producer", "Consumer"];
export const STATUS_CODES = ["Unset", "Ok", "Error"];

/** Attributes of a span that name the operation; the first that it has. */
const ROUTES = [
	"http.route",
	"rpc.method",
	"messaging.destination.name",
	"db.operation.name",
	"url.path",
	"http.target",
];

/** `attributes` with the span's context and `errata.signal`; private values replaced and counted. */
export function withSpanContext(attributes: Attributes, span: Span, redactor: Redactor): Attributes {
	const out = Object.assign(Object.create(null) as Attributes, attributes, { "errata.signal": "span" });
	const counts: RedactionCounts = {};
	const add = (name: string, value: string): void => {
		const text = redactor.text(cutUtf8(value, LIMITS.attributeBytes), counts);
		if (text !== "") out[`errata.context.span.${name}`] = text;
	};
	add("name", span.name);
	add("kind", SPAN_KINDS[span.kind] ?? "");
	add("status", STATUS_CODES[span.status.code] ?? "");
	add("status_message", span.status.message);
	add("route", routeOf(span));
	const { startTimeUnixNano: start, endTimeUnixNano: end } = span;
	if (start !== 0n && end >= start) out["errata.context.span.duration_ms"] = Number(end - start) / 1e6;
	addRedactions(out, counts);
	return out;
}

function routeOf(span: Span): string {
	for (const name of ROUTES) {
		const value = span.attributes[name];
		if (typeof value === "string" && value !== "") return value;
	}
	return "";
}
