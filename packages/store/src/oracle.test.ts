/** The counting rule once more, in a few lines of TypeScript, against what the views say of random rows. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { errorRow, nanoseconds, type TestDatabase, testDatabase } from "./test-database.ts";

const HOUR = 3_600_000;
const MIDNIGHT = Math.floor(Date.now() / (24 * HOUR)) * 24 * HOUR - 48 * HOUR;

interface Occurrence {
	readonly group: number;
	readonly signal: "log" | "span";
	readonly span: number;
	/** Which masked message; 0 stands for none. */
	readonly message: number;
	readonly event: number;
	/** Ten minutes around midnight two days ago. */
	readonly at: number;
	readonly count: number;
}

const occurrence: fc.Arbitrary<Occurrence> = fc.record({
	group: fc.integer({ min: 0, max: 2 }),
	signal: fc.constantFrom("log", "span"),
	span: fc.integer({ min: 0, max: 4 }),
	message: fc.integer({ min: 0, max: 3 }),
	event: fc.integer({ min: 0, max: 60 }),
	at: fc.integer({ min: -30, max: 30 }),
	count: fc.integer({ min: 1, max: 4 }),
});

/** An event has one time, group and span; only how often it arrives and what it counts may differ. */
function consistent(rows: readonly Occurrence[]): Occurrence[] {
	const first = new Map<number, Occurrence>();
	for (const row of rows) if (!first.has(row.event)) first.set(row.event, row);
	return rows.map((row) => ({ ...(first.get(row.event) as Occurrence), count: row.count }));
}

const hourOf = (row: Occurrence): number => Math.floor((row.at * 600_000) / HOUR);

/** Counts by group and hour. Span 0 stands for no span. */
function expected(rows: readonly Occurrence[]): Map<string, number> {
	const counted = new Map<string, { key: string; count: number }>();
	for (const row of rows) {
		const hour = hourOf(row);
		const key = `${row.group} ${hour}`;
		const group = (o: Occurrence): boolean => o.group === row.group;
		const message = (o: Occurrence): boolean => o.message === row.message && row.message !== 0;
		const spoken = rows
			.filter((o) => o.span === row.span)
			.some(
				(o) =>
					(o.signal === "log" && (group(o) || message(o)) && Math.abs(hourOf(o) - hour) <= 1) ||
					(o.signal === "span" && group(o) && hourOf(o) === hour - 1),
			);
		const ofSpan = row.signal === "span" && row.span !== 0;
		if (ofSpan && spoken) continue;
		const id = ofSpan ? `span ${row.group} ${row.span} ${hour}` : `event ${row.event}`;
		counted.set(id, { key, count: Math.max(row.count, counted.get(id)?.count ?? 0) });
	}
	const totals = new Map<string, number>();
	for (const { key, count } of counted.values()) totals.set(key, (totals.get(key) ?? 0) + count);
	return totals;
}

let db: TestDatabase;
beforeAll(async () => {
	db = await testDatabase(inject("clickhouseUrl"));
});
afterAll(() => db.drop());

async function hours(tenant: string): Promise<Map<string, number>> {
	const rows = await db.rows<{ key: string; n: number }>(
		`SELECT concat(Fingerprint, ' ', toString(intDiv(toUnixTimestamp(Bucket) - ${MIDNIGHT / 1000} + 36000, 3600) - 10)) AS key, sum(Count) AS n
		FROM errata_trends_hourly(since = '2000-01-01', until = '2100-01-01') WHERE Tenant = {tenant:String} GROUP BY key`,
		{ tenant },
	);
	return new Map(rows.map((row) => [row.key, row.n]));
}

async function totals(tenant: string): Promise<number[]> {
	const [row] = await db.rows<Record<string, number>>(
		`SELECT
			(SELECT sum(Count) FROM errata_occurrences(since = '2000-01-01', until = '2100-01-01') WHERE Tenant = {tenant:String}) AS a,
			(SELECT sum(Count) FROM errata_trends_daily(since = '2000-01-01', until = '2100-01-01') WHERE Tenant = {tenant:String}) AS b,
			(SELECT sum(Count) FROM errata_issues WHERE Tenant = {tenant:String}) AS c`,
		{ tenant },
	);
	return Object.values(row ?? {});
}

test("random logs and span events, sent in parts and again, count as the rule says, while tables are computed", async () => {
	let run = 0;
	await fc.assert(
		fc.asyncProperty(fc.array(occurrence, { minLength: 1, maxLength: 60 }), fc.nat(60), async (random, cut) => {
			const Tenant = `oracle-${run++}`;
			const rows = consistent(random);
			const insert = (part: readonly Occurrence[]) =>
				db.store.insertErrors(
					part.map((row) =>
						errorRow({
							Tenant,
							Fingerprint: String(row.group),
							Template: row.message === 0 ? "" : `message ${row.message}`,
							Signal: row.signal,
							EventId: `e${row.event}`,
							TraceId: row.span === 0 ? "" : "trace",
							SpanId: row.span === 0 ? "" : `span-${row.span}`,
							Timestamp: nanoseconds(MIDNIGHT + row.at * 600_000),
							Count: row.count,
						}),
					),
				);
			await insert(rows.slice(0, cut));
			await db.store.refreshTrends();
			await db.anHourLater();
			await insert(rows.slice(cut));
			await insert(rows.slice(Math.floor(cut / 2), cut + 5));
			const truth = expected(rows);
			const sum = [...truth.values()].reduce((a, b) => a + b, 0);
			expect(await hours(Tenant)).toEqual(truth);
			expect(await totals(Tenant)).toEqual([sum, sum, sum]);
			await db.store.refreshTrends();
			await db.anHourLater();
			expect(await hours(Tenant)).toEqual(truth);
			expect(await totals(Tenant)).toEqual([sum, sum, sum]);
		}),
		{ numRuns: 4, seed: 20_261_124, endOnFailure: true },
	);
}, 180_000);
