import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LIMITS } from "./limits.ts";
import { template } from "./template.ts";
import { utf8Length } from "./utf8.ts";

interface TemplateVector {
	readonly name: string;
	readonly message: string;
	readonly template: string;
}

const vectors = readFileSync(new URL("../vectors/template.jsonl", import.meta.url), "utf8")
	.split("\n")
	.filter((line) => line !== "")
	.map((line) => JSON.parse(line) as TemplateVector);

describe("template vectors", () => {
	it.each(vectors.map((vector) => [vector.name, vector] as const))("%s", (_name, vector) => {
		expect(template(vector.message)).toBe(vector.template);
		expect(template(vector.template)).toBe(vector.template);
	});

	it("cover at least 50 messages", () => {
		expect(vectors.length).toBeGreaterThanOrEqual(50);
		expect(new Set(vectors.map((vector) => vector.name)).size).toBe(vectors.length);
	});
});

describe("values of one kind give one template", () => {
	const kinds: Record<string, fc.Arbitrary<string>> = {
		uuid: fc.uuid(),
		ipv4: fc.ipV4(),
		integer: fc.integer({ min: 0, max: 99_999 }).map(String),
		iso: fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }).map((date) => date.toISOString()),
		duration: fc.integer({ min: 1, max: 99_999 }).map((n) => `${n}ms`),
		"object id": fc.stringMatching(/^[0-9][a-f0-9]{22}[a-f]$/),
		url: fc.integer({ min: 1, max: 999 }).map((n) => `https://shop.example.com/items/${n}?page=${n}`),
		path: fc.integer({ min: 1, max: 999 }).map((n) => `/var/spool/shop/${n}.json`),
	};
	it.each(Object.entries(kinds))("%s", (_kind, values) => {
		const first = fc.sample(values, { numRuns: 1, seed: 7 })[0] as string;
		const expected = template(`import of ${first} failed in stage two`);
		fc.assert(
			fc.property(values, (value) => {
				expect(template(`import of ${value} failed in stage two`)).toBe(expected);
			}),
			{ numRuns: 100, seed: 7 },
		);
		expect(expected).toMatch(/^import of <[a-z]+> failed in stage two$/);
	});
});

describe("hostile messages", () => {
	const pieces = [
		"a",
		"0",
		"a1",
		" ",
		"'",
		'"',
		"`",
		"“",
		"{",
		"[",
		"[1,",
		'{"a":',
		"(",
		")=(",
		"=",
		":",
		"::",
		"/",
		"1/",
		"1:",
		"@",
		"<",
		"<num>",
		"-",
		".",
		"\\",
		"\u001b[",
		"[REDACTED",
		"💥",
	];

	it("never throw, and stay within the limit", () => {
		fc.assert(
			fc.property(fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string()), { maxLength: 60 }), (parts) => {
				const masked = template(parts.join(""));
				expect(utf8Length(masked)).toBeLessThanOrEqual(LIMITS.templateBytes);
				expect(masked.isWellFormed()).toBe(true);
			}),
			{ numRuns: 500 },
		);
	});

	it.each(pieces)("one piece repeated over a megabyte: %j", (piece) => {
		const masked = template(piece.repeat(Math.ceil(1_000_000 / piece.length)));
		expect(utf8Length(masked)).toBeLessThanOrEqual(LIMITS.templateBytes);
	});
});
