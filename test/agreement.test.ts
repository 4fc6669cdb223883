/**
 * The same error, four ways: described in the program by @errata/node, by the real Collector, by local's receiver and by
 * backfill of what a stock Collector stored. The rows of errata_errors say the same. Real errors, once with what
 * @errata/node exports but for its voice, once as the stock SDK exports them.
 */
import { execFile } from "node:child_process";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { ATTRIBUTES, builtinCatalog, createRedactor } from "@errata/catalog";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { type TestReceiver, testReceiver } from "../packages/local/src/receiver/receiver-fixture.ts";
import { buildCollector } from "../scripts/build-collector.mjs";
import { collector, freePort, type Victim } from "./setup/victims.ts";

/** What errata decides; the rest of a row is what was sent. */
const COLUMNS =
	"Code, Pattern, Category, Severity, Retryable, Fingerprint, FingerprintVersion, Template, Immediate, Preventive";

/** What agreement-program.ts prints. */
interface Told {
	readonly described: Request;
	readonly stock: Request;
	readonly names: readonly string[];
	readonly whole: readonly string[];
}

const LARGE = { maxBuffer: 64 << 20 };

interface Row {
	readonly name: string;
	readonly [column: string]: unknown;
}

type Json = { logRecords?: Json[]; attributes: { key: string; value: unknown }[]; [key: string]: unknown };
interface Request {
	readonly resourceLogs: { readonly scopeLogs: { readonly logRecords: Json[] }[] }[];
}

/** Without what errata said of the records: a program that exports without classifying. */
function withoutVoice(request: Request): Request {
	const voice = new Set(
		Object.entries(ATTRIBUTES)
			.filter(([, doc]) => "voice" in doc)
			.map(([name]) => name),
	);
	voice.add("errata.fingerprint").add("errata.fingerprint_version").add("log.record.uid");
	const copy = structuredClone(request);
	for (const { scopeLogs } of copy.resourceLogs)
		for (const { logRecords } of scopeLogs)
			for (const record of logRecords) record.attributes = record.attributes.filter(({ key }) => !voice.has(key));
	return copy;
}

let local: TestReceiver;
let described: TestReceiver;
let stock: TestReceiver;
let exporting: Victim;
const ports = { described: 0, stock: 0 };

async function databaseOf(t: TestReceiver): Promise<string> {
	return (await t.select<{ name: string }>("SELECT currentDatabase() AS name"))[0]?.name as string;
}

beforeAll(async () => {
	const binary = process.env.ERRATA_TEST_COLLECTOR ?? buildCollector();
	const clickhouse = inject("clickhouseUrl");
	// A receiver each is more than the Collector's two databases need, and gives them the store's tables.
	[local, described, stock] = await Promise.all([
		testReceiver(clickhouse),
		testReceiver(clickhouse),
		testReceiver(clickhouse),
	]);
	ports.described = await freePort();
	ports.stock = await freePort();
	const url = new URL(clickhouse);
	const env = {
		TEST_DESCRIBED_PORT: String(ports.described),
		TEST_STOCK_PORT: String(ports.stock),
		TEST_CLICKHOUSE: url.origin,
		TEST_USER: url.username,
		TEST_PASSWORD: url.password,
		TEST_DESCRIBED: await databaseOf(described),
		TEST_STOCK: await databaseOf(stock),
	};
	const config = path.join(import.meta.dirname, "agreement.yaml");
	exporting = collector(binary, ["--config", config], env, `http://127.0.0.1:${ports.stock}`);
	await exporting.start();
}, 600_000);

afterAll(async () => {
	await exporting?.stop();
	await Promise.all([local, described, stock].map((t) => t?.stop()));
});

/** The rows of a service, once there are as many as were sent. */
async function rowsOf(t: TestReceiver, service: string, count: number): Promise<Row[]> {
	const query = `SELECT Attributes['case.name'] AS name, ${COLUMNS} FROM errata_errors FINAL WHERE ServiceName = '${service}' ORDER BY name`;
	for (let i = 0; i < 300; i++) {
		const rows = await t.select<Row>(query);
		if (rows.length >= count) return rows;
		await sleep(100);
	}
	throw new Error(`${service}: ${(await t.select(query)).length} of ${count} rows`);
}

async function throughCollector(port: number, request: Request): Promise<void> {
	const response = await fetch(`http://127.0.0.1:${port}/v1/logs`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify(request),
	});
	expect([response.status, await response.text()]).toEqual([200, '{"partialSuccess":{}}']);
}

async function backfilled(service: string, count: number): Promise<Row[]> {
	for (let i = 0; i < 300; i++) {
		const [row] = await stock.select<{ n: string }>(
			`SELECT count() AS n FROM otel_logs WHERE ServiceName = '${service}'`,
		);
		if (Number(row?.n) >= count) break;
		await sleep(100);
	}
	const now = Date.now();
	const by = { catalog: builtinCatalog(), redactor: createRedactor() };
	await stock.store.backfill({ ...by, sinceMs: now - 3_600_000, untilMs: now + 60_000 });
	return rowsOf(stock, service, count);
}

describe("the same error gets the same answer", () => {
	let told: Told;
	let wanted: Row[];

	beforeAll(async () => {
		const program = path.join(import.meta.dirname, "agreement-program.ts");
		const { stdout } = await promisify(execFile)(process.execPath, ["--conditions=errata-source", program], LARGE);
		told = JSON.parse(stdout) as Told;
		await local.send("logs", renamed(told.described, "described"), { "x-errata-token": local.token });
		wanted = await rowsOf(local, "described", told.names.length);
	}, 60_000);

	test("in the program: at least 20 kinds, nearly all of them known", () => {
		expect(wanted.length).toBeGreaterThanOrEqual(20);
		expect(new Set(wanted.map((row) => row.Fingerprint)).size).toBeGreaterThanOrEqual(20);
		expect(wanted.filter((row) => row.Code !== "UNKNOWN").length).toBeGreaterThanOrEqual(wanted.length - 4);
	});

	test("from what @errata/node exports without its voice: Collector, local and backfill", async () => {
		const request = withoutVoice(told.described);
		await throughCollector(ports.described, renamed(request, "plain-node"));
		await throughCollector(ports.stock, renamed(request, "plain-node"));
		await local.send("logs", renamed(request, "plain-node"));
		expect(await rowsOf(local, "plain-node", told.names.length), "local").toEqual(wanted);
		expect(await rowsOf(described, "plain-node", told.names.length), "Collector").toEqual(wanted);
		expect(await backfilled("plain-node", told.names.length), "backfill").toEqual(wanted);
	}, 120_000);

	test("from what the stock SDK exports: the same, but for what it does not send, which is the causes", async () => {
		const { stock: request, whole } = told;
		expect(whole.length).toBeGreaterThanOrEqual(20);
		const some = wanted.filter((row) => whole.includes(row.name));
		await throughCollector(ports.described, renamed(request, "stock-sdk"));
		await throughCollector(ports.stock, renamed(request, "stock-sdk"));
		await local.send("logs", renamed(request, "stock-sdk"));
		expect(await rowsOf(local, "stock-sdk", whole.length), "local").toEqual(some);
		expect(await rowsOf(described, "stock-sdk", whole.length), "Collector").toEqual(some);
		expect(await backfilled("stock-sdk", whole.length), "backfill").toEqual(some);
	}, 120_000);
});

function renamed(request: Request, service: string): Request {
	const copy = structuredClone(request) as unknown as { resourceLogs: { resource: Json }[] };
	for (const { resource } of copy.resourceLogs)
		resource.attributes = resource.attributes.map((one) =>
			one.key === "service.name" ? { key: one.key, value: { stringValue: service } } : one,
		);
	return copy as unknown as Request;
}
