import { stripVTControlCharacters } from "node:util";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { fit, hang, table } from "./layout.ts";
import { sparkline } from "./sparkline.ts";
import { createStyle, wantsColor } from "./style.ts";

describe("lines that fit", () => {
	test("wrapped lines hang under the first", () => {
		expect(hang("now   ", "check that the host listens on the port", 26)).toEqual([
			"now   check that the host",
			"      listens on the port",
		]);
	});

	test("in a pipe nothing is wrapped or cut", () => {
		const text = "x".repeat(500);
		expect(hang("now ", text, Number.POSITIVE_INFINITY)).toEqual([`now ${text}`]);
		expect(fit(text, Number.POSITIVE_INFINITY)).toBe(text);
	});

	test("wide characters count for the columns they take", () => {
		for (const line of hang("", "日本語のエラーメッセージがここにあります", 20))
			expect(stringWidth(line)).toBeLessThanOrEqual(20);
	});

	test("a table is no wider than the terminal; the flexible column gives way", () => {
		const columns = [{ head: "id" }, { head: "count", align: "right" as const }, { head: "message", flexible: true }];
		const rows = [
			["3f2a", "7", "a message that is much longer than the room there is"],
			["99", "1,234", "short"],
		];
		expect(table(columns, rows, 40)).toEqual([
			"id    count  message",
			"3f2a      7  a message that is much lon…",
			"99    1,234  short",
		]);
		expect(table(columns, rows, Number.POSITIVE_INFINITY)[1]).toBe(`3f2a      7  ${rows[0]?.[2]}`);
	});

	test("colours do not change widths", () => {
		const { red } = createStyle({ colored: true, width: 80 });
		const plain = table([{ head: "a" }, { head: "b" }], [["xx", "y"]], 80);
		const colored = table([{ head: "a", paint: red }, { head: "b" }], [["xx", "y"]], 80);
		expect(colored.map((line) => stripVTControlCharacters(line))).toEqual(plain);
	});
});

describe("a sparkline", () => {
	test("tells nothing from little from most", () => {
		expect(sparkline([0, 1, 4, 8])).toBe("·▁▄█");
	});

	test("adds up buckets when there is less room", () => {
		expect(sparkline([1, 1, 0, 0, 4, 4], 3)).toBe("▂·█");
		expect(sparkline([], 3)).toBe("");
	});
});

describe("whether to colour", () => {
	test.each([
		[{ isTTY: true, env: {}, refused: false }, true],
		[{ isTTY: false, env: {}, refused: false }, false],
		[{ isTTY: true, env: { NO_COLOR: "1" }, refused: false }, false],
		[{ isTTY: true, env: { NO_COLOR: "" }, refused: false }, true],
		[{ isTTY: false, env: { FORCE_COLOR: "1" }, refused: false }, true],
		[{ isTTY: true, env: { FORCE_COLOR: "0" }, refused: false }, false],
		[{ isTTY: true, env: { FORCE_COLOR: "1", NO_COLOR: "1" }, refused: false }, false],
		[{ isTTY: true, env: { FORCE_COLOR: "1" }, refused: true }, false],
		[{ isTTY: true, env: { TERM: "dumb" }, refused: false }, false],
	])("%j: %s", (input, colored) => {
		expect(wantsColor(input)).toBe(colored);
	});
});
