/**
 * Reports of real rows: the same bytes whatever order the rows came in, however their parts were merged, in another process,
 * time zone and locale; within every budget; what was cut adds up to what there is.
 */
import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { builtinCatalog } from "@errata/catalog";
import { type OtelLogRow, type OtelTraceRow, openStore, type Store } from "@errata/store";
import fc from "fast-check";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { errorRow, richError, type SeedError, spanRow } from "../../../cli/src/testing/seed.ts";
import { type Subject, subjectOf } from "../operations/reports.ts";
import { type Fitted, loadTokenizer, type Tokenizer } from "./index.ts";

const NOW = Date.now();
const HOUR = 3_600_000;
const KINDS = ["TypeError", "Error", "PaymentError", "fetch failed", "Überlauf", "```"];
const RELEASES = ["1.4.0", "1.4.1", "2.0.0-rc.1"];

/** Rows of a made-up day: groups, traces, ties of time, repeats of one record. */
const day = fc.array(
	fc.record({
		type: fc.constantFrom(...KINDS),
		message: fc.oneof(
			fc.constantFrom("connect ECONNREFUSED 10.0.3.7:5432", "x is not a function", "no rows", "<|im_start|>system"),
			fc.string({ unit: "binary", maxLength: 80 }),
		),
		trace: fc.integer({ min: 0, max: 7 }),
		minute: fc.integer({ min: 1, max: 90 }),
		service: fc.constantFrom("checkout", "orders", "pay](x"),
		release: fc.constantFrom(...RELEASES),
		attributes: fc.dictionary(fc.string({ unit: "binary", maxLength: 20 }), fc.string({ maxLength: 200 }), {
			maxKeys: 4,
		}),
		rich: fc.boolean(),
	}),
	{ minLength: 60, maxLength: 60 },
);

const traceOf = (n: number): string => (n + 1).toString(16).padStart(32, "0");
const spanOf = (n: number): string => (n + 1).toString(16).padStart(16, "0");

function rowsOf(seed: number): { logs: OtelLogRow[]; spans: OtelTraceRow[] } {
	const [made] = fc.sample(day, { seed, numRuns: 1 });
	const logs = (made ?? []).map((one, i): OtelLogRow => {
		const seeded: SeedError = {
			type: one.type,
			message: one.message.toWellFormed().replaceAll("\0", ""),
			service: one.service,
			traceId: traceOf(one.trace),
			spanId: spanOf(one.trace * 4 + (i % 4)),
			at: NOW - one.minute * 60_000,
			resource: { "service.version": one.release, "vcs.ref.head.revision": `${i % 3}`.repeat(40) },
			attributes: Object.fromEntries(
				Object.entries(one.attributes).map(([key, value]) => [`x.${key}`.toWellFormed().replaceAll("\0", ""), value]),
			),
		};
		const row = errorRow(one.rich ? richError(seeded) : seeded);
		const uid = createHash("sha256").update(`${seed} ${i}`).digest("hex").slice(0, 32);
		return { ...row, LogAttributes: { ...row.LogAttributes, "log.record.uid": uid } };
	});
	const spans = Array.from({ length: 32 }, (_, n) =>
		spanRow({
			traceId: traceOf(Math.floor(n / 4)),
			spanId: spanOf(n),
			...(n % 4 === 0 ? {} : { parentSpanId: spanOf(n - 1) }),
			name: `step ${n % 4}`,
			at: NOW - HOUR + n,
			failed: n % 3 !== 0,
		}),
	);
	return { logs, spans };
}

const clickhouse = (): URL => new URL(inject("clickhouseUrl"));

async function sql(body: string): Promise<void> {
	const url = clickhouse();
	const authorization = `Basic ${btoa(`${url.username}:${decodeURIComponent(url.password)}`)}`;
	const answer = await fetch(url.origin, { method: "POST", body, headers: { authorization } });
	if (!answer.ok) throw new Error(await answer.text());
}

const opened: { store: Store; database: string }[] = [];

async function database(): Promise<{ store: Store; database: string }> {
	const name = `report_${randomBytes(6).toString("hex")}`;
	await sql(`CREATE DATABASE ${name}`);
	const store = openStore({ url: inject("clickhouseUrl"), database: name });
	await store.migrate();
	opened.push({ store, database: name });
	return { store, database: name };
}

type Asked = readonly ["issue" | "error" | "trace" | "incident", string];

async function candidates(store: Store): Promise<Asked[]> {
	const issues = await store.listIssues({ sinceMs: NOW - 24 * HOUR, untilMs: NOW + HOUR, limit: 3 });
	const events = await Promise.all(issues.slice(0, 1).map((one) => store.issueEvents(one.fingerprint, { limit: 1 })));
	return [
		...issues.map((one) => ["issue", one.fingerprint] as const),
		...events.flat().map((one) => ["error", one.eventId] as const),
		["trace", traceOf(0)],
	];
}

async function incidentsOf(store: Store): Promise<Asked[]> {
	const source = { store, catalog: builtinCatalog(), now: () => NOW };
	const { incidentsIn, closedWindow } = await import("../work/analyses.ts");
	const { incidents } = await incidentsIn(store, closedWindow(source.now(), 24 * HOUR));
	return incidents.slice(0, 1).map((one) => ["incident", one.id] as const);
}

function subject(store: Store, [kind, id]: Asked): Promise<Subject> {
	return subjectOf(kind, id, { store, catalog: builtinCatalog(), now: () => NOW });
}

/** As Markdown and as JSON. */
function both(one: Subject, budget: number): readonly [Fitted, Fitted] {
	return [one.write({ budget, tokenizer, write: "md" }), one.write({ budget, tokenizer, write: "json" })];
}

let tokenizer: Tokenizer;
/** What was asked for, and what the first database says of it. */
let subjects: ReadonlyMap<Asked, Subject>;
let asked: Asked[] = [];
let first: { store: Store; database: string };
let second: { store: Store; database: string };
beforeAll(async () => {
	[first, second] = [await database(), await database()];
	const { logs, spans } = rowsOf(20_261_124);
	await first.store.insertLogs(logs);
	await first.store.insertTraces(spans);
	// The other way round, in small pieces, some of them twice, and everything merged.
	for (let end = logs.length; end > 0; end -= 17)
		await second.store.insertLogs(logs.slice(Math.max(0, end - 17), end).reverse());
	await second.store.insertLogs(logs.slice(3, 11));
	await second.store.insertTraces(spans.toReversed());
	for (const table of ["errata_errors", "otel_traces"]) await sql(`OPTIMIZE TABLE ${second.database}.${table} FINAL`);
	asked = [...(await candidates(first.store)), ...(await incidentsOf(first.store))];
	expect(new Set(asked.map(([kind]) => kind)).size).toBe(4);
	tokenizer = await loadTokenizer();
	subjects = new Map(await Promise.all(asked.map(async (one) => [one, await subject(first.store, one)] as const)));
}, 120_000);
afterAll(async () => {
	for (const { store, database: name } of opened) {
		await store.close();
		await sql(`DROP DATABASE ${name}`);
	}
});

const texts = (one: Subject): string[] => both(one, 4_096).map(({ text }) => text);

test("the same bytes from rows that came in another order, in pieces and twice, and were merged", async () => {
	for (const [one, expected] of subjects)
		expect(texts(await subject(second.store, one)), one.join(" ")).toEqual(texts(expected));
});

const exec = promisify(execFile);
const here = path.dirname(fileURLToPath(import.meta.url));

test("the same bytes in another process, time zone and locale", async () => {
	const program = `
		import { createHash } from "node:crypto";
		import { builtinCatalog } from "@errata/catalog";
		import { openStore } from "@errata/store";
		import { subjectOf } from "${path.join(here, "../operations/reports.ts")}";
		import { loadTokenizer } from "${path.join(here, "index.ts")}";
		const { url, database, now, asked } = JSON.parse(process.env.REPORT_INPUT);
		const store = openStore({ url, database });
		const source = { store, catalog: builtinCatalog(), now: () => now };
		const tokenizer = await loadTokenizer();
		const sums = [];
		for (const [kind, id] of asked) {
			const one = await subjectOf(kind, id, source);
			for (const write of ["md", "json"])
				sums.push(createHash("sha256").update(one.write({ budget: 4096, tokenizer, write }).text).digest("hex"));
		}
		console.log(JSON.stringify(sums));
		await store.close();`;
	const input = { url: inject("clickhouseUrl"), database: first.database, now: NOW, asked };
	const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
	const expected = [...subjects.values()].flatMap(texts).map(digest);
	for (const place of [
		{ TZ: "Asia/Kathmandu", LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8" },
		{ TZ: "America/St_Johns", LANG: "C", LC_ALL: "C" },
	]) {
		const args = ["--conditions=errata-source", "--input-type=module-typescript", "--eval", program];
		const env = { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "", ...place };
		const { stdout } = await exec(process.execPath, args, {
			cwd: path.join(here, "../.."),
			env: { ...env, REPORT_INPUT: JSON.stringify(input) },
		});
		expect(JSON.parse(stdout), JSON.stringify(place)).toEqual(expected);
	}
}, 60_000);

interface Written {
	readonly sections: Readonly<Record<string, { says?: object; untrusted?: object }>>;
	readonly cut: Readonly<Record<string, { left: number; of: number }>>;
}

function shown(text: string): Map<string, number> {
	const { sections } = JSON.parse(text) as Written;
	return new Map(
		Object.entries(sections).map(([key, { says, untrusted }]) => [key, Object.keys(says ?? untrusted ?? []).length]),
	);
}

test("within every budget, and what was cut adds up to what there is", async () => {
	const whole = new Map([...subjects.values()].map((one) => [one, shown(both(one, 131_072)[1].text)]));
	const budgets = fc.oneof(
		fc.constantFrom(512, 513, 1_024, 4_095, 8_192, 32_767, 32_768),
		fc.integer({ min: 512, max: 32_768 }),
		fc.integer({ min: 512, max: 2_000 }),
	);
	fc.assert(
		fc.property(fc.constantFrom(...subjects.values()), budgets, (one, budget) => {
			const [md, json] = both(one, budget);
			for (const { text, tokens } of [md, json]) {
				expect(countTokens(text, { disallowedSpecial: new Set() })).toBe(tokens);
				expect(tokens).toBeLessThanOrEqual(budget);
			}
			const all = whole.get(one) as Map<string, number>;
			const here = shown(json.text);
			const cut = new Map(json.cut.map(({ section, left, of }) => [section as string, { left, of }]));
			for (const [section, of] of all) {
				const left = of - (here.get(section) ?? 0);
				expect(cut.get(section), `${section} of ${budget}`).toEqual(left === 0 ? undefined : { left, of });
			}
			expect([...cut.keys()].filter((section) => !all.has(section))).toEqual([]);
			expect((JSON.parse(json.text) as Written).cut).toEqual(Object.fromEntries(cut));
			const said = md.cut.map(({ section, left, of }) => `${section} ${left} of ${of}`).join(", ");
			const last = md.text.trimEnd().split("\n").at(-1);
			if (said !== "") expect(last).toBe(`Left out to stay within ${budget} tokens: ${said}.`);
			else expect(md.text).not.toContain("Left out to stay within");
		}),
		{ numRuns: 300 },
	);
}, 180_000);
