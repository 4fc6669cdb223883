import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { loadCatalog } from "./catalog.ts";
import { compileCatalog, problemText } from "./compile.ts";
import { describe as describeError } from "./describe.ts";
import { ErrataError } from "./errata-error.ts";

const head = 'format: 1\nname: shop\nversion: "3"\nentries:\n';
const entry = (more: string): string => `${head}  - code: SHOP_STOCK_GONE
    id: shop.stock_gone
    title: The stock is gone
    description: Somebody bought the last one.
    category: conflict
    severity: low
    since: "1.0.0"
${more}`;
const good = entry(`    retryable: false
    match:
      - { type: StockError, message: 'article (?<article>[A-Z0-9]{2,12}) is gone' }
    suggestions:
      immediate: ["Take {{article}} out of the cart"]
      preventive: ["Reserve before payment"]
`);

const problems = (text: string): string[] => compileCatalog(text, "shop.yaml").problems.map(problemText);

describe("each mistake is told with file, line and remedy", () => {
	test("a good file has none", () => expect(problems(good)).toEqual([]));
	test.each([
		['format: 2\nname: x\nversion: "1"\nentries: []\n', "shop.yaml:1 format: format is 2. This errata reads format: 1"],
		["a: [", "shop.yaml:1"],
		[good.replace("SHOP_STOCK_GONE", "stockGone"), 'shop.yaml:5 entries[0].code: "stockGone" does not fit'],
		[good.replace("category: conflict", "category: conflicts"), "shop.yaml:9 entries[0].category"],
		[good.replace("retryable: false", 'retryable: "no"'), "entries[0].retryable"],
		[good.replace("{{article}}", "{{artikel}}"), "nothing captures {{artikel}}"],
		[good.replace("(?<article>[A-Z0-9]{2,12})", "(?<article>\\w+)"), "differs between engines"],
		[good.replace("type: StockError", "typo: StockError"), "unknown key typo. Allowed: type, code, message"],
		[
			entry("    match: [{ language: nodejs }]\n    suggestions: { immediate: [], preventive: [] }\n"),
			"would match every error",
		],
		[entry("    match: [{ code: 23505 }]\n    suggestions: { immediate: [], preventive: [] }\n"), "quote numbers"],
		[
			entry("    match: []\n    match: []\n    suggestions: { immediate: [], preventive: [] }\n"),
			"Map keys must be unique",
		],
		[
			entry("    match: [&a { code: x }, *a]\n    suggestions: { immediate: [], preventive: [] }\n"),
			"shop.yaml:12: alias *a. Write the value out",
		],
		[good + good.slice(head.length), "code SHOP_STOCK_GONE is already taken by entries[0]"],
	])("%#", (text, expected) => {
		const found = problems(text);
		expect(found.length).toBeGreaterThan(0);
		expect(found.join("\n")).toContain(expected);
	});
});

describe("an application's catalog", () => {
	const dir = mkdtempSync(path.join(tmpdir(), "errata-catalog-"));
	const file = path.join(dir, "shop.yaml");
	const facts = {
		type: "StockError",
		message: "article A17 is gone",
		stacktrace: "",
		language: "nodejs",
		code: "ECONNREFUSED",
		attributes: {},
		causes: [],
	};

	test("beats built-in entries and shows in the version", async () => {
		writeFileSync(file, good);
		const catalog = await loadCatalog([file]);
		const said = describeError(facts, catalog);
		expect(said).toMatchObject({ code: "SHOP_STOCK_GONE", category: "conflict", retryable: false });
		expect(said.suggestions.immediate).toEqual(["Take A17 out of the cart"]);
		expect(said.catalog).toMatch(/^[0-9.]+\+shop@3$/);
	});

	test("that is invalid is refused with what to do", async () => {
		writeFileSync(file, good.replace("conflict", "sad"));
		const refused = await loadCatalog([file]).catch((e: unknown) => e);
		expect(refused).toBeInstanceOf(ErrataError);
		expect((refused as ErrataError).message).toContain(`${file}:9`);
		expect((refused as ErrataError).message).toContain("errata catalog check");
	});
});
