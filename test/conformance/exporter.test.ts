/**
 * The real errata-collector with clickhouseexporter at its default settings against local, while other clients abort: its
 * tables are the store's, and what it writes of the corpus is what local's own receiver writes.
 */
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openStore } from "@errata/store";
import protobuf from "protobufjs/minimal.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
	afterClamping,
	corpus,
	jsonOf,
	protobufOf,
	type Row,
	rowKey,
	rowsQuery,
	sorted,
	withoutErrata,
} from "../../packages/local/src/receiver/corpus-fixture.ts";
import { buildCollector } from "../../scripts/build-collector.mjs";
import { collector, freePort, type Victim } from "../setup/victims.ts";
import { startUnderFire, type UnderFire } from "./under-fire.ts";

let fire: UnderFire;
let exporting: Victim;

beforeAll(async () => {
	const binary = process.env.ERRATA_TEST_COLLECTOR ?? buildCollector();
	fire = await startUnderFire();
	for (const database of ["given", "described"]) {
		await fire.rows(`CREATE DATABASE ${database}`);
		const store = openStore({ url: fire.local.clickhouseUrl, database });
		await store.migrate();
		await store.close();
	}
	const port = await freePort();
	const env = { TEST_OTLP_PORT: String(port), TEST_CLICKHOUSE: fire.local.clickhouseUrl };
	exporting = collector(
		binary,
		["--config", path.join(import.meta.dirname, "exporter.yaml")],
		env,
		`http://127.0.0.1:${port}`,
	);
	await exporting.start();
}, 600_000);

afterAll(async () => {
	await exporting?.stop();
	await fire?.stop();
});

async function send(to: string, encoding: "json" | "protobuf"): Promise<void> {
	const headers = { "content-type": encoding === "json" ? "application/json" : "application/x-protobuf" };
	const answers = corpus.map(async (one) => {
		const body = encoding === "json" ? jsonOf(one) : protobufOf(one);
		const response = await fetch(`${to}/v1/${one.signal}`, { method: "POST", headers, body: body as string });
		await response.text();
		return [one.name, response.status];
	});
	expect(await Promise.all(answers)).toEqual(corpus.map((one) => [one.name, 200]));
}

/** Some hundred inserts of one row each, as the exporter makes them without batching: seconds, and more on a busy machine. */
const LONG = { timeout: 180_000 };

const SIGNALS = ["logs", "traces"] as const;
type Signal = (typeof SIGNALS)[number];

/** The corpus's rows of a database, those of the attackers left out. */
async function stored(signal: Signal, database: string): Promise<Row[]> {
	const own = signal === "logs" ? " WHERE NOT (startsWith(Body, 'torn') OR Body = 'cut')" : "";
	return distinct(await fire.rows<Row>(`${rowsQuery(signal, database)}${own}`));
}

/**
 * In order, each once: the exporter sends an insert again that took longer than its 5 s, so how often a raw row is there
 * is nothing to rely on (and the corpus is sent twice, as JSON and as protobuf).
 */
function distinct(rows: readonly Row[]): Row[] {
	return [...new Map(sorted(rows).map((row) => [rowKey(row), row])).values()];
}

/** The exporters queue: what was sent is there a moment later. */
async function arrived(count: number, signal: Signal, database: string): Promise<Row[]> {
	for (let i = 0; ; i++) {
		const rows = await stored(signal, database);
		if (rows.length >= count || i > 300) return rows;
		await sleep(100);
	}
}

/**
 * Where the running Collector differs from the row functions that the corpus was recorded from: its time is a signed
 * number of nanoseconds, so the last unsigned one is stored as the one before 1970. Local reads it as what OTLP says it
 * is, the year 2554, and clamps it.
 */
const LAST_TIME = { recorded: "18446744073709551615", exported: "-1" };

function asExported(row: Row): Row {
	return row.Timestamp === LAST_TIME.recorded ? { ...row, Timestamp: LAST_TIME.exported } : row;
}

function asRecorded(row: Row): Row {
	return row.Timestamp === LAST_TIME.exported ? { ...row, Timestamp: LAST_TIME.recorded } : row;
}

function recorded(signal: Signal): Row[] {
	return corpus.filter((c) => c.signal === signal).flatMap((c) => c.rows);
}

test(
	"logs and traces of the corpus arrive, with tables that the exporter made and with the store's",
	LONG,
	async () => {
		await send(exporting.url, "json");
		await send(exporting.url, "protobuf");
		for (const database of ["made", "given"]) {
			for (const signal of SIGNALS) {
				const expected = distinct(recorded(signal).map(asExported));
				const rows = await arrived(expected.length, signal, database);
				expect(rows, `${database} ${signal}`).toEqual(expected);
			}
		}
	},
);

test("local's receiver writes the same rows, but for the times it clamps and what errata says", LONG, async () => {
	await send(fire.local.otlpUrl, "json");
	await send(fire.local.otlpUrl, "protobuf");
	for (const signal of SIGNALS) {
		const byCollector = (await stored(signal, "made")).map(asRecorded).map(afterClamping);
		const byLocal = (await stored(signal, "default")).map(withoutErrata);
		expect(distinct(byLocal), signal).toEqual(distinct(byCollector));
	}
});

test("with errata in front the Collector's rows are local's, errata's own words included", LONG, async () => {
	for (const signal of SIGNALS) {
		const byLocal = await stored(signal, "default");
		const lifted = signal === "logs" ? LIFTED : 0;
		const all = await arrived(byLocal.length + lifted, signal, "described");
		const byCollector = all.filter((row) => !isLifted(row));
		expect(all.length - byCollector.length).toBe(lifted);
		expect(byCollector, signal).toEqual(byLocal);
	}
});

/** Exceptions of the corpus that only a span's event tells. */
const LIFTED = 1;

/** The connector tells of a span's exception by a log record; local writes it into errata_errors and nowhere else. */
function isLifted(row: Row): boolean {
	return (row.LogAttributes as Row | undefined)?.["errata.signal"] === "span";
}

test("errors are the same rows, whether told by a log or by a span's event", async () => {
	const errors = (database: string): Promise<Row[]> =>
		fire.rows(
			`SELECT * EXCEPT InsertedAt REPLACE (toString(toUnixTimestamp64Nano(Timestamp)) AS Timestamp) FROM ${database}.errata_errors FINAL ORDER BY EventId, Signal`,
		);
	const byLocal = await errors("default");
	expect(new Set(byLocal.map((row) => row.Signal))).toEqual(new Set(["log", "span"]));
	expect(await errors("described")).toEqual(byLocal);
});

describe("what OTLP leaves open is stored alike, or differs for a reason", () => {
	/** Sends the same record to both; the answer of the same query over the Collector's rows and over local's. */
	async function both(record: object | Uint8Array, query: string): Promise<{ collector: unknown; local: unknown }> {
		const binary = record instanceof Uint8Array;
		const body = binary ? record : JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] });
		const headers = { "content-type": binary ? "application/x-protobuf" : "application/json" };
		for (const to of [exporting.url, fire.local.otlpUrl]) {
			const response = await fetch(`${to}/v1/logs`, { method: "POST", headers, body: body as string });
			await response.arrayBuffer();
			expect(response.status).toBe(200);
		}
		const ask = async (database: string): Promise<unknown> => {
			for (let i = 0; ; i++) {
				const [row] = await fire.rows(query.replace("otel_logs", `${database}.otel_logs`));
				if (row !== undefined || i > 300) return row;
				await sleep(100);
			}
		};
		return { collector: await ask("made"), local: await ask("default") };
	}

	test("a key twice among the attributes reads as the first, within a value as the last; local stores no second", async () => {
		const text = (key: string, stringValue: string): object => ({ key, value: { stringValue } });
		const nested = { key: "map", value: { kvlistValue: { values: [text("k", "first"), text("k", "last")] } } };
		const record = {
			timeUnixNano: `${Date.now()}000000`,
			body: { stringValue: "twice" },
			attributes: [text("k", "first"), text("k", "last"), nested],
		};
		const { collector, local } = await both(
			record,
			"SELECT LogAttributes['k'] AS k, LogAttributes['map'] AS map, length(LogAttributes) AS n FROM otel_logs WHERE Body = 'twice'",
		);
		expect(collector).toEqual({ k: "first", map: '{"k":"last"}', n: "3" });
		expect(local).toEqual({ k: "first", map: '{"k":"last"}', n: "2" });
	});

	// A string of JavaScript cannot hold them, and every answer in JSON shows U+FFFD for them anyhow.
	test("bytes that are no UTF-8 are bytes to the Collector and U+FFFD to local", async () => {
		const bytes = new Uint8Array([0xff, 0x21]);
		const value = protobuf.Writer.create().uint32(10).bytes(bytes).finish();
		const now = (BigInt(Date.now()) * 1_000_000n).toString();
		const record = protobuf.Writer.create()
			.uint32(9)
			.fixed64(now)
			.uint32(26)
			.string("no UTF-8")
			.uint32(42)
			.bytes(value)
			.finish();
		const scope = protobuf.Writer.create().uint32(18).bytes(record).finish();
		const resource = protobuf.Writer.create().uint32(18).bytes(scope).finish();
		const request = protobuf.Writer.create().uint32(10).bytes(resource).finish();
		const answers = await both(request, "SELECT hex(Body) AS body FROM otel_logs WHERE SeverityText = 'no UTF-8'");
		expect(answers).toEqual({ collector: { body: "FF21" }, local: { body: "EFBFBD21" } });
	});
});

describe("the tables that the exporter makes are the store's", () => {
	test.each(["otel_logs", "otel_traces", "otel_traces_trace_id_ts"])("%s", async (table) => {
		const shape = async (database: string): Promise<unknown> => {
			const of = `database = '${database}' AND table = '${table}'`;
			const columns = await fire.rows(
				`SELECT name, type, default_kind, default_expression, compression_codec FROM system.columns WHERE ${of} ORDER BY position`,
			);
			const [engine] = await fire.rows(
				`SELECT engine, partition_key, sorting_key, primary_key FROM system.tables WHERE database = '${database}' AND name = '${table}'`,
			);
			const indices = await fire.rows(
				`SELECT name, type_full, expr, granularity FROM system.data_skipping_indices WHERE ${of} ORDER BY name`,
			);
			return { columns, engine, indices };
		};
		expect(await shape("given")).toEqual(await shape("made"));
	});
});

test("ClickHouse has not died of the others", async () => {
	const { aborted, restarts } = await fire.ceased();
	expect(aborted).toBeGreaterThanOrEqual(600);
	expect(restarts).toEqual([]);
});
