/** Lists of issues say what errata_occurrences says, whatever is settled of it: also with what came late, again, or went. */
import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { settledDays } from "./settled.ts";
import { openStore, type Store } from "./store.ts";
import { errorRow, nanoseconds, type TestDatabase, testDatabase } from "./test-database.ts";
import { dateTime } from "./time.ts";
import type { ErrorRow } from "./types.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MIDNIGHT = Math.floor(Date.now() / DAY) * DAY;
/** Days over which \`random\` scatters, but today: the minutes before the first midnight are a day too. */
const DAYS = 6;
const ANN = "[PSEUDONYM:email:0a1b2c3d:0123456789abcdef]";

let db: TestDatabase;
const stores = new Map<string, Store>();
beforeAll(async () => {
	db = await testDatabase(inject("clickhouseUrl"));
	for (const tenant of ["", "acme"])
		stores.set(tenant, openStore({ url: inject("clickhouseUrl"), database: db.name, tenant }));
});
afterAll(async () => {
	for (const store of stores.values()) await store.close();
	await db.drop();
});

/** The same numbers every time, so that a failure can be repeated. */
function numbers(seed: string): (below: number) => number {
	let i = 0;
	return (below) => createHash("sha256").update(`${seed}:${i++}`).digest().readUInt32BE() % below;
}

function random(count: number, seed: string, over: Partial<ErrorRow> = {}): ErrorRow[] {
	const pick = numbers(seed);
	return Array.from({ length: count }, (_, i) => {
		const span = pick(40);
		const group = pick(7);
		return errorRow({
			// Six days, many at their edges, where a log speaks for the span of the day beside.
			Timestamp: nanoseconds(MIDNIGHT - pick(6) * DAY + (pick(2) === 0 ? pick(20) - 10 : pick(1440)) * 60_000, i),
			EventId: `${seed}-${i}`,
			Tenant: pick(4) === 0 ? "acme" : "",
			ServiceName: `service-${pick(3)}`,
			Environment: `env-${pick(2)}`,
			Release: `1.${i}`,
			TraceId: span < 30 ? `trace-${span}` : "",
			SpanId: span < 20 ? `span-${span}` : "",
			Signal: span < 20 && pick(2) === 0 ? "span" : "log",
			Count: pick(5) === 0 ? 1 + pick(9) : 1,
			Fingerprint: `group-${group}`,
			Template: `message ${group % 4}`,
			Code: `CODE_${group % 3}`,
			Handled: pick(3) > 0,
			Body: pick(30) === 0 ? `sent to ${ANN}` : "",
			...over,
		});
	}).filter(({ Timestamp }) => Number(BigInt(Timestamp) / 1_000_000n) < Date.now() + DAY / 2);
}

/** What is asked: whole and partial days, filtered, of either tenant. */
const QUESTIONS = [
	{ tenant: "", sinceMs: 0, untilMs: Number.POSITIVE_INFINITY, service: "" },
	{ tenant: "", sinceMs: MIDNIGHT - 4.4 * DAY, untilMs: MIDNIGHT - 0.7 * DAY, service: "service-1" },
	{ tenant: "acme", sinceMs: MIDNIGHT - 3 * DAY, untilMs: MIDNIGHT, service: "" },
] as const;
type Question = (typeof QUESTIONS)[number];

/** Of errata_occurrences alone, straight from the rows. */
async function counted({ tenant, sinceMs, untilMs, service }: Question): Promise<unknown[]> {
	const rows = await db.rows<Record<string, string | number>>(
		`SELECT if(m.IssueId != '', m.IssueId, o.Fingerprint) AS f, sum(o.Count) AS n, sumIf(o.Count, NOT o.Handled) AS u,
			arraySort(groupUniqArray(toString(o.ServiceName))) AS s, arraySort(groupUniqArrayIf(toString(o.Environment), o.Environment != '')) AS e,
			toUnixTimestamp64Nano(max(o.Timestamp)) AS l, argMax(o.Release, o.Timestamp) AS r, uniqExactIf(o.TraceId, o.TraceId != '') AS t
		FROM errata_occurrences(since = {since:DateTime64(9)}, until = {until:DateTime64(9)}) AS o
		LEFT JOIN (SELECT * FROM errata_issue_members WHERE Tenant = {tenant:String}) AS m ON m.Fingerprint = o.Fingerprint
		WHERE o.Tenant = {tenant:String} AND ({service:String} = '' OR o.ServiceName = {service:String})
		GROUP BY f ORDER BY l DESC, f`,
		{ tenant, service, since: dateTime(sinceMs), until: dateTime(untilMs) },
	);
	return rows.map(({ f, n, u, s, e, r, t }) => [f, n, u, s, e, r, t]);
}

async function check(): Promise<void> {
	for (const question of QUESTIONS) {
		const listed = await stores.get(question.tenant)?.listIssues(question);
		expect(
			listed?.map((i) => [i.fingerprint, i.count, i.unhandled, i.services, i.environments, i.lastRelease, i.traces]),
			JSON.stringify(question),
		).toEqual(await counted(question));
	}
}

/** Days of a tenant that are not counted again. */
async function settled(tenant: string): Promise<number> {
	const connection = db.connection.forTenant(tenant);
	return (await settledDays(connection, 0, Number.POSITIVE_INFINITY)).days.length;
}

/** As if an hour had passed since all this, and the view had come round again. */
async function settle(): Promise<void> {
	await db.anHourLater();
	await db.run("CREATE TABLE aged AS errata_settled_days");
	await db.run(
		"INSERT INTO aged SELECT * REPLACE (ComputedAt - INTERVAL 1 HOUR AS ComputedAt) FROM errata_settled_days",
	);
	await db.run("TRUNCATE TABLE errata_settled_days");
	await db.run("INSERT INTO errata_settled_days SELECT * FROM aged");
	await db.run("DROP TABLE aged SYNC");
	await db.store.refreshTrends();
}

test("what came late, again, of two tenants, was merged and was erased is counted exactly, settled or not", async () => {
	await db.store.insertErrors(random(500, "first"));
	await db.store.refreshTrends();
	expect(await settled("")).toBe(0);
	await settle();
	expect(await settled("")).toBe(DAYS);
	await check();

	// Again, and more for two of the days: these are counted anew at once, the others are not.
	const day = { Timestamp: nanoseconds(MIDNIGHT - 3 * DAY + 12 * HOUR) };
	await db.store.insertErrors(
		random(500, "first")
			.filter((_, i) => i % 50 === 0)
			.map((row) => ({ ...row, ...day })),
	);
	await db.store.insertErrors(random(20, "late", { ...day, Tenant: "" }));
	expect(await settled("")).toBe(DAYS - 1);
	await check();
	// At the edge of a day a log unsettles the day beside too.
	await db.store.insertErrors(random(20, "edge", { Timestamp: nanoseconds(MIDNIGHT - DAY + 1), Tenant: "" }));
	expect(await settled("")).toBe(DAYS - 3);
	await check();
	await settle();
	expect(await settled("")).toBe(DAYS);
	await check();

	await stores.get("")?.mapIssues(["group-1", "group-2"], "group-5", "somebody");
	await check();

	const acme = await settled("acme");
	const found = await stores.get("")?.eraseSubject([ANN]);
	expect(found?.left).toEqual([]);
	expect(await settled("")).toBeLessThan(DAYS);
	expect(await settled("acme")).toBe(acme);
	await check();
	// Not computed while it may be under way.
	await settle();
	expect(await settled("")).toBeLessThan(DAYS);
	await check();
}, 180_000);

test("what retention deletes is no longer counted, and neither is what nothing ever computed", async () => {
	const at = (days: number) => nanoseconds(MIDNIGHT - days * DAY + HOUR);
	const row = { Tenant: "", Fingerprint: "old", Severity: "low" };
	await db.store.insertErrors([20, 12, 11].map((days) => errorRow({ ...row, Timestamp: at(days) })));
	await settle();
	const count = async () => (await db.store.getIssue("old"))[0]?.count;
	expect(await count()).toBe(3);
	await db.store.applyRetention([{ of: "errors", severity: "low", days: 15 }], Date.now());
	expect(await count()).toBe(2);
	await db.run("TRUNCATE TABLE errata_settled_days");
	expect(await count()).toBe(2);
	await check();
}, 180_000);
