import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { readSchemaPage, schemaPage } from "./schema-doc.ts";
import { type TestDatabase, testDatabase } from "./test-database.ts";

let db: TestDatabase;
beforeAll(async () => {
	db = await testDatabase(inject("clickhouseUrl"));
});
afterAll(() => db.drop());

test("SCHEMA.md says what the migrations make", async () => {
	expect(readSchemaPage()).toBe(await schemaPage(db.connection));
});

test("a table or a column without text, and text without a column, stop it", async () => {
	await db.run("ALTER TABLE errata_errors ADD COLUMN Undocumented String");
	await expect(schemaPage(db.connection)).rejects.toThrow(
		"cannot document errata_errors.Undocumented: it has no COMMENT",
	);
	await db.run("ALTER TABLE errata_errors DROP COLUMN Undocumented");
	await db.run("ALTER TABLE otel_traces COMMENT COLUMN SpanName 'now it has one'");
	await expect(schemaPage(db.connection)).rejects.toThrow("cannot document otel_traces.SpanName: there is text for it");
	await db.run("ALTER TABLE otel_traces COMMENT COLUMN SpanName ''");
	await db.run("DROP VIEW otel_traces_trace_id_ts_mv");
	await expect(schemaPage(db.connection)).rejects.toThrow("cannot document otel_traces_trace_id_ts_mv: there is text");
});
