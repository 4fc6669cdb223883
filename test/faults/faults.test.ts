/**
 * Real faults under real programs: the receiver killed, busy, silent or talking nonsense, the disk full, the process killed.
 * No error is lost in an outage and none counts twice; what errata does about it never holds the program. Short here;
 * `npm run faults` waits as long and runs as often as issue 6 asks.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openStore } from "@errata/store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { replaySpool } from "../../packages/node/src/spool.ts";
import { build, workDirectory } from "../../packages/node/src/testing/child.ts";
import { ERRATA } from "../setup/local.ts";
import { collector, freePort, type Victim } from "../setup/victims.ts";
import { startChild, until } from "./child.ts";
import { DOOMED, ENDING, FEW, MANY, RUN, STEADY } from "./programs.ts";
import { Receiver, TROUBLES } from "./receiver.ts";

const LONG = process.env.ERRATA_TEST_FAULTS === "long";
/** Errors a second, milliseconds the receiver is away; runs that crash, and that are ended by each signal; runs at a time. */
const SHAPE = LONG
	? { rate: 300, awayMs: 20_000, crashes: 100, signals: 50, atOnce: 4 }
	: { rate: 60, awayMs: 1_500, crashes: 6, signals: 2, atOnce: 3 };
/** Nothing listens here. */
const NOWHERE = "http://127.0.0.1:1";

const work = workDirectory();
const state = mkdtempSync(path.join(tmpdir(), "errata-faults-"));
let local: Victim;
let otlp: string;
let clickhouse: string;

beforeAll(async () => {
	build();
	const [port, otlpPort] = [await freePort(), await freePort()];
	const args = ["local", "--data", path.join(state, "data"), "--port", String(port), "--otlp-port", String(otlpPort)];
	otlp = `http://127.0.0.1:${otlpPort}`;
	clickhouse = `http://127.0.0.1:${port}`;
	// The engine answers before its tables are there; the receiver comes last.
	local = collector(ERRATA[0], [ERRATA[1], ...args], {}, `${otlp}/errata/status`);
	await local.start();
});
afterAll(async () => {
	await local?.stop();
	work.remove();
	rmSync(state, { recursive: true, force: true });
});

function environment(service: string, endpoint: string, over: Readonly<Record<string, string>> = {}) {
	return {
		OTEL_SERVICE_NAME: service,
		OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
		OTEL_TRACES_EXPORTER: "none",
		ERRATA_SPOOL_DIR: path.join(state, `spool-${service}`),
		...over,
	};
}

const replay = (service: string, endpoint = otlp) =>
	replaySpool({ dir: path.join(state, `spool-${service}`), endpoint, timeoutMs: 60_000 });

/** Messages of a service's errors in the store, and what the issues count. */
async function stored(service: string): Promise<{ messages: string[]; counted: number; trends: number }> {
	const store = openStore({ url: clickhouse });
	try {
		const issues = await store.listIssues({ service, limit: 1_000 });
		await store.refreshTrends();
		const trends = await store.trends({ windowMs: 3_600_000, by: "service", limit: 100 });
		const query =
			"SELECT DISTINCT EventId, Message FROM errata_errors WHERE ServiceName = {service:String} FORMAT JSONEachRow";
		const answer = await fetch(`${clickhouse}/?param_service=${encodeURIComponent(service)}`, {
			method: "POST",
			body: query,
		});
		const rows = (await answer.text()).split("\n").filter((line) => line !== "");
		return {
			messages: rows.map((line) => (JSON.parse(line) as { Message: string }).Message),
			counted: issues.reduce((sum, issue) => sum + issue.count, 0),
			trends: trends.find((trend) => trend.key === service)?.count ?? 0,
		};
	} finally {
		await store.close();
	}
}

const numbers = (messages: readonly string[]): number[] =>
	messages.map((message) => Number(message.split(" ").at(-1))).sort((a, b) => a - b);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe(`${SHAPE.rate} errors a second, and all of errata local is killed and started again`, () => {
	test.each([
		["by OTLP", {}],
		["straight to ClickHouse", { ERRATA_SINKS: "clickhouse" }],
	])("%s: none is lost, none counts twice", { timeout: 180_000 }, async (way, sink) => {
		const service = `steady ${way}`;
		const env = environment(service, otlp, { ...sink, ERRATA_CLICKHOUSE_URL: clickhouse, ERRATA_RATE_PER_SECOND: "0" });
		const child = startChild(work.dir, "steady.mjs", STEADY, { env, args: [String(SHAPE.rate)] });
		await child.says("up");
		await sleep(1_000);
		await local.kill();
		await sleep(SHAPE.awayMs);
		await local.start();
		await until("errors arrive again", async () => (await stored(service)).counted > SHAPE.rate);
		await sleep(1_000);
		child.end();
		const { stdout, code } = await child.ended;
		const made = Number(stdout.replace("up\n", ""));
		const dir = path.join(state, `spool-${service}`);
		const left = await replay(service);
		if (way !== "by OTLP") {
			const url = `${clickhouse}/?query=${encodeURIComponent("INSERT INTO otel_logs FORMAT JSONEachRow")}`;
			const rest = await replaySpool({ dir: path.join(dir, "clickhouse"), url, timeoutMs: 60_000 });
			expect(rest.left).toBe(0);
		}
		expect({ code, failed: left.failed, left: left.left }).toEqual({ code: 0, failed: 0, left: 0 });
		const found = await stored(service);
		console.log(
			`${service}: ${made} made, ${found.messages.length} stored, ${found.counted} counted, ${left.sent} sent after its end`,
		);
		const there = new Set(numbers(found.messages));
		expect(upTo(made).filter((i) => !there.has(i))).toEqual([]);
		expect(found.messages.length).toBe(made);
		expect([found.counted, found.trends]).toEqual([made, made]);
	});
});

describe.concurrent.each(Object.entries(TROUBLES))("a receiver that answers with %s", (name, trouble) => {
	test("gets each error once when it comes to its senses, in order", { timeout: 120_000 }, async () => {
		const receiver = await Receiver.start();
		receiver.trouble = trouble;
		receiver.left = 1;
		const service = `trouble ${name}`;
		const child = startChild(work.dir, `few-${Object.keys(TROUBLES).indexOf(name)}.mjs`, FEW, {
			// A silent one is given up sooner than by default.
			env: environment(service, receiver.url, { OTEL_EXPORTER_OTLP_TIMEOUT: "3000" }),
		});
		try {
			await until("all five", () => receiver.bodies.length >= 5);
			child.end();
			expect((await child.ended).code).toBe(0);
			// Later ones are on disk before an unanswered request is given up.
			const order = name === "no answer" ? receiver.bodies.toSorted() : receiver.bodies;
			expect(order).toEqual(upTo(5).map((i) => `few ${i}`));
			expect(new Set(receiver.uids).size).toBe(5);
			if (/Retry-After|retry after/.test(name)) {
				const [first = 0, second = 0] = receiver.times;
				// A date has no milliseconds.
				expect(second - first).toBeGreaterThan(900);
			}
			expect(await replay(service, receiver.url)).toEqual({ sent: 0, failed: 0, left: 0 });
		} finally {
			child.process.kill("SIGKILL");
			await receiver.stop();
		}
	});
});

test("a full disk under the spool costs no error that memory holds, and spoils nothing that is on it", {
	timeout: 120_000,
}, async () => {
	const receiver = await Receiver.start();
	receiver.trouble = TROUBLES["503"];
	receiver.left = Number.POSITIVE_INFINITY;
	const dir = path.join(state, "full");
	mkdirSync(dir);
	// A file system of its own, 128 KiB, gone with the process; without root in a namespace where it may mount one.
	const unshare = process.getuid?.() === 0 ? ["unshare", "-m"] : ["unshare", "-rm"];
	const before = [...unshare, "sh", "-c", 'mount -t tmpfs -o size=128k full "$0" && exec "$@"', dir];
	const child = startChild(work.dir, "many.mjs", MANY, {
		before,
		env: environment("full", receiver.url, { ERRATA_SPOOL_DIR: path.join(dir, "spool"), ERRATA_RATE_PER_SECOND: "0" }),
	});
	try {
		await child.says("made");
		receiver.left = 0;
		await until("all of them", () => new Set(receiver.uids).size >= 300);
		child.end();
		expect((await child.ended).code).toBe(0);
		expect(numbers(receiver.bodies)).toEqual(upTo(300));
	} finally {
		child.process.kill("SIGKILL");
		await receiver.stop();
	}
});

/** Runs `count` programs, a few at a time. */
async function runs(count: number, one: (i: number) => Promise<void>): Promise<void> {
	let next = 0;
	const worker = async (): Promise<void> => {
		for (let i = next++; i < count; i = next++) await one(i);
	};
	await Promise.all(Array.from({ length: SHAPE.atOnce }, worker));
}

test(`the last error of ${SHAPE.crashes} crashes arrives, whether anybody listens or not`, {
	timeout: 900_000,
}, async () => {
	await runs(SHAPE.crashes, async (i) => {
		const env = environment("crashes", i % 2 === 0 ? otlp : NOWHERE);
		const how = i % 3 === 0 ? "reject" : "throw";
		expect((await startChild(work.dir, `crash-${i}.mjs`, RUN, { env, args: [String(i), how] }).ended).code).toBe(1);
	});
	expect(await replay("crashes")).toMatchObject({ failed: 0, left: 0 });
	const { messages, counted } = await stored("crashes");
	const last = messages.filter((message) => message.startsWith("last "));
	console.log(`crashes: ${new Set(last).size} of ${SHAPE.crashes} last errors`);
	expect(numbers(last)).toEqual(upTo(SHAPE.crashes));
	// The three before each are there too, and everything once.
	expect([messages.length, counted]).toEqual([4 * SHAPE.crashes, 4 * SHAPE.crashes]);
});

test.each(["SIGTERM", "SIGKILL"] as const)(
	"%s takes what is acknowledged or on disk from nobody",
	{ timeout: 600_000 },
	async (signal) => {
		const service = `ended by ${signal}`;
		await runs(SHAPE.signals, async (i) => {
			const child = startChild(work.dir, `${signal}-${i}.mjs`, RUN, {
				env: environment(service, otlp),
				args: [String(i), "wait"],
			});
			await child.says("waiting");
			await until(
				"its errors",
				async () => (await stored(service)).messages.filter((m) => m.startsWith(`early ${i} `)).length === 3,
			);
			child.process.kill(signal);
			expect((await child.ended).signal).toBe(signal);
		});
		expect((await stored(service)).counted).toBe(3 * SHAPE.signals);
	},
);

test("SIGKILL with the receiver known to be away loses no error that was made before", async () => {
	const child = startChild(work.dir, "doomed.mjs", DOOMED, { env: environment("doomed", NOWHERE) });
	await child.says("written");
	child.process.kill("SIGKILL");
	await child.ended;
	expect(await replay("doomed")).toEqual({ sent: 20, failed: 0, left: 0 });
	expect(numbers((await stored("doomed")).messages)).toEqual(upTo(20));
});

describe("shutdown takes at most five seconds and loses no error, with a collector that", () => {
	test.each(["refuses", "is silent"])("%s", { timeout: 60_000 }, async (how) => {
		const receiver = await Receiver.start();
		receiver.trouble = TROUBLES["no answer"];
		receiver.left = Number.POSITIVE_INFINITY;
		const service = `ending ${how}`;
		const env = environment(service, how === "refuses" ? NOWHERE : receiver.url, { ERRATA_RATE_PER_SECOND: "0" });
		const { stdout, code } = await startChild(work.dir, "ending.mjs", ENDING, { env }).ended;
		await receiver.stop();
		console.log(`shutdown with a collector that ${how}: ${stdout.trim()} ms`);
		expect(code).toBe(0);
		expect(Number(stdout)).toBeLessThan(5_000);
		expect(await replay(service)).toEqual({ sent: 300, failed: 0, left: 0 });
		expect(numbers((await stored(service)).messages)).toEqual(upTo(300));
	});
});
