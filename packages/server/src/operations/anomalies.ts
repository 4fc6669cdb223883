/** Hours that are unusual: the store's hourly counts under `analysis/anomaly.ts`. */
import { anomaliesList } from "@errata/api";
import { ANOMALY, scoreHours } from "../analysis/anomaly.ts";
import { implement } from "../call.ts";
import { LIMITS } from "../limits.ts";

const HOUR = 3_600_000;

export const anomalies = implement(anomaliesList, async (input, { store, now }) => {
	const by = input.by ?? "fingerprint";
	const nowMs = now();
	const recentHours = input.hours ?? 24;
	const hours = ANOMALY.historyHours + recentHours;
	const found = await store.hourlyCounts({ by, hours, recentHours, nowMs, limit: LIMITS.judgedSeries });
	const lastShare = Math.max((nowMs % HOUR) / HOUR, 1 / 60);
	let young = 0;
	const unusual = found.flatMap(({ key, code, sinceMs, counts }) => {
		const born = counts.findIndex((count) => count > 0);
		const scores = scoreHours({ counts, born, lastShare }, hours - recentHours);
		if (scores.length === 0) young++;
		return scores
			.filter(({ anomalous }) => anomalous)
			.map(({ hour, count, expected, score, basis }) => ({
				key,
				code,
				hour: new Date(sinceMs + hour * HOUR).toISOString(),
				open: hour === hours - 1,
				count,
				expected: Number(expected.toPrecision(3)),
				score: Number(score.toFixed(1)),
				basis,
			}));
	});
	unusual.sort((a, b) => b.score - a.score || (a.hour < b.hour ? 1 : -1));
	return { by, judged: found.length - young, young, anomalies: unusual.slice(0, input.limit ?? 20) };
});
