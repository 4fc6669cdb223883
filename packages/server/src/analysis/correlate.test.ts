import type { CorrelationCounts } from "@errata/store";
import { describe, expect, test } from "vitest";
import { randomOf } from "../testing/hourly-series.ts";
import { correlate } from "./correlate.ts";

const DAY = 1_440;

function inTime(minutes: Record<string, readonly number[]>) {
	const counts: CorrelationCounts = {
		...{ traces: 0, groups: [], pairs: [], cut: { groups: false, pairs: false, tracesOver: 0, groupsOfTraces: 0 } },
		minutes: Object.entries(minutes).map(([fingerprint, at]) => ({
			fingerprint,
			minutes: [...new Set(at.filter((minute) => minute >= 0 && minute < DAY))].sort((a, b) => a - b),
		})),
	};
	return correlate(counts, DAY).pairs.map(({ from, to, kind }) => ({ from, to, kind }));
}

/** A job that a clock starts each `period` minutes, and that fails in `share` of its runs. */
function clock(period: number, share: number, roll: () => number): number[] {
	return Array.from({ length: DAY / period }, (_, i) => i * period).filter(() => roll() < share);
}

describe("pairs in time", () => {
	test("one failure that follows another within minutes is told, in its direction", () => {
		const roll = randomOf(11);
		const first = Array.from({ length: 12 }, () => Math.floor(roll() * (DAY - 10)));
		const next = first.filter(() => roll() < 0.9).map((minute) => minute + 1 + Math.floor(roll() * 3));
		const strays = Array.from({ length: 12 }, () => Math.floor(roll() * DAY));
		expect(inTime({ first, next, strays })).toEqual([{ from: "first", to: "next", kind: "time" }]);
	});

	test("three episodes are enough where the other is rare", () => {
		expect(inTime({ first: [200, 701, 1_155], next: [202, 702, 1_158] })).toEqual([
			{ from: "first", to: "next", kind: "time" },
		]);
	});

	test("jobs that a clock starts at the same minute are no pair, whatever their periods and however often they fail", () => {
		const roll = randomOf(29);
		const periods = [10, 15, 20, 30, 60, 120, 180];
		let asked = 0;
		const told = [];
		for (let round = 0; round < 60; round++) {
			const [a, b] = [0, 1].map(() => periods[Math.floor(roll() * periods.length)] as number);
			const [p, q] = [0.7 + roll() * 0.3, 0.7 + roll() * 0.3];
			asked++;
			const found = inTime({ a: clock(a as number, p, roll), b: clock(b as number, q, roll) });
			if (found.length > 0) told.push({ a, b, p, q });
		}
		expect(asked).toBe(60);
		expect(told).toEqual([]);
	});
});
