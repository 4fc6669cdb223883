import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ATTRIBUTES } from "./attributes.ts";
import { buildCatalog, outputs, strayPages } from "./build.ts";
import { LIMITS } from "./limits.ts";

const page = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), "utf8");

test("catalog.json and the generated pages are what the sources say", () => {
	const { catalog, problems } = buildCatalog();
	expect(problems).toEqual([]);
	for (const [name, text] of Object.entries(outputs(catalog)))
		expect(page(name) === text, `${name}: run npm run catalog`).toBe(true);
});

test("every code has a page of its own with what to do, and every page a code", () => {
	const { catalog } = buildCatalog();
	expect(strayPages(catalog)).toEqual([]);
	const refused = page("codes/NET_CONN_REFUSED.md");
	expect(refused).toContain("# NET_CONN_REFUSED");
	expect(refused).toContain("| a retry helps | yes, with back-off |");
	expect(refused).toContain("## Now\n\n- Check that something listens on");
	expect(refused).toContain("connect ECONNREFUSED 10.2.0.9:5432");
	for (const e of catalog.entries) expect(page(`codes/${e.code}.md`), e.code).not.toContain("{{");
});

test("every code has a row that leads to its page, and every row a code", () => {
	const documented = [...page("CODES.md").matchAll(/^\| \[`([A-Z0-9_]+)`\]\(codes\/\1\.md\) \|/gm)]
		.map((m) => m[1])
		.sort();
	expect(documented).toEqual(
		buildCatalog()
			.catalog.entries.map((e) => e.code)
			.sort(),
	);
});

test("every attribute has a row and every row an attribute; none is a leaf and a namespace at once", () => {
	const documented = [...page("ATTRIBUTES.md").matchAll(/^\| `([a-z_.*]+)` \|/gm)].map((m) => m[1]);
	const names = Object.keys(ATTRIBUTES);
	expect(documented).toEqual(names);
	for (const a of names) for (const b of names) expect(b.startsWith(`${a}.`), `${a} and ${b}`).toBe(false);
});

test("SPEC.md states every limit with its value", () => {
	const stated = Object.fromEntries(
		[...page("SPEC.md").matchAll(/^\| `([A-Za-z]+)` \| ([0-9]+) \|/gm)].map((m) => [m[1], Number(m[2])]),
	);
	expect(stated).toEqual(LIMITS);
});
