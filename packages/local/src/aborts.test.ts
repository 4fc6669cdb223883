/**
 * Clients that leave at the worst moment: 5,000 raw connections against each port, reset halfway through a request, in
 * the middle of an answer, or after garbage. The engine alone dies of that after about 150.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Attack, attack, clickhouseRequest, generator, logs, otlpRequest, type Random } from "./aborts-fixture.ts";
import { type Local, startLocal } from "./index.ts";

const CONNECTIONS = 5_000;
const AT_ONCE = 64;
const SEED = Number(process.env.ERRATA_TEST_SEED ?? Date.now() % 1_000_000);

let dataDir: string;
let local: Local;

beforeAll(async () => {
	dataDir = await mkdtemp(path.join(tmpdir(), "errata-aborts-"));
	local = await startLocal({ dataDir, port: 0, otlpPort: 0 });
	await sql("CREATE TABLE kept (id UInt64, part UInt8) ENGINE = MergeTree ORDER BY id");
	await sql("CREATE TABLE torn (id UInt64, text String) ENGINE = MergeTree ORDER BY id");
});

afterAll(async () => {
	await local?.stop();
	await rm(dataDir, { recursive: true, force: true });
});

test(`${CONNECTIONS} aborted requests leave ClickHouse serving and its data whole (seed ${SEED})`, async () => {
	const random = generator(SEED);
	const acknowledged = await whileAborting(random, new URL(local.clickhouseUrl), clickhouseRequest, async (id) => {
		await sql(`INSERT INTO kept SELECT ${id}, number FROM numbers(10)`);
	});
	expect(acknowledged).toBeGreaterThan(0);
	expect(await sql("SELECT count() = uniqExact(id, part), count() FROM kept")).toBe(`1\t${acknowledged * 10}`);
	// An insert that came whole is there whole, one that did not is not there at all.
	expect(await sql("SELECT countIf(n != 400) FROM (SELECT id, count() AS n FROM torn GROUP BY id)")).toBe("0");
	expect(await sql("CHECK TABLE kept SETTINGS check_query_single_value_result = 1")).toBe("1");
	expect(await sql("CHECK TABLE torn SETTINGS check_query_single_value_result = 1")).toBe("1");
	expect(await uptimeCoversTheTest()).toBe(true);
}, 600_000);

test(`${CONNECTIONS} aborted requests leave the receiver serving and its data whole (seed ${SEED})`, async () => {
	const random = generator(SEED + 1);
	const acknowledged = await whileAborting(random, new URL(local.otlpUrl), otlpRequest, async (id) => {
		const response = await fetch(`${local.otlpUrl}/v1/logs`, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: logs(`kept ${id}`, 10),
		});
		expect(response.status).toBe(200);
		await response.text();
	});
	const stored = "FROM otel_logs WHERE startsWith(Body, 'kept ')";
	expect(await sql(`SELECT count(), uniqExact(Body) ${stored}`)).toBe(`${acknowledged * 10}\t${acknowledged * 10}`);
	expect(await sql("CHECK TABLE otel_logs SETTINGS check_query_single_value_result = 1")).toBe("1");
	expect(await sql("SELECT count() = 0 FROM otel_logs WHERE Body = 'cut'")).toBe("1");
	expect(await uptimeCoversTheTest()).toBe(true);
}, 600_000);

const started = Date.now();

/** The engine that answers now is the one that was there at the beginning. */
async function uptimeCoversTheTest(): Promise<boolean> {
	return Number(await sql("SELECT uptime()")) >= Math.floor((Date.now() - started) / 1_000) - 5;
}

/** Sends the attacks while one honest client goes on working; answers how many of its requests were acknowledged. */
async function whileAborting(
	random: Random,
	to: URL,
	make: (random: Random, n: number) => Attack,
	honest: (id: number) => Promise<void>,
): Promise<number> {
	let sent = 0;
	let acknowledged = 0;
	const attacker = async () => {
		while (sent < CONNECTIONS) await attack(to, make(random, sent++));
	};
	const worker = async () => {
		while (sent < CONNECTIONS) {
			await honest(acknowledged);
			acknowledged++;
			await sleep(5);
		}
	};
	await Promise.all([worker(), ...Array.from({ length: AT_ONCE }, attacker)]);
	return acknowledged;
}

async function sql(query: string): Promise<string> {
	const response = await fetch(local.clickhouseUrl, { method: "POST", body: query });
	const text = (await response.text()).trim();
	if (!response.ok) throw new Error(`${response.status} ${text}`);
	return text;
}
