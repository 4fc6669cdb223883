import { ErrataError } from "@errata/catalog";
import { afterEach, expect, inject, test } from "vitest";
import exporter from "../testdata/exporter-0.161.json" with { type: "json" };
import { migrate, readMigrations } from "./migrate.ts";
import { logRow, type TestDatabase, testDatabase } from "./test-database.ts";

const LAST = readMigrations().length;

const open: TestDatabase[] = [];

async function empty(): Promise<TestDatabase> {
	const database = await testDatabase(inject("clickhouseUrl"), { migrate: false });
	open.push(database);
	return database;
}

afterEach(async () => {
	for (const database of open.splice(0)) await database.drop();
});

const tables = async (db: TestDatabase) =>
	(
		await db.rows<{ name: string }>("SELECT name FROM system.tables WHERE database = currentDatabase() ORDER BY name")
	).map((row) => row.name);

test("an empty database gets every table, and a second run nothing", async () => {
	const db = await empty();
	const first = await db.store.migrate();
	expect(first).toMatchObject({ database: db.name, from: 0, to: LAST, dryRun: false });
	expect(first.applied.map((m) => `${m.version} ${m.name}`)).toEqual([
		"1 migrations",
		"2 exporter_tables",
		"3 errors",
		"4 trends",
		"5 issues",
		"6 unclassified",
		"7 issue_members",
		"8 occurrences",
		"9 alerts",
		"10 answers",
		"11 access",
		"12 actions",
		"13 event_ids",
		"14 sampled_errors",
		"15 settled_days",
	]);
	expect(await tables(db)).toEqual(
		expect.arrayContaining(["errata_errors", "errata_issues", "errata_trends_1d", "errata_trends_1h", "otel_logs"]),
	);
	expect(await db.store.migrate()).toMatchObject({ from: LAST, to: LAST, applied: [] });
});

test("a dry run says what it would do and does nothing", async () => {
	const db = await empty();
	const report = await db.store.migrate({ dryRun: true });
	expect(report).toMatchObject({ from: 0, to: LAST, dryRun: true });
	expect(report.applied).toHaveLength(LAST);
	expect(await tables(db)).toEqual([]);
});

test("the exporter's tables are what clickhouseexporter 0.161 makes itself", async () => {
	const db = await empty();
	await db.store.migrate();
	for (const [name, ddl] of Object.entries(exporter)) {
		const [row] = await db.rows<{ ddl: string }>(
			"SELECT create_table_query AS ddl FROM system.tables WHERE database = currentDatabase() AND name = {name:String}",
			{ name },
		);
		expect(row?.ddl.replaceAll(`${db.name}.`, "")).toBe(ddl);
	}
});

test("an exporter's older table with TimestampTime and without EventName stays as it is and feeds errata_errors", async () => {
	const db = await empty();
	await db.run(`CREATE TABLE otel_logs (
		Timestamp DateTime64(9), TimestampTime DateTime DEFAULT toDateTime(Timestamp), TraceId String, SpanId String,
		TraceFlags UInt8, SeverityText LowCardinality(String), SeverityNumber UInt8, ServiceName LowCardinality(String),
		Body String, ResourceSchemaUrl LowCardinality(String), ResourceAttributes Map(LowCardinality(String), String),
		ScopeSchemaUrl LowCardinality(String), ScopeName String, ScopeVersion LowCardinality(String),
		ScopeAttributes Map(LowCardinality(String), String), LogAttributes Map(LowCardinality(String), String)
	) ENGINE = MergeTree PARTITION BY toDate(TimestampTime) PRIMARY KEY (ServiceName, TimestampTime)
	ORDER BY (ServiceName, TimestampTime, Timestamp)`);
	await db.store.migrate();
	await db.store.insertLogs([
		logRow({
			Body: "boom",
			EventName: "exception",
			LogAttributes: { "errata.fingerprint": "old", "errata.code": "X" },
		}),
	]);
	expect(await db.store.listIssues()).toMatchObject([{ fingerprint: "old", code: "X", count: 1, message: "boom" }]);
	expect(await db.store.tail()).toMatchObject([{ body: "boom" }]);
});

test("a run that broke off is finished by the next", async () => {
	const db = await empty();
	const all = readMigrations();
	await migrate(db.connection, { migrations: all.slice(0, 2) });
	await db.run(all[2]?.statements[0] ?? "");
	expect((await db.store.migrate()).applied.map((m) => m.version)).toEqual(all.slice(2).map((m) => m.version));
	expect(await db.store.listIssues()).toEqual([]);
});

test("processes that migrate at the same time agree", async () => {
	const db = await empty();
	const reports = await Promise.all([1, 2, 3, 4].map(() => db.store.migrate()));
	expect(reports.map((report) => report.to)).toEqual([LAST, LAST, LAST, LAST]);
	expect(await db.store.migrate()).toMatchObject({ from: LAST, applied: [] });
});

test("a changed migration is refused before anything is done", async () => {
	const db = await empty();
	const all = readMigrations();
	await migrate(db.connection, { migrations: all.slice(0, 3) });
	const changed = all.map((m) => (m.version === 2 ? { ...m, sha256: "0".repeat(64) } : m));
	const failure = await migrate(db.connection, { migrations: changed }).catch((error: unknown) => error);
	expect(failure).toBeInstanceOf(ErrataError);
	expect(failure).toMatchObject({
		code: "STORE_MIGRATION_CHANGED",
		message: expect.stringMatching(
			/^cannot migrate database errata_test_\w+ at http:\S+: migration 2 \(exporter_tables\) was applied from another file than the one of this version\. Use /,
		),
	});
	expect(await tables(db)).not.toContain("errata_trends_1h");
});

test("a database of a newer errata is refused", async () => {
	const db = await empty();
	await db.store.migrate();
	await db.run("INSERT INTO errata_migrations (version, name, sha256) VALUES (99, 'future', 'ab')");
	await expect(db.store.migrate()).rejects.toMatchObject({
		code: "STORE_MIGRATION_NEWER",
		message: expect.stringContaining(`newer errata (migration 99; this version knows ${LAST}). Upgrade errata`),
	});
});
