/**
 * Analyses of a tenant's window, computed once a minute for all who ask: over windows that are closed, because a pair that
 * is counted while its second half is still on the way would be counted wrong.
 */
import type { Store, TimeSpan } from "@errata/store";
import { type Correlations, correlate } from "../analysis/correlate.ts";
import { type Incident, incidentsOf } from "../analysis/incidents.ts";
import { LIMITS } from "../limits.ts";

const MINUTE = 60_000;

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
