/** 10,000 records, some of them again and again: every level says what uniqExact(EventId) says. */
import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { logRow, nanoseconds, type TestDatabase, testDatabase } from "./test-database.ts";
import type { OtelLogRow } from "./types.ts";

const DAY = 24 * 3_600_000;

let db: TestDatabase;
beforeAll(async () => {
	db = await testDatabase(inject("clickhouseUrl"));
});
afterAll(() => db.drop());

/** A seeded generator, so that a failure can be repeated. */
function* numbers(seed: number): Generator<number, never, void> {
	for (let i = 0; ; i++) yield createHash("sha256").update(`${seed}:${i}`).digest().readUInt32BE() / 2 ** 32;
}

function generated(count: number): OtelLogRow[] {
	const random = numbers(3);
	const pick = (n: number): number => Math.floor(random.next().value * n);
	const now = Date.now();
	return Array.from({ length: count }, (_, i) =>
		logRow({
			// Two days and a half back, over edges of hours and days; a third without an id of their own.
			Timestamp: nanoseconds(now - pick(2.5 * DAY), pick(1_000_000)),
			ServiceName: `service-${pick(3)}`,
			TraceId:
				pick(2) === 0
					? ""
					: createHash("md5")
							.update(`t${pick(2_000)}`)
							.digest("hex"),
			SpanId:
				pick(2) === 0
					? ""
					: createHash("md5")
							.update(`s${pick(4_000)}`)
							.digest("hex")
							.slice(0, 16),
			Body: `failure ${i}`,
			ResourceAttributes: { "service.version": `1.${pick(4)}`, "deployment.environment.name": "test" },
			LogAttributes: {
				"errata.fingerprint": `generated-${pick(25)}`,
				"errata.code": `CODE_${pick(5)}`,
				"errata.severity": ["low", "medium", "high", "critical"][pick(4)] ?? "",
				"errata.context.task.name": `task-${pick(6)}`,
				...(i % 3 === 0 ? {} : { "log.record.uid": `uid-${i}` }),
			},
		}),
	);
}

test("10,000 records with 1,000 sent again in other batches count once, in every table and view", async () => {
	const records = generated(10_000);
	const batches = Array.from({ length: 10 }, (_, i) => records.slice(i * 1_000, (i + 1) * 1_000));
	for (const batch of batches) await db.store.insertLogs(batch);
	// A whole request again, and records of several requests cut into new batches, beside new neighbours.
	await db.store.insertLogs(batches[4] ?? []);
	const again = records.filter((_, i) => i % 10 === 3);
	expect(again).toHaveLength(1_000);
	for (let i = 0; i < again.length; i += 170) await db.store.insertLogs(again.slice(i, i + 170).reverse());

	const truth = new Map<string, number>();
	for (const record of records) {
		const fingerprint = record.LogAttributes["errata.fingerprint"] ?? "";
		truth.set(fingerprint, (truth.get(fingerprint) ?? 0) + 1);
	}
	const sorted = [...truth].sort(([a], [b]) => (a < b ? -1 : 1));
	const check = async (): Promise<void> => {
		const of = async (sql: string) => (await db.rows<{ f: string; n: number }>(sql)).map(({ f, n }) => [f, n] as const);
		const where = "WHERE Fingerprint LIKE 'generated-%' GROUP BY Fingerprint ORDER BY Fingerprint";
		expect(await of(`SELECT Fingerprint AS f, uniqExact(EventId) AS n FROM errata_errors ${where}`)).toEqual(sorted);
		const range = "(since = '2000-01-01', until = '2100-01-01')";
		for (const view of [`errata_occurrences${range}`, `errata_trends_hourly${range}`, `errata_trends_daily${range}`])
			expect(await of(`SELECT Fingerprint AS f, sum(Count) AS n FROM ${view} ${where}`), view).toEqual(sorted);
		expect(
			await of("SELECT IssueId AS f, Count AS n FROM errata_issues WHERE IssueId LIKE 'generated-%' ORDER BY IssueId"),
		).toEqual(sorted);
		const listed = await db.store.listIssues({ limit: 1000 });
		expect(new Map(listed.map((issue) => [issue.fingerprint, issue.count]))).toEqual(truth);
		for (const windowMs of [7 * DAY, 60 * DAY]) {
			const rows = await db.store.trends({ windowMs, limit: 1000 });
			expect(new Map(rows.map((row) => [row.key, row.count]))).toEqual(truth);
			for (const row of rows) expect(row.buckets.reduce((a, b) => a + b, 0)).toBe(row.count);
		}
	};
	await check();
	await db.store.refreshTrends();
	await check();
	await db.anHourLater();
	await check();
	const [stale] = await db.rows<{ closed: number; n: number }>(
		`SELECT countIf(Bucket NOT IN (SELECT Bucket FROM errata_stale_hours)) AS closed, count() AS n FROM errata_trends_1h`,
	);
	// By now most hours come from the table: what was checked last is the closed path.
	expect(stale?.closed).toBeGreaterThan(1_000);
}, 180_000);
