/**
 * clickhouse-go against local, while other clients abort: by its own interface, as the Collector's exporter uses it, and as
 * database/sql with the questions that Grafana's ClickHouse data source asks. The Go program beside this asks; here is
 * what it must have seen.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { send } from "../setup/otlp.ts";
import { must } from "../setup/processes.ts";
import { startUnderFire, type UnderFire } from "./under-fire.ts";

interface Seen {
	readonly check: string;
	readonly got?: unknown;
	readonly error?: string;
}

interface Answer {
	readonly columns: readonly string[] | null;
	readonly types: readonly string[] | null;
	readonly rows: readonly (readonly unknown[])[] | null;
}

let fire: UnderFire;
let directory: string;

beforeAll(async () => {
	directory = await mkdtemp(path.join(tmpdir(), "errata-clickhouse-go-"));
	const cwd = path.join(import.meta.dirname, "clickhouse-go");
	await must("go", ["vet", "."], { cwd });
	await must("go", ["build", "-o", path.join(directory, "client"), "."], { cwd });
	fire = await startUnderFire();
}, 300_000);

afterAll(async () => {
	await fire?.stop();
	await rm(directory, { recursive: true, force: true });
});

/** Runs one session of the Go program. */
async function session(name: string): Promise<ReadonlyMap<string, Seen>> {
	const out = await must(path.join(directory, "client"), [name, fire.local.clickhouseUrl]);
	const seen = out
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line) as Seen);
	return new Map(seen.map((one) => [one.check, one]));
}

describe("clickhouse-go's own interface over HTTP", () => {
	const compressed = { got: [5_000, 5_000, 1_023_890] };
	const expected: Readonly<Record<string, Omit<Seen, "check">>> = {
		server: { got: { major: 26, timezone: "UTC" } },
		"every type in one batch": {
			got: {
				count: 1,
				nanoseconds: true,
				id: "0af76519-16cd-43dd-8448-eb211c80319c",
				name: "name",
				none: true,
				bytes: true,
				empty: 2,
				event: true,
				names: ["exception"],
				types: ["E"],
				kind: "b",
				ip: "::1",
				amount: "12.3456",
			},
		},
		"columns of a batch": { got: [50_000, 975_000] },
		structs: { got: [0, 1, 2].map((n) => ({ Number: n, Text: String(n), At: `1970-01-01T00:00:0${n}Z` })) },
		parameters: { got: { text: true, n: 3, positional: true, "mixed refused": true } },
		settings: { error: "code 158 DB::Exception" },
		"async inserts": { got: [100, 100] },
		"20 batches at once": { got: [10_000, 10_000] },
		"a large answer": { got: [500_000, "499999"] },
		"a format as it is": { got: '{"a":1,"b":"x"}' },
		"an aborted batch": { got: 0 },
		"an unknown table": { error: "code 60 DB::Exception" },
		"a syntax error": { error: "code 62 DB::Exception" },
		"a failure after rows": { error: expect.stringMatching(/^code 395/) },
		"a cancelled query": { got: true },
		...Object.fromEntries(
			["none", "lz4", "lz4hc", "zstd", "gzip", "deflate", "br"].map((name) => [`compression ${name}`, compressed]),
		),
		// Native TCP is not served (it has no shield); who tries it on this port hears so at once.
		"native protocol": { error: expect.stringContaining("unexpected packet [72] from server") },
	};

	test(`${Object.keys(expected).length} things that callers do give what any ClickHouse gives`, async () => {
		const seen = await session("api");
		const got = Object.fromEntries([...seen.values()].map(({ check, ...rest }) => [check, rest]));
		expect(got).toEqual(expected);
	});
});

describe("Grafana's data source", () => {
	const TRACE = "0af7651916cd43dd8448eb211c80319c";
	let seen: ReadonlyMap<string, Seen>;

	beforeAll(async () => {
		for (const [signal, request] of telemetry(TRACE)) expect(await send(fire.local.otlpUrl, signal, request)).toBe(200);
		seen = await session("grafana");
	});

	const answer = (check: string): Answer => {
		expect(seen.get(check)).toEqual({ check, got: expect.anything() });
		return seen.get(check)?.got as Answer;
	};
	const column = (check: string, n = 0): unknown[] => (answer(check).rows ?? []).map((row) => row[n]);

	test("connects and finds its way: databases, tables, columns, functions", () => {
		expect(seen.get("health")).toEqual({ check: "health" });
		expect(column("version")).toEqual([expect.stringMatching(/^26\.7\./)]);
		expect(column("databases")).toEqual(expect.arrayContaining(["default", "system"]));
		expect(column("tables")).toEqual(expect.arrayContaining(["otel_logs", "otel_traces", "errata_errors"]));
		// What tells it that this is OpenTelemetry's table of exporter 0.151 or newer.
		expect(column("columns")).toEqual(expect.arrayContaining(["Timestamp", "Body", "SeverityText", "LogAttributes"]));
		expect(column("columns")).not.toContain("TimestampTime");
		const types = Object.fromEntries((answer("columns of system").rows ?? []).map(([name, type]) => [name, type]));
		expect(types).toMatchObject({ Timestamp: "DateTime64(9)", Duration: "UInt64" });
		expect(column("functions")).toEqual(["uniqExact"]);
	});

	test("offers keys and values to filter by", () => {
		expect(column("map keys")).toEqual(expect.arrayContaining(["http.route", "exception.type", "errata.code"]));
		expect(column("map keys of a sample")).toEqual(expect.arrayContaining(["service.name", "host.name"]));
		expect(column("map values")).toEqual(["/orders/:id"]);
		expect(column("column values")).toContain("shop");
	});

	test("shows logs: volume, lines, what came around one", () => {
		const sums = [1, 2, 3].map((n) => column("log volume", n).reduce<number>((sum, value) => sum + Number(value), 0));
		expect(sums).toEqual([0, 3, 20]);
		const panel = answer("logs panel");
		expect(panel.columns).toEqual(["timestamp", "body", "level", "traceID", "labels"]);
		expect(panel.types).toEqual([
			"DateTime64(9)",
			"String",
			"LowCardinality(String)",
			"String",
			expect.stringMatching(/^Map\(/),
		]);
		expect(column("logs panel", 1)).toEqual(["connect ECONNREFUSED 10.0.0.2:5432 refused"]);
		expect(panel.rows?.[0]?.[4]).toMatchObject({ "host.name": "shop-1", "errata.code": "NET_CONN_REFUSED" });
		expect(column("log context", 1)).toHaveLength(23);
	});

	test("draws errors over time and alerts on them", () => {
		const errors = (answer("time series").rows ?? []).reduce((sum, row) => sum + Number(row[2]), 0);
		expect(answer("time series").types?.[0]).toMatch(/^DateTime\b/);
		expect(column("time series", 1)).toContain("NET_CONN_REFUSED");
		expect(errors).toBe(4);
		expect(Number(column("alert")[0])).toBeGreaterThan(0);
	});

	test("finds and shows a trace with its events and links", () => {
		expect(column("trace search")).toEqual([TRACE]);
		expect(column("trace search", 4)).toEqual([250]);
		const { columns, rows } = answer("trace panel");
		const spans = (rows ?? []).map((row) => Object.fromEntries((columns ?? []).map((name, i) => [name, row[i]])));
		expect(spans.map((span) => [span.operationName, span.statusCode, span.kind]).sort()).toEqual([
			["GET /orders/:id", 2, "Server"],
			["SELECT orders", 0, "Client"],
		]);
		const root = spans.find((span) => span.parentSpanID === "");
		expect(root).toMatchObject({ duration: 250, serviceName: "shop", statusMessage: "failed" });
		expect(JSON.stringify(root?.tags)).toContain('"key":"http.route"');
		expect(JSON.stringify(root?.logs)).toContain("exception.type");
		expect(JSON.stringify(root?.references)).toContain("11111111111111111111111111111111");
	});

	test("hears of a mistake in a panel by ClickHouse's own code", () => {
		expect(seen.get("a mistake in a panel")?.error).toBe("code 47 DB::Exception");
	});
});

test("ClickHouse has not died of the others", async () => {
	const { aborted, restarts } = await fire.ceased();
	expect(aborted).toBeGreaterThanOrEqual(600);
	expect(restarts).toEqual([]);
});

/** 20 info records, 3 errors of one kind or another, and a trace of two spans, one failed. */
function telemetry(traceId: string): (readonly ["logs" | "traces", string])[] {
	const nanos = (ms: number): string => `${Date.now() - 60_000 + ms}000000`;
	const text = (key: string, stringValue: string): object => ({ key, value: { stringValue } });
	const resource = { attributes: [text("service.name", "shop"), text("host.name", "shop-1")] };
	const error = (i: number, message: string): object => ({
		timeUnixNano: nanos(i),
		severityNumber: 17,
		severityText: "ERROR",
		body: { stringValue: message },
		traceId,
		spanId: "b7ad6b7169203331",
		attributes: [text("exception.type", "Error"), text("exception.message", message)],
	});
	const logRecords = [
		...Array.from({ length: 20 }, (_, i) => ({
			timeUnixNano: nanos(i),
			severityNumber: 9,
			severityText: "INFO",
			body: { stringValue: `order ${i} stored` },
			attributes: [text("http.route", "/orders/:id")],
		})),
		error(21, "connect ECONNREFUSED 10.0.0.2:5432 refused"),
		error(22, "no such order"),
		error(23, "no such customer"),
	];
	const exception = [text("exception.type", "TypeError"), text("exception.message", "x is not a function")];
	const spans = [
		{
			traceId,
			spanId: "b7ad6b7169203332",
			name: "GET /orders/:id",
			kind: 2,
			startTimeUnixNano: nanos(0),
			endTimeUnixNano: nanos(250),
			attributes: [text("http.route", "/orders/:id")],
			status: { code: 2, message: "failed" },
			events: [{ timeUnixNano: nanos(200), name: "exception", attributes: exception }],
			links: [{ traceId: "1".repeat(32), spanId: "2".repeat(16), attributes: [text("why", "retry")] }],
		},
		{
			traceId,
			spanId: "b7ad6b7169203333",
			parentSpanId: "b7ad6b7169203332",
			name: "SELECT orders",
			kind: 3,
			startTimeUnixNano: nanos(10),
			endTimeUnixNano: nanos(20),
		},
	];
	return [
		["logs", JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ scope: { name: "shop" }, logRecords }] }] })],
		["traces", JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope: { name: "shop" }, spans }] }] })],
	];
}
