import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { splitStatements } from "./split-statements.ts";
import { errorRow, type TestDatabase, testDatabase } from "./test-database.ts";

let db: TestDatabase;
beforeAll(async () => {
	db = await testDatabase(inject("clickhouseUrl"));
	await db.store.insertErrors([errorRow({ Fingerprint: "...", Release: "1.4.2" })]);
});
afterAll(() => db.drop());

test("every SQL example of the README answers", async () => {
	const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
	const statements = [...readme.matchAll(/```sql\n([\s\S]*?)```/g)].flatMap(([, sql]) => splitStatements(sql ?? ""));
	expect(statements).toHaveLength(6);
	for (const statement of statements)
		if (/^(?:--.*\n)*INSERT /u.test(statement)) await db.run(statement);
		else expect(await db.rows(statement), statement).toHaveLength(1);
});
