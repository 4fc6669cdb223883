/** Issues that were merged count as one in all that is computed of traces and times; parted, as two again. */
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { errorRow, nanoseconds, type TestDatabase, testDatabase, traceRow } from "./test-database.ts";

const NOW = Math.floor(Date.now() / 60_000) * 60_000;
const SPAN = { sinceMs: NOW - 3_600_000, untilMs: NOW };
const TRACES = 30;
const id = (n: number): string => n.toString(16).padStart(32, "0");
/** Two wordings of one failure, what follows from it, and something else. */
const [WORDED, OTHERWISE, FOLLOWS, ELSE] = ["a1", "a2", "b", "c"].map((name) => name.padEnd(32, "0")) as [
	string,
	string,
	string,
	string,
];

let db: TestDatabase;
beforeAll(async () => {
	db = await testDatabase(inject("clickhouseUrl"));
	const rows = [];
	const spans = [];
	for (let trace = 0; trace < 2 * TRACES; trace++) {
		const at = NOW - 3_000_000 + trace * 30_000;
		const row = (Fingerprint: string, ms: number) =>
			errorRow({ Fingerprint, TraceId: id(trace + 1), Timestamp: nanoseconds(at + ms), ServiceName: "shop" });
		rows.push(row(trace % 2 === 0 ? WORDED : OTHERWISE, 0), row(FOLLOWS, 5));
		spans.push(
			traceRow({ TraceId: id(trace + 1), SpanId: `${trace}`, Timestamp: nanoseconds(at), ServiceName: "shop" }),
		);
	}
	for (let trace = 0; trace < 20; trace++)
		rows.push(errorRow({ Fingerprint: ELSE, TraceId: id(1_000 + trace), Timestamp: nanoseconds(NOW - 60_000) }));
	await db.store.insertErrors(rows);
	await db.store.insertTraces(spans);
});
afterAll(() => db.drop());

async function seen() {
	const { store } = db;
	const [counts, sample, related, follows, names, attributes] = await Promise.all([
		store.correlationCounts(SPAN),
		store.sampledTraces(SPAN),
		store.relatedGroups(WORDED, { windowMs: 7_200_000, untilMs: NOW + 60_000 }),
		store.relatedGroups(FOLLOWS, { windowMs: 7_200_000, untilMs: NOW + 60_000 }),
		store.groupNames([WORDED, OTHERWISE], SPAN),
		store.attributeSamples(WORDED, SPAN),
	]);
	return {
		groups: counts.groups.map(({ fingerprint, traces }) => [fingerprint, traces]),
		pairs: counts.pairs.map(({ a, b, traces }) => [...[a, b].sort(), traces]),
		minutes: counts.minutes.map((one) => one.fingerprint).sort(),
		sampled: Object.fromEntries(
			[
				...Map.groupBy(
					sample.flatMap((trace) => trace.errors),
					(error) => error.fingerprint,
				),
			].map(([group, errors]) => [group, errors.length]),
		),
		related: related.map(({ fingerprint, traces, of }) => [fingerprint, traces, of]),
		follows: follows.map(({ fingerprint, traces, of }) => [fingerprint, traces, of]),
		names: names.map(({ fingerprint, count }) => [fingerprint, count]),
		events: attributes.events.length,
		others: new Set(attributes.others.map((one) => one.traceId)).size,
	};
}

test("before, after and when they part again", async () => {
	const apart = await seen();
	expect(apart.groups).toEqual([
		[FOLLOWS, 60],
		[WORDED, 30],
		[OTHERWISE, 30],
		[ELSE, 20],
	]);
	expect(apart.pairs).toEqual([
		[WORDED, FOLLOWS, 30],
		[OTHERWISE, FOLLOWS, 30],
	]);
	expect(apart.related).toEqual([[FOLLOWS, 30, 30]]);

	await db.store.mapIssues([OTHERWISE], WORDED, "anna");
	const one = await seen();
	expect(one.groups).toEqual([
		[WORDED, 60],
		[FOLLOWS, 60],
		[ELSE, 20],
	]);
	expect(one.pairs).toEqual([[WORDED, FOLLOWS, 60]]);
	expect(one.minutes).toEqual([WORDED, FOLLOWS, ELSE].sort());
	expect(Object.keys(one.sampled).sort()).toEqual([WORDED, FOLLOWS, ELSE].sort());
	// One issue is sampled once: its traces, and those of what follows from it.
	expect(one.sampled[WORDED]).toBeLessThanOrEqual(24);
	expect(one.related).toEqual([[FOLLOWS, 60, 60]]);
	expect(one.follows).toEqual([[WORDED, 60, 60]]);
	expect(one.names).toEqual([[WORDED, 60]]);
	expect(one.events).toBe(60);

	await db.store.mapIssues([OTHERWISE], "", "anna");
	expect(await seen()).toEqual(apart);
});

test("the most frequent issues are sampled, and one that is frequent only with what was merged into it is one of them", async () => {
	const sampled = async (groups: number): Promise<string[]> => {
		const found = await db.connection.select<{ traceId: string }>("incident-traces", {
			...{
				since: new Date(SPAN.sinceMs).toISOString().replace("Z", ""),
				until: new Date(SPAN.untilMs).toISOString().replace("Z", ""),
			},
			...{ groups, perGroup: 1_000, limit: 1_000, tenant: "" },
		});
		return found.map(({ traceId }) => traceId);
	};
	// 25 occurrences of each of three wordings: alone behind all others, together before them.
	const wordings = ["d1", "d2", "d3"].map((name) => name.padEnd(32, "0"));
	await db.store.insertErrors(
		wordings.flatMap((Fingerprint, k) =>
			Array.from({ length: 25 }, (_, i) =>
				errorRow({ Fingerprint, TraceId: id(5_000 + k * 100 + i), Timestamp: nanoseconds(NOW - 120_000) }),
			),
		),
	);
	const theirs = (traces: readonly string[]): number =>
		traces.filter((trace) => Number.parseInt(trace, 16) >= 5_000).length;
	expect(theirs(await sampled(1))).toBe(0);
	await db.store.mapIssues(wordings.slice(1), wordings[0] as string, "anna");
	expect(theirs(await sampled(1))).toBe(75);
});
