import { describe, expect, test } from "vitest";
import { ago, change, clock, count, duration, parseDuration, plural, shortDuration, times } from "./human.ts";

const NOW = Date.parse("2026-11-24T12:00:00Z");

describe("durations as people type them", () => {
	test.each([
		["500ms", 500],
		["90s", 90_000],
		["15m", 900_000],
		["1h30m", 5_400_000],
		["1.5h", 5_400_000],
		["24H", 86_400_000],
		["7d", 604_800_000],
		["2w", 1_209_600_000],
	])("%s", (text, ms) => {
		expect(parseDuration(text)).toBe(ms);
	});

	test.each(["", "0s", "-5m", "5", "m", "5 minutes", "1h30", "1e3s", "99999999999h"])("not %j", (text) => {
		expect(parseDuration(text)).toBeUndefined();
	});

	test("a window is said as it was typed", () => {
		expect([3_600_000, 86_400_000, 604_800_000, 5_400_000].map(shortDuration)).toEqual(["1h", "24h", "7d", "90m"]);
	});
});

describe("figures as people say them", () => {
	test("counts", () => {
		expect(count(1_234_567)).toBe("1,234,567");
		expect([1, 2, 14].map(times)).toEqual(["once", "twice", "14 times"]);
		expect([plural(1, "group"), plural(2, "group"), plural(0, "entry", "entries")]).toEqual([
			"1 group",
			"2 groups",
			"0 entries",
		]);
	});

	test("durations", () => {
		expect([0.4, 850, 2_400, 42_000, 180_000, 7_200_000, 345_600_000].map(duration)).toEqual([
			"0.4 ms",
			"850 ms",
			"2.4 s",
			"42 s",
			"3 min",
			"2 h",
			"4 d",
		]);
	});

	test.each([
		["2026-11-24T11:59:59.500000000Z", "just now"],
		["2026-11-24T11:59:51.000000000Z", "9 s ago"],
		["2026-11-24T11:57:00Z", "3 min ago"],
		["2026-11-20T12:00:00Z", "4 d ago"],
		["2026-11-24T12:10:00Z", "just now"],
		["nonsense", "at an unknown time"],
	])("%s is %s", (iso, text) => {
		expect(ago(iso, NOW)).toBe(text);
	});

	test("times of today without the date, of other days with it", () => {
		expect(clock("2026-11-24T07:31:02.123456789Z", NOW)).toBe("07:31:02 UTC");
		expect(clock("2026-11-20T07:31:02Z", NOW)).toBe("2026-11-20 07:31 UTC");
	});

	test.each([
		[5, 5, "same"],
		[5, 0, "new"],
		[0, 5, "gone"],
		[15, 10, "+50%"],
		[8, 10, "-20%"],
		[30, 10, "3x"],
		[45, 10, "4.5x"],
		[5_000, 10, "500x"],
		[1_001, 1_000, "same"],
	])("%i after %i is %s", (now, before, text) => {
		expect(change(now, before)).toBe(text);
	});
});
