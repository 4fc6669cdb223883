import { expect, test } from "vitest";
import { benjaminiHochberg, fisherUpper, poissonBinomialUpper } from "./statistics.ts";

/** The definition, in whole numbers of any size. */
function exact(hits: number, drawn: number, marked: number, total: number): number {
	const choose = (n: number, k: number): bigint => {
		if (k < 0 || k > n) return 0n;
		let value = 1n;
		for (let i = 1; i <= k; i++) value = (value * BigInt(n - k + i)) / BigInt(i);
		return value;
	};
	let ways = 0n;
	for (let k = hits; k <= Math.min(drawn, marked); k++) ways += choose(marked, k) * choose(total - marked, drawn - k);
	return Number((ways * 10n ** 15n) / choose(total, drawn)) / 1e15;
}

test("Fisher's test is the definition, for every table of up to 14 and for larger ones", () => {
	const tables: [number, number, number, number][] = [
		[30, 50, 60, 400],
		[3, 300, 5, 1000],
		[12, 40, 90, 300],
	];
	for (let total = 1; total <= 14; total++)
		for (let drawn = 0; drawn <= total; drawn++)
			for (let marked = 0; marked <= total; marked++)
				for (let hits = 0; hits <= Math.min(drawn, marked); hits++) tables.push([hits, drawn, marked, total]);
	for (const table of tables) expect(fisherUpper(...table), String(table)).toBeCloseTo(exact(...table), 10);
	// Fisher's tea: four of four cups of eight.
	expect(fisherUpper(4, 4, 4, 8)).toBeCloseTo(1 / 70, 12);
});

test("counts of millions stay finite, and certain", () => {
	expect(fisherUpper(500, 1000, 1_500_000, 3_000_000)).toBeCloseTo(0.5126, 3);
	expect(fisherUpper(1000, 1000, 1000, 3_000_000)).toBe(0);
	expect(fisherUpper(0, 1000, 1000, 3_000_000)).toBe(1);
});

test("Benjamini-Hochberg's q are those of the paper's procedure, also where only some p are known", () => {
	expect(benjaminiHochberg([0.01, 0.04, 0.03, 0.005]).map((q) => Number(q.toFixed(4)))).toEqual([
		0.02, 0.04, 0.04, 0.02,
	]);
	expect(benjaminiHochberg([0.001], 100)[0]).toBeCloseTo(0.1, 12);
	expect(benjaminiHochberg([])).toEqual([]);
});

test("independent events of unlike chances: the tail is that of all ways to have so many", () => {
	expect(poissonBinomialUpper(0, [0.2, 0.5])).toBeCloseTo(1, 12);
	expect(poissonBinomialUpper(2, [0.2, 0.5, 0.1])).toBeCloseTo(
		0.2 * 0.5 * 0.9 + 0.2 * 0.5 * 0.1 + 0.8 * 0.5 * 0.1 + 0.2 * 0.5 * 0.1,
		12,
	);
	expect(poissonBinomialUpper(4, [0.2, 0.5, 0.1])).toBe(0);
});
