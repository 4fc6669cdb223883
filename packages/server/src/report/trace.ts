/** Where in a trace the trouble began, and its spans in order. Pure. */
import type { ErrorEvent, TraceSpan } from "@errata/store";
import { type Origin, originOf } from "../analysis/origin.ts";
import type { Around } from "../work/analyses.ts";
import type { PlacedSpan } from "./sections.ts";

/**
 * Spans as a tree, each followed by its children in the order they started. A span whose parent is missing is a root;
 * a loop of parents (hostile or broken data) is cut where it closes.
 */
export function placeSpans(spans: readonly TraceSpan[], events: readonly ErrorEvent[]): PlacedSpan[] {
	const failed = new Set(events.map((event) => event.spanId));
	const sorted = [...spans].sort((a, b) => order(a.timestamp, b.timestamp) || order(a.spanId, b.spanId));
	const ids = new Set(sorted.map((span) => span.spanId));
	const children = Map.groupBy(sorted, (span) => (ids.has(span.parentSpanId) ? span.parentSpanId : ""));
	const placed: PlacedSpan[] = [];
	const seen = new Set<TraceSpan>();
	const visit = (start: TraceSpan): void => {
		const stack = [{ span: start, depth: 0 }];
		for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
			const { span, depth } = at;
			if (seen.has(span)) continue;
			seen.add(span);
			placed.push({ span, depth, failed: failed.has(span.spanId) });
			for (const child of (children.get(span.spanId) ?? []).toReversed()) stack.push({ span: child, depth: depth + 1 });
		}
	};
	for (const root of children.get("") ?? []) visit(root);
	// What is left hangs in a loop: begin with its earliest span.
	for (const span of sorted) if (!seen.has(span)) visit(span);
	return placed;
}

export interface TraceOrigin extends Origin {
	/** The error it is; `undefined` for a span that failed without one. */
	readonly event: ErrorEvent | undefined;
}

/** Where the trace began to fail; `undefined` without errors and failed spans. */
export function traceOrigin(
	errors: readonly ErrorEvent[],
	spans: readonly TraceSpan[],
	around: Around = {},
): TraceOrigin | undefined {
	const origin = originOf({ errors, spans, ...around });
	if (origin === undefined) return undefined;
	return { ...origin, event: errors.find(({ eventId }) => eventId === origin.eventId) };
}

function order(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
