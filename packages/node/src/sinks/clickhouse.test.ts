/** Records straight into a real ClickHouse: rows that errata's views work on, refusal, replay. */
import { readdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { testReceiver } from "../../../local/src/receiver/receiver-fixture.ts";
import { type TestDatabase, testDatabase } from "../../../store/src/test-database.ts";
import { build, runProgram, workDirectory } from "../testing/child.ts";
import { Collector } from "../testing/collector.ts";

const work = workDirectory();
let db: TestDatabase;
let collector: Collector;

beforeAll(async () => {
	build();
	[db, collector] = await Promise.all([testDatabase(inject("clickhouseUrl")), Collector.start()]);
});
afterAll(async () => {
	await Promise.all([db.drop(), collector.stop()]);
	work.remove();
});

function program(name: string, source: string, env: Record<string, string> = {}) {
	const url = new URL(inject("clickhouseUrl"));
	return runProgram(work.dir, name, source, {
		env: {
			OTEL_SERVICE_NAME: name,
			OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
			OTEL_RESOURCE_ATTRIBUTES: "service.version=1.4.2,deployment.environment.name=test",
			ERRATA_SPOOL_DIR: spoolOf(name),
			ERRATA_SINKS: "clickhouse",
			// However busy the machine: the end waits.
			ERRATA_EXIT_FLUSH_MS: "30000",
			ERRATA_CLICKHOUSE_URL: url.origin,
			ERRATA_CLICKHOUSE_USERNAME: url.username,
			ERRATA_CLICKHOUSE_PASSWORD: url.password,
			ERRATA_CLICKHOUSE_DATABASE: db.name,
			...env,
		},
	});
}

function spoolOf(name: string): string {
	return path.join(work.dir, `spool-${name}`);
}

function spooled(name: string): string[] {
	try {
		return readdirSync(path.join(spoolOf(name), "clickhouse"));
	} catch {
		return [];
	}
}

/** What errata's own queries say of a service. */
async function issuesOf(service: string) {
	const issues = await db.store.listIssues({ service });
	return issues.map(({ code, count, services }) => ({ code, count, services }));
}

/** Does nothing until what an earlier one left behind is sent. */
const WAITING = `
	import { readdirSync } from "node:fs";
	const look = setInterval(() => { if (readdirSync(process.env.ERRATA_SPOOL_DIR + "/clickhouse").length === 0) clearInterval(look); }, 10);
`;

const FAILING = `
	import { capture, createLogger, withContext } from "@errata/node";
	import { trace } from "@opentelemetry/api";
	const log = createLogger("shop");
	trace.getTracer("shop").startActiveSpan("pay", (span) => {
		log.with({ order: { id: 7, tags: ["a", "b"] }, ratio: 0.5, ok: true, lone: "\\ud800" }).info("paying");
		withContext({ task: { id: "t-9", name: "charge" } }, () =>
			capture(Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:5432 for jane.doe@example.com"), { code: "ECONNREFUSED" })));
		span.addLink({ context: { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", traceFlags: 1 }, attributes: { why: "retry" } });
		trace.getTracer("shop", "2.0").startSpan("call", { kind: 2, attributes: { "server.address": "db", sizes: [1, 2] } }).end();
		span.recordException(new TypeError("x is not a function"));
		span.setStatus({ code: 2, message: "for jane.doe@example.com" });
		span.end();
	});
`;

test("the same record has the same row, whether it comes directly or by OTLP through errata local", async () => {
	const local = await testReceiver(inject("clickhouseUrl"));
	try {
		const ran = await program("both.mjs", FAILING, {
			ERRATA_SINKS: "otlp,clickhouse",
			OTEL_EXPORTER_OTLP_ENDPOINT: local.receiver.url,
			OTEL_EXPORTER_OTLP_HEADERS: `x-errata-token=${local.token}`,
		});
		expect(ran).toMatchObject({ code: 0, stderr: "" });
		// The two ask ClickHouse for different texts of times and 64-bit numbers.
		const alike = (rows: unknown) =>
			JSON.stringify(rows)
				.replace(/"(\d{4}-\d\d-\d\d) ([\d:.]+)"/g, '"$1T$2Z"')
				.replace(/"Duration":"(\d+)"/g, '"Duration":$1');
		const compared = async (table: string, order: string, rows: number) => {
			const all = `SELECT * FROM ${table} WHERE ServiceName = 'both.mjs' ORDER BY ${order}`;
			const direct = await db.rows<Record<string, unknown>>(all);
			expect(direct).toHaveLength(rows);
			expect(JSON.parse(alike(direct))).toEqual(JSON.parse(alike(await local.select(all))));
		};
		await compared("otel_logs", "Timestamp, SeverityNumber, Body", 3);
		await compared("otel_traces", "SpanName", 2);
	} finally {
		await local.stop();
	}
});

test("errors become issues, with nothing between the program and ClickHouse", async () => {
	const ran = await program("direct.mjs", FAILING, { ERRATA_TENANT: "acme" });
	expect(ran).toMatchObject({ code: 0, stdout: "", stderr: "" });
	const rows = await db.rows<Record<string, unknown>>(
		"SELECT * FROM otel_logs WHERE ServiceName = 'direct.mjs' ORDER BY Timestamp",
	);
	expect(rows[0]).toMatchObject({
		Body: "paying",
		SeverityNumber: 9,
		ScopeName: "shop",
		LogAttributes: { order: '{"id":7,"tags":["a","b"]}', ratio: "0.5", ok: "true", lone: "\uFFFD" },
		ResourceAttributes: { "service.version": "1.4.2", "errata.tenant": "acme" },
	});
	const errors = await db.rows<Record<string, unknown>>(
		"SELECT * FROM errata_errors WHERE ServiceName = 'direct.mjs' AND TaskId != ''",
	);
	expect(errors).toEqual([
		expect.objectContaining({
			Tenant: "acme",
			Code: "NET_CONN_REFUSED",
			Release: "1.4.2",
			Environment: "test",
			TaskId: "t-9",
			TaskName: "charge",
			Message: "connect ECONNREFUSED 127.0.0.1:5432 for [REDACTED:email]",
			TraceId: rows[0]?.TraceId,
			SpanId: rows[0]?.SpanId,
			EventId: expect.stringMatching(/^[0-9a-f-]{36}$/),
		}),
	]);
	expect(spooled("direct.mjs")).toEqual([]);
	const spans = await db.rows<Record<string, unknown>>(
		"SELECT SpanName, SpanKind, StatusCode, TraceId FROM otel_traces WHERE ServiceName = 'direct.mjs' ORDER BY SpanName",
	);
	expect(spans).toEqual([
		{ SpanName: "call", SpanKind: "Client", StatusCode: "Unset", TraceId: rows[0]?.TraceId },
		{ SpanName: "pay", SpanKind: "Internal", StatusCode: "Error", TraceId: rows[0]?.TraceId },
	]);
	// Nothing goes anywhere else.
	expect(collector.requests).toEqual([]);
});

test("a ClickHouse that is away costs no error: they wait on disk, in order, and arrive once at the next start", async () => {
	const source = `
		import { capture } from "@errata/node";
		for (let i = 0; i < 70; i++) capture(Object.assign(new Error("order " + i + " failed"), { fingerprint: "away" + i }));
		process.on("exit", () => console.log("ended"));
	`;
	// Nothing listens there.
	const refused = await program("away.mjs", source, {
		ERRATA_CLICKHOUSE_URL: "http://127.0.0.1:1",
		ERRATA_SINKS: "clickhouse,otlp",
	});
	expect(refused).toMatchObject({ code: 0, stdout: "ended\n", stderr: "" });
	expect(spooled("away.mjs")).toHaveLength(1);
	const warnings = collector.logs.map((record) => String(record.body)).filter((body) => body.startsWith("errata sink"));
	expect(warnings).toEqual(["errata sink clickhouse: no answer (ECONNREFUSED)"]);
	expect(collector.errors).toHaveLength(70);
	await program("away.mjs", WAITING);
	expect(spooled("away.mjs")).toEqual([]);
	const rows = await db.rows<{ Body: string }>(
		"SELECT Body FROM otel_logs WHERE ServiceName = 'away.mjs' AND Body LIKE 'order%' ORDER BY Timestamp, Body",
	);
	expect(rows).toHaveLength(70);
	expect((await db.store.listIssues({ service: "away.mjs", limit: 100 })).length).toBe(70);
});

test("one that comes back gets what waited, in the same process", async () => {
	// Refuses the first inserts, then lets everything through.
	let refusals = 2;
	const target = new URL(inject("clickhouseUrl"));
	const door = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on("data", (chunk) => chunks.push(chunk));
		request.on("end", async () => {
			if (refusals-- > 0) {
				response.writeHead(503, { "retry-after": "0" }).end("Code: 202. too many");
				return;
			}
			const { "x-clickhouse-user": user, "x-clickhouse-key": key } = request.headers as Record<string, string>;
			const answer = await fetch(new URL(request.url ?? "/", target.origin), {
				method: "POST",
				headers: { "x-clickhouse-user": user as string, "x-clickhouse-key": key as string },
				body: Buffer.concat(chunks),
			});
			response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()));
		});
	});
	await new Promise<void>((resolve) => door.listen(0, "127.0.0.1", resolve));
	const source = `
		import { capture } from "@errata/node";
		import { readdirSync } from "node:fs";
		const dir = process.env.ERRATA_SPOOL_DIR + "/clickhouse";
		const waiting = () => { try { return readdirSync(dir).length; } catch { return 0; } };
		const until = (done) => new Promise((resolve) => { const look = setInterval(() => { if (done()) { clearInterval(look); resolve(); } }, 5); });
		capture(Object.assign(new Error("while it is away"), { fingerprint: "back-1" }));
		await until(() => waiting() > 0);
		for (let i = 2; waiting() > 0 && i < 200; i++) {
			capture(Object.assign(new Error("when it is back"), { fingerprint: "back-2" }));
			await new Promise((resolve) => setTimeout(resolve, 50));
		}
	`;
	const url = `http://127.0.0.1:${(door.address() as AddressInfo).port}`;
	try {
		expect(await program("back.mjs", source, { ERRATA_CLICKHOUSE_URL: url })).toMatchObject({ code: 0, stderr: "" });
	} finally {
		door.closeAllConnections();
		door.close();
	}
	const issues = await db.store.listIssues({ service: "back.mjs" });
	expect(issues.map((issue) => issue.message).sort()).toEqual(["when it is back", "while it is away"]);
	expect(spooled("back.mjs")).toEqual([]);
});

test("a crash waits on disk when ClickHouse has not said that it has it", async () => {
	const source = `setTimeout(() => { throw new TypeError("the last words"); }, 5);`;
	expect((await program("crash.mjs", source)).code).toBe(1);
	expect(spooled("crash.mjs")).toHaveLength(1);
	await program("crash.mjs", WAITING);
	expect(await issuesOf("crash.mjs")).toEqual([expect.objectContaining({ count: 1 })]);
	expect(spooled("crash.mjs")).toEqual([]);
});

test("what is wrong with the set-up is said with what to do", async () => {
	const source = `import { capture } from "@errata/node"; capture(new Error("x"));`;
	collector.clear();
	await program("nowhere.mjs", source, {
		ERRATA_CLICKHOUSE_DATABASE: "no_such_place",
		ERRATA_SINKS: "otlp,clickhouse",
	});
	await program("nobody.mjs", source, { ERRATA_CLICKHOUSE_PASSWORD: "wrong", ERRATA_SINKS: "otlp,clickhouse" });
	const said = collector.logs.map((record) => String(record.body)).filter((body) => body.startsWith("errata sink"));
	expect(said).toEqual([
		"errata sink clickhouse: answered 404, exception 81: there is no such database: check clickhouse.database, then run `errata migrate`",
		expect.stringMatching(/^errata sink clickhouse: answered 40\d, exception \d+: user or password is wrong: check/),
	]);
});
