/** The users file in the real engine, logged in as its users; the SQL for servers read by the real parser. */
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { type Engine, startEngine } from "../../../local/src/engine.ts";
import { openStore, type Store } from "../store.ts";
import { errorRow, logRow, nanoseconds, type TestDatabase, testDatabase, traceRow } from "../test-database.ts";
import type { AccessRequest, AccessRole } from "./names.ts";
import { accessObjects } from "./objects.ts";
import { accessStatements, tenantViews } from "./statements.ts";
import { usersFile } from "./users-file.ts";

const PASSWORD = "a word that nobody guesses";
const HOSTILE = "b' OR 1=1 -- \\' <x>&";
const passwordSha256 = createHash("sha256").update(PASSWORD).digest("hex");
const request = (name: string, role: AccessRole, tenant?: string): AccessRequest => ({
	database: "default",
	tenant,
	user: { name, role, passwordSha256 },
});
const TENANTS = { ann: "acme", bob: "beta", eve: HOSTILE } as const;

let dir: string;
let engine: Engine;
let store: Store;

async function ask(user: string, sql: string, password = PASSWORD): Promise<string> {
	const authorization = `Basic ${btoa(`${user}:${password}`)}`;
	const answer = await fetch(engine.url, { method: "POST", body: sql, headers: { authorization } });
	const text = await answer.text();
	return answer.ok ? text.trim() : `refused ${/\(([A-Z_]+)\)(?: \(version|\s*$)/u.exec(text)?.[1] ?? text}`;
}

/** Who reads a tenant, and where. */
function place(user: keyof typeof TENANTS): string {
	const [database = ""] = /`errata_\w+`/u.exec(tenantViews("default", TENANTS[user])[0] ?? "") ?? [];
	return database;
}

beforeAll(async () => {
	dir = await mkdtemp(path.join(tmpdir(), "errata-access-"));
	const readers = Object.entries(TENANTS).map(([name, tenant]) => request(name, "reader", tenant));
	const admins = Object.entries(TENANTS).map(([name, tenant]) => request(`admin_of_${name}`, "admin", tenant));
	engine = await startEngine({ dataDir: dir, usersFile: usersFile([...readers, ...admins, request("wri", "writer")]) });
	store = openStore({ url: engine.url, username: engine.username, password: engine.password });
	await store.migrate();
	for (const tenant of Object.values(TENANTS)) await seed(tenant);
	await store.refreshTrends();
	for (const [name, tenant] of Object.entries(TENANTS))
		for (const statement of tenantViews("default", tenant)) expect(await ask(`admin_of_${name}`, statement)).toBe("");
});
afterAll(async () => {
	await store?.close();
	await engine?.stop();
	await rm(dir, { recursive: true, force: true });
});

/** A row of the tenant in every table, the words `of <tenant>` in each. */
async function seed(tenant: string): Promise<void> {
	const said = `of ${tenant}`;
	const resource = { "errata.tenant": tenant };
	const attributes = { "errata.fingerprint": "f".repeat(32), "exception.message": said, "log.record.uid": said };
	await store.insertLogs([
		logRow({ Body: said, ServiceName: said, ResourceAttributes: resource, LogAttributes: attributes }),
		logRow({ Body: said, ServiceName: said, ResourceAttributes: resource, LogAttributes: { "exception.type": said } }),
	]);
	await store.insertTraces([traceRow({ SpanName: said, ResourceAttributes: resource, TraceId: said })]);
	const at = nanoseconds(Date.now() - 3 * 86_400_000);
	await store.insertErrors([errorRow({ Tenant: tenant, Message: said, ServiceName: said, Timestamp: at })]);
	const own = openStore({ url: engine.url, username: engine.username, password: engine.password, tenant });
	await own.addIssueEvent({
		issueId: "f".repeat(32),
		eventId: said,
		atMs: Date.now(),
		actor: said,
		action: "comment",
		detail: "{}",
	});
	await own.mapIssues(["e".repeat(32)], "f".repeat(32), said);
	await own.close();
}

const GIVEN: Readonly<Record<string, string>> = {
	since: "today() - 7",
	until: "today() + 2",
	without: "[today() - 30]",
	within: "[]::Array(Date)",
};

describe("a tenant's reader", () => {
	test("reads its own rows in every table and view, and no other's", async () => {
		const { readable } = accessObjects();
		const seen = new Map<string, number>();
		for (const { name, parameters } of readable) {
			const given = parameters.map(([key]) => `${key} = ${GIVEN[key]}`);
			const from = `${name}${given.length === 0 ? "" : `(${given.join(", ")})`}`;
			for (const user of ["ann", "bob", "eve"] as const) {
				const rows = await ask(user, `SELECT * FROM ${place(user)}.${from} FORMAT JSONCompactEachRow`);
				expect(rows, name).not.toMatch(/^refused/u);
				for (const [other, tenant] of Object.entries(TENANTS))
					if (other !== user) expect(rows, `${name} as ${user}`).not.toContain(JSON.stringify(tenant).slice(1, -1));
				if (user === "ann") seen.set(name, rows === "" ? 0 : rows.split("\n").length);
			}
		}
		expect(Object.fromEntries(seen)).toMatchObject({
			errata_errors: 2,
			errata_issue_events: 1,
			errata_issue_members: 1,
			errata_issues: 1,
			errata_occurrences: 2,
			errata_occurrences_without: 2,
			errata_pending: 1,
			errata_trends_daily: 2,
			errata_trends_hourly: 2,
			errata_unclassified: 1,
			otel_logs: 2,
			otel_traces: 1,
		});
		expect(seen.get("errata_trends_1h")).toBeGreaterThan(0);
	});

	test.each([
		"SELECT * FROM errata_errors",
		"SELECT * FROM errata_errors_mv",
		"SELECT * FROM errata_trends_1h_mv",
		"SELECT * FROM otel_traces_trace_id_ts",
		"SELECT * FROM errata_beta.otel_logs",
		"SELECT * FROM mergeTreeIndex('default', 'errata_errors')",
		"SELECT * FROM mergeTreeTextIndex('default', 'otel_logs', 'idx_lower_body')",
		"SELECT * FROM mergeTreeAnalyzeIndexes('default', 'otel_logs')",
		"SELECT * FROM merge('default', 'otel_logs')",
		"SELECT * FROM system.parts",
		"SELECT * FROM system.processes",
		"SELECT * FROM system.users",
		"SELECT * FROM system.row_policies",
		"INSERT INTO errata_acme.otel_logs (Body) VALUES ('x')",
		"INSERT INTO otel_logs (Body) VALUES ('x')",
		"ALTER TABLE otel_logs DELETE WHERE 1",
		"DROP VIEW errata_acme.otel_logs",
		"CREATE TABLE errata_acme.x (a Int8) ENGINE = MergeTree ORDER BY a",
		"CREATE TEMPORARY TABLE x (a Int8)",
		"SELECT * FROM file('/etc/passwd', 'LineAsString')",
		"INSERT INTO FUNCTION file('x.csv', 'CSV', 'a Int8') VALUES (1)",
		"SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')",
		"SELECT * FROM remote('127.0.0.1', 'default', 'otel_logs')",
		"SELECT * FROM s3('http://127.0.0.1:1/bucket/x', 'CSV')",
		"SELECT * FROM executable('ls', 'TSV', 'a String')",
		"SELECT 1 INTO OUTFILE '/tmp/x'",
		"SYSTEM FLUSH LOGS",
		"SET readonly = 0",
		"SELECT 1 SETTINGS max_execution_time = 0",
		"SELECT 1 SETTINGS max_execution_time = 61",
		"SELECT 1 SETTINGS max_memory_usage = 0",
		"SELECT 1 SETTINGS max_rows_to_read = 0",
		"SELECT 1 SETTINGS max_bytes_to_read = 0",
		"SELECT 1 SETTINGS max_result_rows = 0",
		"SELECT 1 SETTINGS log_queries = 0",
		"SELECT 1 SETTINGS format_schema = '/etc/passwd'",
		"SELECT count() FROM numbers(500000000)",
	])("may not: %s", async (sql) => {
		expect(await ask("ann", sql)).toMatch(
			/^refused (?:ACCESS_DENIED|READONLY|SETTING_CONSTRAINT_VIOLATION|INTO_OUTFILE_NOT_ALLOWED|TOO_MANY_ROWS|CANNOT_EXTRACT_TABLE_STRUCTURE)$/u,
		);
	});

	test("finds no trace of others in what ClickHouse tells of itself", async () => {
		expect(await ask("ann", "SELECT name FROM system.databases")).toBe("errata_acme");
		expect(await ask("ann", "SELECT countIf(total_rows IS NOT NULL) FROM system.tables")).toBe("0");
		expect(await ask("ann", "SELECT throwIf(Body LIKE '%beta%', 'seen') FROM errata_acme.otel_logs")).toBe("0\n0");
		expect(await ask("ann", "SELECT 1 SETTINGS max_execution_time = 5")).toBe("1");
	});

	test("needs its password, and nobody logs in as the user that the views run as", async () => {
		expect(await ask("ann", "SELECT 1", "wrong")).toBe("refused AUTHENTICATION_FAILED");
		for (const word of ["", PASSWORD])
			expect(await ask("errata_rows_acme", "SELECT 1", word)).toContain("refused AUTH");
	});
});

test("a writer inserts what the Collector does, the views of the insert work, and it may nothing else", async () => {
	const row = JSON.stringify({ ...logRow({ Body: "written" }), Timestamp: "2026-11-24 10:00:00" });
	const lifted = { ...JSON.parse(row), LogAttributes: { "errata.fingerprint": "d".repeat(32) } };
	expect(await ask("wri", `INSERT INTO otel_logs FORMAT JSONEachRow ${row} ${JSON.stringify(lifted)}`)).toBe("");
	expect(await ask("wri", "INSERT INTO otel_traces (TraceId, SpanName) VALUES ('aa', 'written')")).toBe("");
	expect(await ask("wri", "DESCRIBE TABLE default.otel_logs")).toContain("LogAttributes");
	expect((await store.getIssue("d".repeat(32))).map(({ count }) => count)).toEqual([1]);
	for (const sql of [
		"SELECT * FROM otel_logs",
		"INSERT INTO errata_errors (EventId) VALUES ('x')",
		"INSERT INTO errata_answers (AnswerId) VALUES ('x')",
		"ALTER TABLE otel_logs DELETE WHERE 1",
		"TRUNCATE TABLE otel_logs",
		"SELECT * FROM otel_traces_trace_id_ts",
		"SELECT SpanName FROM otel_traces",
		"CREATE DATABASE x",
		"INSERT INTO FUNCTION file('x.csv', 'CSV', 'a Int8') VALUES (1)",
	])
		expect(await ask("wri", sql), sql).toBe("refused ACCESS_DENIED");
});

describe("the SQL for servers", () => {
	let db: TestDatabase;
	beforeAll(async () => {
		db = await testDatabase(inject("clickhouseUrl"));
	});
	afterAll(() => db.drop());

	test("is read by ClickHouse's own parser, whatever a tenant is called", async () => {
		for (const tenant of ["acme", "", HOSTILE]) {
			const user = { name: "ann", role: "reader" as const, passwordSha256 };
			for (const statement of accessStatements({ database: db.name, tenant, user })) {
				expect(statement).not.toMatch(/\{\w+:(?:Identifier|String|Settings|Parameters)\}/u);
				await db.rows("SELECT formatQuery({sql:String})", {
					sql: statement.replaceAll(/\{(\w+):\w+(?:\(\d+\))?\}/gu, "1"),
				});
			}
		}
		const [policy] = accessStatements({ database: "d", tenant: HOSTILE }).filter((s) => s.includes("USING Tenant"));
		expect(policy).toContain("USING Tenant = 'b\\' OR 1=1 -- \\\\\\' <x>&'");
	});

	test("gives every table with a tenant its row policies, and every table is either for readers or kept for a reason", async () => {
		const objects = accessObjects();
		const columns = await db.rows<{ table: string }>(
			"SELECT DISTINCT table FROM system.columns WHERE database = {db:String} AND name IN ('Tenant', 'ResourceAttributes') " +
				"AND table IN (SELECT name FROM system.tables WHERE database = {db:String} AND engine LIKE '%MergeTree')",
			{ db: db.name },
		);
		expect(objects.tenantTables.map(({ name }) => name).toSorted()).toEqual(
			columns.map(({ table }) => table).toSorted(),
		);
		const tables = await db.rows<{ name: string }>(
			"SELECT name FROM system.tables WHERE database = {db:String} AND NOT startsWith(name, '.inner')",
			{ db: db.name },
		);
		const known = [...objects.readable.map(({ name }) => name), ...objects.kept.keys()];
		expect(known.toSorted()).toEqual(tables.map(({ name }) => name).toSorted());
		const all = accessStatements({ database: "d", tenant: "acme" });
		for (const { name } of objects.tenantTables) {
			const policies = all.filter((s) => s.startsWith("CREATE ROW POLICY") && s.includes(`ON \`d\`.\`${name}\``));
			expect(policies, name).toHaveLength(3);
		}
	});

	test("takes no name that means something else", () => {
		const user = { name: "ann", role: "reader" as const, passwordSha256 };
		const bad: AccessRequest[] = [
			{ database: "a.b" },
			{ database: "d", tenant: "x".repeat(200) },
			{ database: "d", tenant: "a\nb" },
			{ database: "errata_acme", tenant: "acme" },
			{ database: "d", tenant: "acme", user: { ...user, name: "default" } },
			{ database: "d", tenant: "acme", user: { ...user, name: "errata_rows_acme" } },
			{ database: "d", tenant: "acme", user: { ...user, name: "<a/>" } },
			{ database: "d", tenant: "acme", user: { ...user, passwordSha256: "secret" } },
			{ database: "d", user },
		];
		for (const one of bad) {
			expect(() => accessStatements(one)).toThrow(/give access to/u);
			expect(() => usersFile([one])).toThrow(/give access to/u);
		}
	});
});
