/** Where in a trace the trouble began, and its spans in order. Pure. */
import type { ErrorEvent, TraceSpan } from "@errata/store";
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

/**
 * The likely origin: the earliest error of the trace, or a deeper one on the same path (an error is often logged again,
 * sometimes first, by a span above the one it came from). `undefined` without errors.
 */
export function originOf(events: readonly ErrorEvent[], spans: readonly TraceSpan[]): ErrorEvent | undefined {
	const sorted = [...events].sort((a, b) => order(a.timestamp, b.timestamp) || order(a.eventId, b.eventId));
	const [earliest] = sorted;
	if (earliest === undefined) return undefined;
	const parents = new Map(spans.map((span) => [span.spanId, span.parentSpanId]));
	let best = earliest;
	let deepest = 0;
	for (const event of sorted) {
		const distance = distanceAbove(event.spanId, earliest.spanId, parents);
		if (distance > deepest) {
			deepest = distance;
			best = event;
		}
	}
	return best;
}

/** How many parents up from `spanId` lies `ancestor`; -1 if it does not. */
function distanceAbove(spanId: string, ancestor: string, parents: ReadonlyMap<string, string>): number {
	let at: string | undefined = spanId;
	for (let steps = 0; at !== undefined && at !== "" && steps <= parents.size; steps++) {
		if (at === ancestor) return steps;
		at = parents.get(at);
	}
	return -1;
}

function order(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
