/** A user's own catalog: every mistake with its place and what to do, and what it says of a real log. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { cli, temporaryDirectory } from "../testing/cli.ts";

const HEAD = 'format: 1\nname: shop\nversion: "1.0.0"\nentries:\n';

function entry(code: string, over: Readonly<Record<string, string>> = {}): string {
	const fields = {
		id: code.toLowerCase().replaceAll("_", "."),
		title: "Price list is stale",
		description: "The price list is older than a day.",
		category: "dependency_upstream_5xx",
		severity: "high",
		match: "[{ message: 'price list (?<list>[a-z]{1,20}) is stale' }]",
		suggestions: '{ immediate: ["Reload list {{list}}."], preventive: ["Reload it every hour."] }',
		since: '"1.0.0"',
		...over,
	};
	const lines = Object.entries(fields).map(([key, value]) => `    ${key}: ${value}\n`);
	return `  - code: ${code}\n${lines.join("")}`;
}

function file(text: string): string {
	const name = path.join(temporaryDirectory(), "shop.yaml");
	writeFileSync(name, text);
	return name;
}

describe("errata catalog check", () => {
	test("each mistake of a file comes with file, line, and remedy, all in one run", async () => {
		const name = file(
			HEAD +
				entry("SHOP_GOOD") +
				entry("shop-bad", { id: "shop.bad" }) +
				entry("SHOP_KIND", { category: "databse" }) +
				entry("SHOP_SLOW", { match: "[{ message: '(a+)+$' }]", suggestions: "{ immediate: [], preventive: [] }" }) +
				entry("SHOP_NAME", { suggestions: '{ immediate: ["Reload {{lst}}."], preventive: [] }' }),
		);
		const checked = await cli(["catalog", "check", name, "--json"]);
		expect(checked.code).toBe(1);
		const said = JSON.parse(checked.stdout) as {
			valid: boolean;
			problems: { file: string; line: number; path: string; message: string; remedy: string }[];
		};
		expect(said.valid).toBe(false);
		expect(new Set(said.problems.map((p) => /entries\[(\d)\]/.exec(p.path)?.[1]))).toEqual(
			new Set(["1", "2", "3", "4"]),
		);
		const lines = HEAD.split("\n").length - 1;
		for (const p of said.problems) {
			expect(p.file).toBe(name);
			expect(p.line).toBeGreaterThan(lines);
			expect(p.remedy).not.toBe("");
		}
		expect(said.problems.some((p) => p.message.includes("{{lst}}") && p.remedy.includes("frame.file"))).toBe(true);
		const shown = await cli(["catalog", "check", name]);
		expect(shown.stdout).toContain("shop.yaml:");
		expect(shown.stderr).toMatch(/\d problems in /);
	});

	test("broken YAML names its line; a good file says how to use it", async () => {
		const broken = await cli(["catalog", "check", file(`${HEAD}  - code: [\n`), "--json"]);
		expect(broken.code).toBe(1);
		expect((JSON.parse(broken.stdout) as { problems: { line: number }[] }).problems[0]?.line).toBeGreaterThanOrEqual(5);
		const good = await cli(["catalog", "check", file(HEAD + entry("SHOP_PRICES_STALE"))]);
		expect(good.code).toBe(0);
		expect(good.stdout).toContain("shop 1.0.0, 1 entry");
		expect(good.stderr).toContain("ERRATA_CATALOG=");
	});
});

describe("errata catalog test", () => {
	test("the file's entries beat the built-in ones on a real log", async () => {
		const log = [
			JSON.stringify({ level: "error", err: { type: "Error", message: "price list books is stale" } }),
			JSON.stringify({
				level: "error",
				err: { type: "Error", message: "connect ECONNREFUSED 10.2.0.9:5432", code: "ECONNREFUSED" },
			}),
			JSON.stringify({ level: "info", msg: "listening" }),
		].join("\n");
		const tested = await cli(["catalog", "test", file(HEAD + entry("SHOP_PRICES_STALE")), "--json"], {
			input: `${log}\n`,
		});
		expect(tested.code).toBe(0);
		const rows = tested.stdout
			.trim()
			.split("\n")
			.map((line) => JSON.parse(line));
		expect(rows.map((r) => [r.line, r.code])).toEqual([
			[1, "SHOP_PRICES_STALE"],
			[2, "NET_CONN_REFUSED"],
		]);
		expect(rows[0].suggestions.immediate).toEqual(["Reload list books."]);
		expect(tested.stderr).toContain("2 errors known");
	});
});

describe("errata catalog explain", () => {
	test("shows suggestions as a person reads them: with their fallbacks, without placeholders", async () => {
		const told = await cli(["catalog", "explain", "redis-cannot-connect"]);
		expect(told.code).toBe(0);
		expect(told.stdout).toContain("Test HOST:6379 from the same machine");
		expect(told.stdout).not.toContain("{{");
	});
});
