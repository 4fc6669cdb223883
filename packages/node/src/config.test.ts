import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { CONFIG_KEYS, loadConfig, problemText } from "./config.ts";
import { configPage } from "./config-doc.ts";

function project(yaml?: string): string {
	const dir = mkdtempSync(path.join(tmpdir(), "errata-config-"));
	if (yaml !== undefined) writeFileSync(path.join(dir, "errata.yaml"), yaml);
	return dir;
}

describe("loadConfig", () => {
	test("without anything gives the defaults, frozen, without problems", () => {
		const loaded = loadConfig({ env: {}, cwd: project() });
		expect(loaded.problems).toEqual([]);
		expect(loaded.config["redaction.mode"]).toBe("replace");
		expect(loaded.config["local.port"]).toBe(8123);
		expect(loaded.sources.system).toEqual({ kind: "default", name: "" });
		expect(Object.isFrozen(loaded.config)).toBe(true);
		expect(Object.isFrozen(loaded.config["config.allow"])).toBe(true);
	});

	test("flags beat ERRATA_*, which beat OTEL_*, which beat the file, which beats the default", () => {
		const cwd = project("limits:\n  stringBytes: 100\n");
		const env = { OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: "200", ERRATA_LIMITS_STRING_BYTES: "300" };
		const value = (options: Omit<Parameters<typeof loadConfig>[0], "cwd">) =>
			loadConfig({ ...options, cwd }).config["limits.stringBytes"];
		expect(value({ env, flags: { "limits.stringBytes": "400" } })).toBe(400);
		expect(value({ env })).toBe(300);
		expect(value({ env: { OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: "200" } })).toBe(200);
		expect(value({ env: {} })).toBe(100);
		expect(loadConfig({ env: {}, cwd: project() }).config["limits.stringBytes"]).toBe(2048);
	});

	test("lists come as YAML or separated by commas; paths are relative to where they were said", () => {
		const cwd = project("catalog: [errors/shop.yaml]\nredaction:\n  deny: [customer_ref, iban]\n");
		const fromFile = loadConfig({ env: {}, cwd });
		expect(fromFile.config.catalog).toEqual([path.join(cwd, "errors/shop.yaml")]);
		expect(fromFile.config["redaction.deny"]).toEqual(["customer_ref", "iban"]);
		const fromEnv = loadConfig({ env: { ERRATA_CATALOG: "a.yaml, /b.yaml" }, cwd });
		expect(fromEnv.config.catalog).toEqual([path.join(cwd, "a.yaml"), "/b.yaml"]);
	});

	test("names the key, what was expected, what came and where, and goes on with the next source", () => {
		const cwd = project("breadcrumbs:\n  max: 7\nredaction:\n  mode: hide\nsystem: maybe\n");
		const loaded = loadConfig({ env: { ERRATA_BREADCRUMBS_MAX: "lots" }, cwd });
		expect(loaded.config["breadcrumbs.max"]).toBe(7);
		expect(loaded.config["redaction.mode"]).toBe("replace");
		expect(loaded.problems.map(problemText)).toEqual([
			`redaction.mode (${cwd}/errata.yaml:4): expected one of replace, pseudonym, remove, keep, got "hide"`,
			'breadcrumbs.max (ERRATA_BREADCRUMBS_MAX): expected a whole number from 0 to 100, got "lots"',
			`system (${cwd}/errata.yaml:5): expected true or false, got "maybe"`,
		]);
	});

	test("refuses endpoints, secrets and places to write in a project's file", () => {
		const cwd = project("clickhouse:\n  url: http://evil.example\n  password: hunter22\nspool:\n  dir: /etc\n");
		const loaded = loadConfig({ env: {}, cwd });
		expect(loaded.config["clickhouse.url"]).toBe("http://localhost:8123");
		expect(loaded.config["spool.dir"]).toBe("");
		expect(loaded.problems.map((problem) => problem.key)).toEqual([
			"spool.dir",
			"clickhouse.url",
			"clickhouse.password",
		]);
		expect(JSON.stringify(loaded.problems)).not.toContain("hunter22");
	});

	test("a short pseudonym key is refused without being quoted", () => {
		const loaded = loadConfig({ env: { ERRATA_PSEUDONYM_KEY: "tooshort" }, cwd: project() });
		expect(loaded.config["redaction.pseudonymKey"]).toBe("");
		expect(loaded.problems.map(problemText)).toEqual([
			"redaction.pseudonymKey (ERRATA_PSEUDONYM_KEY): expected a string of at least 32 bytes, got 8 bytes",
		]);
	});

	test.each([
		["breadcrumb:\n  max: 3\n", "breadcrumb", /a known key/],
		["breadcrumbs:\n  mx: 3\n", "breadcrumbs.mx", /did you mean breadcrumbs\.max\?/],
		["redaction: replace\n", "redaction", /a map of mode, deny, allow/],
		["- a\n- b\n", "", /a map of keys/],
		["a: [1\n", "", /YAML 1\.2/],
		["system: true\nsystem: false\n", "", /YAML 1\.2/],
		["a: &a [x,x]\nb: &b [*a,*a,*a,*a,*a]\nredaction: {deny: [*b,*b,*b,*b,*b,*b,*b]}\n", "redaction.deny", /./],
	])("says what is wrong with %j", (yaml, key, expected) => {
		const { problems } = loadConfig({ env: {}, cwd: project(yaml) });
		const problem = problems.find((p) => p.key === key);
		expect(problem?.expected).toMatch(expected);
		expect(problem?.source).toMatch(/errata\.yaml:\d+$/);
	});

	test("a named file that is missing, a directory or too large is a problem; an absent errata.yaml is not", () => {
		const cwd = project();
		mkdirSync(path.join(cwd, "dir"));
		writeFileSync(path.join(cwd, "big.yaml"), "#".repeat(300_000));
		for (const name of ["missing.yaml", "dir", "big.yaml"]) {
			const { problems, file } = loadConfig({ env: { ERRATA_CONFIG: name }, cwd });
			expect(problems).toHaveLength(1);
			expect(problems[0]?.source).toBe(path.join(cwd, name));
			expect(file).toBe("");
		}
		expect(loadConfig({ env: {}, cwd }).problems).toEqual([]);
	});
});

describe("CONFIG.md", () => {
	const page = readFileSync(new URL("../CONFIG.md", import.meta.url), "utf8");

	test("is what the table generates", () => {
		expect(page).toBe(configPage());
	});

	test("has a section for every key and a key for every section", () => {
		const sections = [...page.matchAll(/^## (.+)$/gm)].map((match) => match[1]);
		expect(sections).toEqual(Object.keys(CONFIG_KEYS));
	});
});
