import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { openStore } from "./store.ts";
import { logRow, nanoseconds, type TestDatabase, testDatabase } from "./test-database.ts";

let db: TestDatabase;
beforeAll(async () => {
	db = await testDatabase(inject("clickhouseUrl"));
});
afterAll(() => db.drop());

function line(ScopeName: string, uid = "", over: Parameters<typeof logRow>[0] = {}) {
	const described = uid === "" ? {} : { "errata.fingerprint": "f".repeat(32), "log.record.uid": uid };
	return logRow({ ScopeName, LogAttributes: described, ...over });
}

test("lines, errors and the errors of one way alone, by service; an error that came twice counts once", async () => {
	await db.store.insertLogs([
		line("winston", "a"),
		line("winston", "b"),
		line("winston", "b"),
		line("winston"),
		line("pino", "b"),
		line("pino", "c"),
		line("@errata/node", "d", { ServiceName: "billing" }),
		line("winston", "old", { Timestamp: nanoseconds(Date.now() - 7_200_000) }),
		line("winston", "x", { ResourceAttributes: { "errata.tenant": "acme" } }),
	]);
	const sinceMs = Date.now() - 3_600_000;
	expect(await db.store.loggingWays({ sinceMs })).toEqual([
		{ service: "billing", scope: "@errata/node", records: 1, errors: 1, alone: 1 },
		{ service: "checkout", scope: "winston", records: 4, errors: 2, alone: 1 },
		{ service: "checkout", scope: "pino", records: 2, errors: 2, alone: 1 },
	]);
	const acme = openStore({ url: inject("clickhouseUrl"), database: db.name, tenant: "acme" });
	expect(await acme.loggingWays({ sinceMs, limit: 1 })).toMatchObject([{ scope: "winston", records: 1, alone: 1 }]);
	await acme.close();
});
