/** Counting is exact by EventId at every level: rows, groups, hours, days, issues. */
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { errorRow, nanoseconds, type TestDatabase, testDatabase } from "./test-database.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let db: TestDatabase;
beforeAll(async () => {
	db = await testDatabase(inject("clickhouseUrl"));
});
afterAll(() => db.drop());

/** All levels at which a group is counted. */
async function levels(fingerprint: string): Promise<Record<string, number>> {
	const [counts] = await db.rows<Record<string, number>>(
		`SELECT
			(SELECT sum(Count) FROM errata_occurrences(since = '2000-01-01', until = '2100-01-01') WHERE Fingerprint = {f:String}) AS occurrences,
			(SELECT sum(Count) FROM errata_trends_hourly(since = '2000-01-01', until = '2100-01-01') WHERE Fingerprint = {f:String}) AS hourly,
			(SELECT sum(Count) FROM errata_trends_daily(since = '2000-01-01', until = '2100-01-01') WHERE Fingerprint = {f:String}) AS daily,
			(SELECT sum(Count) FROM errata_issues WHERE IssueId = {f:String}) AS issues`,
		{ f: fingerprint },
	);
	const [issue] = await db.store.getIssue(fingerprint);
	const trend = async (windowMs: number) =>
		(await db.store.trends({ windowMs, limit: 1000 })).find((t) => t.key === fingerprint)?.count;
	return {
		...counts,
		listed: issue?.count ?? 0,
		week: (await trend(7 * DAY)) ?? 0,
		quarter: (await trend(90 * DAY)) ?? 0,
	};
}

function all(count: number): Record<string, number> {
	return { occurrences: count, hourly: count, daily: count, issues: count, listed: count, week: count, quarter: count };
}

async function anHourLater(): Promise<void> {
	await db.store.refreshTrends();
	await db.anHourLater();
}

test("a failure that is a log and an event of its span counts once, whichever came first", async () => {
	const span = { TraceId: "a".repeat(32), SpanId: "b".repeat(16) };
	const at = Date.now() - 1_000;
	const row = { ...span, Fingerprint: "both", Timestamp: nanoseconds(at) };
	await db.store.insertErrors([errorRow({ ...row, Signal: "span" })]);
	expect(await levels("both")).toEqual(all(1));
	await db.store.insertErrors([errorRow({ ...row, Signal: "log", Timestamp: nanoseconds(at + 3) })]);
	expect(await levels("both")).toEqual(all(1));
	// A second event of the same span says nothing new; a second log is a second failure.
	await db.store.insertErrors([errorRow({ ...row, Signal: "span", Timestamp: nanoseconds(at + 5) })]);
	expect(await levels("both")).toEqual(all(1));
	await db.store.insertErrors([errorRow({ ...row, Signal: "log", Timestamp: nanoseconds(at + 9) })]);
	expect(await levels("both")).toEqual(all(2));
	expect((await db.store.issueEvents("both")).map((event) => event.signal)).toEqual(["log", "log"]);
	expect(await db.store.traceErrors(span.TraceId)).toHaveLength(2);
});

test("a log and an event of its span that are two groups count once where they share the masked message", async () => {
	const at = Date.now() - 1_000;
	const of = (name: string, Signal: "log" | "span", SpanId: string, Template: string) =>
		errorRow({
			Fingerprint: `${name}-${Signal}`,
			Signal,
			TraceId: `${name}-trace`,
			SpanId,
			Template,
			Timestamp: nanoseconds(at),
		});
	const both = async (name: string) => [
		(await levels(`${name}-log`)).occurrences,
		(await levels(`${name}-span`)).occurrences,
		(await db.store.issueEvents(`${name}-span`)).length,
		(await db.store.traceErrors(`${name}-trace`)).length,
		(await db.store.tail({ errorOnly: true, limit: 1000 })).filter((row) => row.traceId === `${name}-trace`).length,
	];
	const message = "open <path>: no such file";
	await db.store.insertErrors([of("shared", "log", "1", message), of("shared", "span", "1", message)]);
	expect(await both("shared")).toEqual([1, 0, 0, 1, 1]);
	expect(await levels("shared-span")).toEqual(all(0));
	await db.store.insertErrors([of("child", "log", "1", message), of("child", "span", "2", message)]);
	expect(await both("child")).toEqual([1, 1, 1, 2, 2]);
	await db.store.insertErrors([of("words", "log", "1", message), of("words", "span", "1", "other words")]);
	expect(await both("words")).toEqual([1, 1, 1, 2, 2]);
	await db.store.insertErrors([of("silent", "log", "1", ""), of("silent", "span", "1", "")]);
	expect(await both("silent")).toEqual([1, 1, 1, 2, 2]);
});

test("spans count by span, groups apart, and without a span id by event", async () => {
	const at = nanoseconds(Date.now() - 1_000);
	const of = (SpanId: string, Fingerprint = "spans") =>
		errorRow({ Timestamp: at, Signal: "span", TraceId: "c".repeat(32), SpanId, Fingerprint });
	await db.store.insertErrors([of("1"), of("1"), of("2"), of(""), of(""), of("1", "other-group")]);
	expect(await levels("spans")).toEqual(all(4));
	expect(await levels("other-group")).toEqual(all(1));
});

test("a log and a span event on two sides of an hour and of a day count once at every level, also closed", async () => {
	const midnight = Math.floor(Date.now() / DAY) * DAY - 2 * DAY;
	const cases = { hour: midnight + 5 * HOUR, day: midnight };
	const spanOf = (name: string) => ({ TraceId: `${name}-trace`, SpanId: "d".repeat(16), Fingerprint: `edge-${name}` });
	for (const [name, edge] of Object.entries(cases))
		await db.store.insertErrors([errorRow({ ...spanOf(name), Signal: "span", Timestamp: nanoseconds(edge - 1) })]);
	await anHourLater();
	for (const [name, edge] of Object.entries(cases)) {
		expect(await levels(`edge-${name}`)).toEqual(all(1));
		await db.store.insertErrors([errorRow({ ...spanOf(name), Signal: "log", Timestamp: nanoseconds(edge + 1) })]);
		expect(await levels(`edge-${name}`)).toEqual(all(1));
	}
	// The bucket of the span is empty now, which the tables must say too.
	await anHourLater();
	for (const name of Object.keys(cases)) expect(await levels(`edge-${name}`)).toEqual(all(1));
	expect(await db.rows("SELECT uniqExact(RefreshedAt) AS n FROM errata_trends_1h")).toEqual([{ n: 2 }]);
});

test("occurrences are the sum of the largest Count of each event", async () => {
	const at = nanoseconds(Date.now() - 2_000);
	const row = { Timestamp: at, Fingerprint: "weighted", Handled: false };
	await db.store.insertErrors([
		errorRow({ ...row, EventId: "w1", Count: 5 }),
		errorRow({ ...row, EventId: "w1", Count: 3 }),
		errorRow({ ...row, EventId: "w2", Count: 2 }),
		errorRow({ ...row, EventId: "w3", Count: Number.MAX_SAFE_INTEGER }),
		errorRow({ ...row, EventId: "w4", Count: Number.NaN }),
	]);
	await db.store.insertErrors([errorRow({ ...row, EventId: "w1", Count: 1 })]);
	expect(await levels("weighted")).toEqual(all(5 + 2 + 1_000_000 + 1));
	await db.run("OPTIMIZE TABLE errata_errors FINAL");
	expect(await levels("weighted")).toEqual(all(5 + 2 + 1_000_000 + 1));
	expect((await db.store.getIssue("weighted"))[0]?.unhandled).toBe(1_000_008);
});

test("a record that is weeks late changes closed buckets at once", async () => {
	const at = Date.now() - 25 * DAY;
	await db.store.insertErrors([errorRow({ Fingerprint: "late", Timestamp: nanoseconds(at) })]);
	await anHourLater();
	const count = async () => {
		const { occurrences, hourly, daily, issues, quarter } = await levels("late");
		return [occurrences, hourly, daily, issues, quarter];
	};
	expect(await count()).toEqual([1, 1, 1, 1, 1]);
	await db.store.insertErrors([errorRow({ Fingerprint: "late", Timestamp: nanoseconds(at + 60_000) })]);
	expect(await count()).toEqual([2, 2, 2, 2, 2]);
	await anHourLater();
	expect(await count()).toEqual([2, 2, 2, 2, 2]);
});

test("beyond 1,000 releases or tasks of a tenant and day the rest is _other, counted", async () => {
	const at = Date.now() - 3 * DAY;
	await db.store.insertErrors(
		Array.from({ length: 1_050 }, (_, i) =>
			errorRow({
				Tenant: "many",
				Fingerprint: "folded",
				Timestamp: nanoseconds(Math.floor(at / DAY) * DAY + HOUR, i),
				Release: `r${i}`,
				TaskName: `t${i % 7}`,
			}),
		),
	);
	await db.store.refreshTrends();
	for (const table of ["errata_trends_1h", "errata_trends_1d"]) {
		const rows = await db.rows<Record<string, number>>(
			`SELECT uniqExact(Release) AS releases, sumIf(Count, Release = '_other') AS other, sum(Count) AS total,
				sum(FoldedReleases) AS folded, sum(FoldedTasks) AS tasks
			FROM ${table} WHERE Tenant = 'many' AND RefreshedAt = (SELECT max(RefreshedAt) FROM ${table} WHERE Tenant = 'many')`,
		);
		expect(rows).toEqual([{ releases: 1_001, other: 50, total: 1_050, folded: 50, tasks: 0 }]);
	}
});
