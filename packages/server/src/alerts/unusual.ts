/** What anomaly rules see: services or groups whose count in this hour is unlike the weeks before. Scores are `analysis/anomaly.ts`. */
import type { Store } from "@errata/store";
import { ANOMALY, scoreHours } from "../analysis/anomaly.ts";
import { LIMITS } from "../limits.ts";

export interface Unusual {
	/** Service or fingerprint. */
	readonly key: string;
	readonly code: string;
	readonly count: number;
	readonly expected: number;
	readonly score: number;
}

export type UnusualBy = "service" | "fingerprint";

/** Asked and scored at most once in `LIMITS.unusualMs` for a tenant: an hour's count changes slowly, and it costs most of a second. */
export function createUnusual(): (
	tenant: string,
	store: Store,
	by: UnusualBy,
	now: number,
) => Promise<readonly Unusual[]> {
	const kept = new Map<string, { readonly at: number; readonly found: readonly Unusual[] }>();
	return async (tenant, store, by, now) => {
		const key = `${by} ${tenant}`;
		const before = kept.get(key);
		if (before !== undefined && now - before.at < LIMITS.unusualMs) return before.found;
		const found = await unusualNow(store, by, now);
		kept.set(key, { at: now, found });
		return found;
	};
}

const HOUR = 3_600_000;
/** The open hour and the one before: what ended at a quarter to is still worth a call. */
const HOURS = 2;

async function unusualNow(store: Store, by: UnusualBy, now: number): Promise<readonly Unusual[]> {
	const hours = ANOMALY.historyHours + HOURS;
	const series = await store.hourlyCounts({ by, hours, recentHours: HOURS, nowMs: now, limit: LIMITS.judgedSeries });
	const lastShare = Math.max((now % HOUR) / HOUR, 1 / 60);
	return series.flatMap(({ key, code, counts }) => {
		const born = counts.findIndex((count) => count > 0);
		const worst = scoreHours({ counts, born, lastShare }, hours - HOURS)
			.filter(({ anomalous }) => anomalous)
			.toSorted((a, b) => b.score - a.score)[0];
		if (worst === undefined) return [];
		const { count, expected, score } = worst;
		return [{ key, code, count, expected, score }];
	});
}
