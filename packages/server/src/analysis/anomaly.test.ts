import { describe, expect, test } from "vitest";
import { generated, randomOf } from "../testing/hourly-series.ts";
import { ANOMALY, scoreHours } from "./anomaly.ts";
import { binomialTail, countTail } from "./tail-probability.ts";

const WEEK = 168;

describe("tails", () => {
	test("are those of exact arithmetic", () => {
		// 1 - sum of e^-2 2^k / k! for k < 7, and of C(20, k) / 2^20 from 15 on.
		const poisson = [0, 1, 2, 3, 4, 5, 6].reduce(
			(sum, k) => sum - (Math.exp(-2) * 2 ** k) / ([1, 1, 2, 6, 24, 120, 720][k] as number),
			1,
		);
		expect(10 ** countTail(7, 2, 2)).toBeCloseTo(poisson, 8);
		expect(10 ** binomialTail(15, 20, 0.5)).toBeCloseTo((15_504 + 4_845 + 1_140 + 190 + 20 + 1) / 2 ** 20, 12);
		// Geometric with mean 3: P(X >= k) = (3/4)^k.
		expect(countTail(40, 3, 12)).toBeCloseTo(40 * Math.log10(0.75), 8);
		expect(countTail(5_000, 1, 1)).toBeLessThan(-10_000);
		expect(countTail(0, 1, 1)).toBe(0);
		expect(countTail(1_000_000, 1_000_000, 1_000_000)).toBeCloseTo(Math.log10(0.5), 2);
	});
});

describe("hours of generated series (seeds that nothing was tuned on)", () => {
	const SERIES = 250;
	const calm = Array.from({ length: SERIES }, (_, i) => generated(910_003 + i * 7919));

	test("without an incident raise fewer than one alarm in 20,000 hours", () => {
		let hours = 0;
		let alarms = 0;
		for (const { counts } of calm) {
			const scores = scoreHours({ counts, born: 0, lastShare: 1 }, counts.length - WEEK);
			hours += scores.length;
			alarms += scores.filter((one) => one.anomalous).length;
		}
		expect(hours).toBe(SERIES * WEEK);
		expect({ alarms: alarms <= hours / 20_000, count: alarms }).toMatchObject({ alarms: true });
	});

	test("with an incident that chance makes once in 10^9 hours: found in at least 90%", () => {
		let incidents = 0;
		let found = 0;
		for (const [i, { counts, means, overdispersion }] of calm.entries()) {
			const random = randomOf(i + 1);
			const hour = counts.length - 1 - Math.floor(random() * WEEK);
			const mean = means[hour] as number;
			const changed = [...counts.slice(0, hour + 1)];
			changed[hour] = Math.ceil((counts[hour] as number) + 8 + mean * (3 + random() * 12));
			if (countTail(changed[hour], mean, mean + overdispersion * mean * mean) > -9) continue;
			incidents++;
			const [score] = scoreHours({ counts: changed, born: 0, lastShare: 1 }, hour);
			if (score?.anomalous === true) found++;
		}
		expect(incidents).toBeGreaterThan(100);
		expect(found / incidents, `${found} of ${incidents}`).toBeGreaterThanOrEqual(0.9);
	});
});

describe("an hour", () => {
	const flat = (hours: number, count: number) => Array.from({ length: hours }, () => count);

	test("that does each week what it did the week before is no anomaly, though it is twenty times its neighbours", () => {
		const counts = Array.from({ length: 7 * WEEK }, (_, h) => (h % WEEK === 30 ? 100 : 5));
		expect(scoreHours({ counts, born: 0, lastShare: 1 }, 5 * WEEK).filter((one) => one.anomalous)).toEqual([]);
		const moved = counts.with(6 * WEEK + 31, 5).with(6 * WEEK + 60, 100);
		const alarms = scoreHours({ counts: moved, born: 0, lastShare: 1 }, 6 * WEEK).filter((one) => one.anomalous);
		expect(alarms.map((one) => one.hour)).toEqual([6 * WEEK + 60]);
	});

	test("is seen while it is open, from the share of it that has passed", () => {
		const counts = [...flat(6 * WEEK, 60), 40];
		const at = (lastShare: number) => scoreHours({ counts, born: 0, lastShare }, 6 * WEEK)[0];
		expect(at(1)).toMatchObject({ anomalous: false });
		expect(at(0.1)).toMatchObject({ anomalous: true, count: 40 });
		expect(at(0.1)?.expected).toBeCloseTo(6, 0);
	});

	test("of a series younger than half a day has no score, and its first days no season", () => {
		expect(scoreHours({ counts: [...flat(100, 0), ...flat(8, 50)], born: 100, lastShare: 1 }, 100)).toEqual([]);
		const [young] = scoreHours({ counts: [...flat(20, 4), 300], born: 0, lastShare: 1 }, 20);
		expect(young).toMatchObject({ basis: "recent", anomalous: true });
	});

	test("of an incident that goes on for a day stays anomalous, and does not hide the next one", () => {
		const counts = flat(6 * WEEK, 20);
		for (let h = 6 * WEEK - 24; h < 6 * WEEK; h++) counts[h] = 400;
		const scores = scoreHours({ counts: [...counts, 20, 300], born: 0, lastShare: 1 }, 6 * WEEK - 24);
		expect(scores.filter((one) => one.anomalous)).toHaveLength(25);
		expect(scores.at(-2)?.anomalous).toBe(false);
	});

	test("never scores beyond what a number can say", () => {
		const [score] = scoreHours({ counts: [...flat(6 * WEEK, 0), 1e9], born: 0, lastShare: 1 }, 6 * WEEK);
		expect(score?.score).toBe(ANOMALY.maxScore);
	});
});
