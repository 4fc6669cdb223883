/** `errata.schema.json` and the loader must agree: a real validator on one side, a real file on the other. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { CONFIG_KEYS, type ConfigKey, loadConfig } from "./config.ts";
import { configSchemaText } from "./config-schema.ts";

const text = readFileSync(new URL("../errata.schema.json", import.meta.url), "utf8");
const ajv = new Ajv({ strict: true, strictTypes: false });
// Editors know it; validators need not.
ajv.addKeyword("doNotSuggest");
const valid = ajv.compile(JSON.parse(text) as object);
const keys = Object.entries(CONFIG_KEYS) as [string, ConfigKey][];
const cwd = mkdtempSync(path.join(tmpdir(), "errata-schema-"));

function loads(yaml: string, env: Readonly<Record<string, string>> = {}): boolean {
	writeFileSync(path.join(cwd, "errata.yaml"), yaml);
	return loadConfig({ env, cwd }).problems.length === 0;
}

function nested(name: string, value: unknown): unknown {
	return name.split(".").reduceRight((inner, part) => ({ [part]: inner }), value);
}

/** Values that every kind of key meets; most are wrong for most of them. */
const VALUES = [true, false, 0, 1, 7, 64, 500, 20_000, 1e9, -1, 1.5, "", "replace", "x", "http://h:1/", "ftp://h", null]
	.concat(["pseudonym", "warn", "off"])
	.map((value): unknown => value)
	.concat([[], ["a", "b"], [1], ["a\0"], [""], { a: 1 }]);

/** What the loader takes from variables, and from a file too, though nobody writes it there. */
function textForm(key: ConfigKey, value: unknown): boolean {
	return typeof value === "string" && key.type !== "string" && key.type !== "path" && key.type !== "url";
}

describe("errata.schema.json", () => {
	test("is what the table generates", () => {
		expect(text).toBe(configSchemaText());
	});

	test.each(keys)("%s: the schema takes what the loader takes, and nothing else", (name, key) => {
		// Pseudonyms want a key, which a file must not hold.
		const env = name === "redaction.mode" ? { ERRATA_PSEUDONYM_KEY: "k".repeat(32) } : undefined;
		for (const value of [key.default, ...("values" in key ? key.values : []), ...VALUES]) {
			const yaml = stringify(nested(name, value));
			const loaded = loads(yaml, env);
			const accepted = valid(parse(yaml));
			if (accepted) expect(loaded, yaml).toBe(true);
			else if (loaded) expect(textForm(key, value), yaml).toBe(true);
		}
	});

	test("a list of more than a thousand is refused by both", () => {
		const yaml = stringify(
			nested(
				"redaction.deny",
				Array.from({ length: 1_001 }, () => "a"),
			),
		);
		expect([valid(parse(yaml)), loads(yaml)]).toEqual([false, false]);
	});

	test.each([
		["", true],
		["# only a comment\n", true],
		["redaction:\n  mode: replace\n  deny: [customer_ref]\nsource:\n  lines: 3\n", true],
		["redactoin:\n  mode: replace\n", false],
		["redaction:\n  mod: replace\n", false],
		["redaction: replace\n", false],
		["redaction:\n", false],
		["- a\n", false],
		["clickhouse:\n  password: x\n", false],
		["spool:\n  dir: /tmp/x\n", false],
		["spool:\n  maxBytes: 1024\n", true],
	])("%j: %s, as the loader says", (yaml, right) => {
		expect([valid(parse(yaml)), loads(yaml)]).toEqual([right, right]);
	});
});
