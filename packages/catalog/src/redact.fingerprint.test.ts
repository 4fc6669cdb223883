/** The promise between two parts: whatever mode an application redacts in, its errors stay in their groups. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fingerprint } from "./fingerprint.ts";
import { createRedactor, type RedactionMode } from "./redact.ts";
import type { ErrorFacts } from "./types.ts";

const MODES: readonly RedactionMode[] = ["replace", "pseudonym", "remove", "keep"];
const redactors = MODES.map((mode) => createRedactor({ mode, pseudonymKey: "errata-test-key-of-32-bytes-long" }));

function facts(message: string): ErrorFacts {
	return { type: "Error", message, stacktrace: "", language: "nodejs", code: "", attributes: {}, causes: [] };
}

function join(value: unknown): string | undefined {
	if (typeof value === "string") return value;
	const parts = (value as { parts?: string[] } | undefined)?.parts;
	return parts?.join("");
}

const texts = readFileSync(new URL("../vectors/redact.jsonl", import.meta.url), "utf8")
	.split("\n")
	.filter((line) => line !== "")
	.map((line) => JSON.parse(line) as { name: string; text?: unknown; deny?: unknown; allow?: unknown })
	.filter((v) => v.text !== undefined && v.deny === undefined && v.allow === undefined)
	.map((v) => [v.name, join(v.text) as string] as const);

describe("fingerprint(redact(x)) = fingerprint(x)", () => {
	it.each(texts)("%s", (_name, text) => {
		const plain = fingerprint(facts(text)).value;
		for (const [i, redactor] of redactors.entries()) {
			expect([MODES[i], fingerprint(facts(redactor.text(text))).value]).toEqual([MODES[i], plain]);
		}
	});

	it("holds for messages that embed private values anywhere", () => {
		const words = fc.constantFrom(
			"order",
			"failed:",
			"for",
			"user",
			"could not be",
			"sent to",
			"(retry 3)",
			"in table users",
			"=",
			"->",
			"'",
		);
		const message = fc
			.array(fc.oneof(words, fc.constantFrom(...texts.map(([, text]) => text))), { minLength: 1, maxLength: 4 })
			.map((parts) => parts.join(" "));
		fc.assert(
			fc.property(message, (text) => {
				const plain = fingerprint(facts(text)).value;
				for (const redactor of redactors) expect(fingerprint(facts(redactor.text(text))).value).toBe(plain);
			}),
			{ numRuns: 500 },
		);
	});
});
