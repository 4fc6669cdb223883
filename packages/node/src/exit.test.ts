/** How programs end: output and exit code as without errata, and no error lost. */
import { readdirSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { replaySpool } from "./spool.ts";
import { build, type RunOptions, runProgram, workDirectory } from "./testing/child.ts";
import { Collector } from "./testing/collector.ts";

const work = workDirectory();
let collector: Collector;
/** Nothing listens here. */
const NOWHERE = "http://127.0.0.1:1";

beforeAll(async () => {
	build();
	collector = await Collector.start();
});
beforeEach(() => {
	collector.clear();
	collector.answers.length = 0;
});
afterAll(async () => {
	await collector.stop();
	work.remove();
});

function spoolOf(name: string): string {
	return path.join(work.dir, `spool-${name}`);
}

function spooled(name: string): string[] {
	try {
		return readdirSync(spoolOf(name));
	} catch {
		return [];
	}
}

function program(name: string, source: string, endpoint: string, options: RunOptions = {}) {
	return runProgram(work.dir, name, source, {
		...options,
		env: {
			OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
			OTEL_SERVICE_NAME: "ending",
			ERRATA_SPOOL_DIR: spoolOf(name),
			...options.env,
		},
	});
}

function replay(name: string) {
	return replaySpool({ dir: spoolOf(name), endpoint: collector.url, timeoutMs: 10_000 });
}

const ENDINGS: Record<string, [file: string, source: string]> = {
	"a natural end": ["end.mjs", `console.log("done"); console.error("warned");`],
	"an exit code set": ["code.cjs", `process.exitCode = 7; console.log("seven");`],
	"process.exit": ["exit.mjs", `setTimeout(() => process.exit(3), 5); console.log("three");`],
	"an uncaught error": ["throw.mjs", `console.log("before"); setTimeout(() => { throw new TypeError("thrown"); }, 5);`],
	"an uncaught error in CommonJS": ["throw.cjs", `const f = () => { throw new Error("at once"); }; f();`],
	"an uncaught value that is no error": ["value.mjs", `setTimeout(() => { throw { reason: "odd" }; }, 5);`],
	"an unhandled rejection": ["reject.mjs", `setTimeout(() => Promise.reject(new RangeError("rejected")), 5);`],
	"an unhandled rejection of no error": ["reject-value.mjs", `setTimeout(() => Promise.reject("just text"), 5);`],
	"an error with a cause": [
		"cause.mjs",
		`setTimeout(() => { throw new Error("outer", { cause: new Error("inner") }); }, 5);`,
	],
	"a handler for uncaught errors": [
		"handler.mjs",
		`process.on("uncaughtException", (e) => { console.log("kept", e.message); }); setTimeout(() => { throw new Error("mine"); }, 5);`,
	],
	"a handler for rejections": [
		"handled.mjs",
		`process.on("unhandledRejection", (e) => { console.log("kept", e.message); process.exitCode = 4; }); Promise.reject(new Error("mine"));`,
	],
	"console output with errors": [
		"console.mjs",
		`console.error("it failed: %s %o", new Error("x").message, { a: [1, { b: 2 }] }); console.error(Object.assign(new Error("logged"), { code: "E1", stack: "Error: logged\\n    at f (a.js:1:1)" })); console.warn("%d%%", 5); console.table([{ a: 1 }]);`,
	],
	"a syntax error": ["syntax.mjs", `console.log("never"; `],
	"a defined error": [
		"frozen.mjs",
		`setTimeout(() => { throw Object.freeze(Object.assign(new Error("cold"), { code: 5 })); }, 5);`,
	],
};

describe.each(Object.entries(ENDINGS))("%s", (_ending, [file, source]) => {
	test("looks as under stock auto-instrumentation", async () => {
		// Stock asks cloud metadata servers, and prints that none answered.
		const detectors = { OTEL_NODE_RESOURCE_DETECTORS: "env,host,os,process" };
		const quiet = {
			OTEL_TRACES_EXPORTER: "none",
			OTEL_METRICS_EXPORTER: "none",
			OTEL_LOGS_EXPORTER: "none",
			...detectors,
		};
		const [ours, stock] = await Promise.all([
			program(file, source, NOWHERE, { env: { ERRATA_SPOOL_DIR: spoolOf(`quiet-${file}`), ...detectors } }),
			program(file, source, NOWHERE, {
				env: quiet,
				flags: ["--import=@opentelemetry/auto-instrumentations-node/register"],
			}),
		]);
		expect(ours.stdout).toBe(stock.stdout);
		expect(ours.stderr).toBe(stock.stderr);
		expect([ours.code, ours.signal]).toEqual([stock.code, stock.signal]);
	});
});

test("a short program's error arrives before it ends by itself", async () => {
	const ran = await program("short.mjs", `console.error(new Error("short"));`, collector.url);
	expect(ran.code).toBe(0);
	expect(collector.errors.map((r) => r.attributes["exception.message"])).toEqual(["short"]);
	expect(spooled("short.mjs")).toEqual([]);
});

test("an uncaught error is on disk when the process is gone, and a replay delivers it once", async () => {
	const ran = await program(
		"crash.mjs",
		`throw Object.assign(new Error("crashed"), { code: "E_CRASH" });`,
		collector.url,
	);
	expect(ran.code).toBe(1);
	expect(collector.errors).toEqual([]);
	const [file] = spooled("crash.mjs");
	expect(statSync(path.join(spoolOf("crash.mjs"), file as string)).mode & 0o777).toBe(0o600);
	expect(statSync(spoolOf("crash.mjs")).mode & 0o777).toBe(0o700);
	expect(await replay("crash.mjs")).toEqual({ sent: 1, failed: 0, left: 0 });
	expect(await replay("crash.mjs")).toEqual({ sent: 0, failed: 0, left: 0 });
	expect(collector.errors).toHaveLength(1);
	expect(collector.errors[0]).toMatchObject({
		severityNumber: 21,
		eventName: "exception",
		attributes: {
			"exception.type": "Error",
			"exception.message": "crashed",
			"error.type": "E_CRASH",
			"errata.handled": false,
			"errata.source": [{ file: "crash.mjs", line: 1 }],
		},
		resource: { "service.name": "ending", "telemetry.distro.name": "errata" },
	});
});

test("the next start of the service sends what the crash left", async () => {
	await program("again.mjs", `throw new Error("first life");`, collector.url);
	expect(collector.errors).toEqual([]);
	const ran = await program("again.mjs", `setTimeout(() => {}, 1500);`, collector.url);
	expect(ran.code).toBe(0);
	expect(collector.errors.map((r) => r.attributes["exception.message"])).toEqual(["first life"]);
	expect(spooled("again.mjs")).toEqual([]);
});

test("a rejection that is not an error is reported as uncaught", async () => {
	await program("text.mjs", `Promise.reject("only text");`, collector.url);
	await replay("text.mjs");
	const [record] = collector.errors;
	expect(record?.attributes["errata.handled"]).toBe(false);
	expect(String(record?.attributes["exception.message"])).toContain("only text");
});

test("an error that was logged and then crashes the process is one uncaught record", async () => {
	await program("logged.mjs", `const e = new Error("both"); console.error(e); throw e;`, collector.url);
	expect(await replay("logged.mjs")).toEqual({ sent: 1, failed: 0, left: 0 });
	expect(collector.errors.map((r) => [r.attributes["exception.message"], r.attributes["errata.handled"]])).toEqual([
		["both", false],
	]);
});

test("process.exit loses nothing", async () => {
	const ran = await program(
		"hurry.mjs",
		`for (let i = 0; i < 50; i++) console.error(new Error("hurry " + i)); process.exit(9);`,
		collector.url,
	);
	expect(ran.code).toBe(9);
	await replay("hurry.mjs");
	const messages = collector.errors.map((r) => r.attributes["exception.message"]);
	expect(new Set(messages).size).toBe(50);
	expect(new Set(collector.errors.map((r) => r.attributes["log.record.uid"])).size).toBe(50);
});

test("a crash the application survives is delivered once, and leaves no spool", async () => {
	const ran = await program(
		"survivor.mjs",
		`process.on("uncaughtException", () => {}); setTimeout(() => { throw new Error("survived"); }, 5); setTimeout(() => {}, 1000);`,
		collector.url,
	);
	expect(ran.code).toBe(0);
	expect(collector.errors.map((r) => r.attributes["exception.message"])).toEqual(["survived"]);
	expect(spooled("survivor.mjs")).toEqual([]);
});

test("with the collector away a program ends at once, and its errors wait on disk", async () => {
	const started = Date.now();
	const ran = await program("away.mjs", `console.error(new Error("alone")); console.log("out");`, NOWHERE);
	expect([ran.code, ran.stdout]).toEqual([0, "out\n"]);
	// Far below the stock SDK's 8 s of retries.
	expect(Date.now() - started).toBeLessThan(7_000);
	expect(await replay("away.mjs")).toEqual({ sent: 1, failed: 0, left: 0 });
	expect(collector.errors.map((r) => r.attributes["exception.message"])).toEqual(["alone"]);
});

test("a collector that takes a request and never answers holds no program", async () => {
	const silent = createServer(() => {});
	await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
	const started = Date.now();
	const ran = await program(
		"silent.mjs",
		`import { createLogger } from "@errata/node";
		import { trace } from "@opentelemetry/api";
		createLogger("app").info("plain");
		trace.getTracer("t").startSpan("s").end();
		console.error(new Error("unheard"));
		setTimeout(() => console.log("out"), 1_300);`,
		`http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
	);
	silent.closeAllConnections();
	silent.close();
	expect([ran.code, ran.stdout]).toEqual([0, "out\n"]);
	// The exporters' own timeouts are 10 s and 30 s.
	expect(Date.now() - started).toBeLessThan(9_000);
	expect(await replay("silent.mjs")).toEqual({ sent: 1, failed: 0, left: 0 });
	expect(collector.errors.map((r) => r.attributes["exception.message"])).toEqual(["unheard"]);
});

test("a collector that comes back gets what was refused meanwhile", async () => {
	collector.answers.push(503);
	await program(
		"back.mjs",
		`console.error(new Error("refused")); setTimeout(() => console.error(new Error("taken")), 800); setTimeout(() => {}, 2000);`,
		collector.url,
		{ env: { OTEL_TRACES_EXPORTER: "none" } },
	);
	expect(collector.errors.map((r) => r.attributes["exception.message"]).sort()).toEqual(["refused", "taken"]);
	expect(spooled("back.mjs")).toEqual([]);
});

test("what neither the collector nor the spool takes waits in memory, and one line says what happened", async () => {
	collector.answers.push(503);
	await program(
		"lost.mjs",
		`console.error(new Error("late")); setTimeout(() => console.error(new Error("taken")), 400); setTimeout(() => {}, 3_000);`,
		collector.url,
		{ env: { OTEL_TRACES_EXPORTER: "none", ERRATA_SPOOL_DIR: "/proc/nowhere" } },
	);
	expect(collector.logs.map((r) => r.body)).toEqual([
		"late",
		"taken",
		expect.stringMatching(
			/^errata could not send errors for \d s \(the receiver answered 503\): 0 waited on disk, 0 were lost$/,
		),
	]);
});

test("a spool that cannot be written disturbs nothing", async () => {
	const ran = await program("nospool.mjs", `console.log("a"); throw new Error("b");`, NOWHERE, {
		env: { ERRATA_SPOOL_DIR: "/proc/nowhere" },
	});
	expect([ran.code, ran.stdout]).toEqual([1, "a\n"]);
	expect(ran.stderr).not.toContain("/proc/nowhere");
});

test("SIGTERM ends a service as it would without errata", async () => {
	const ran = await program("term.mjs", `setInterval(() => {}, 1000); console.log("up");`, collector.url, {
		onStart: (child) => child.stdout?.once("data", () => child.kill("SIGTERM")),
	});
	expect([ran.code, ran.signal]).toEqual([null, "SIGTERM"]);
});

test("an error in a worker thread is reported", async () => {
	const ran = await program(
		"worker.mjs",
		`import { isMainThread, Worker } from "node:worker_threads";
		if (isMainThread) new Worker(new URL(import.meta.url)).on("error", () => console.log("heard"));
		else setTimeout(() => { throw new RangeError("in the worker"); }, 10);`,
		collector.url,
	);
	expect([ran.code, ran.stdout]).toEqual([0, "heard\n"]);
	await replay("worker.mjs");
	expect(collector.errors.map((r) => r.attributes["exception.type"])).toEqual(["RangeError"]);
});

test("a worker whose program is a data: URL starts, and its error is reported once", async () => {
	const ran = await program(
		"data-worker.mjs",
		`import { Worker } from "node:worker_threads";
		const source = "import { parentPort } from 'node:worker_threads'; parentPort.postMessage('runs'); setImmediate(() => { throw new RangeError('in a data worker') })";
		const worker = new Worker(new URL("data:text/javascript," + source));
		worker.on("message", (message) => console.log(message));
		worker.on("error", (error) => console.log("the parent saw", error.message));`,
		collector.url,
	);
	expect(ran.stdout).toBe("runs\nthe parent saw in a data worker\n");
	await replay("data-worker.mjs");
	expect(collector.errors.map((r) => r.attributes["exception.message"])).toEqual(["in a data worker"]);
});
