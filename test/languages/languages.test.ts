/**
 * Real programs in four languages, each failing in many ways of its standard library and of libraries that people use,
 * through the Collector with errata and the real clickhouseexporter: SQL finds each error once, with the code, the
 * category and the template that expected.json beside the recordings says, and nothing that was no error.
 */
import { randomBytes } from "node:crypto";
import path from "node:path";
import { type ClickHouseClient, createClient } from "@clickhouse/client";
import { openStore } from "@errata/store";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { buildCollector } from "../../scripts/build-collector.mjs";
import { collector, freePort, type Victim } from "../setup/victims.ts";
import { type Expected, expectedOf, type Said } from "./expected.ts";
import { LANGUAGES, type Language, prepare, runProgram } from "./programs.ts";

interface Row {
	readonly Case: string;
	readonly Signal: "log" | "span";
	readonly Code: string;
	readonly Pattern: string;
	readonly Category: string;
	readonly Severity: string;
	readonly Retryable: boolean | null;
	readonly Fingerprint: string;
	readonly Template: string;
	readonly ExceptionType: string;
	readonly TraceId: string;
	readonly SpanId: string;
	readonly Immediate: string[];
	readonly Preventive: string[];
}

/** A case is the name of its trace's root span: that it is found says that the trace came along. */
const ROWS = `SELECT roots.SpanName AS Case, e.Signal AS Signal, e.Code AS Code, e.Pattern AS Pattern, e.Category AS Category,
	e.Severity AS Severity, e.Retryable AS Retryable, e.Fingerprint AS Fingerprint, e.Template AS Template,
	e.ExceptionType AS ExceptionType, e.TraceId AS TraceId, e.SpanId AS SpanId, e.Immediate AS Immediate, e.Preventive AS Preventive
FROM errata_errors AS e
LEFT JOIN (SELECT TraceId, SpanName FROM otel_traces WHERE ParentSpanId = '') AS roots ON roots.TraceId = e.TraceId
WHERE e.ServiceName = {service:String}
ORDER BY e.Timestamp`;

const COUNTED = `SELECT roots.SpanName AS Case, toUInt32(sum(o.Count)) AS Count
FROM errata_occurrences(since = now64(9) - INTERVAL 1 DAY, until = now64(9) + INTERVAL 1 DAY) AS o
LEFT JOIN (SELECT TraceId, SpanName FROM otel_traces WHERE ParentSpanId = '') AS roots ON roots.TraceId = o.TraceId
WHERE o.ServiceName = {service:String}
GROUP BY Case`;

const ORDINARY = `SELECT SeverityNumber AS severity, arrayFilter(name -> name LIKE 'errata.%', mapKeys(LogAttributes)) AS ours
FROM otel_logs WHERE ServiceName = {service:String}
	AND TraceId IN (SELECT TraceId FROM otel_traces WHERE SpanName = 'ordinary' AND ParentSpanId = '')
ORDER BY severity`;

const database = `languages_${randomBytes(4).toString("hex")}`;
let client: ClickHouseClient;
let gateway: Victim;

async function rows<T>(query: string, service: string): Promise<T[]> {
	const answer = await client.query({ query, query_params: { service }, format: "JSONEachRow" });
	return answer.json<T>();
}

/** The cases that are errors. */
async function errorsOf(language: Language): Promise<[string, Expected][]> {
	const all = Object.entries(await expectedOf(language));
	return all.filter(([, one]) => one.log !== undefined || one.span !== undefined);
}

beforeAll(async () => {
	const say = (line: string): void => console.log(line);
	const binary = process.env.ERRATA_TEST_COLLECTOR ?? buildCollector({ log: say });
	await prepare(LANGUAGES, say);
	const url = new URL(inject("clickhouseUrl"));
	const { username, password, origin } = url;
	const admin = createClient({ url: origin, username, password });
	await admin.command({ query: `CREATE DATABASE ${database}` });
	await admin.close();
	client = createClient({ url: origin, username, password, database });
	const store = openStore({ url: origin, username, password, database });
	await store.migrate();
	await store.close();
	const port = await freePort();
	const env = {
		LANGUAGES_PORT: String(port),
		LANGUAGES_CLICKHOUSE: origin,
		LANGUAGES_USERNAME: username,
		LANGUAGES_PASSWORD: password,
		LANGUAGES_DATABASE: database,
	};
	const endpoint = `http://127.0.0.1:${port}`;
	gateway = collector(binary, ["--config", path.join(import.meta.dirname, "collector.yaml")], env, endpoint);
	await gateway.start();
	await Promise.all([
		...LANGUAGES.map((language) => runProgram(language, { endpoint, service: `orders-${language}`, flavour: "plain" })),
		runProgram("node", { endpoint, service: "orders-errata", flavour: "errata" }),
	]);
	// Ended in order, a Collector sends all that it took before.
	await gateway.stop();
}, 300_000);

afterAll(async () => {
	await gateway?.stop();
	await client?.command({ query: `DROP DATABASE IF EXISTS ${database}` });
	await client?.close();
});

describe.each(LANGUAGES)("%s", (language) => {
	const service = `orders-${language}`;

	it("has every error once, with what errata must say of it, and nothing else", async () => {
		const found: Record<string, { log?: Said[]; span?: Said[] }> = {};
		for (const row of await rows<Row>(ROWS, service)) {
			const said = { code: row.Code, category: row.Category, type: row.ExceptionType, template: row.Template };
			const before = found[row.Case] ?? {};
			found[row.Case] = { ...before, [row.Signal]: [...(before[row.Signal] ?? []), said] };
		}
		const wanted = (await errorsOf(language)).map(([name, { log, span }]) => {
			const once = (said: Said | undefined) => said && [{ type: "", ...said }];
			return [name, { ...(log && { log: once(log) }), ...(span && { span: once(span) }) }];
		});
		expect(found).toEqual(Object.fromEntries(wanted));
	});

	it("has at least ten different errors, each with advice where one is known", async () => {
		const all = await rows<Row>(ROWS, service);
		expect(new Set(all.map((row) => row.Code)).size).toBeGreaterThanOrEqual(10);
		expect(new Set(all.map((row) => row.Fingerprint)).size).toBeGreaterThanOrEqual(10);
		for (const row of all) {
			expect(row.TraceId, row.Case).toMatch(/^[0-9a-f]{32}$/);
			expect(row.SpanId, row.Case).toMatch(/^[0-9a-f]{16}$/);
			if (row.Code !== "UNKNOWN") expect(row.Immediate.length, row.Case).toBeGreaterThan(0);
		}
	});

	it("counts a failure once that a log and an event of the same span tell of", async () => {
		const expected = await expectedOf(language);
		const all = Map.groupBy(await rows<Row>(ROWS, service), (row) => row.Case);
		const counted = await rows<{ Case: string; Count: number }>(COUNTED, service);
		expect(counted).toHaveLength(all.size);
		for (const { Case, Count } of counted) {
			// A client library's span, below the one in which the program logs, is another operation that failed.
			const spans = new Set(all.get(Case)?.map((row) => row.SpanId)).size;
			expect([Case, Count]).toEqual([Case, expected[Case]?.apart === undefined ? spans : 2]);
		}
	});

	it("keeps what was no error as it was", async () => {
		expect(await rows(ORDINARY, service)).toEqual([5, 9, 13].map((severity) => ({ severity, ours: [] })));
	});
});

/** Where pino's line lacks the code of the cause (ENOENT, ECONNREFUSED), which the thrown error has: another group. */
const WITHOUT_CODE = new Set(["cause", "fetch-refused"]);

describe("node, described by @errata/node and by the Collector", () => {
	it("is the same answer", async () => {
		const answer = (row: Row): [string, unknown] => {
			const { Code, Pattern, Category, Severity, Retryable, Fingerprint, Template, Immediate, Preventive } = row;
			const group = WITHOUT_CODE.has(row.Case) ? {} : { Fingerprint };
			return [row.Case, { Code, Pattern, Category, Severity, Retryable, Template, Immediate, Preventive, ...group }];
		};
		const byErrata = await rows<Row>(ROWS, "orders-errata");
		const plain = await rows<Row>(ROWS, "orders-node");
		const logged = new Set(plain.filter((row) => row.Signal === "log").map((row) => row.Case));
		const once = plain.filter((row) => row.Signal === "log" || !logged.has(row.Case));
		expect(Object.fromEntries(byErrata.map(answer))).toEqual(Object.fromEntries(once.map(answer)));
		expect(byErrata).toHaveLength(once.length);
	});
});
