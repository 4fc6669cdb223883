/** Every query function: what it answers, and that hostile input stays data. */

import { ErrataError } from "@errata/catalog";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { readMigrations } from "./migrate.ts";
import { openStore, type Store } from "./store.ts";
import { errorRow, logRow, nanoseconds, type TestDatabase, testDatabase, traceRow } from "./test-database.ts";
import type { TailRow } from "./types.ts";

const LAST = readMigrations().length;

const NOW = Math.floor(Date.now() / 60_000) * 60_000 - 60_000;
const TRACE = "0af7651916cd43dd8448eb211c80319c";
const at = (seconds: number, extra = 0): string => nanoseconds(NOW - seconds * 1000, extra);

let db: TestDatabase;
let store: Store;
beforeAll(async () => {
	db = await testDatabase(inject("clickhouseUrl"));
	store = db.store;
	await store.insertErrors([
		errorRow({
			Fingerprint: "aaaa1111",
			Timestamp: at(600),
			Release: "1.0",
			Environment: "prod",
			TraceId: TRACE,
			SpanId: "s1",
			TaskName: "charge",
			TaskId: "t1",
			Message: "first",
		}),
		errorRow({
			Fingerprint: "aaaa1111",
			EventId: "latest",
			Timestamp: at(60),
			Release: "1.1",
			ServiceName: "worker",
			Environment: "test",
			TraceId: "ffff",
			Handled: false,
			TaskName: "charge",
			TaskId: "t2",
			RunId: "run-1",
			Message: "latest message",
			Immediate: ["Check that 127.0.0.1:5432 is listening"],
			Preventive: ["Retry"],
			Docs: ["https://nodejs.org"],
			Attributes: { "errata.breadcrumbs": '[{"x":1}]', "": "empty" },
			ResourceAttributes: { "service.name": "worker" },
		}),
		errorRow({
			Fingerprint: "bbbb2222",
			Timestamp: at(601),
			Code: "UNKNOWN",
			Template: "cannot read <id>",
			TraceId: TRACE,
			SpanId: "s2",
			Retryable: null,
			ServiceName: "db",
		}),
		errorRow({ Fingerprint: "cccc3333", Timestamp: at(40 * 60), Code: "PG_UNIQUE", Tenant: "" }),
		errorRow({ Fingerprint: "dddd4444", Timestamp: at(50), Tenant: "other" }),
	]);
	await store.insertTraces([
		traceRow({
			Timestamp: at(602, 7),
			TraceId: TRACE,
			SpanId: "s1",
			SpanName: "POST /pay",
			Duration: "2500000",
			StatusCode: "Error",
			StatusMessage: "boom",
			SpanAttributes: { "http.route": "/pay" },
		}),
		traceRow({ Timestamp: at(601), TraceId: TRACE, SpanId: "s2", ParentSpanId: "s1", ServiceName: "db" }),
		traceRow({ Timestamp: at(601), TraceId: TRACE, SpanId: "s2", ParentSpanId: "s1", ServiceName: "db" }),
		traceRow({ Timestamp: at(601), TraceId: "e".repeat(32), SpanId: "s9" }),
	]);
});
afterAll(() => db.drop());

test("listIssues: groups, latest first, with what a list shows", async () => {
	const issues = await store.listIssues();
	expect(issues.map((issue) => issue.fingerprint)).toEqual(["aaaa1111", "bbbb2222", "cccc3333"]);
	expect(issues[0]).toEqual({
		fingerprint: "aaaa1111",
		code: "NET_CONN_REFUSED",
		pattern: "network.connection_refused",
		category: "network",
		severity: "high",
		retryable: true,
		exceptionType: "Error",
		message: "latest message",
		template: "connect ECONNREFUSED <addr>",
		count: 2,
		unhandled: 1,
		services: ["checkout", "worker"],
		environments: ["prod", "test"],
		firstSeen: new Date(NOW - 600_000).toISOString().replace(".000Z", ".000000000Z"),
		lastSeen: new Date(NOW - 60_000).toISOString().replace(".000Z", ".000000000Z"),
		firstRelease: "1.0",
		lastRelease: "1.1",
		members: [],
		traces: 2,
		immediate: ["Check that 127.0.0.1:5432 is listening"],
		preventive: ["Retry"],
		docs: ["https://nodejs.org"],
	});
	expect(issues[1]?.retryable).toBeNull();
});

test("listIssues: filters by time, service, code and run; counts within, first seen over all", async () => {
	const of = async (filter: Parameters<Store["listIssues"]>[0]) =>
		(await store.listIssues(filter)).map((issue) => `${issue.fingerprint}:${issue.count}`);
	expect(await of({ sinceMs: NOW - 120_000 })).toEqual(["aaaa1111:1"]);
	expect((await store.listIssues({ sinceMs: NOW - 120_000 }))[0]?.firstRelease).toBe("1.0");
	expect(await of({ untilMs: NOW - 60_000 })).toEqual(["aaaa1111:1", "bbbb2222:1", "cccc3333:1"]);
	expect((await store.listIssues({ untilMs: NOW - 60_000 }))[0]?.message).toBe("first");
	expect(await of({ service: "worker" })).toEqual(["aaaa1111:1"]);
	expect(await of({ code: "PG_UNIQUE" })).toEqual(["cccc3333:1"]);
	expect(await of({ runId: "run-1" })).toEqual(["aaaa1111:1"]);
	expect((await store.listIssues({ service: "checkout", code: "NET_CONN_REFUSED" }))[0]?.message).toBe("first");
	expect(await of({ limit: 1 })).toEqual(["aaaa1111:2"]);
	expect(await of({ sinceMs: NOW, untilMs: NOW - 1 })).toEqual([]);
});

test("another tenant sees its own rows and only those", async () => {
	const other = openStore({ url: inject("clickhouseUrl"), database: db.name, tenant: "other" });
	expect((await other.listIssues()).map((issue) => issue.fingerprint)).toEqual(["dddd4444"]);
	expect(await other.traceErrors(TRACE)).toEqual([]);
	expect(await other.traceSpans(TRACE)).toEqual([]);
	expect(await other.issueEvents("aaaa1111")).toEqual([]);
	expect((await other.trends({ windowMs: 3_600_000 })).map((trend) => trend.key)).toEqual(["dddd4444"]);
	expect(await other.tail({ errorOnly: true })).toHaveLength(1);
	await other.close();
});

test("getIssue: by fingerprint or its beginning", async () => {
	const of = async (text: string) => (await store.getIssue(text)).map((issue) => issue.fingerprint);
	expect(await of("aaaa1111")).toEqual(["aaaa1111"]);
	expect(await of("bb")).toEqual(["bbbb2222"]);
	expect(await of("zz")).toEqual([]);
	expect(await of("")).toEqual([]);
	expect(await of("%")).toEqual([]);
});

test("issueEvents: newest first, whole, each once", async () => {
	const events = await store.issueEvents("aaaa1111");
	expect(events.map((event) => event.message)).toEqual(["latest message", "first"]);
	expect(events[0]).toMatchObject({
		eventId: "latest",
		handled: false,
		signal: "log",
		service: "worker",
		traceId: "ffff",
		taskName: "charge",
		taskId: "t2",
		runId: "run-1",
		count: 1,
		retryable: true,
		attributes: { "errata.breadcrumbs": '[{"x":1}]', "": "empty" },
		resource: { "service.name": "worker" },
	});
	expect(await store.issueEvents("aaaa1111", { limit: 1 })).toHaveLength(1);
});

test("traceErrors and traceSpans: one trace, oldest first, in any letter case", async () => {
	expect((await store.traceErrors(TRACE.toUpperCase())).map((event) => event.fingerprint)).toEqual([
		"bbbb2222",
		"aaaa1111",
	]);
	const spans = await store.traceSpans(TRACE);
	expect(spans.map((span) => `${span.parentSpanId}>${span.spanId}`)).toEqual([">s1", "s1>s2"]);
	expect(spans[0]).toMatchObject({
		timestamp: new Date(NOW - 602_000).toISOString().replace(".000Z", ".000000007Z"),
		name: "POST /pay",
		kind: "Server",
		service: "checkout",
		durationMs: 2.5,
		status: "Error",
		statusMessage: "boom",
		attributes: { "http.route": "/pay" },
	});
	expect(await store.traceErrors("")).toEqual([]);
	expect(await store.traceSpans("")).toEqual([]);
});

test("trends: by fingerprint, task, code and service, with the window before", async () => {
	const window = { windowMs: 30 * 60_000, untilMs: NOW };
	const byFingerprint = await store.trends(window);
	expect(byFingerprint.map(({ key, label, count, previous }) => ({ key, label, count, previous }))).toEqual([
		{ key: "aaaa1111", label: "NET_CONN_REFUSED", count: 2, previous: 0 },
		{ key: "bbbb2222", label: "cannot read <id>", count: 1, previous: 0 },
		{ key: "cccc3333", label: "PG_UNIQUE", count: 0, previous: 1 },
	]);
	const first = byFingerprint[0];
	expect(first).toMatchObject({ stepMs: 30_000, sinceMs: NOW - 30 * 60_000 });
	expect(first?.buckets).toHaveLength(60);
	expect(first?.buckets.flatMap((count, i) => (count > 0 ? [i] : []))).toEqual([40, 58]);
	const of = async (by: "task" | "code" | "service") =>
		(await store.trends({ ...window, by })).map((trend) => `${trend.key}:${trend.count}`);
	expect(await of("task")).toEqual(["charge:2", ":1"]);
	expect(await of("code")).toEqual(["NET_CONN_REFUSED:2", "UNKNOWN:1", "PG_UNIQUE:0"]);
	expect(await of("service")).toEqual(["checkout:1", "db:1", "worker:1"]);
	expect(await store.trends({ ...window, limit: 1 })).toHaveLength(1);
});

test("trends: any window gives at most 120 buckets that add up", async () => {
	for (const windowMs of [
		0,
		-1,
		Number.NaN,
		1,
		90_000,
		3_600_000,
		86_400_000,
		8 * 86_400_000,
		400 * 86_400_000,
		1e15,
	]) {
		for (const trend of await store.trends({ windowMs })) {
			expect(trend.buckets.length).toBeLessThanOrEqual(120);
			expect(trend.buckets.reduce((a, b) => a + b, 0)).toBe(trend.count);
		}
	}
});

test("similarCount and relatedGroups", async () => {
	expect(await store.similarCount("aaaa1111", { windowMs: 86_400_000 })).toBe(2);
	expect(await store.similarCount("aaaa1111", { windowMs: 120_000, untilMs: NOW })).toBe(1);
	expect(await store.similarCount("none", { windowMs: 1 })).toBe(0);
	expect(await store.relatedGroups("aaaa1111", { windowMs: 86_400_000 })).toEqual([
		{
			fingerprint: "bbbb2222",
			code: "UNKNOWN",
			exceptionType: "Error",
			message: "connect ECONNREFUSED 127.0.0.1:5432",
			services: ["db"],
			traces: 1,
			earlier: 1,
			of: 2,
		},
	]);
	expect(await store.relatedGroups("cccc3333", { windowMs: 86_400_000 })).toEqual([]);
});

test("tail: the newest rows oldest first, then what follows; errors alone; one task", async () => {
	const rows = Array.from({ length: 6 }, (_, i) =>
		logRow({
			Timestamp: at(30, Math.floor(i / 2)),
			Body: `line ${i}`,
			SeverityNumber: 9,
			SeverityText: "INFO",
			LogAttributes: i === 5 ? { "errata.context.task.id": "t7" } : {},
		}),
	);
	await store.insertLogs(rows);
	await store.insertLogs([
		logRow({
			Timestamp: at(29),
			Body: "failed",
			LogAttributes: { "errata.fingerprint": "eeee5555", "errata.code": "X", "errata.context.task.id": "t7" },
		}),
	]);
	const newest = await store.tail({ limit: 3 });
	expect(newest.at(-1)).toMatchObject({
		body: "failed",
		code: "X",
		fingerprint: "eeee5555",
		taskId: "t7",
		severityNumber: 17,
		severityText: "ERROR",
		service: "checkout",
	});
	// Page by page, rows of one nanosecond too: everything once, nothing twice.
	const seen: TailRow[] = [];
	let after = (await store.tail({ limit: 1000 }))[0]?.cursor as string;
	for (;;) {
		const page = await store.tail({ after, limit: 1 });
		if (page[0] === undefined) break;
		seen.push(page[0]);
		after = page[0].cursor;
	}
	expect(new Set(seen.map((row) => row.cursor)).size).toBe(seen.length);
	expect(seen).toHaveLength(6);
	expect((await store.tail({ taskId: "t7" })).map((row) => row.body)).toEqual(["line 5", "failed"]);
	expect((await store.tail({ errorOnly: true, limit: 2 })).map((row) => row.fingerprint)).toEqual([
		"aaaa1111",
		"eeee5555",
	]);
	expect((await store.tail({ errorOnly: true, taskId: "t1" })).map((row) => row.body)).toEqual(["first"]);
	const [first] = await store.tail({ errorOnly: true });
	expect((await store.tail({ errorOnly: true, after: first?.cursor })).map((row) => row.fingerprint)).not.toContain(
		first?.fingerprint,
	);
});

test("follow: new rows as they come, late ones too, each once", async () => {
	const stop = new AbortController();
	const got: string[] = [];
	const done = (async () => {
		for await (const rows of store.follow({ signal: stop.signal })) {
			for (const row of rows) got.push(row.body);
			if (got.length >= 3) stop.abort();
		}
	})();
	const later = Date.now() + 3_000;
	await store.insertLogs([logRow({ Timestamp: nanoseconds(later), Body: "one" })]);
	while (got.length < 1) await new Promise((resolve) => setTimeout(resolve, 50));
	await store.insertLogs([logRow({ Timestamp: nanoseconds(later - 1_000), Body: "late" })]);
	await store.insertLogs([logRow({ Timestamp: nanoseconds(later + 1_000), Body: "two" })]);
	await done;
	expect(got.toSorted()).toEqual(["late", "one", "two"]);
});

test("health: version, migrations, and when trends were computed", async () => {
	await store.refreshTrends();
	const health = await store.health();
	expect(health).toMatchObject({ database: db.name, migration: { current: LAST, latest: LAST } });
	expect(health.version).toMatch(/^\d+\.\d+/);
	expect(health.url).not.toContain("@");
	if (health.refreshes !== null)
		expect(health.refreshes).toMatchObject([
			{ view: "errata_settled_days_mv", failed: false },
			{ view: "errata_trends_1d_mv", failed: false },
			{ view: "errata_trends_1h_mv", failed: false },
		]);
});

const HOSTILE = [
	"'",
	"''; DROP TABLE errata_errors; --",
	"\\",
	"\\'",
	"\u0000",
	"\ud800",
	"\n\t\r",
	"{tenant:String}",
	"😀".repeat(512),
	"%00",
	"null",
	"\\N",
	"a".repeat(1_024),
];

test("hostile text in any parameter is data: it finds nothing and breaks nothing", async () => {
	for (const text of HOSTILE) {
		const stranger = openStore({ url: inject("clickhouseUrl"), database: db.name, tenant: text });
		expect(await stranger.listIssues()).toEqual([]);
		await stranger.close();
		expect(await store.listIssues({ service: text, code: text, runId: text })).toEqual([]);
		expect(await store.getIssue(text)).toEqual([]);
		expect(await store.issueEvents(text)).toEqual([]);
		expect(await store.traceErrors(text)).toEqual([]);
		expect(await store.traceSpans(text)).toEqual([]);
		expect(await store.similarCount(text, { windowMs: 1e9 })).toBe(0);
		expect(await store.relatedGroups(text, { windowMs: 1e9 })).toEqual([]);
		expect(await store.tail({ taskId: text })).toEqual([]);
		expect(await store.tail({ taskId: text, errorOnly: true })).toEqual([]);
		await expect(store.tail({ after: text })).rejects.toThrow(ErrataError);
		expect(await store.trends({ windowMs: 60_000, by: text as "code", untilMs: 0 })).toEqual([]);
	}
	expect((await store.listIssues()).length).toBeGreaterThan(2);
});

test("text that is too long for a parameter is refused, never cut", async () => {
	const text = "a".repeat(1_000_000);
	for (const question of [
		() => store.getIssue(text),
		() => store.listIssues({ code: text }),
		() => store.traceErrors(text),
	])
		await expect(question()).rejects.toThrow("it has 1000000 characters, at most 1024 are allowed. Pass a shorter one");
});

test("numbers out of any range are bounded", async () => {
	for (const n of [-1, 0, 1e9, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1.5, 2 ** 53]) {
		expect((await store.listIssues({ limit: n })).length).toBeGreaterThan(0);
		await store.listIssues({ sinceMs: n, untilMs: n });
		await store.issueEvents("aaaa1111", { limit: n });
		await store.trends({ windowMs: n, untilMs: n, limit: n });
		await store.similarCount("aaaa1111", { windowMs: n, untilMs: n });
		await store.relatedGroups("aaaa1111", { windowMs: n, untilMs: n, limit: n });
		await store.tail({ limit: n });
	}
	await expect(store.tail({ after: "99999999999999999999.1" })).rejects.toThrow("expected the cursor of a row");
	await expect(store.tail({ after: "1.99999999999999999999" })).rejects.toThrow("expected the cursor of a row");
});

test("what cannot be asked gets one message that says what to do", async () => {
	const message = async (options: Parameters<typeof openStore>[0]) => {
		const target = openStore(options);
		const error = await target.listIssues().catch((e: unknown) => e);
		await target.close();
		expect(error).toBeInstanceOf(ErrataError);
		return (error as ErrataError).message;
	};
	const url = new URL(inject("clickhouseUrl"));
	expect(await message({ url: "http://127.0.0.1:1" })).toBe(
		"cannot query ClickHouse http://127.0.0.1:1: connection refused. Start it with `errata local` or pass --clickhouse-url",
	);
	expect(await message({ url: "http://nowhere.invalid:8123" })).toContain("the host name is not known. Start it");
	expect(await message({ url: url.href, database: "errata_test_absent" })).toBe(
		`cannot query ClickHouse ${url.origin}: database errata_test_absent does not exist. Create it (CREATE DATABASE errata_test_absent) and run \`errata migrate\`, or pass another with --database`,
	);
	const empty = await testDatabase(inject("clickhouseUrl"), { migrate: false });
	expect(await message({ url: url.href, database: empty.name })).toContain(
		`the tables of errata are missing or old in database ${empty.name}. Run \`errata migrate\``,
	);
	expect((await empty.store.health()).migration).toEqual({ current: 0, latest: LAST });
	await empty.drop();
	for (const bad of ["", "localhost:8123", "ftp://localhost", "http://", "nonsense"])
		expect(() => openStore({ url: bad })).toThrow("expected http:// or https:// with host and port");
	expect(() => openStore({ url: "ftp://me:hunter2@localhost" })).toThrow(/^((?!hunter2).)*$/);
});
