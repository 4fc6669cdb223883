/**
 * What an error that only a span's event tells says of its span, below `errata.context`: data, and no fact that decides.
 * The same as the Collector's connector writes, for the receiver and for what is described later alike.
 */
import { type AnyValue, addRedactions, cutUtf8, LIMITS, type RedactionCounts, type Redactor } from "@errata/catalog";

/** Attributes of a span that name the operation; its route is the first that it has. */
export const SPAN_ROUTES = [
	"http.route",
	"rpc.method",
	"messaging.destination.name",
	"db.operation.name",
	"url.path",
	"http.target",
] as const;

/** A span as far as its errors tell of it; texts are "" where it says nothing. */
export interface SpanContext {
	readonly name: string;
	/** `Server`, `Client`, ...: as clickhouseexporter writes it. */
	readonly kind: string;
	/** `Unset`, `Ok` or `Error`. */
	readonly status: string;
	readonly statusMessage: string;
	readonly route: string;
	/** Milliseconds; undefined where its times say nothing. */
	readonly durationMs: number | undefined;
}

type Attributes = Readonly<Record<string, AnyValue>>;

/** `attributes` with the span's context and `errata.signal`; private values replaced and counted. */
export function withSpanContext(
	attributes: Attributes,
	span: SpanContext,
	redactor: Redactor,
): Record<string, AnyValue> {
	const out = Object.assign(Object.create(null) as Record<string, AnyValue>, attributes, { "errata.signal": "span" });
	const counts: RedactionCounts = {};
	const add = (name: string, value: string): void => {
		const text = redactor.text(cutUtf8(value, LIMITS.attributeBytes), counts);
		if (text !== "") out[`errata.context.span.${name}`] = text;
	};
	add("name", span.name);
	add("kind", span.kind);
	add("status", span.status);
	add("status_message", span.statusMessage);
	add("route", span.route);
	if (span.durationMs !== undefined) out["errata.context.span.duration_ms"] = span.durationMs;
	addRedactions(out, counts);
	return out;
}
