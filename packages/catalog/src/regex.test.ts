import { describe, expect, test } from "vitest";
import { compileRegex, RegexRefused } from "./regex.ts";

describe("what is refused", () => {
	test.each([
		["a(?=b)", "lookaround"],
		["(?<!a)bcd", "lookaround"],
		["\\bfoo", "word boundary"],
		["(?<x>a)\\k<x>", "backreference"],
		["a.b", "differs between engines"],
		["a\\db", "differs between engines"],
		["a\\sb", "differs between engines"],
		["(abc)", "unnamed capture"],
		["(?<x>a)(?<x>b)", "Duplicate"],
		["x(?:(?<y>a))?", "under"],
		["x(?:ab)+", "without a small bound"],
		["x(?:ab){1,17}", "without a small bound"],
		["x(?:a+){1,3}", "inside"],
		["xa{1,1001}", "repeats over"],
		["[a-z]+foo", "at the start"],
		["x(", "Unterminated"],
		["(?<b>x)\\k<a>", "Invalid named capture referenced"],
		["x\\u00e9", "escape \\u00e9 differs"],
		["x[\\b]", "escape \\b differs"],
		["x\\cJ", "escape \\cJ differs"],
		["x[]", "empty class"],
		["x[^]", "empty class"],
		["x[[:alpha:]", "[: in class"],
		["x(?<é>a)", "capture name é"],
		["xa{1001,}", "repeats over"],
		["x(?:a{1,63}){1,16}", "a{1,63} inside (?:a{1,63}){1,16} repeats over 1000"],
		["x(?:(?:a{0,10}){0,10}){0,11}", "repeats over 1000"],
	])("%s", (source, why) => {
		expect(() => compileRegex(source)).toThrow(RegexRefused);
		expect(() => compileRegex(source)).toThrow(why);
	});
});

test("case folding is ASCII alone and needs no flag", () => {
	const { re, lits, fold } = compileRegex("(?i)duplicate KEY [a-f]{2} [^x]");
	const built = new RegExp(re, "u");
	expect(built.test("DUPLICATE key AB y")).toBe(true);
	expect(built.test("DUPLICATE key AB X")).toBe(false);
	// The Kelvin sign folds to k under flag `iu`, and in RE2's (?i); here it must not.
	expect(built.test("DUPLICATE \u212aey ab y")).toBe(false);
	expect(lits).toEqual(["duplicate key "]);
	expect(fold).toBe(true);
});

test("the prefilter holds the longest literal of every alternative", () => {
	expect(compileRegex("connect (?<code>E[A-Z]+) (?<host>[^ ]+)").lits).toEqual(["connect E"]);
	expect(compileRegex("foo bar|other[0-9]+").lits).toEqual(["foo bar", "other"]);
	expect(compileRegex("foo|[0-9]").lits).toBeUndefined();
	expect(compileRegex("(?i)(?:^|[^a-z])(?:not found|no such|(?:does|did) not exist)$").lits).toEqual([
		"not found",
		"no such",
		" not exist",
	]);
	// An optional part may be absent: it is no prefilter.
	expect(compileRegex("ab(?: much longer)?").lits).toEqual(["ab"]);
});
