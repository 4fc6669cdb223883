/**
 * Nothing that was acknowledged is lost or counted twice, whatever is killed: a service sends 500 records a second
 * through the Collector with the shipped gateway.yaml into ClickHouse, and the Collector, ClickHouse or the network fails
 * under it. Short here; `npm run test:kill` takes minutes and kills more often.
 */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "@clickhouse/client";
import { openStore } from "@errata/store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildCollector } from "../../scripts/build-collector.mjs";
import { selfSigned } from "../apps/certificate.ts";
import { root } from "../setup/processes.ts";
import { clickhouse, collector, freePort, type Victim } from "../setup/victims.ts";
import { type Gate, openGate } from "./gate.ts";
import { GROUPS, Sender, type Sent } from "./sender.ts";

const LONG = process.env.ERRATA_TEST_KILL === "long";
const RATE = 500;
/** What waits between two tries of an insert in the short form; the long one waits as shipped, up to 30 s. */
const IMPATIENT = ["initial_interval: 500ms", "max_interval: 2s"].flatMap((pair) => [
	"--config",
	`yaml:exporters::clickhouse::retry_on_failure::${pair}`,
]);
/** How often something is killed, and milliseconds: between kills, of being down, of each kind of bad weather. */
const SHAPE = LONG
	? { kills: 10, upMs: 5_000, downMs: 3_000, refusingMs: 20_000, deafMs: 10_000, impatient: [] }
	: { kills: 2, upMs: 2_000, downMs: 1_000, refusingMs: 4_000, deafMs: 2_000, impatient: IMPATIENT };
/** Milliseconds until what was acknowledged must be in ClickHouse: restarts and the exporter's pauses between tries. */
const ARRIVAL_MS = 90_000;

let directory: string;
let store: Victim;
let gateway: Victim;
let toCollector: Gate;
let toClickhouse: Gate;

const TOKEN = randomBytes(16).toString("hex");

beforeAll(async () => {
	directory = await mkdtemp(path.join(tmpdir(), "errata-kill-"));
	store = clickhouse(path.join(directory, "data"), await freePort());
	await store.start();
	toClickhouse = await openGate(store.url);
	const [otlp, grpc, health, metrics] = [await freePort(), await freePort(), await freePort(), await freePort()];
	const { key, cert } = selfSigned("gateway");
	const file = async (name: string, content: string): Promise<string> => {
		await writeFile(path.join(directory, name), content, { mode: 0o600 });
		return path.join(directory, name);
	};
	const env = {
		ERRATA_GATEWAY_TOKEN_FILE: await file("token", TOKEN),
		ERRATA_TLS_CERT_FILE: await file("gateway.crt", cert),
		ERRATA_TLS_KEY_FILE: await file("gateway.key", key),
		ERRATA_STORAGE: path.join(directory, "queue"),
		ERRATA_CLICKHOUSE_URL: toClickhouse.url,
		ERRATA_OTLP_HTTP_ENDPOINT: `127.0.0.1:${otlp}`,
		ERRATA_OTLP_GRPC_ENDPOINT: `127.0.0.1:${grpc}`,
		ERRATA_HEALTH_ENDPOINT: `127.0.0.1:${health}`,
		ERRATA_METRICS_PORT: String(metrics),
	};
	const binary = process.env.ERRATA_TEST_COLLECTOR ?? buildCollector();
	const config = path.join(root, "collector-config", "gateway.yaml");
	gateway = collector(binary, ["--config", config, ...SHAPE.impatient], env, `http://127.0.0.1:${health}`);
	await gateway.start();
	toCollector = await openGate(`https://127.0.0.1:${otlp}`, cert);
}, 600_000);

afterAll(async () => {
	await gateway?.stop();
	await store?.stop();
	await toCollector?.stop();
	await toClickhouse?.stop();
	await rm(directory, { recursive: true, force: true });
});

/** A few times: some work, a kill, some time without it, a start. */
async function killAgainAndAgain(what: Victim): Promise<void> {
	for (let i = 0; i < SHAPE.kills; i++) {
		await sleep(SHAPE.upMs);
		await what.kill();
		await sleep(SHAPE.downMs);
		await what.start();
	}
	await sleep(SHAPE.upMs);
}

/** The engine alone: errata local is to start it again, and gives up after six deaths in a minute. */
async function killBelow(what: Victim): Promise<void> {
	for (let i = 0; i < Math.min(SHAPE.kills, 5); i++) {
		await sleep(SHAPE.upMs);
		what.killBelow();
	}
	await sleep(SHAPE.upMs);
}

async function badWeather(...gates: readonly Gate[]): Promise<void> {
	for (const [weather, ms] of [
		["refusing", SHAPE.refusingMs],
		["deaf", SHAPE.deafMs],
	] as const) {
		await sleep(SHAPE.upMs);
		for (const gate of gates) gate.weather = weather;
		await sleep(ms);
		for (const gate of gates) gate.weather = "fair";
	}
	await sleep(SHAPE.upMs);
}

describe.each([
	["the Collector is killed", () => killAgainAndAgain(gateway)],
	["ClickHouse is killed with its errata local", () => killAgainAndAgain(store)],
	["ClickHouse is killed under its errata local", () => killBelow(store)],
	["the network answers 503, with and without having carried out", () => badWeather(toCollector, toClickhouse)],
] as const)("%s", (name, disaster) => {
	test("every record that was acknowledged is there and counts once", { timeout: 600_000 }, async () => {
		const sender = new Sender(toCollector.url, name, { authorization: `Bearer ${TOKEN}` });
		const sent = await sender.send(RATE, disaster());
		const found = await arrived(name, sent);
		console.log(`${name}: ${sent.records} records acknowledged, ${sent.again} requests sent again, ${found.rows} rows`);
		expect(sender.acknowledged).toBe(sent.records + sent.spans);
		expect(found).toMatchObject({ records: sent.records, spans: sent.spans, lowest: 0, highest: sent.records - 1 });
		expect(found.events).toBe(sent.errors);
		const issues = await countedByIssue(name);
		expect(issues).toEqual({ issues: GROUPS, events: sent.errors });
		// Raw rows may be more than records: at least once is what OTLP and the exporter promise.
		expect(found.rows).toBeGreaterThanOrEqual(sent.records);
	});
});

interface Found {
	/** Rows of otel_logs, distinct records among them, and their numbers. */
	readonly rows: number;
	readonly records: number;
	readonly lowest: number;
	readonly highest: number;
	/** Distinct spans. */
	readonly spans: number;
	/** Distinct errors. */
	readonly events: number;
}

/** What ClickHouse has of a service once it has everything; what it has after `ARRIVAL_MS` if it never does. */
async function arrived(service: string, sent: Sent): Promise<Found> {
	const deadline = Date.now() + ARRIVAL_MS;
	for (;;) {
		const found = await look(service);
		const all = found.records >= sent.records && found.spans >= sent.spans && found.events >= sent.errors;
		if (all || Date.now() > deadline) return found;
		await sleep(250);
	}
}

async function look(service: string): Promise<Found> {
	const client = createClient({ url: store.url });
	try {
		const answer = await client.query({
			query: `SELECT toFloat64(count()) AS rows, toFloat64(uniqExact(number)) AS records, min(number) AS lowest, max(number) AS highest,
				(SELECT toFloat64(uniqExact(SpanName)) FROM otel_traces WHERE ServiceName = {service:String}) AS spans,
				(SELECT toFloat64(uniqExact(EventId)) FROM errata_errors WHERE ServiceName = {service:String}) AS events
				FROM (SELECT toUInt32(splitByChar(' ', Body)[2]) AS number FROM otel_logs WHERE ServiceName = {service:String} AND startsWith(Body, 'record '))`,
			query_params: { service },
			format: "JSONEachRow",
		});
		return (await answer.json<Found>())[0] as Found;
	} finally {
		await client.close();
	}
}

async function countedByIssue(service: string): Promise<{ issues: number; events: number }> {
	const errata = openStore({ url: store.url });
	try {
		const issues = await errata.listIssues({ service, limit: 100 });
		return { issues: issues.length, events: issues.reduce((sum, issue) => sum + issue.count, 0) };
	} finally {
		await errata.close();
	}
}
