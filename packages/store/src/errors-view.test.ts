/** What the view makes of a row of otel_logs: every typed column, and no value that stops an insert. */
import { eventId } from "@errata/catalog";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { standsFor } from "./error-row.ts";
import { logRow, nanoseconds, type TestDatabase, testDatabase } from "./test-database.ts";

let db: TestDatabase;
beforeAll(async () => {
	db = await testDatabase(inject("clickhouseUrl"));
});
afterAll(() => db.drop());

test("attributes become typed columns", async () => {
	const at = nanoseconds(Date.now() - 60_000, 123_456);
	await db.store.insertLogs([
		logRow({
			Timestamp: at,
			TraceId: "0af7651916cd43dd8448eb211c80319c",
			SpanId: "b7ad6b7169203331",
			Body: "payment failed",
			ResourceAttributes: {
				"service.version": "1.4.2",
				"deployment.environment": "old-name",
				"errata.tenant": "acme",
				"errata.run.id": "run-1",
			},
			LogAttributes: {
				"errata.fingerprint": "typed",
				"errata.fingerprint_version": "1",
				"log.record.uid": "0190a6c5-1111-7000-8000-000000000000",
				"errata.code": "NET_CONN_REFUSED",
				"errata.pattern": "network.connection_refused",
				"errata.category": "network",
				"errata.severity": "critical",
				"errata.retryable": "true",
				"errata.handled": "false",
				"errata.count": "7",
				"errata.catalog": "0.1.0",
				"errata.template": "connect ECONNREFUSED <addr>",
				"errata.suggestions.immediate": '["Check that 127.0.0.1:5432 is listening","Zweitens: \\u00fc"]',
				"errata.suggestions.preventive": '["Retry with back-off"]',
				"errata.docs": '["https://nodejs.org/api/errors.html"]',
				"errata.context.task.name": "charge",
				"errata.context.task.id": "t-9",
				"exception.type": "Error",
				"exception.message": "connect ECONNREFUSED 127.0.0.1:5432",
				"exception.stacktrace": "Error: connect\n    at a (b.js:1:2)",
			},
		}),
	]);
	const [row] = await db.rows<Record<string, unknown>>(
		"SELECT *, toString(toUnixTimestamp64Nano(Timestamp)) AS Nano FROM errata_errors WHERE Fingerprint = 'typed'",
	);
	expect(row).toMatchObject({
		Nano: at,
		EventId: "0190a6c5-1111-7000-8000-000000000000",
		Tenant: "acme",
		ServiceName: "checkout",
		Environment: "old-name",
		Release: "1.4.2",
		TraceId: "0af7651916cd43dd8448eb211c80319c",
		SpanId: "b7ad6b7169203331",
		Signal: "log",
		Count: 7,
		FingerprintVersion: 1,
		Code: "NET_CONN_REFUSED",
		Pattern: "network.connection_refused",
		Category: "network",
		Severity: "critical",
		Retryable: true,
		Handled: false,
		ExceptionType: "Error",
		Message: "connect ECONNREFUSED 127.0.0.1:5432",
		Stacktrace: "Error: connect\n    at a (b.js:1:2)",
		Template: "connect ECONNREFUSED <addr>",
		TaskName: "charge",
		TaskId: "t-9",
		RunId: "run-1",
		Catalog: "0.1.0",
		Immediate: ["Check that 127.0.0.1:5432 is listening", "Zweitens: ü"],
		Preventive: ["Retry with back-off"],
		Docs: ["https://nodejs.org/api/errors.html"],
		Body: "payment failed",
		RetentionDays: 365,
	});
});

test("what was sampled stands for what was not, the same in SQL and in TypeScript, and in sums exactly", async () => {
	const uids = Array.from(
		{ length: 3_000 },
		(_, i) => `${i.toString(16).padStart(8, "0")}-5ca1-7000-8000-00000000beef`,
	);
	const of = (uid: string, rate: string, count?: string) => ({
		"errata.fingerprint": `rate-${rate}`,
		"log.record.uid": uid,
		"errata.sample_rate": rate,
		...(count === undefined ? {} : { "errata.count": count }),
	});
	const odd = ["", "0", "-1", "1", "2", "nan", "inf", "1e-300", "0x1"].map((rate) => of("odd", rate, "7"));
	const attributes = [
		...uids.map((uid) => of(uid, "0.3")),
		...uids.slice(0, 50).map((uid) => of(uid, "0.01")),
		of("one", "0.5", "7"),
		...odd,
	];
	await db.store.insertLogs(attributes.map((LogAttributes) => logRow({ LogAttributes })));
	const rows = await db.rows<{ EventId: string; Fingerprint: string; Count: number }>(
		"SELECT EventId, Fingerprint, Count FROM errata_errors WHERE Fingerprint LIKE 'rate-%'",
	);
	const counts = (rate: string) => rows.filter((row) => row.Fingerprint === `rate-${rate}`).map((row) => row.Count);
	const sum = (rate: string) => counts(rate).reduce((a, b) => a + b, 0);
	// 3,000 of 10,000; a binomial of 3,000 thirds strays by 26.
	expect(new Set(counts("0.3"))).toEqual(new Set([3, 4]));
	expect(Math.abs(sum("0.3") - 10_000)).toBeLessThan(130);
	expect(sum("0.01")).toBe(5_000);
	expect(sum("0.5")).toBe(14);
	expect(["", "0", "-1", "1", "2", "nan", "inf", "0x1"].map(sum)).toEqual([7, 7, 7, 7, 7, 7, 7, 7]);
	expect(sum("1e-300")).toBe(1_000_000);
	const told = new Map(attributes.map((own) => [`${own["errata.fingerprint"]} ${own["log.record.uid"]}`, own]));
	for (const { EventId, Fingerprint, Count } of rows)
		expect(standsFor(told.get(`${Fingerprint} ${EventId}`) ?? {}, EventId)).toBe(Count);
});

test("a record without errata.fingerprint is no error", async () => {
	await db.store.insertLogs([logRow({ Body: "plain", LogAttributes: { "exception.type": "Error" } })]);
	expect(await db.rows("SELECT 1 FROM errata_errors WHERE Body = 'plain'")).toEqual([]);
});

test("retention follows severity", async () => {
	const severities = ["low", "medium", "high", "critical", "", "LOW"];
	await db.store.insertLogs(
		severities.map((severity) =>
			logRow({ LogAttributes: { "errata.fingerprint": `kept-${severity}`, "errata.severity": severity } }),
		),
	);
	const rows = await db.rows<{ days: number }>(
		"SELECT RetentionDays AS days FROM errata_errors WHERE Fingerprint LIKE 'kept-%' ORDER BY indexOf(['kept-low', 'kept-medium', 'kept-high', 'kept-critical', 'kept-', 'kept-LOW'], Fingerprint)",
	);
	expect(rows.map((row) => row.days)).toEqual([35, 90, 365, 365, 90, 90]);
});

test("the id of a record without one is the same in SQL and in TypeScript", async () => {
	const at = Date.now() - 1_000;
	const records = [
		{ body: "", type: "", message: "", stack: "" },
		{ body: "boom", type: "TypeError", message: "x is not a function", stack: "TypeError: x\n    at y (z.js:1:1)" },
		{ body: "ümlaut 😀 \u0000 zero", type: "Ünïcode", message: "a\u0000b", stack: "\u2028" },
		{ body: "'; DROP TABLE otel_logs --", type: "\\'", message: '"', stack: "`" },
		// Beyond 64 KiB the id reads no further, and whoever writes a fingerprint has cut its texts and named the record.
		{ body: "x".repeat(65_536), type: "E", message: "y".repeat(65_536), stack: "z".repeat(65_536) },
	].map((record, i) => ({ ...record, time: nanoseconds(at, i + 7) }));
	await db.store.insertLogs(
		records.map(({ body, type, message, stack, time }) =>
			logRow({
				Timestamp: time,
				TraceId: "aa",
				SpanId: "bb",
				Body: body,
				LogAttributes: {
					"errata.fingerprint": "id",
					"exception.type": type,
					"exception.message": message,
					"exception.stacktrace": stack,
				},
			}),
		),
	);
	const rows = await db.rows<{ EventId: string }>(
		"SELECT EventId FROM errata_errors WHERE Fingerprint = 'id' ORDER BY Timestamp",
	);
	expect(rows.map((row) => row.EventId)).toEqual(
		records.map(({ body, type, message, stack, time }) =>
			eventId({
				timeUnixNano: time,
				serviceName: "checkout",
				traceId: "aa",
				spanId: "bb",
				body,
				exceptionType: type,
				exceptionMessage: message,
				exceptionStacktrace: stack,
			}),
		),
	);
});

const HOSTILE = [
	"",
	" ",
	"\u0000",
	"\\",
	"'",
	'"',
	"\ud800",
	"\udfff tail",
	"\u202e\u0007",
	"NaN",
	"-1",
	"1e999",
	"0x10",
	"007",
	"18446744073709551616",
	"-9223372036854775809",
	"true ",
	"TRUE",
	"null",
	"[",
	"[]",
	"{}",
	"[1,2.5,null,true,{},[]]",
	'["a"',
	'["\\ud800"]',
	'["a",{"b":["c"]}]',
	`[${'"x",'.repeat(5_000)}"x"]`,
	"[".repeat(5_000),
	`${"[".repeat(2_000)}1${"]".repeat(2_000)}`,
	'{"a":'.repeat(3_000),
	`["${"é".repeat(100_000)}"]`,
	"😀".repeat(70_000),
	"%s%n{{7*7}}$" + "{x}",
	"'; DROP TABLE errata_errors; --",
];

const LIFTED = [
	"log.record.uid",
	"errata.fingerprint_version",
	"errata.code",
	"errata.pattern",
	"errata.category",
	"errata.severity",
	"errata.retryable",
	"errata.handled",
	"errata.count",
	"errata.sample_rate",
	"errata.signal",
	"errata.catalog",
	"errata.template",
	"errata.suggestions.immediate",
	"errata.suggestions.preventive",
	"errata.docs",
	"errata.context.task.name",
	"errata.context.task.id",
	"exception.type",
	"exception.message",
	"exception.stacktrace",
];

test("no value of any attribute stops an insert", async () => {
	const rows = HOSTILE.map((value, i) =>
		logRow({
			Timestamp: nanoseconds(Date.now(), i),
			Body: value,
			ServiceName: value,
			ResourceAttributes: Object.fromEntries(
				["service.version", "deployment.environment.name", "errata.tenant", "errata.run.id", value].map((k) => [
					k,
					value,
				]),
			),
			LogAttributes: {
				...Object.fromEntries([...LIFTED, value].map((key) => [key, value])),
				"errata.fingerprint": value === "" ? "hostile" : value,
				"test.number": String(i),
			},
		}),
	);
	await db.store.insertLogs(rows);
	const stored = await db.rows<{
		n: number;
		Count: number;
		Immediate: string[];
		Severity: string;
		Fingerprint: string;
	}>(
		"SELECT toUInt32(Attributes['test.number']) AS n, Count, Immediate, Severity, Fingerprint FROM errata_errors WHERE Attributes['test.number'] != '' ORDER BY n",
	);
	expect(stored.map((row) => row.n)).toEqual(HOSTILE.map((_, i) => i));
	for (const row of stored) {
		expect(row.Count).toBeGreaterThanOrEqual(1);
		expect(row.Count).toBeLessThanOrEqual(1_000_000);
		expect(row.Immediate.length).toBeLessThanOrEqual(16);
		expect(row.Severity).toBe("");
		expect(row.Fingerprint.length).toBeLessThanOrEqual(128);
	}
});

test("bytes that are no UTF-8, as a Collector may pass them on, do not stop an insert either", async () => {
	const bytes = "unhex('FFFE00C3285B22EDA080225D')";
	const attributes = LIFTED.map((key) => `'${key}', ${bytes}`).join(", ");
	await db.run(
		`INSERT INTO otel_logs (Timestamp, TraceId, SpanId, ServiceName, Body, ResourceAttributes, LogAttributes)
		SELECT now64(9), ${bytes}, ${bytes}, ${bytes}, ${bytes}, map('service.version', ${bytes}, ${bytes}, ${bytes}),
			map(${attributes}, 'errata.fingerprint', concat('bytes', ${bytes}))`,
	);
	expect(await db.rows("SELECT Count, Severity FROM errata_errors WHERE startsWith(Fingerprint, 'bytes')")).toEqual([
		{ Count: 1, Severity: "" },
	]);
});

test("times far off are moved into the range, and a batch over 200 days is stored whole", async () => {
	const day = 86_400_000;
	const times = [
		"0",
		"1",
		nanoseconds(Date.now() + 400 * day),
		...Array.from({ length: 90 }, (_, i) => nanoseconds(Date.now() - (20 + 2 * i) * day)),
	];
	await db.store.insertLogs(
		times.map((time, i) =>
			logRow({
				Timestamp: time,
				LogAttributes: {
					"errata.fingerprint": "far",
					"log.record.uid": `far-${i}`,
					"errata.severity": ["low", "medium", "high"][i % 3] ?? "",
				},
			}),
		),
	);
	const [row] = await db.rows<{ n: number; oldest: number; newest: number; missing: number }>(
		`SELECT uniqExact(EventId) AS n, dateDiff('hour', min(Timestamp), now64(9)) AS oldest,
			dateDiff('hour', now64(9), max(Timestamp)) AS newest,
			toInt32(anyIf(dateDiff('minute', Timestamp, now64(9)), EventId = 'far-0')) AS missing
		FROM errata_errors WHERE Fingerprint = 'far'`,
	);
	expect(row).toMatchObject({ n: times.length, oldest: 720, missing: 0 });
	expect(row?.newest).toBeLessThanOrEqual(24);
});
