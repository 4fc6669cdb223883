/** What an error carries of its surroundings: task fields over calls and services, trace ids, route, peer, user, flags. */
import path from "node:path";
import { expect, test } from "vitest";
import { loadConfig, problemText } from "./config.ts";
import { runProgram } from "./testing/child.ts";
import { lab } from "./testing/lab.ts";

const { work, collector } = lab();

async function run(name: string, source: string, env: Record<string, string> = {}): Promise<string> {
	const ran = await runProgram(work.dir, name, source, {
		env: {
			OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
			ERRATA_SPOOL_DIR: path.join(work.dir, `spool-${name}`),
			...env,
		},
	});
	expect(ran.code, ran.stderr).toBe(0);
	return ran.stdout;
}

const error = (message: string) => collector.errors.find((r) => r.attributes["exception.message"] === message);

/** A service that answers with the baggage it was sent, and reports an error of its own. */
const TWO_SERVICES = `
import http from "node:http";
import { capture, withContext } from "@errata/node";
import { context, propagation } from "@opentelemetry/api";
const server = http.createServer((request, response) => {
	capture(new Error("downstream"));
	response.end(String(request.headers.baggage));
}).listen(0);
await new Promise((resolve) => server.once("listening", resolve));
await withContext({ task: { id: "t-7", name: "resize" }, customer: "acme" }, async () => {
	await new Promise((resolve) => setTimeout(resolve, 5));
	const answer = await fetch("http://127.0.0.1:" + server.address().port);
	console.log(await answer.text());
});
server.close(); server.closeAllConnections();`;

test("allowed task fields reach the next service as baggage, and its errors; no other field leaves", async () => {
	const sent = await run("allowed.mjs", TWO_SERVICES, { ERRATA_CONTEXT_BAGGAGE: "task.id,absent" });
	expect(sent.trim()).toBe("task.id=t-7");
	expect(error("downstream")?.attributes).toMatchObject({ "errata.context.task.id": "t-7" });
	expect(error("downstream")?.attributes).not.toHaveProperty("errata.context.customer");
});

test("by default no field leaves, and baggage of others is not taken for context", async () => {
	const sent = await run(
		"default.mjs",
		`${TWO_SERVICES}
		const stranger = propagation.createBaggage({ "task.id": { value: "of somebody else" } });
		context.with(propagation.setBaggage(context.active(), stranger), () => capture(new Error("with a stranger's")));`,
	);
	expect(sent.trim()).toBe("undefined");
	for (const record of collector.errors) expect(record.attributes).not.toHaveProperty("errata.context.task.id");
});

test("fields go across async calls, timers and children of loggers", async () => {
	await run(
		"across.mjs",
		`import { createLogger, withContext } from "@errata/node";
		import { EventEmitter, once } from "node:events";
		import pino from "pino";
		const log = createLogger("jobs").with({ job: { id: 9 } });
		const line = pino(pino.destination("/dev/null")).child({ task: { id: "of a child" } });
		await withContext({ task: { id: 7 }, retry_count: 2 }, async () => {
			await Promise.all([1, 2].map(async (n) => { await null; log.error("said", new Error("async " + n)); }));
			await new Promise((resolve) => setTimeout(() => queueMicrotask(() => { log.error(new Error("timer")); resolve(); }), 1));
			const bus = new EventEmitter(); setImmediate(() => bus.emit("go")); await once(bus, "go");
			log.error(new Error("event"));
		});
		log.error(new Error("outside"));
		line.error(new Error("child line"));`,
	);
	for (const message of ["async 1", "async 2", "timer", "event"])
		expect(error(message)?.attributes, message).toMatchObject({
			"errata.context.task.id": 7,
			"errata.context.retry_count": 2,
			"errata.context.job.id": 9,
		});
	expect(error("outside")?.attributes).not.toHaveProperty("errata.context.task.id");
	expect(error("child line")?.attributes["errata.context.task.id"]).toBe("of a child");
});

const IN_SPANS = `
import { capture, createLogger } from "@errata/node";
import { SpanKind, trace } from "@opentelemetry/api";
import pino from "pino"; import winston from "winston"; import bunyan from "bunyan"; import { consola } from "consola"; import log4js from "log4js";
console.error = console.error;
const nowhere = new (await import("node:stream")).Writable({ write: (c, e, done) => done(), objectMode: true });
const channels = {
	capture, console: (e) => console.error(e), logger: (e) => createLogger("l").error("said", e),
	pino: (e) => lines.pino.error(e), winston: (e) => lines.winston.error(e), bunyan: (e) => lines.bunyan.error(e),
	log4js: (e) => lines.log4js.error(e), consola: (e) => consola.error(e), recorded: (e) => trace.getActiveSpan().recordException(e),
};
log4js.configure({ appenders: { out: { type: "file", filename: "/dev/null" } }, categories: { default: { appenders: ["out"], level: "info" } } });
const lines = {
	pino: pino(nowhere), winston: winston.createLogger({ transports: [new winston.transports.Stream({ stream: nowhere })] }),
	bunyan: bunyan.createLogger({ name: "b", streams: [{ stream: nowhere }] }), log4js: log4js.getLogger(),
};
const tracer = trace.getTracer("shop");
for (const [name, report] of Object.entries(channels)) {
	await tracer.startActiveSpan("GET /cart/:id", { kind: SpanKind.SERVER, attributes: { "http.request.method": "GET", "http.route": "/cart/:id", "user.id": "ann-4711", "server.address": "own.example" } }, async (span) => {
		span.addEvent("feature_flag.evaluation", { "feature_flag.key": "new-cart", "feature_flag.result.variant": "on" });
		await tracer.startActiveSpan("call", { kind: SpanKind.CLIENT, attributes: { "server.address": "db.example", "server.port": 5432, "messaging.destination.name": "orders" } }, async (inner) => {
			await null; report(new Error("by " + name)); inner.end();
		});
		span.end();
	});
}
await new Promise((resolve) => log4js.shutdown(resolve));`;

test("every error inside a span has its ids, and what the spans say of route, peer, queue, user and flags", async () => {
	await run("spans.mjs", IN_SPANS);
	const found = collector.errors.filter((r) => String(r.attributes["exception.message"]).startsWith("by "));
	expect(found).toHaveLength(9);
	const spans = new Map(collector.spans.filter((s) => s.name === "call").map((s) => [s.spanId, s.traceId]));
	for (const record of found) {
		const message = String(record.attributes["exception.message"]);
		expect(spans.get(record.spanId), message).toBe(record.traceId);
		expect(record.attributes, message).toMatchObject({
			"http.request.method": "GET",
			"http.route": "/cart/:id",
			"server.address": "db.example",
			"server.port": 5432,
			"messaging.destination.name": "orders",
			"user.id": "[REDACTED:secret]",
			"errata.context.feature_flags": { "new-cart": "on" },
		});
	}
});

test("a user is a pseudonym where there is a key, and itself where the configuration says so", async () => {
	const key = "a key of errata's tests, 32 bytes and more";
	await run("pseudonym.mjs", IN_SPANS, { ERRATA_PSEUDONYM_KEY: key });
	const users = new Set(collector.errors.map((r) => r.attributes["user.id"]));
	expect([...users]).toEqual([expect.stringMatching(/^\[PSEUDONYM:secret:[^:\]]+:[0-9a-f]+\]$/)]);
	collector.clear();
	await run("kept.mjs", IN_SPANS, { ERRATA_CONTEXT_USER_ID: "keep" });
	expect(new Set(collector.errors.map((r) => r.attributes["user.id"]))).toEqual(new Set(["ann-4711"]));
});

test("pseudonyms without a key are a problem of the configuration, not a silent change", () => {
	const { problems, config } = loadConfig({ env: { ERRATA_REDACTION_MODE: "pseudonym" }, cwd: work.dir });
	expect(problems.map(problemText)).toEqual([
		'redaction.mode (ERRATA_REDACTION_MODE): expected ERRATA_PSEUDONYM_KEY of at least 32 bytes beside it; until then values are replaced, got "pseudonym"',
	]);
	expect(config["redaction.mode"]).toBe("pseudonym");
	const keyed = { ERRATA_REDACTION_MODE: "pseudonym", ERRATA_PSEUDONYM_KEY: "x".repeat(32) };
	expect(loadConfig({ env: keyed, cwd: work.dir }).problems).toEqual([]);
});
