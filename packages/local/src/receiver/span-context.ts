/** A span as OTLP has it, as its errors tell of it. What is written of that is @errata/store's. */
import { SPAN_ROUTES, type SpanContext } from "@errata/store";
import type { Span } from "./model.ts";

export const SPAN_KINDS = ["Unspecified", "Internal", "Server", "Client", "Producer", "Consumer"];
export const STATUS_CODES = ["Unset", "Ok", "Error"];

export function spanContext(span: Span): SpanContext {
	const { startTimeUnixNano: start, endTimeUnixNano: end } = span;
	return {
		name: span.name,
		kind: SPAN_KINDS[span.kind] ?? "",
		status: STATUS_CODES[span.status.code] ?? "",
		statusMessage: span.status.message,
		route: routeOf(span),
		durationMs: start !== 0n && end >= start ? Number(end - start) / 1e6 : undefined,
	};
}

function routeOf(span: Span): string {
	for (const name of SPAN_ROUTES) {
		const value = span.attributes[name];
		if (typeof value === "string" && value !== "") return value;
	}
	return "";
}
