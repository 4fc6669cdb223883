import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isToken } from "./redact/atoms.ts";
import { wordsOf } from "./redact/chars.ts";
import { FINDERS } from "./redact/find.ts";
import { HARMLESS_TERMS, KEY_RULES } from "./redact/key-table.ts";
import { createKeyJudge } from "./redact/keys.ts";
import { NATIONAL_IDS } from "./redact/national-table.ts";
import type { Span } from "./redact/spans.ts";
import { survey } from "./redact/survey.ts";
import { createRedactor, type RedactionCounts, type RedactionMode, type Redactor } from "./redact.ts";

/** The key of every vector in mode `pseudonym`; SPEC.md names it. */
const KEY = "errata-test-key-of-32-bytes-long";
const MODES: readonly RedactionMode[] = ["replace", "pseudonym", "remove", "keep"];

interface Vector {
	name: string;
	mode?: RedactionMode;
	deny?: string[];
	allow?: string[];
	text?: unknown;
	value?: unknown;
	key?: string;
	expect?: unknown;
	counts: RedactionCounts;
}

/** `{"parts": [...]}` anywhere is the string its parts make: look-alike secrets stand nowhere in the file. */
function joined(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(joined);
	if (typeof value !== "object" || value === null) return value;
	const entries = Object.entries(value);
	if (entries.length === 1 && entries[0]?.[0] === "parts") return (entries[0][1] as string[]).join("");
	return Object.fromEntries(entries.map(([key, item]) => [key, joined(item)]));
}

const vectors = readFileSync(new URL("../vectors/redact.jsonl", import.meta.url), "utf8")
	.split("\n")
	.filter((line) => line !== "")
	.map((line) => JSON.parse(line) as Vector);

function redactorOf(vector: Vector): Redactor {
	const { mode = "replace", deny = [], allow = [] } = vector;
	return createRedactor({ mode, deny, allow, pseudonymKey: KEY });
}

describe("vectors/redact.jsonl", () => {
	it("holds enough, each by its own name", () => {
		expect(vectors.length).toBeGreaterThanOrEqual(80);
		expect(new Set(vectors.map((v) => v.name)).size).toBe(vectors.length);
	});

	it.each(vectors.map((v) => [v.name, v] as const))("%s", (_name, vector) => {
		const redactor = redactorOf(vector);
		const counts: RedactionCounts = {};
		const input = joined(vector.text ?? vector.value);
		const expected = vector.expect === undefined ? input : joined(vector.expect);
		const run = (value: unknown, into: RedactionCounts): unknown =>
			typeof vector.text === "undefined"
				? redactor.value(value, into, vector.key)
				: redactor.text(value as string, into);
		expect(run(input, counts)).toEqual(expected);
		expect(counts).toEqual(vector.counts);
		if (vector.mode !== "keep") {
			const again: RedactionCounts = {};
			expect(run(expected, again)).toEqual(expected);
			expect(again).toEqual({});
		}
	});

	it("gives the same text through every mode when tokens are put alike", () => {
		const alike = (text: string): string =>
			text.replace(/\[REDACTED(:[a-z_]+)?\]|\[PSEUDONYM:[a-z_]+:[0-9a-f]{8}:[0-9a-f]{16}\]/g, "[X]");
		for (const vector of vectors) {
			if (vector.text === undefined) continue;
			const text = joined(vector.text) as string;
			const once = MODES.slice(0, 3).map((mode) => redactorOf({ ...vector, mode }).text(text));
			expect(new Set(once.map(alike)).size).toBe(1);
			for (const mode of MODES) for (const out of once) expect(redactorOf({ ...vector, mode }).text(out)).toBe(out);
		}
	});
});

/** Pieces that real messages are made of, private ones among them, and characters that scanners stumble over. */
const pieces = fc.oneof(
	fc.constantFrom(
		...vectors.filter((v) => v.text !== undefined).map((v) => joined(v.text) as string),
		"password=",
		'"token":"',
		"Authorization: ",
		"Bearer ",
		"Cookie: a=",
		"-----BEGIN PRIVATE KEY-----",
		"://u:",
		"@",
		"%40",
		"[REDACTED]",
		"[REDACTED:email]",
		"\uFFFC",
		"\ud800",
		"name: ",
		"card ",
		"+",
		"\\",
		'"',
		"'",
		"\n",
	),
	fc.string({ maxLength: 12 }),
	fc.string({ unit: "binary", maxLength: 6 }),
	fc.stringMatching(/^[0-9 ./:-]{1,16}$/),
);
const messages = fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join(""));

describe("redaction of any text", () => {
	const redactors = MODES.map((mode) => createRedactor({ mode, pseudonymKey: KEY }));

	it("is idempotent, also across modes", () => {
		fc.assert(
			fc.property(messages, (text) => {
				for (const redactor of redactors) {
					const once = redactor.text(text);
					for (const other of redactors) {
						const counts: RedactionCounts = {};
						if (redactor !== redactors[3]) {
							expect(other.text(once, counts)).toBe(once);
							expect(counts).toEqual({});
						}
					}
				}
			}),
			{ numRuns: 2_000 },
		);
	});

	it("finds the same in every mode, and mode keep changes nothing", () => {
		fc.assert(
			fc.property(messages, (text) => {
				const found = redactors.map((redactor) => {
					const counts: RedactionCounts = {};
					return { out: redactor.text(text, counts), counts };
				});
				for (const one of found) expect(one.counts).toEqual(found[0]?.counts);
				expect(found[3]?.out).toBe(text);
			}),
			{ numRuns: 2_000 },
		);
	});

	it("grows a text by no more than a token for each value", () => {
		fc.assert(
			fc.property(messages, (text) => {
				for (const redactor of redactors) {
					const counts: RedactionCounts = {};
					const out = redactor.text(text, counts);
					const values = Object.values(counts).reduce((sum, n) => sum + n, 0);
					expect(out.length).toBeLessThanOrEqual(text.length + values * 60);
					expect(values).toBeLessThanOrEqual(text.length / 2);
				}
			}),
			{ numRuns: 1_000 },
		);
	});
});

describe("redaction of any value", () => {
	it("is idempotent, and never throws", () => {
		const keys = fc.constantFrom(
			"password",
			"user",
			"name",
			"token",
			"note",
			"card",
			"client.address",
			"__proto__",
			"",
		);
		const values = fc.object({
			key: keys,
			values: [messages, fc.double(), fc.boolean(), fc.constant(null)],
			maxDepth: 3,
		});
		fc.assert(
			fc.property(values, (value) => {
				for (const mode of MODES) {
					const redactor = createRedactor({ mode, pseudonymKey: KEY });
					const once = redactor.value(value);
					if (mode === "keep") expect(once).toEqual(value);
					else expect(redactor.value(once)).toEqual(once);
				}
			}),
			{ numRuns: 500 },
		);
	});

	it("survives what hostile programs hand over", () => {
		const redactor = createRedactor();
		const cyclic: Record<string, unknown> = { name: "x" };
		cyclic.self = cyclic;
		const shared = { mail: "ana@example.org" };
		const throwing = Object.defineProperty({ fine: 1 }, "boom", {
			enumerable: true,
			get() {
				throw new Error("no");
			},
		});
		const proxy = new Proxy(
			{},
			{
				ownKeys() {
					throw new Error("no");
				},
			},
		);
		let deep: unknown = "end";
		for (let i = 0; i < 1_000; i++) deep = { deep };
		expect(redactor.value(cyclic)).toEqual({ name: "x", self: "[CYCLE]" });
		expect(redactor.value([shared, shared])).toEqual([{ mail: "[REDACTED:email]" }, { mail: "[REDACTED:email]" }]);
		expect(redactor.value(throwing)).toEqual({ fine: 1, boom: "[UNREADABLE]" });
		expect(redactor.value({ proxy })).toEqual({ proxy: "[UNREADABLE]" });
		expect(JSON.stringify(redactor.value(deep))).toContain("[DEPTH]");
		expect(redactor.value(JSON.parse('{"__proto__": {"password": "q1w2e3"}}'))).toEqual(
			JSON.parse('{"__proto__": {"password": "[REDACTED:password]"}}'),
		);
		expect(redactor.value({ f: () => 1, s: Symbol("s"), u: undefined, b: 10n })).toEqual({ b: 10n });
		const huge = "a@example.org ".repeat(100_000);
		expect(redactor.text(huge)).toBe("[REDACTED:email] ".repeat(100_000));
	});
});

describe("createRedactor", () => {
	it("replaces when the pseudonym's key is missing or too short", () => {
		for (const options of [{}, { pseudonymKey: "short" }, { pseudonymKey: new Uint8Array(31) }]) {
			expect(createRedactor({ mode: "pseudonym", ...options }).text("mail ana@example.org")).toBe(
				"mail [REDACTED:email]",
			);
		}
	});

	it("knows secret keys however they are written", () => {
		const redactor = createRedactor({ deny: ["tenant-ref"], allow: ["session.id"] });
		const secret = [
			"Authorization",
			"set-cookie",
			"DB_PASSWORD",
			"dbPassword",
			"X-Api-Key",
			"openaiApiKey",
			"client secret",
			"TENANT_REF",
			"http.request.header.cookie",
		];
		const open = [
			"author",
			"session.id",
			"max_tokens",
			"nextPageToken",
			"passwordPolicy",
			"public_key",
			"cookie_name",
			"trace_id",
			"user.id",
			"secretKeyRef.name",
		];
		for (const key of secret) expect([key, redactor.isSecretKey(key)]).toEqual([key, true]);
		for (const key of open) expect([key, redactor.isSecretKey(key)]).toEqual([key, false]);
	});
});

describe("the survey", () => {
	it("lets no finder out that would find something", () => {
		const judge = createKeyJudge([], []);
		fc.assert(
			fc.property(messages, (text) => {
				const seen = survey(text);
				for (const [i, row] of FINDERS.entries()) {
					const out: Span[] = [];
					row.find(text, out, judge, { spoke: false });
					if (out.length > 0) expect([i, text, seen & row.needs]).toEqual([i, text, row.needs]);
				}
			}),
			{ numRuns: 5_000 },
		);
	});
});

describe("the tables", () => {
	it("list every key once, as its words are joined", () => {
		const all = [...KEY_RULES.flatMap((rule) => rule.terms), ...HARMLESS_TERMS];
		for (const term of all) expect(wordsOf(term).join("")).toBe(term);
		expect(all.filter((term, i) => all.indexOf(term) !== i)).toEqual([]);
	});

	it("say how many digits a state's number may begin with", () => {
		for (const rule of NATIONAL_IDS) {
			fc.assert(
				fc.property(fc.stringMatching(new RegExp(`${rule.shape.source}$`)), (id) => {
					const lead = /^[0-9]*/.exec(id)?.[0].length ?? 0;
					expect(lead === 0 ? rule.lead : rule.lead.includes(lead)).toEqual(lead === 0 ? [] : true);
				}),
				{ numRuns: 100 },
			);
		}
	});

	it("name types that a token may hold", () => {
		for (const rule of KEY_RULES) expect(isToken(`[REDACTED:${rule.type}]`)).toBe(true);
	});
});
