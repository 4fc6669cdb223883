/**
 * Clients that leave at the worst moment: 5,000 raw connections against each port, reset halfway through a request, in
 * the middle of an answer, or after garbage. The engine alone dies of that after about 150.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
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

type Random = () => number;

interface Attack {
	readonly bytes: Buffer | string;
	/** Milliseconds until the reset. */
	readonly after: number;
	/** Reset as soon as the first bytes of the answer are there. */
	readonly onAnswer?: boolean;
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

function attack(to: URL, what: Attack): Promise<void> {
	return new Promise((resolve) => {
		const socket = connect({ port: Number(to.port), host: "127.0.0.1" });
		socket.on("error", () => {});
		socket.on("close", () => resolve());
		socket.on("connect", () => {
			socket.write(what.bytes);
			if (what.onAnswer === true) socket.once("data", () => socket.resetAndDestroy());
			setTimeout(() => socket.resetAndDestroy(), what.onAnswer === true ? 2_000 : what.after);
		});
	});
}

function clickhouseRequest(random: Random, n: number): Attack {
	const after = random() * 25;
	const insert = Buffer.from(Array.from({ length: 400 }, () => `{"id":${n},"text":"t"}`).join("\n"));
	const half = Math.floor(random() * insert.length);
	const head = (sql: string, length: number | "chunked", method = "POST") =>
		[
			`${method} /?query=${encodeURIComponent(sql)} HTTP/1.1\r\nHost: localhost\r\n`,
			length === "chunked" ? "Transfer-Encoding: chunked\r\n\r\n" : `Content-Length: ${length}\r\n\r\n`,
		].join("");
	const into = "INSERT INTO torn FORMAT JSONEachRow";
	const shapes: (() => Attack)[] = [
		() => ({ bytes: Buffer.concat([Buffer.from(head(into, insert.length)), insert.subarray(0, half)]), after }),
		() => ({ bytes: Buffer.concat([Buffer.from(head(into, insert.length)), insert]), after }),
		() => ({ bytes: `${head(into, "chunked")}ffff\r\n{"id":1,`, after }),
		() => ({ bytes: head("SELECT number, toString(number) FROM numbers(150000)", 0), after: 0, onAnswer: true }),
		() => ({ bytes: head("SELECT sleep(0.05), number FROM numbers(100)", 0, "GET"), after }),
		() => ({ bytes: `${head("SELECT 1 SETTINGS async_insert=1", 10)}gar`, after }),
		() => ({ bytes: "GET /play HTTP/1.1\r\nHost: localhost\r\n\r\n", after, onAnswer: random() < 0.5 }),
		() => ({ bytes: noise(random), after }),
		() => ({
			bytes: `POST /?decompress=1&query=${encodeURIComponent(into)} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 64\r\n\r\n${noise(random).toString("latin1").padEnd(64).slice(0, 64)}`,
			after,
		}),
	];
	return (shapes[Math.floor(random() * shapes.length)] as () => Attack)();
}

function otlpRequest(random: Random): Attack {
	const after = random() * 25;
	const whole = Buffer.from(logs("torn", 200));
	const packed = gzipSync(whole);
	const half = (bytes: Buffer) => bytes.subarray(0, Math.floor(random() * bytes.length));
	const head = (length: number, type: string, extra = "") =>
		Buffer.from(
			`POST /v1/logs HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\n${extra}Content-Length: ${length}\r\n\r\n`,
		);
	const gzip = "Content-Encoding: gzip\r\n";
	const cut = Buffer.from(logs("cut", 50));
	const shapes: (() => Attack)[] = [
		() => ({ bytes: Buffer.concat([head(cut.length + 1, "application/json"), half(cut)]), after }),
		() => ({ bytes: Buffer.concat([head(whole.length, "application/json"), whole]), after }),
		() => ({ bytes: Buffer.concat([head(packed.length, "application/json", gzip), half(packed)]), after }),
		() => ({ bytes: Buffer.concat([head(packed.length, "application/json", gzip), packed]), after, onAnswer: true }),
		() => ({ bytes: Buffer.concat([head(500, "application/x-protobuf"), noise(random)]), after }),
		() => ({ bytes: Buffer.concat([head(20, "application/x-protobuf", gzip), noise(random)]), after }),
		() => ({ bytes: "GET /errata/status HTTP/1.1\r\nHost: localhost\r\n\r\n", after }),
		() => ({ bytes: noise(random), after }),
	];
	return (shapes[Math.floor(random() * shapes.length)] as () => Attack)();
}

function logs(body: string, count: number): string {
	const now = `${Date.now()}000000`;
	const logRecords = Array.from({ length: count }, (_, i) => ({
		timeUnixNano: now,
		severityNumber: 9,
		body: { stringValue: body.startsWith("kept") ? `${body} ${i}` : body },
	}));
	return JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
}

async function sql(query: string): Promise<string> {
	const response = await fetch(local.clickhouseUrl, { method: "POST", body: query });
	const text = (await response.text()).trim();
	if (!response.ok) throw new Error(`${response.status} ${text}`);
	return text;
}

function noise(random: Random): Buffer {
	return Buffer.from(Array.from({ length: 1 + Math.floor(random() * 600) }, () => Math.floor(random() * 256)));
}

/** mulberry32: the same connections for the same seed. */
function generator(seed: number): Random {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let t = Math.imul(state ^ (state >>> 15), state | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
	};
}
