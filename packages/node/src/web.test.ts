/** Errors of web services that know nothing of errata: Express, Fastify, drivers; one record per failure, spans linked. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { runProgram } from "./testing/child.ts";
import { lab } from "./testing/lab.ts";

const { work, collector } = lab();

async function serve(name: string, source: string, env: Record<string, string> = {}): Promise<void> {
	const ran = await runProgram(work.dir, name, source, {
		env: {
			OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
			OTEL_SERVICE_NAME: "web",
			ERRATA_SPOOL_DIR: path.join(work.dir, `spool-${name}`),
			...env,
		},
	});
	expect(ran.stderr).toBe("");
	expect(ran.code).toBe(0);
}

const GET = `
import http from "node:http";
export const get = (port, path) => new Promise((resolve) => http.get({ port, path, agent: false }, (answer) => { answer.resume(); answer.on("end", resolve); }));
`;

const EXPRESS = (routes: string, paths: readonly string[]) => `${GET}
import express from "express";
import pino from "pino";
const log = pino(pino.destination("/dev/null"));
const app = express();
${routes}
app.use((error, request, response, next) => { if (request.path === "/logged") log.error({ err: error, shop: 7 }, "request failed"); response.status(error.status ?? 500).end(); });
const server = app.listen(0, async () => {
	for (const path of ${JSON.stringify(paths)}) await get(server.address().port, path);
	server.close();
});`;

const summary = () =>
	collector.errors.map((r) => [r.attributes["exception.type"], r.attributes["exception.message"], r.severityNumber]);

const ROUTES = `
app.get("/sync", () => { throw new TypeError("sync"); });
app.get("/async", async () => { throw new RangeError("async"); });
app.get("/logged", async () => { throw Object.assign(new Error("logged"), { code: "E_SHOP" }); });
app.get("/missing", () => { throw Object.assign(new Error("no such order"), { status: 404 }); });
app.get("/fine", (request, response) => response.end());`;

test("Express: one record per failed request, the one that knows most, a 4xx as a warning", async () => {
	await serve("express.mjs", EXPRESS(ROUTES, ["/sync", "/async", "/logged", "/missing", "/fine", "/unknown"]));
	expect(summary().sort()).toEqual([
		["Error", "logged", 17],
		["Error", "no such order", 13],
		["RangeError", "async", 17],
		["TypeError", "sync", 17],
	]);
	const logged = collector.errors.find((r) => r.attributes["exception.message"] === "logged");
	expect(logged).toMatchObject({ body: "request failed", attributes: { shop: 7, "error.type": "E_SHOP" } });
	const sync = collector.errors.find((r) => r.attributes["exception.message"] === "sync");
	expect(sync?.attributes).toMatchObject({ "errata.handled": true, "http.route": "/sync" });
	// Three spans recorded each error; every event names the record that speaks for it.
	for (const record of collector.errors) {
		const events = collector.spans
			.filter((span) => span.traceId === record.traceId)
			.flatMap((span) => span.events.filter((event) => event.name === "exception"));
		expect(events.length).toBeGreaterThanOrEqual(2);
		for (const event of events)
			expect(event.attributes).toMatchObject({
				"exception.type": record.attributes["exception.type"] as string,
				"log.record.uid": record.attributes["log.record.uid"] as string,
				"errata.fingerprint": record.attributes["errata.fingerprint"] as string,
			});
	}
});

test("Express: requests of traces that are not sampled, or not traced at all, are reported too", async () => {
	await serve("unsampled.mjs", EXPRESS(ROUTES, ["/sync", "/async"]), { OTEL_TRACES_SAMPLER: "always_off" });
	expect(summary().sort()).toEqual([
		["RangeError", "async", 17],
		["TypeError", "sync", 17],
	]);
	collector.clear();
	await serve("untraced.mjs", EXPRESS(ROUTES, ["/sync", "/async"]), { OTEL_TRACES_EXPORTER: "none" });
	expect(summary().sort()).toEqual([
		["RangeError", "async", 17],
		["TypeError", "sync", 17],
	]);
});

test("Fastify: handler errors, thrown, rejected and of hooks; a 4xx as a warning", async () => {
	await serve(
		"fastify.mjs",
		`import Fastify from "fastify";
		const app = Fastify();
		app.get("/sync", () => { throw new TypeError("sync"); });
		app.get("/async", async () => { throw new RangeError("async"); });
		app.get("/teapot", async () => { throw Object.assign(new Error("teapot"), { statusCode: 418 }); });
		app.get("/hook", { preHandler: async () => { throw new Error("in a hook"); } }, async () => "never");
		for (const url of ["/sync", "/async", "/teapot", "/hook", "/unknown"]) await app.inject(url);
		await app.close();`,
	);
	expect(summary().sort()).toEqual([
		["Error", "in a hook", 17],
		["Error", "teapot", 13],
		["RangeError", "async", 17],
		["TypeError", "sync", 17],
	]);
	const sync = collector.errors.find((r) => r.attributes["exception.message"] === "sync");
	expect(sync?.attributes).toMatchObject({ "http.route": "/sync", "http.response.status_code": 500 });
});

test("Fastify: an error its own logger writes is that one line", async () => {
	await serve(
		"fastify-log.mjs",
		`import Fastify from "fastify";
		const app = Fastify({ logger: { stream: { write() {} } } });
		app.get("/", async () => { throw new Error("logged by fastify"); });
		await app.inject("/");
		await app.close();`,
	);
	expect(summary()).toEqual([["Error", "logged by fastify", 17]]);
	expect(collector.errors[0]?.scope).toBe("@opentelemetry/instrumentation-pino");
});

test("a driver's sanitised text gives way to the error the application logs", async () => {
	await serve(
		"pg.mjs",
		`import pg from "pg";
		import { createLogger } from "@errata/node";
		const log = createLogger("jobs");
		try { await new pg.Client({ host: "127.0.0.1", port: 1 }).connect(); } catch (error) { log.error("no database", error); }`,
	);
	expect(summary()).toEqual([["Error", "connect ECONNREFUSED 127.0.0.1:1", 17]]);
	const event = collector.spans.flatMap((span) => span.events)[0];
	expect(event?.attributes["log.record.uid"]).toBe(collector.errors[0]?.attributes["log.record.uid"]);
});

test("a driver's sanitised text is reported where the application swallows the error", async () => {
	await serve(
		"swallowed.mjs",
		`import pg from "pg";
		await new pg.Client({ host: "127.0.0.1", port: 1 }).connect().catch(() => {});`,
	);
	expect(collector.errors).toHaveLength(1);
	expect(collector.errors[0]).toMatchObject({
		severityNumber: 13,
		attributes: {
			"exception.type": "Error",
			"error.type": "ECONNREFUSED",
			"server.address": "127.0.0.1",
			"server.port": 1,
			"db.system.name": "postgresql",
		},
	});
	expect(String(collector.errors[0]?.attributes["exception.message"])).toContain("ECONNREFUSED");
});

test("a failed fetch is one record with its cause, though client spans recorded the cause", async () => {
	await serve(
		"fetch.mjs",
		`import { createLogger } from "@errata/node";
		import { fetch } from "undici";
		import net from "node:net";
		const log = createLogger("client");
		const server = net.createServer().listen(0, "127.0.0.1");
		await new Promise((resolve) => server.once("listening", resolve));
		const { port } = server.address();
		await new Promise((resolve) => server.close(resolve));
		try { await fetch("http://127.0.0.1:" + port); } catch (error) { log.error("no answer", error); }`,
	);
	expect(summary()).toEqual([["TypeError", "fetch failed", 17]]);
	expect(collector.errors[0]?.attributes["errata.causes"]).toMatchObject([{ code: "ECONNREFUSED" }]);
});

test("breadcrumbs, related errors and task context of the trace are on the record", async () => {
	await serve(
		"context.mjs",
		`import { breadcrumb, capture, createLogger, withContext } from "@errata/node";
		import { trace } from "@opentelemetry/api";
		const log = createLogger("jobs").with({ queue: "mail" });
		const tracer = trace.getTracer("jobs");
		await tracer.startActiveSpan("job", async (span) => {
			log.info("taken");
			breadcrumb("rendered", { category: "template", data: { bytes: 12 } });
			await tracer.startActiveSpan("fetch address", async (inner) => inner.end());
			await withContext({ task: { id: 7, name: "mail" }, retry_count: 2 }, async () => {
				capture(new Error("first"));
				throw new Error("second");
			}).catch((error) => capture(error, { context: { retry_count: 3 }, fingerprint: "mail-second" }));
			span.end();
		});
		log.info("elsewhere");`,
	);
	const second = collector.errors.find((r) => r.attributes["exception.message"] === "second");
	const first = collector.errors.find((r) => r.attributes["exception.message"] === "first");
	expect(second?.attributes).toMatchObject({
		"errata.context.task.id": 7,
		"errata.context.task.name": "mail",
		"errata.context.retry_count": 3,
		"errata.breadcrumbs": [
			{ kind: "log", message: "taken", level: "INFO" },
			{ kind: "crumb", message: "rendered", category: "template", data: { bytes: 12 } },
			{ kind: "span", message: "fetch address" },
		],
		"errata.related": [{ message: "first", same_trace: true, "log.record.uid": first?.attributes["log.record.uid"] }],
		"errata.system.memory.rss": expect.any(Number),
		"errata.system.uptime": expect.any(Number),
	});
	expect(second?.traceId).toMatch(/^[0-9a-f]{32}$/);
	expect(first?.attributes["errata.context.retry_count"]).toBe(2);
	const source = second?.attributes["errata.source"] as object[] | undefined;
	expect(source?.[0]).toMatchObject({
		file: "context.mjs",
		lines: expect.arrayContaining([expect.stringContaining('throw new Error("second")')]),
	});
});

test("errors defined in code carry their own code, category, retryability and filled suggestions", async () => {
	await serve(
		"defined.mjs",
		`import { capture, defineErrors } from "@errata/node";
		const Task = defineErrors("TASK", {
			NOT_FOUND: { message: "Task {{id}} not found", category: "not_found", severity: "low", retryable: false,
				suggestions: { immediate: ["Check that task {{id}} exists"] }, docs: ["https://example.com/tasks"] },
		});
		capture(new Task.NOT_FOUND({ id: 7 }, { cause: new Error("empty row") }));`,
	);
	expect(collector.errors[0]?.attributes).toMatchObject({
		"exception.type": "TaskNotFoundError",
		"exception.message": "Task 7 not found",
		"error.type": "TASK_NOT_FOUND",
		"errata.code": "TASK_NOT_FOUND",
		"errata.category": "not_found",
		"errata.severity": "low",
		"errata.retryable": false,
		"errata.suggestions.immediate": ["Check that task 7 exists"],
		"errata.docs": ["https://example.com/tasks"],
		"errata.causes": [{ message: "empty row" }],
	});
});

test("what is private leaves neither on the record nor on the span", async () => {
	const token = [
		"eyJhbGciOiJIUzI1NiJ9",
		"eyJzdWIiOiIxMjM0NTY3ODkwIn0",
		"dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
	].join(".");
	await serve(
		"private.mjs",
		`import { capture } from "@errata/node";
		import { trace } from "@opentelemetry/api";
		const error = new Error("no access for ann@example.org with ${token}");
		trace.getTracer("t").startActiveSpan("s", (span) => { span.recordException(error); span.setStatus({ code: 2, message: error.message }); span.end(); });
		capture(error, { context: { password: "open sesame", note: "ask ann@example.org" } });`,
	);
	const sent = JSON.stringify([collector.logs, collector.spans], (_key, value) =>
		typeof value === "bigint" ? "" : value,
	);
	for (const secret of ["ann@example.org", token, "open sesame"]) expect(sent).not.toContain(secret);
	expect(collector.errors[0]?.attributes["errata.redactions"]).toMatchObject({ email: expect.any(Number) });
});

test("a catalog of the application beats the built-in one", async () => {
	writeFileSync(
		path.join(work.dir, "shop.yaml"),
		`format: 1
name: shop
version: "3.0.0"
entries:
  - code: SHOP_OUT_OF_STOCK
    id: shop.out_of_stock
    title: Out of stock
    description: The article is sold out.
    category: conflict
    severity: low
    retryable: false
    match:
      - message: "^article (?<article>[0-9]+) is sold out$"
    suggestions:
      immediate: ["Check the stock of article {{article}}"]
      preventive: ["Reserve articles when they go into the cart"]
    since: "3.0.0"
`,
	);
	await serve("catalog.mjs", `import { capture } from "@errata/node"; capture(new Error("article 17 is sold out"));`, {
		ERRATA_CATALOG: "shop.yaml",
	});
	expect(collector.logs.map((r) => r.body)).toEqual(["article 17 is sold out"]);
	expect(collector.errors[0]?.attributes).toMatchObject({
		"errata.code": "SHOP_OUT_OF_STOCK",
		"errata.pattern": "shop.out_of_stock",
		"errata.retryable": false,
		"errata.suggestions.immediate": ["Check the stock of article 17"],
		"errata.catalog": expect.stringContaining("shop@3.0.0"),
	});
});

test("an invalid configuration is said once among the application's own records", async () => {
	await serve("config.mjs", `import { capture } from "@errata/node"; capture(new Error("goes on"));`, {
		ERRATA_SOURCE_LINES: "many",
		ERRATA_CATALOG: "none.yaml",
	});
	const said = collector.logs.map((r) => String(r.body)).filter((body) => !body.includes("goes on"));
	expect(said[0]).toBe(
		'errata configuration: source.lines (ERRATA_SOURCE_LINES): expected a whole number from 0 to 20, got "many"',
	);
	expect(said[1]).toContain("none.yaml");
	expect(collector.errors).toHaveLength(1);
});
