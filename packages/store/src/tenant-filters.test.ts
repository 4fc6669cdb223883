import { readdirSync } from "node:fs";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { connect, queryText } from "./connection.ts";
import { openStore, type Store } from "./store.ts";
import { ALL_TENANTS, tenantTables } from "./tenant-filters.ts";
import { errorRow, logRow, type TestDatabase, testDatabase, traceRow } from "./test-database.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SECRET = "only-b-may-read-this";
const HOSTILE = "a' OR 1 = 1 -- \\' } 'b";

let db: TestDatabase;
let a: Store;
let b: Store;
beforeAll(async () => {
	db = await testDatabase(inject("clickhouseUrl"));
	a = openStore({ url: inject("clickhouseUrl"), database: db.name, tenant: "a" });
	b = openStore({ url: inject("clickhouseUrl"), database: db.name, tenant: "b" });
	const resource = { "errata.tenant": "b" };
	await db.store.insertErrors([
		errorRow({ Tenant: "b", TraceId: TRACE, Message: SECRET, TaskName: SECRET, ServiceName: SECRET }),
	]);
	await db.store.insertLogs([logRow({ Body: SECRET, TraceId: TRACE, ResourceAttributes: resource })]);
	await db.store.insertTraces([traceRow({ TraceId: TRACE, SpanName: SECRET, ResourceAttributes: resource })]);
});
afterAll(async () => {
	await Promise.all([a.close(), b.close()]);
	await db.drop();
});

async function everythingOf(store: Store): Promise<string> {
	const window = { windowMs: 86_400_000 };
	const fingerprint = "f".repeat(32);
	const answers = await Promise.all([
		store.listIssues({}),
		store.getIssue("ffff"),
		store.issueEvents(fingerprint),
		store.traceErrors(TRACE),
		store.traceSpans(TRACE),
		store.trends({ ...window, by: "service" }),
		store.trends({ ...window, by: "task" }),
		store.tail({ errorOnly: true }),
		store.tail({}),
		store.tail({ after: "1.0" }),
		store.relatedGroups(fingerprint, window),
		store.similarCount(fingerprint, window),
	]);
	return JSON.stringify(answers);
}

test("a store reads its own tenant, and nothing of another", async () => {
	expect(await everythingOf(b)).toContain(SECRET);
	expect(await everythingOf(a)).not.toContain(SECRET);
	expect(await a.similarCount("f".repeat(32), { windowMs: 86_400_000 })).toBe(0);
});

test("a query that forgets the tenant, or is told another one, still answers nothing of it", async () => {
	const c = connect({ url: inject("clickhouseUrl"), database: db.name, tenant: "a" });
	const other = connect({ url: inject("clickhouseUrl"), database: db.name, tenant: HOSTILE });
	const told = { since: "0000000000.000", until: "9000000000.000", fingerprint: "f".repeat(32), tenant: "b" };
	expect(await c.select("similar-count", told)).toEqual([{ count: 0 }]);
	expect(await other.select("similar-count", told)).toEqual([{ count: 0 }]);
	await Promise.all([c.close(), other.close()]);
});

test("every table that holds rows of tenants is filtered", async () => {
	const rows = await db.rows<{ table: string }>(
		"SELECT DISTINCT table FROM system.columns WHERE database = {db:String} AND name IN ('Tenant', 'ResourceAttributes') " +
			"AND table IN (SELECT name FROM system.tables WHERE database = {db:String} AND engine LIKE '%MergeTree')",
		{ db: db.name },
	);
	expect([...tenantTables().keys()].toSorted()).toEqual(rows.map((row) => row.table).toSorted());
});

test("a table without a tenant holds nothing of tenants: each is named here with its reason", async () => {
	const none: Readonly<Record<string, string>> = {
		errata_migrations: "what was applied to the database",
		otel_traces_trace_id_ts: "the exporter's: ids and times, only ever joined to rows of otel_traces",
	};
	const rows = await db.rows<{ name: string }>(
		"SELECT name FROM system.tables WHERE database = {db:String} AND engine LIKE '%MergeTree'",
		{ db: db.name },
	);
	const unknown = rows.map(({ name }) => name).filter((name) => !tenantTables().has(name) && !(name in none));
	expect(unknown).toEqual([]);
});

test("every query that reads rows of tenants names the tenant, or is one of the work behind the scenes", () => {
	const names = readdirSync(new URL("../queries/", import.meta.url)).map((file) => file.replace(/\.sql$/u, ""));
	const forgot = names.filter((name) => {
		const text = queryText(name);
		const reads = [...tenantTables().keys(), "errata_occurrences", "errata_issues", "errata_trends_hourly"].some(
			(table) => new RegExp(`(?:FROM|JOIN)\\s+${table}\\b`, "u").test(text),
		);
		return reads && !text.includes("{tenant:String}") && !ALL_TENANTS.has(name) && !name.startsWith("schema-");
	});
	expect(forgot).toEqual([]);
});

test("a tenant with a very long name reads its own rows alone", async () => {
	const tenant = "b".repeat(500);
	const long = openStore({ url: inject("clickhouseUrl"), database: db.name, tenant });
	await db.store.insertErrors([errorRow({ Tenant: tenant, Message: "of the long one" })]);
	expect((await long.listIssues({})).map((issue) => [issue.message, issue.count])).toEqual([["of the long one", 1]]);
	await long.close();
});
