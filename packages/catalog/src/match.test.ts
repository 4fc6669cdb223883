import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { builtinCatalog, type CompiledCatalog, createCatalog } from "./catalog.ts";
import { compileCatalog } from "./compile.ts";
import { describe as describeError } from "./describe.ts";
import { cleanCapture, match } from "./match.ts";
import type { ErrorFacts } from "./types.ts";

interface MatchVector {
	readonly name: string;
	readonly facts: Partial<ErrorFacts>;
	readonly expect?: { code: string; category?: string; retryable?: boolean | null; immediate0?: string };
	readonly not?: string;
}

const facts = (f: Partial<ErrorFacts>): ErrorFacts => ({
	type: "",
	message: "",
	stacktrace: "",
	language: "",
	code: "",
	attributes: {},
	causes: [],
	...f,
});

// One file of vectors for each file of entries.
const folder = new URL("../vectors/match/", import.meta.url);
const vectors = readdirSync(folder)
	.flatMap((file) => readFileSync(new URL(file, folder), "utf8").split("\n"))
	.filter((line) => line !== "")
	.map((line) => JSON.parse(line) as MatchVector);

test.each(vectors.map((v) => [v.name, v] as const))("vector: %s", (_, vector) => {
	const said = describeError(facts(vector.facts), builtinCatalog());
	if (vector.not !== undefined) expect(said.code).not.toBe(vector.not);
	const wanted = vector.expect;
	if (wanted === undefined) return expect(vector.not).toBeDefined();
	expect(said.code).toBe(wanted.code);
	if (wanted.category !== undefined) expect(said.category).toBe(wanted.category);
	if (wanted.retryable !== undefined) expect(said.retryable ?? null).toBe(wanted.retryable);
	if (wanted.immediate0 !== undefined) expect(said.suggestions.immediate[0]).toBe(wanted.immediate0);
});

const builtinEntries = builtinCatalog().layers.at(-1)?.entries ?? [];

test("every entry file reaches the compiled catalog", () => {
	const authored = readdirSync(new URL("../entries/", import.meta.url))
		.map((f) => readFileSync(new URL(`../entries/${f}`, import.meta.url), "utf8").match(/^ {2}- code: /gm)?.length ?? 0)
		.reduce((a, b) => a + b, 0);
	expect(builtinEntries.length).toBe(authored);
	expect(builtinEntries.length).toBeGreaterThanOrEqual(420);
});

test("every entry but UNKNOWN wins at least two vectors and is kept from at least one near-miss", () => {
	const count = (code: string, of: (v: MatchVector) => string | undefined): number =>
		vectors.filter((v) => of(v) === code).length;
	const short = builtinEntries
		.filter((e) => e.code !== "UNKNOWN" && e.retired === undefined)
		.map(({ code }) => ({ code, wins: count(code, (v) => v.expect?.code), nearMisses: count(code, (v) => v.not) }))
		.filter(({ wins, nearMisses }) => wins < 2 || nearMisses < 1);
	expect(short).toEqual([]);
});

function layer(name: string, entries: string): CompiledCatalog {
	const { catalog, problems } = compileCatalog(`format: 1\nname: ${name}\nversion: "1"\nentries:\n${entries}`, name);
	expect(problems).toEqual([]);
	return catalog as CompiledCatalog;
}

function entry(code: string, rule: string, more = ""): string {
	return `  - { code: ${code}, id: ${code.toLowerCase()}, title: t, description: d, category: unknown, severity: low, since: "1.0.0", ${more} match: [${rule}], suggestions: { immediate: [], preventive: [] } }\n`;
}

describe("order of precedence", () => {
	const winner = (layers: CompiledCatalog[], f: Partial<ErrorFacts>): string | undefined =>
		match(facts(f), createCatalog(layers))?.entry.source.code;
	const cause = { type: "B", message: "inner", code: "", stacktrace: "", depth: 1 };

	test("an application's catalog beats priority", () => {
		const layers = [
			layer("app", entry("APP", "{ type: A }", "priority: -100,")),
			layer("errata", entry("OURS", "{ type: A }", "priority: 100,")),
		];
		expect(winner(layers, { type: "A" })).toBe("APP");
	});
	test("priority beats depth", () => {
		const layers = [layer("errata", entry("OUTER", "{ type: A }", "priority: 1,") + entry("INNER", "{ type: B }"))];
		expect(winner(layers, { type: "A", causes: [cause] })).toBe("OUTER");
	});
	test("a whole class beats the end of one, which beats nothing else", () => {
		const layers = [layer("errata", entry("END", '{ type: "*Timeout" }') + entry("WHOLE", "{ type: JobTimeout }"))];
		expect(winner(layers, { type: "app.JobTimeout" })).toBe("WHOLE");
		expect(winner(layers, { type: "app.CallTimeout" })).toBe("END");
		expect(winner(layers, { type: "app.TimeoutCall" })).toBeUndefined();
	});
	test("depth beats specificity", () => {
		const layers = [layer("errata", entry("OUTER", "{ type: A, message: outer }") + entry("INNER", "{ type: B }"))];
		expect(winner(layers, { type: "A", message: "outer", causes: [cause] })).toBe("INNER");
	});
	test("an exact code beats a prefix beats a class", () => {
		const layers = [
			layer(
				"errata",
				entry("A_CLASS", "{ type: A }") + entry("B_PREFIX", "{ code: '08*' }") + entry("C_EXACT", "{ code: '08006' }"),
			),
		];
		expect(winner(layers, { type: "A", code: "08006" })).toBe("C_EXACT");
		expect(winner(layers, { type: "A", code: "08001" })).toBe("B_PREFIX");
		expect(winner(layers, { type: "A", code: "" })).toBe("A_CLASS");
	});
	test("equal rules fall to the code's bytes, whatever the order in the file", () => {
		expect(winner([layer("errata", entry("B", "{ type: A }") + entry("A", "{ type: A }"))], { type: "A" })).toBe("A");
	});
	test("a retired entry is silent", () => {
		const layers = [layer("errata", entry("OLD", "{ type: A }", "retired: { in: '2.0.0', successor: NEW },"))];
		expect(winner(layers, { type: "A" })).toBeUndefined();
	});
	test("a class is known by its last segment", () => {
		const layers = [layer("errata", entry("HIT", "{ type: Bad }"))];
		for (const type of ["Bad", "a.b.Bad", "crate::Bad", "App\\Bad", "github.com/x/Bad"])
			expect(winner(layers, { type })).toBe("HIT");
		expect(winner(layers, { type: "NotBad" })).toBeUndefined();
	});
	test("statuses by class, attributes of the record alone", () => {
		const layers = [layer("errata", entry("S", "{ attributes: { http.response.status_code: 5xx } }"))];
		expect(winner(layers, { attributes: { "http.response.status_code": "503" } })).toBe("S");
		expect(winner(layers, { attributes: { "http.response.status_code": "404" } })).toBeUndefined();
	});
});

test("a captured value is cleaned and bounded", () => {
	expect(cleanCapture("a\u202eb\u0000c")).toBe("a b c");
	const long = cleanCapture("x".repeat(500));
	expect(long.endsWith("…")).toBe(true);
	expect(long.length).toBe(121);
});
