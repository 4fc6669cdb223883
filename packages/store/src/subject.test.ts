import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { openStore, type Store } from "./store.ts";
import { NO_SUBJECTS } from "./subject.ts";
import { tenantTables } from "./tenant-filters.ts";
import { type TestDatabase, testDatabase } from "./test-database.ts";

const ANN = "[PSEUDONYM:email:0a1b2c3d:0123456789abcdef]";
const ANN_AS_USER = "[PSEUDONYM:user:0a1b2c3d:fedcba9876543210]";
const BOB = "[PSEUDONYM:email:0a1b2c3d:0123456789abcde0]";

let db: TestDatabase;
let acme: Store;
beforeAll(async () => {
	db = await testDatabase(inject("clickhouseUrl"));
	acme = openStore({ url: inject("clickhouseUrl"), database: db.name, tenant: "acme" });
});
afterAll(async () => {
	await acme.close();
	await db.drop();
});

interface Column {
	readonly table: string;
	readonly name: string;
	readonly type: string;
}

/** Every column of every table with a tenant that can hold text. */
async function textColumns(): Promise<Column[]> {
	const columns = await db.rows<Column>(
		"SELECT table, name, type FROM system.columns WHERE database = {db:String} AND type LIKE '%String%' " +
			"AND default_kind NOT IN ('MATERIALIZED', 'ALIAS') ORDER BY table, position",
		{ db: db.name },
	);
	return columns.filter(({ table }) => tenantTables().has(table) && !NO_SUBJECTS.has(table));
}

/** Rows are apart in time: equal keys would be merged into one. */
let planting = 0;

/** A row of a table with `text` in one column, of a tenant. */
async function plant({ table, name, type }: Column, text: string, tenant: string): Promise<void> {
	const value = type.startsWith("Array(Map")
		? [{ k: text }]
		: type.startsWith("Array")
			? [text]
			: type.startsWith("Map")
				? { k: text }
				: text;
	const row: Record<string, unknown> = {};
	if (tenantTables().get(table) === "Tenant") row.Tenant = tenant;
	else row.ResourceAttributes = { "errata.tenant": tenant };
	// Lists of one nested structure are of one length.
	const nested = /^(Events|Links)\./u.exec(name)?.[1];
	const lists = {
		Events: ["Timestamp", "Name", "Attributes"],
		Links: ["TraceId", "SpanId", "TraceState", "Attributes"],
	};
	for (const list of lists[nested as keyof typeof lists] ?? [])
		row[`${nested}.${list}`] = [list === "Attributes" ? {} : list === "Timestamp" ? 0 : ""];
	row[name] = name === "ResourceAttributes" ? { ...(row[name] as object), k: text } : value;
	for (const time of ["Timestamp", "At", "InsertedAt", "Bucket"])
		row[time] ??= new Date(Date.now() - 7_200_000 + planting * 1000).toISOString().slice(0, 19);
	row.Day = new Date(Date.now() - (1 + (planting % 30)) * 86_400_000).toISOString().slice(0, 10);
	planting += 1;
	await db.connection.client.insert({
		table,
		values: [row],
		format: "JSONEachRow",
		clickhouse_settings: { input_format_skip_unknown_fields: 1 },
	});
}

test("a subject is found, given out and erased in every column of every table, and nobody else is", async () => {
	const columns = (await textColumns()).filter(({ name }) => name !== "Tenant");
	expect(columns.length).toBeGreaterThan(100);
	for (const column of columns) await plant(column, `to ${column.name === "Body" ? ANN_AS_USER : ANN} and on`, "acme");
	const planted = Map.groupBy(columns, ({ table }) => table);
	// Others: another subject of the tenant, and the same pseudonym under another tenant.
	for (const table of planted.keys()) {
		const [column] = (planted.get(table) ?? []).slice(-1);
		await plant(column as Column, `to ${BOB}`, "acme");
		await plant(column as Column, `to ${ANN}`, "beta");
	}
	const found = await acme.findSubject([ANN, ANN_AS_USER]);
	const counted = Object.fromEntries(found.map(({ table, rows }) => [table, rows]));
	for (const [table, list] of planted) expect(counted[table], table).toBeGreaterThanOrEqual(list.length);

	const out = await acme.subjectRows([ANN, ANN_AS_USER], { table: "otel_traces", offset: 0, limit: 1000 });
	expect(out).toHaveLength(counted.otel_traces as number);
	for (const { row } of out) expect(JSON.stringify(row)).toContain("PSEUDONYM");
	const pages = await Promise.all(
		[0, 5].map((offset) => acme.subjectRows([ANN], { table: "otel_traces", offset, limit: 5 })),
	);
	expect(pages.flat().map(({ row }) => JSON.stringify(row))).toEqual(
		out.slice(0, 10).map(({ row }) => JSON.stringify(row)),
	);

	const erasure = await acme.eraseSubject([ANN, ANN_AS_USER]);
	expect(erasure.found).toEqual(found);
	expect(erasure.left).toEqual([]);
	expect(await acme.findSubject([ANN, ANN_AS_USER])).toEqual([]);
	const others = await acme.findSubject([BOB]);
	expect(others.map(({ table }) => table)).toEqual([...planted.keys()].toSorted());
	const beta = openStore({ url: inject("clickhouseUrl"), database: db.name, tenant: "beta" });
	expect((await beta.findSubject([ANN])).map(({ table }) => table)).toEqual([...planted.keys()].toSorted());
	await beta.close();
});

test("what was done to an issue stays done, without the name", async () => {
	const event = { issueId: "f".repeat(32), atMs: Date.now(), actor: ANN, action: "resolve" as const };
	await acme.addIssueEvent({
		...event,
		eventId: "one",
		detail: JSON.stringify({ comment: `told ${ANN} twice, ${ANN}` }),
	});
	expect((await acme.eraseSubject([ANN])).found).toEqual([{ table: "errata_issue_events", rows: 1 }]);
	const [row] = (await acme.issueHistory("f".repeat(32))).filter(({ actor }) => actor === "[ERASED]");
	expect(row).toMatchObject({ action: "resolve" });
	expect(JSON.stringify(row)).toContain("told [ERASED] twice, [ERASED]");
});

test("what is no pseudonym is refused: it might stand in the rows of anybody", async () => {
	for (const wrong of [[], [""], ["ann@example.org"], ["%"], [`${ANN} `], ["[PSEUDONYM:email:0a1b2c3d:]"]])
		for (const ask of [acme.findSubject, acme.eraseSubject])
			await expect(ask(wrong)).rejects.toMatchObject({ kind: "refused" });
});
