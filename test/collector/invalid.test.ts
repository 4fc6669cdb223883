/** A configuration with a mistake stops the real Collector at start: which key or which line of which file, and what to do. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Ended } from "../setup/processes.ts";
import { collector, shipped } from "./collector.ts";

let dir: string;

beforeAll(async () => {
	dir = await mkdtemp(path.join(tmpdir(), "errata-invalid-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** A catalog whose eleventh line is `match`. */
const catalog = (match: string): string => `format: 1
name: shop
version: "1.0.0"
entries:
  - code: SHOP_STOCK
    id: shop.stock
    title: Out of stock
    description: Nothing of it is left.
    category: conflict
    severity: low
    match: [${match}]
    suggestions: { immediate: ["Order more."], preventive: ["Order earlier."] }
    since: "1.0.0"
`;

/** Runs the shipped gateway with `lines` in place of what its processor says of trust. */
async function gatewayWith(lines: string): Promise<Ended> {
	const text = await readFile(shipped("gateway.yaml"), "utf8");
	const file = path.join(dir, "gateway.yaml");
	const changed = text.replace(/^(processors:.*?\n {2}errata:\n.*?)^ {4}trust_incoming: true$/msu, `$1${lines}`);
	expect(changed).not.toBe(text);
	await writeFile(file, changed);
	return collector("--config", file);
}

async function withCatalog(text: string): Promise<{ file: string; ended: Ended }> {
	const file = path.join(dir, "shop.yaml");
	await writeFile(file, text);
	return { file, ended: await gatewayWith(`    catalogs: [${file}]`) };
}

test("a key that errata does not know", async () => {
	const { code, stderr } = await gatewayWith("    trust_incomming: true");
	expect(code).toBe(1);
	expect(stderr).toMatch(/'processors'.* "errata".*invalid keys: trust_incomming/su);
	expect(stderr).toContain("Every key is listed in packages/errataprocessor/README.md, Configuration");
});

test("a value that a key does not take", async () => {
	const { code, stderr } = await gatewayWith("    redaction: { mode: hide }");
	expect(code).toBe(1);
	expect(stderr).toContain('processors::errata: redaction.mode is "hide": use replace, pseudonym, remove, keep or off');
});

test("a catalog that is not there", async () => {
	const { code, stderr } = await gatewayWith("    catalogs: [/does/not/exist.yaml]");
	expect(code).toBe(1);
	expect(stderr).toContain("processors::errata: catalogs: cannot read catalog /does/not/exist.yaml");
	expect(stderr).toContain("Name a readable YAML file");
});

test("an expression that does not parse: file and line", async () => {
	const { file, ended } = await withCatalog(catalog('{ message: "out of (stock" }'));
	expect(ended.code).toBe(1);
	expect(ended.stderr).toContain(`${file}:11 entries[0].match[0].message`);
	expect(ended.stderr).toContain(`errata catalog check ${file}`);
});

test("an expression that could take for ever: file, line and which", async () => {
	const { file, ended } = await withCatalog(catalog('{ message: "(a+)+$" }'));
	expect(ended.code).toBe(1);
	expect(ended.stderr).toContain(`${file}:11 entries[0].match[0].message`);
	expect(ended.stderr).toContain("(a+)+ repeats a group without a small bound");
});

test("the same catalog without the mistake is taken", async () => {
	const file = path.join(dir, "shop.yaml");
	await writeFile(file, catalog('{ message: "out of stock" }'));
	const text = (await readFile(shipped("gateway.yaml"), "utf8")).replaceAll(
		/^ {4}trust_incoming: true$/gmu,
		`    catalogs: [${file}]`,
	);
	await writeFile(path.join(dir, "good.yaml"), text);
	expect(await collector("validate", "--config", path.join(dir, "good.yaml"))).toMatchObject({ code: 0, stderr: "" });
});
