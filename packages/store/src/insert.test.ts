import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { openStore } from "./store.ts";
import { StoreError } from "./store-error.ts";
import { errorRow, logRow, nanoseconds, type TestDatabase, testDatabase, traceRow } from "./test-database.ts";

let db: TestDatabase;
beforeAll(async () => {
	db = await testDatabase(inject("clickhouseUrl"));
});
afterAll(() => db.drop());

async function failure(work: Promise<unknown>): Promise<StoreError> {
	const error = await work.then(
		() => undefined,
		(e: unknown) => e,
	);
	expect(error).toBeInstanceOf(StoreError);
	return error as StoreError;
}

test("times are exact to the nanosecond in every table, from the first to the last one there is", async () => {
	const times = ["0", "1", "999999999", "1000000000", "1795478400123456789", "9223372036854775807"];
	await db.store.insertLogs(times.map((Timestamp, i) => logRow({ Timestamp, Body: `t${i}` })));
	const logs = await db.rows<{ n: string }>(
		"SELECT toString(toUnixTimestamp64Nano(Timestamp)) AS n FROM otel_logs WHERE Body LIKE 't%' ORDER BY Body",
	);
	expect(logs.map((row) => row.n)).toEqual(times);

	const at = nanoseconds(Date.now(), 987_654);
	await db.store.insertTraces([
		traceRow({
			Timestamp: at,
			TraceId: "ab".repeat(16),
			SpanId: "cd".repeat(8),
			Duration: "18446744073709551615",
			"Events.Timestamp": [at, "1"],
			"Events.Name": ["exception", "ünïcode"],
			"Events.Attributes": [{ "exception.type": "Error" }, {}],
			"Links.TraceId": ["l"],
			"Links.SpanId": ["s"],
			"Links.TraceState": [""],
			"Links.Attributes": [{ "": "" }],
		}),
	]);
	expect(
		await db.rows(
			`SELECT toString(toUnixTimestamp64Nano(Timestamp)) AS at, toString(Duration) AS duration,
				arrayMap(x -> toString(toUnixTimestamp64Nano(x)), Events.Timestamp) AS events, Events.Name AS names,
				Events.Attributes AS attributes, Links.Attributes AS links FROM otel_traces`,
		),
	).toEqual([
		{
			at,
			duration: "18446744073709551615",
			events: [at, "1"],
			names: ["exception", "ünïcode"],
			attributes: [{ "exception.type": "Error" }, {}],
			links: [{ "": "" }],
		},
	]);

	await db.store.insertErrors([errorRow({ Fingerprint: "exact", Timestamp: at, Severity: "low", Retryable: null })]);
	expect((await db.store.issueEvents("exact"))[0]?.timestamp).toBe(
		`${new Date(Number(BigInt(at) / 1_000_000n)).toISOString().slice(0, 20)}${at.slice(-9)}Z`,
	);
	expect(await db.rows("SELECT RetentionDays, Retryable FROM errata_errors WHERE Fingerprint = 'exact'")).toEqual([
		{ RetentionDays: 35, Retryable: null },
	]);
});

test("any JavaScript string is stored: lone surrogates become U+FFFD, the rest stays", async () => {
	const body = "a\u0000b\ud800c\\ud800\u2028\u{1f600}'\"\n";
	await db.store.insertLogs([logRow({ Body: body, ServiceName: "strings", LogAttributes: { "\udfff": "\ud83d" } })]);
	expect(await db.rows("SELECT Body, LogAttributes FROM otel_logs WHERE ServiceName = 'strings'")).toEqual([
		{ Body: body.toWellFormed(), LogAttributes: { "\ufffd": "\ufffd" } },
	]);
});

test("no rows, no request", async () => {
	const nowhere = openStore({ url: "http://127.0.0.1:1" });
	await nowhere.insertLogs([]);
	await nowhere.insertTraces([]);
	await nowhere.insertErrors([]);
	await nowhere.close();
});

test("the same block again is dropped before it becomes rows", async () => {
	const rows = [errorRow({ Fingerprint: "block" }), errorRow({ Fingerprint: "block" })];
	await db.store.insertErrors(rows);
	await db.store.insertErrors(rows);
	expect(await db.rows("SELECT count() AS n FROM errata_errors WHERE Fingerprint = 'block'")).toEqual([{ n: 2 }]);
});

test("rows that can never be stored are refused, and nothing of their batch is kept", async () => {
	for (const Timestamp of ["", "-1", "1.5", "9223372036854775808", "1e9", "99999999999999999999"]) {
		const error = await failure(db.store.insertLogs([logRow({ Body: "batch" }), logRow({ Timestamp, Body: "batch" })]));
		expect(error).toMatchObject({ kind: "refused", retryable: false });
		expect(error.message).toContain(`cannot store a row at time ${JSON.stringify(Timestamp)}: expected decimal nano`);
	}
	const wrong = await failure(
		db.store.insertLogs([
			logRow({ Body: "batch" }),
			logRow({ Body: "batch", TraceFlags: "many" as unknown as number }),
		]),
	);
	expect(wrong).toMatchObject({ kind: "refused", retryable: false, code: "STORE_REFUSED" });
	const old = Array.from({ length: 101 }, (_, i) => logRow({ Body: "batch", Timestamp: nanoseconds(i * 86_400_000) }));
	expect(await failure(db.store.insertLogs(old))).toMatchObject({ kind: "refused", retryable: false });
	expect(await db.rows("SELECT count() AS n FROM otel_logs WHERE Body = 'batch'")).toEqual([{ n: 0 }]);
});

test("what may succeed later says so, and says nothing of the database's own words", async () => {
	const closed = openStore({ url: "http://user:hunter2@127.0.0.1:1" });
	const unreachable = await failure(closed.insertLogs([logRow()]));
	expect(unreachable).toMatchObject({ kind: "unreachable", retryable: true, code: "STORE_UNREACHABLE" });
	expect(unreachable.message).toBe(
		"cannot insert into otel_logs of ClickHouse http://127.0.0.1:1: connection refused. Start it with `errata local` or pass --clickhouse-url",
	);

	const missing = openStore({ url: inject("clickhouseUrl"), database: "errata_test_missing" });
	const notMigrated = await failure(missing.insertErrors([errorRow()]));
	expect(notMigrated).toMatchObject({ kind: "not_migrated", retryable: true });
	expect(notMigrated.message).toContain("database errata_test_missing does not exist");

	const url = new URL(inject("clickhouseUrl"));
	const stranger = openStore({ url: url.origin, username: "nobody", password: "wrong" });
	const denied = await failure(stranger.insertLogs([logRow()]));
	expect(denied).toMatchObject({ kind: "denied", retryable: true });
	expect(denied.message).not.toMatch(/nobody|wrong|DB::Exception/);

	await Promise.all([closed.close(), missing.close(), stranger.close()]);
});

test("a server that answers as a proxy, with errors of its own, or not in full, is busy or unreachable", async () => {
	const answers: Record<string, (respond: import("node:http").ServerResponse) => void> = {
		busy: (r) => r.writeHead(503, { "retry-after": "1" }).end("ClickHouse is restarting: try again"),
		page: (r) => r.writeHead(404).end("<html>secret page</html>"),
		full: (r) =>
			r
				.writeHead(500, { "x-clickhouse-exception-code": "243" })
				.end("Code: 243. DB::Exception: Cannot reserve 1.00 MiB in /data. (NOT_ENOUGH_SPACE) (version 26.7)"),
		gone: (r) => r.destroy(),
	};
	let answer = "busy";
	const server = createServer((request, response) => {
		request.resume().on("end", () => answers[answer]?.(response));
	});
	await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
	const store = openStore({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
	const kinds: Record<string, string> = {};
	for (answer of Object.keys(answers)) {
		const error = await failure(store.insertLogs([logRow()]));
		expect(error.retryable).toBe(true);
		expect(error.message).not.toMatch(/secret|DB::Exception|\/data/);
		kinds[answer] = `${error.kind}: ${error.reason}`;
	}
	expect(kinds).toEqual({
		busy: "busy: it is restarting or has too much to do",
		page: "busy: the answer was not ClickHouse's",
		full: "busy: its disk is full",
		gone: "unreachable: the connection was reset",
	});
	await store.close();
	server.close();
});
