import { setTimeout as sleep } from "node:timers/promises";
import { builtinCatalog, createRedactor } from "@errata/catalog";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { logRow, nanoseconds, type TestDatabase, testDatabase, traceRow } from "./test-database.ts";
import type { OtelLogRow } from "./types.ts";

const by = { catalog: builtinCatalog(), redactor: createRedactor() };
const HOUR = 3_600_000;

let db: TestDatabase;
beforeAll(async () => {
	db = await testDatabase(inject("clickhouseUrl"));
});
afterAll(() => db.drop());

const now = Date.now();
const range = { sinceMs: now - 48 * HOUR, untilMs: now + HOUR };

function refused(i: number, over: Partial<OtelLogRow> = {}): OtelLogRow {
	return logRow({
		Timestamp: nanoseconds(now - (i % 40) * HOUR, i),
		Body: "charge failed",
		ServiceName: "billing",
		ResourceAttributes: { "telemetry.sdk.language": "nodejs", "service.version": "1.4.0" },
		LogAttributes: { "exception.type": "Error", "exception.message": `connect ECONNREFUSED 127.0.0.1:${5000 + i}` },
		...over,
	});
}

const info = logRow({ SeverityNumber: 9, SeverityText: "INFO", Body: "all is well", Timestamp: nanoseconds(now) });

interface Counted {
	readonly rows: number;
	readonly ids: number;
}

async function counted(where = "1"): Promise<Counted> {
	const [row] = await db.rows<Counted>(
		`SELECT count() AS rows, uniqExact(EventId) AS ids FROM errata_errors WHERE ${where}`,
	);
	return row as Counted;
}

describe("backfill", () => {
	beforeAll(async () => {
		await db.store.insertLogs([...Array.from({ length: 1_200 }, (_, i) => refused(i)), info]);
		await db.store.insertTraces([
			traceRow({
				Timestamp: nanoseconds(now - HOUR),
				TraceId: "a".repeat(32),
				SpanId: "b".repeat(16),
				ServiceName: "billing",
				SpanName: "POST /charges",
				StatusCode: "Error",
				StatusMessage: "no answer for ada@example.com",
				SpanAttributes: { "http.route": "/charges/{id}" },
				Duration: "1500000",
				"Events.Timestamp": [nanoseconds(now - HOUR, 7), nanoseconds(now - HOUR, 8)],
				"Events.Name": ["exception", "cache miss"],
				"Events.Attributes": [{ "exception.type": "TypeError", "exception.message": "x is not a function" }, {}],
			}),
		]);
	});

	test("a dry run counts and writes nothing", async () => {
		const report = await db.store.backfill({ ...by, ...range, dryRun: true });
		expect(report).toMatchObject({ found: 1_201, described: 0, complete: true });
		expect(await counted()).toEqual({ rows: 0, ids: 0 });
	});

	test("stopped at any batch and run again, every error is described once", async () => {
		const stop = new AbortController();
		const first = await db.store.backfill({
			...by,
			...range,
			signal: stop.signal,
			onProgress: ({ done }) => done > 200 && stop.abort(),
		});
		expect(first.complete).toBe(false);
		expect(first.described).toBeGreaterThan(200);
		const second = await db.store.backfill({ ...by, ...range });
		expect(second).toMatchObject({ complete: true, found: 1_201 - first.described });
		expect(await counted()).toEqual({ rows: 1_201, ids: 1_201 });
		const third = await db.store.backfill({ ...by, ...range });
		expect(third).toMatchObject({ found: 0, described: 0, complete: true });
	});

	test("rows say what the catalog says, and count as trends", async () => {
		const [row] = await db.rows<Record<string, unknown>>(
			"SELECT Code, Category, Retryable, Release, Message, Template, Signal FROM errata_errors WHERE ServiceName = 'billing' AND Signal = 'log' LIMIT 1",
		);
		expect(row).toMatchObject({
			Code: "NET_CONN_REFUSED",
			Category: "network",
			Retryable: true,
			Release: "1.4.0",
			Signal: "log",
		});
		const issues = await db.store.listIssues({ sinceMs: range.sinceMs });
		expect(issues.map(({ code, count }) => ({ code, count }))).toContainEqual({
			code: "NET_CONN_REFUSED",
			count: 1_200,
		});
		const spans = await db.rows("SELECT ExceptionType, TraceId, Attributes FROM errata_errors WHERE Signal = 'span'");
		expect(spans).toEqual([
			{
				ExceptionType: "TypeError",
				TraceId: "a".repeat(32),
				Attributes: expect.objectContaining({
					"errata.signal": "span",
					"errata.context.span.name": "POST /charges",
					"errata.context.span.kind": "Server",
					"errata.context.span.status": "Error",
					"errata.context.span.status_message": "no answer for [REDACTED:email]",
					"errata.context.span.route": "/charges/{id}",
					"errata.context.span.duration_ms": "1.5",
				}),
			},
		]);
	});

	test("two at once do the same twice, and counts stay exact", async () => {
		await db.store.insertLogs(Array.from({ length: 300 }, (_, i) => refused(i, { ServiceName: "twice" })));
		await Promise.all([db.store.backfill({ ...by, ...range }), db.store.backfill({ ...by, ...range })]);
		expect((await counted("ServiceName = 'twice'")).ids).toBe(300);
		const issues = await db.store.listIssues({ sinceMs: range.sinceMs, service: "twice" });
		expect(issues.reduce((sum, { count }) => sum + count, 0)).toBe(300);
	});

	test("what is private goes, and a record with an error elsewhere is found", async () => {
		await db.store.insertLogs([
			logRow({
				Timestamp: nanoseconds(now),
				ServiceName: "private",
				Body: `{"level":"error","msg":"no user ann.smith@example.com","err":{"type":"KeyError","message":"'id'"}}`,
			}),
		]);
		await db.store.backfill({ ...by, ...range });
		const [row] = await db.rows<Record<string, string>>(
			"SELECT ExceptionType, Message, Body FROM errata_errors WHERE ServiceName = 'private'",
		);
		expect(row).toMatchObject({ ExceptionType: "KeyError", Message: "'id'" });
		expect(row?.Body).toContain("[REDACTED:email]");
	});
});

describe("arrivals", () => {
	test("what a stock Collector writes is described as it comes, across a restart, once", async () => {
		const arrive = (from: number, n: number) =>
			db.store.insertLogs(Array.from({ length: n }, (_, i) => refused(from + i, { ServiceName: "arrivals" })));
		await arrive(0, 50);
		const run = async (until: number) => {
			const arrivals = db.store.classifyArrivals(by);
			while ((await counted("ServiceName = 'arrivals'")).ids < until) await sleep(200);
			await arrivals.stop();
		};
		await run(50);
		await arrive(50, 30);
		await run(80);
		expect(await counted("ServiceName = 'arrivals'")).toEqual({ rows: 80, ids: 80 });
		// Backfill and arrivals give one record one id.
		expect(await db.store.backfill({ ...by, ...range, dryRun: true })).toMatchObject({ found: 0 });
	});
});

test("a table of an exporter from before 0.120, without EventName, is described too", async () => {
	const old = await testDatabase(inject("clickhouseUrl"), { migrate: false });
	await old.run(
		`CREATE TABLE otel_logs (Timestamp DateTime64(9), TimestampTime DateTime DEFAULT toDateTime(Timestamp), TraceId String, SpanId String, TraceFlags UInt8,
		SeverityText LowCardinality(String), SeverityNumber UInt8, ServiceName LowCardinality(String), Body String, ResourceSchemaUrl LowCardinality(String),
		ResourceAttributes Map(LowCardinality(String), String), ScopeSchemaUrl LowCardinality(String), ScopeName String, ScopeVersion LowCardinality(String),
		ScopeAttributes Map(LowCardinality(String), String), LogAttributes Map(LowCardinality(String), String)) ENGINE = MergeTree ORDER BY (ServiceName, TimestampTime)`,
	);
	await old.store.migrate();
	await old.store.insertLogs([refused(1)]);
	expect(await old.store.backfill({ ...by, ...range })).toMatchObject({ found: 1, described: 1 });
	await old.drop();
});
