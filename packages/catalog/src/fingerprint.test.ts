import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FINGERPRINT_VERSION, fingerprint } from "./fingerprint.ts";
import { createRedactor, type RedactionMode, type Redactor } from "./redact.ts";
import type { ErrorFacts } from "./types.ts";

interface FingerprintVector {
	readonly name: string;
	readonly given?: string;
	readonly entry?: string;
	readonly facts: ErrorFacts;
	readonly same_as?: string;
	readonly differs_from?: string;
	readonly rule: string;
	readonly components?: readonly string[];
	readonly value: string;
}

const vectors = readFileSync(new URL("../vectors/fingerprint.jsonl", import.meta.url), "utf8")
	.split("\n")
	.filter((line) => line !== "")
	.map((line) => JSON.parse(line) as FingerprintVector);
const byName = new Map(vectors.map((vector) => [vector.name, vector]));
const of = (vector: FingerprintVector) => fingerprint(vector.facts, vector.given, vector.entry);
const pairs = (key: "same_as" | "differs_from") =>
	vectors.filter((vector) => vector[key] !== undefined).map((vector) => [vector.name, vector[key], vector] as const);

describe("fingerprint vectors", () => {
	it.each(vectors.map((vector) => [vector.name, vector] as const))("%s", (_name, vector) => {
		const made = of(vector);
		expect(made.value).toBe(vector.value);
		expect(made.value).toMatch(/^[0-9a-f]{32}$/);
		expect(made.version).toBe(FINGERPRINT_VERSION);
		expect(made.rule).toBe(vector.rule);
		if (vector.components !== undefined) expect(made.components).toEqual(vector.components);
	});

	it("cover at least 50 errors and 10 cases of either kind", () => {
		expect(byName.size).toBe(vectors.length);
		expect(vectors.length).toBeGreaterThanOrEqual(50);
		expect(pairs("same_as").length).toBeGreaterThanOrEqual(10);
		expect(pairs("differs_from").length).toBeGreaterThanOrEqual(10);
	});
});

describe("one bug, other ids, ports, paths, lines, releases: one group", () => {
	it.each(pairs("same_as"))("%s = %s", (_name, base, vector) => {
		expect(of(vector).value).toBe(of(byName.get(base as string) as FingerprintVector).value);
	});
});

describe("another throw site or a meaningful word: two groups", () => {
	it.each(pairs("differs_from"))("%s <> %s", (_name, base, vector) => {
		expect(of(vector).value).not.toBe(of(byName.get(base as string) as FingerprintVector).value);
	});
});

describe("redaction does not move an error to another group", () => {
	const modes: readonly RedactionMode[] = ["replace", "pseudonym", "remove", "keep"];
	const redactors = new Map(
		modes.map((mode) => [mode, createRedactor({ mode, pseudonymKey: "0123456789abcdef".repeat(2) })]),
	);
	const redact = (redactor: Redactor, facts: ErrorFacts): ErrorFacts => ({
		...facts,
		message: redactor.text(facts.message),
		stacktrace: redactor.text(facts.stacktrace),
		causes: facts.causes.map((cause) => ({
			...cause,
			message: redactor.text(cause.message),
			stacktrace: redactor.text(cause.stacktrace),
		})),
	});
	const privates = fc.oneof(
		fc.emailAddress({ localPart: fc.stringMatching(/^[a-z]{3,8}[.][a-z]{3,8}$/) } as never).map(String),
		fc.stringMatching(/^[a-z]{3,8}[.][a-z]{3,8}@example[.]com$/),
		fc.ipV4(),
		fc.constantFrom("4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00", "+49 170 1234567", "203.0.113.41"),
		fc.stringMatching(/^[a-zA-Z0-9]{24}$/).map((text) => `Bearer ${text}`),
		fc.stringMatching(/^[a-zA-Z0-9]{20}$/).map((text) => `password=${text}`),
		fc.stringMatching(/^[a-z0-9]{12}$/).map((text) => `postgres://shop:${text}@db.example.com:5432/shop`),
		fc.stringMatching(/^[a-zA-Z0-9]{24}$/).map((text) => `sk_${"live"}_${text}`),
	);
	const messages = fc
		.array(
			fc.oneof(
				privates,
				fc.constantFrom("user", "failed for", "is locked", "cannot reach", "rejected", "order 17,", "(retry 3)"),
			),
			{
				minLength: 1,
				maxLength: 6,
			},
		)
		.map((parts) => parts.join(" "));

	it.each(modes)("mode %s, generated messages", (mode) => {
		const redactor = redactors.get(mode) as Redactor;
		fc.assert(
			fc.property(messages, fc.boolean(), (message, stacked) => {
				const facts: ErrorFacts = {
					type: "ShopError",
					message,
					stacktrace: stacked
						? `ShopError: ${message}\n    at charge (/home/ana.silva/shop/dist/payments/charge.js:3:1)\n    at async run (/app/src/jobs/run.ts:9:3)`
						: "",
					language: "nodejs",
					code: "",
					attributes: {},
					causes: stacked ? [] : [{ type: "Error", message, code: "", stacktrace: "", depth: 1 }],
				};
				expect(fingerprint(redact(redactor, facts)).components).toEqual(fingerprint(facts).components);
			}),
			{ numRuns: 200, seed: 11 },
		);
	});

	it.each(modes)("mode %s, every vector", (mode) => {
		const redactor = redactors.get(mode) as Redactor;
		for (const vector of vectors)
			expect(fingerprint(redact(redactor, vector.facts), vector.given, vector.entry).value, vector.name).toBe(
				vector.value,
			);
	});
});

describe("properties", () => {
	const facts = fc.record({
		type: fc.string(),
		message: fc.string({ unit: "binary" }),
		stacktrace: fc.string({ unit: "binary" }),
		language: fc.constantFrom("nodejs", "python", "java", "go", ""),
		code: fc.string(),
		attributes: fc.constant({}),
		causes: fc.array(
			fc.record({
				type: fc.string(),
				message: fc.string(),
				code: fc.string(),
				stacktrace: fc.string(),
				depth: fc.integer(),
			}),
			{ maxLength: 4 },
		),
	});

	it("never throws, answers the same twice, and always 128 bits of hex", () => {
		fc.assert(
			fc.property(facts, (input) => {
				const made = fingerprint(input);
				expect(made.value).toMatch(/^[0-9a-f]{32}$/);
				expect(fingerprint(input)).toEqual(made);
			}),
			{ numRuns: 300 },
		);
	});

	it("line numbers never matter", () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 99_999 }), fc.integer({ min: 1, max: 999 }), (line, column) => {
				const stack = (l: number, c: number) => `Error: x\n    at f (/app/src/jobs/run.ts:${l}:${c})`;
				const base = { type: "Error", message: "x", language: "nodejs", code: "", attributes: {}, causes: [] };
				expect(fingerprint({ ...base, stacktrace: stack(line, column) }).value).toBe(
					fingerprint({ ...base, stacktrace: stack(1, 1) }).value,
				);
			}),
		);
	});
});
