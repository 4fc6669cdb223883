/**
 * Analyses of a tenant's window, computed once a minute for all who ask: over windows that are closed, because a pair that
 * is counted while its second half is still on the way would be counted wrong.
 */
import { type ErrorEvent, type Store, StoreError, type TimeSpan, type TraceSpan } from "@errata/store";
import { type Correlations, correlate } from "../analysis/correlate.ts";
import { elsewhereOf } from "../analysis/elsewhere.ts";
import { type Incident, incidentsOf } from "../analysis/incidents.ts";
import type { TraceRows } from "../analysis/origin.ts";
import { LIMITS } from "../limits.ts";

const MINUTE = 60_000;
const HOUR = 3_600_000;

/** A window of `windowMs` that ended `LIMITS.watermarkMs` ago, on whole minutes. */
export function closedWindow(now: number, windowMs: number): TimeSpan {
	const untilMs = Math.floor((now - LIMITS.watermarkMs) / MINUTE) * MINUTE;
	return { sinceMs: untilMs - Math.max(1, Math.ceil(windowMs / MINUTE)) * MINUTE, untilMs };
}

/** All pairs of a window. */
export function correlationsOf(store: Store, span: TimeSpan): Promise<Correlations> {
	return keptAnalysis(store, "pairs", span, async () =>
		correlate(await store.correlationCounts(span), (span.untilMs - span.sinceMs) / MINUTE),
	);
}

export interface Incidents {
	readonly incidents: readonly Incident[];
	/** Traces that were looked at. */
	readonly sampled: number;
}

export function incidentsIn(store: Store, span: TimeSpan): Promise<Incidents> {
	return keptAnalysis(store, "incidents", span, async () => {
		const [sample, edges] = await Promise.all([store.sampledTraces(span), store.serviceEdges(span)]);
		return { incidents: incidentsOf(sample, edges), sampled: sample.length };
	});
}

export type Around = Pick<TraceRows, "edges" | "elsewhere">;

/**
 * What other traces of the hours around know, for one of which spans are missing; nothing for one that is whole, and where
 * ClickHouse takes too long: an origin without it is better than none.
 */
export async function aroundTrace(
	store: Store,
	errors: readonly ErrorEvent[],
	spans: readonly TraceSpan[],
): Promise<Around> {
	const known = new Set(spans.map((one) => one.spanId));
	const [first] = errors;
	const whole =
		errors.every((error) => known.has(error.spanId)) &&
		spans.every(({ parentSpanId }) => parentSpanId === "" || known.has(parentSpanId));
	if (whole || first === undefined) return {};
	const sinceMs = Math.floor(Date.parse(first.timestamp) / HOUR - 1) * HOUR;
	const span = { sinceMs, untilMs: sinceMs + 3 * HOUR };
	try {
		return await keptAnalysis(store, "around", span, async () => {
			const [sample, edges] = await Promise.all([store.sampledTraces(span), store.serviceEdges(span)]);
			return { edges, elsewhere: elsewhereOf(sample, edges) };
		});
	} catch (error) {
		if (error instanceof StoreError && error.kind === "timeout") return {};
		throw error;
	}
}

interface Kept {
	readonly until: number;
	readonly answer: Promise<unknown>;
}

/** By store, so that no tenant sees another's and nothing outlives its connection. */
const stores = new WeakMap<Store, Map<string, Kept>>();

/** `compute` once a minute for each kind and window; what it rejects with is not kept. */
export function keptAnalysis<T>(store: Store, kind: string, span: TimeSpan, compute: () => Promise<T>): Promise<T> {
	const key = `${kind} ${span.sinceMs} ${span.untilMs}`;
	const mine = stores.get(store) ?? new Map<string, Kept>();
	stores.set(store, mine);
	const now = Date.now();
	const known = mine.get(key);
	if (known !== undefined && known.until > now) return known.answer as Promise<T>;
	const answer = compute();
	mine.delete(key);
	mine.set(key, { until: now + LIMITS.analysisMs, answer });
	// A failure is told to those who wait for it, and not kept for the next.
	answer.catch(() => mine.get(key)?.answer === answer && mine.delete(key));
	for (const oldest of mine.keys()) {
		if (mine.size <= LIMITS.analyses) break;
		mine.delete(oldest);
	}
	return answer;
}
