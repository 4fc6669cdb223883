import { expect, test } from "vitest";
import { exposures, outcomeOf } from "./outcome.ts";
import { madeOf, sinks, suggestionsOf, tallies } from "./suggestions.ts";

/** So many in each hour. */
const even = (each: number, hours: number) => ({ count: each * hours, squares: each * each * hours, hours });

test("the chance is the exact conditional one", () => {
	// 10 and 2 over equal hours: P(X >= 10 | n = 12, 1/2) = (66 + 12 + 1) / 4096.
	const { p } = outcomeOf({ count: 10, squares: 10, hours: 100 }, { count: 2, squares: 2, hours: 100 });
	expect(p).toBeCloseTo(79 / 4096, 10);
	// Twice the hours before: P(X >= 10 | n = 12, 2/3), whose terms are 66 * 2^10 * 1^2 / 3^12 and so on.
	const tail = (66 * 2 ** 10 + 12 * 2 ** 11 + 2 ** 12) / 3 ** 12;
	const late = { count: 2, squares: 2, hours: 100 };
	expect(outcomeOf({ count: 10, squares: 10, hours: 200 }, late).p).toBeCloseTo(tail, 10);
});

test("fell, returned, and too little to tell", () => {
	expect(outcomeOf(even(2, 168), even(0, 24)).verdict).toBe("fell");
	expect(outcomeOf(even(2, 168), even(2, 24)).verdict).toBe("returned");
	// Significant and too small a fall to be told.
	expect(outcomeOf(even(100, 168), even(80, 168)).verdict).toBe("returned");
	expect(outcomeOf({ count: 3, squares: 3, hours: 168 }, even(0, 5)).verdict).toBe("unclear");
	expect(outcomeOf({ count: 3, squares: 3, hours: 168 }, { count: 1, squares: 1, hours: 5 }).verdict).toBe("unclear");
	expect(outcomeOf(even(2, 168), even(0, 0))).toEqual({ verdict: "unclear", p: 1 });
	expect(outcomeOf(even(0, 168), even(3, 24))).toEqual({ verdict: "unclear", p: 1 });
});

test("one burst is one event", () => {
	const burst = { count: 500, squares: 250_000, hours: 24 };
	expect(outcomeOf(burst, even(0, 72)).verdict).toBe("unclear");
	expect(outcomeOf(even(21, 24), even(0, 72)).verdict).toBe("fell");
});

test("the hours are whole ones, none of the deed's, until the next deed", () => {
	const HOUR = 3_600_000;
	const deed = { atMs: 1_000.5 * HOUR, nextMs: 1_004.2 * HOUR, firstMs: 0, nowMs: 2_000 * HOUR };
	const points = [832, 999, 1_000, 1_001, 1_003, 1_004].map((hour) => [hour * 3600, 2] as const);
	const found = exposures(deed, points);
	expect(found).toEqual({ before: { count: 4, squares: 8, hours: 168 }, after: { count: 4, squares: 8, hours: 3 } });
	expect(exposures({ ...deed, firstMs: 998 * HOUR }, points).before.hours).toBe(24);
	expect(exposures({ ...deed, nextMs: 0, nowMs: deed.atMs }, points).after).toEqual({ count: 0, squares: 0, hours: 0 });
});

test("a text of an issue is known as the suggestion it was made of", () => {
	const known = suggestionsOf("X", { immediate: ["Check {{host}}:{{port}} now.", "Check."], preventive: ["Check."] });
	expect(madeOf("X", "immediate", "Check 10.0.0.1:80 now.", known)).toBe(known[0]);
	expect(madeOf("X", "immediate", "Check.", known)).toBe(known[1]);
	expect(madeOf("X", "preventive", "Check.", known)).toBe(known[2]);
	const marked = suggestionsOf("X", { immediate: ["{{for:js,go}}Look at {{host}}."], preventive: [] });
	expect(marked[0]?.text).toBe("Look at {{host}}.");
	expect(madeOf("X", "immediate", "Look at db.", marked)).toBe(marked[0]);
	expect(madeOf("X", "immediate", "Something else", known).text).toBe("Something else");
	expect(madeOf("X", "immediate", `Check ${"a".repeat(500)}`, known)).toBe(known[0]);
});

test("one failure sinks nothing, three do, and one that helped keeps it up", () => {
	const known = suggestionsOf("X", { immediate: ["a", "b"], preventive: [] });
	const [a, b] = known.map(({ id }) => id) as [string, string];
	const tried = (suggestion: string, verdict: "fell" | "returned") => ({ code: "X", suggestion, verdict });
	const returns = (n: number) => Array.from({ length: n }, () => tried(a, "returned"));
	expect(sinks(tallies(known, returns(1)).get(a))).toBe(false);
	expect(sinks(tallies(known, returns(3)).get(a))).toBe(true);
	expect(sinks(tallies(known, returns(3)).get(b))).toBe(false);
	expect(sinks(tallies(known, [...returns(3), tried(a, "fell")]).get(a))).toBe(false);
	// Six that named nothing: three for each of two.
	const unnamed = tallies(
		known,
		Array.from({ length: 6 }, () => tried("", "returned")),
	);
	expect([...unnamed.values()].map(({ returned }) => returned)).toEqual([3, 3]);
});
