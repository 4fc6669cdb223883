import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { RETAINED, type Retained, type RetentionRule } from "./retention.ts";
import { openStore } from "./store.ts";
import { errorRow, logRow, nanoseconds, type TestDatabase, testDatabase, traceRow } from "./test-database.ts";

const DAY = 86_400_000;
const NOW = Date.now();
const TENANTS = ["", "acme", "beta", "b' OR 1=1 -- \\"];
const AGES = [0, 1, 2, 3, 7, 8, 14, 15, 29];
const SEVERITY = { trace: 1, debug: 8, info: 9, warn: 16, error: 17, fatal: 24, unset: 0 };

const RULES: RetentionRule[] = [
	{ of: "errors", days: 14 },
	{ of: "errors", severity: "low", days: 7 },
	{ of: "errors", tenant: "acme", days: 3 },
	{ of: "errors", tenant: "acme", severity: "critical", days: 28 },
	{ of: "errors", tenant: TENANTS[3], severity: "unknown", days: 2 },
	{ of: "logs", severity: "debug", days: 1 },
	{ of: "logs", tenant: "beta", days: 7 },
	{ of: "traces", tenant: "acme", severity: "ok", days: 2 },
];

interface Case {
	readonly of: Retained;
	readonly tenant: string;
	readonly severity: string;
	readonly age: number;
}

const cases: Case[] = (Object.keys(RETAINED) as Retained[]).flatMap((of) =>
	TENANTS.flatMap((tenant) => RETAINED[of].flatMap((severity) => AGES.map((age) => ({ of, tenant, severity, age })))),
);

/** What the rules mean, said once more: the most exact one decides, and only days that are wholly over it go. */
function goes({ of, tenant, severity, age }: Case, rules: readonly RetentionRule[]): boolean {
	const own = rules.filter((rule) => rule.of === of);
	const rule =
		own.find((one) => one.tenant === tenant && one.severity === severity) ??
		own.find((one) => one.tenant === tenant && one.severity === undefined) ??
		own.find((one) => one.tenant === undefined && one.severity === severity) ??
		own.find((one) => one.tenant === undefined && one.severity === undefined);
	return rule !== undefined && age > rule.days;
}

let db: TestDatabase;
beforeAll(async () => {
	db = await testDatabase(inject("clickhouseUrl"));
	const at = ({ age }: Case) => nanoseconds(NOW - age * DAY);
	const resource = ({ tenant }: Case) => (tenant === "" ? {} : { "errata.tenant": tenant });
	const of = (kind: Retained) => cases.filter((one) => one.of === kind);
	await db.store.insertErrors(
		of("errors").map((one) =>
			errorRow({
				Timestamp: at(one),
				Tenant: one.tenant,
				Severity: one.severity === "unknown" ? "" : one.severity,
				Body: String(one.age),
			}),
		),
	);
	// As if they had arrived earlier: an hour to which rows came in the last minutes is counted anew.
	await db.anHourLater();
	await db.store.insertLogs(
		of("logs").map((one) =>
			logRow({
				Timestamp: at(one),
				ResourceAttributes: resource(one),
				SeverityNumber: SEVERITY[one.severity as keyof typeof SEVERITY],
				Body: String(one.age),
			}),
		),
	);
	await db.store.insertTraces(
		of("traces").map((one) =>
			traceRow({
				Timestamp: at(one),
				ResourceAttributes: resource(one),
				StatusCode: one.severity === "error" ? "Error" : "Ok",
				SpanName: String(one.age),
			}),
		),
	);
});
afterAll(() => db.drop());

const TABLES = {
	errors: ["errata_errors", "Tenant", "Severity", "Body"],
	logs: ["otel_logs", "ResourceAttributes['errata.tenant']", "SeverityNumber", "Body"],
	traces: ["otel_traces", "ResourceAttributes['errata.tenant']", "StatusCode", "SpanName"],
} as const;

/** Rows that are there, as `of tenant severity age`. */
async function there(): Promise<string[]> {
	const all: string[] = [];
	for (const [of, [table, tenant, severity, age]] of Object.entries(TABLES)) {
		const rows = await db.rows<{ t: string; s: string | number; a: string }>(
			`SELECT ${tenant} AS t, ${severity} AS s, ${age} AS a FROM ${table}`,
		);
		all.push(...rows.map(({ t, s, a }) => `${of} ${t} ${s} ${a}`));
	}
	return all.toSorted();
}

function expected(rules: readonly RetentionRule[]): string[] {
	const stored = ({ of, severity }: Case): string | number => {
		if (of === "errors") return severity === "unknown" ? "" : severity;
		if (of === "logs") return SEVERITY[severity as keyof typeof SEVERITY];
		return severity === "error" ? "Error" : "Ok";
	};
	return cases
		.filter((one) => !goes(one, rules))
		.map((one) => `${one.of} ${one.tenant} ${stored(one)} ${one.age}`)
		.toSorted();
}

test("exactly the rows that are older than their rule go, and trends keep counting them", async () => {
	expect(await there()).toEqual(expected([]));
	expect(await db.store.dueRows([], NOW)).toEqual([]);
	const acme = openStore({ url: inject("clickhouseUrl"), database: db.name, tenant: "acme" });
	const counted = async () =>
		(await acme.trends({ windowMs: 30 * DAY, by: "code" })).map(({ key, count }) => [key, count]);
	const before = await counted();

	const due = await db.store.dueRows(RULES, NOW);
	const wanted = Map.groupBy(
		cases.filter((one) => goes(one, RULES)),
		({ of, tenant, severity }) => JSON.stringify([of, tenant, severity]),
	);
	expect(
		Object.fromEntries(due.map(({ of, tenant, severity, rows }) => [JSON.stringify([of, tenant, severity]), rows])),
	).toEqual(Object.fromEntries([...wanted].map(([key, list]) => [key, list.length])));
	expect(
		due.find(({ of, tenant, severity }) => `${of} ${tenant} ${severity}` === "errors acme critical"),
	).toMatchObject({
		days: 28,
		rows: 1,
	});
	// Counting changed nothing.
	expect(await there()).toEqual(expected([]));

	expect(await db.store.applyRetention(RULES, NOW)).toEqual(due);
	expect(await there()).toEqual(expected(RULES));
	expect(await db.store.dueRows(RULES, NOW)).toEqual([]);
	expect(await counted()).toEqual(before);
	await acme.close();
});

test("a rule for all leaves the days that it keeps, of every tenant", async () => {
	const rules: RetentionRule[] = [{ of: "logs", days: 1 }];
	await db.store.applyRetention(rules, NOW);
	expect((await there()).filter((row) => row.startsWith("logs")).map((row) => row.split(" ").at(-1))).not.toContain(
		"2",
	);
	expect((await there()).filter((row) => row.startsWith("logs"))).toHaveLength(TENANTS.length * 7 * 2);
});
