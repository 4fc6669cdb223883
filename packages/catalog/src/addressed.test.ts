import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { addressed } from "./addressed.ts";
import { builtinCatalog } from "./catalog.ts";
import { readable } from "./code-page.ts";
import { compileCatalog } from "./compile.ts";
import { describe } from "./describe.ts";
import type { ErrorFacts } from "./types.ts";

interface AdviceVector {
	readonly name: string;
	readonly facts: Partial<ErrorFacts>;
	/** Parts that some suggestion has, that none has; links there are, beginnings of links that there are not. */
	readonly expect: Readonly<Record<"has" | "hasNot" | "docs" | "docsNot", readonly string[]>> & { code: string };
}

const NONE: ErrorFacts = {
	type: "",
	message: "",
	stacktrace: "",
	language: "",
	code: "",
	attributes: {},
	causes: [],
};
const vectors = readFileSync(new URL("../vectors/advice.jsonl", import.meta.url), "utf8")
	.split("\n")
	.filter((line) => line !== "")
	.map((line) => JSON.parse(line) as AdviceVector);

test.each(vectors.map((vector) => [vector.name, vector] as const))("vector: %s", (_, vector) => {
	const said = describe({ ...NONE, ...vector.facts }, builtinCatalog());
	const { code, has, hasNot, docs, docsNot } = vector.expect;
	expect(said.code).toBe(code);
	const all = [...said.suggestions.immediate, ...said.suggestions.preventive].join("\n");
	for (const part of has) expect(all).toContain(part);
	for (const part of hasNot) expect(all).not.toContain(part);
	expect(said.docs).toEqual(expect.arrayContaining([...docs]));
	for (const part of docsNot) expect(said.docs.filter((link) => link.startsWith(part))).toEqual([]);
});

test("a mark is read only at the beginning, and people read whom a text is for", () => {
	expect(addressed("{{for:js,go}}text {{host}}")).toEqual({ languages: ["js", "go"], text: "text {{host}}" });
	expect(addressed("text {{for:js}}")).toEqual({ languages: [], text: "text {{for:js}}" });
	expect(readable("{{for:js,go}}Ask {{host|it}}.")).toBe("(JavaScript, Go) Ask it.");
});

test("a mark with a name that no language has is refused by the compiler", () => {
	const text = `format: 1\nname: a\nversion: "1"\nentries:\n  - { code: A_B, id: a.b, title: t, description: d, category: unknown, severity: low, since: "1.0.0", match: [{ code: X }], suggestions: { immediate: ["{{for:node}}x"], preventive: [] } }\n`;
	const { problems } = compileCatalog(text, "a");
	expect(problems.map(({ message }) => message)).toEqual(['no language is called "node"']);
});
