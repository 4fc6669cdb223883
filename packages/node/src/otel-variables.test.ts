/** The standard OTEL_* variables mean with errata what they mean without it. */
import path from "node:path";
import { expect, test } from "vitest";
import { runProgram } from "./testing/child.ts";
import { lab } from "./testing/lab.ts";

const { work, collector } = lab();

const SOURCE = `import { capture, createLogger } from "@errata/node";
import { trace } from "@opentelemetry/api";
trace.getTracer("t").startActiveSpan("work", (span) => { createLogger("app").info("plain"); capture(new Error("seen")); span.end(); });`;

function program(env: Record<string, string>, source = SOURCE) {
	return runProgram(work.dir, "variables.mjs", source, {
		env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ERRATA_SPOOL_DIR: path.join(work.dir, "spool"), ...env },
	});
}

const requestsTo = (url: string) => collector.requests.filter((request) => request.url === url);

test("endpoint, headers, compression and resource", async () => {
	const ran = await program({
		OTEL_EXPORTER_OTLP_HEADERS: "x-errata-token=secret,x-all=1",
		OTEL_EXPORTER_OTLP_LOGS_HEADERS: "x-logs=2",
		OTEL_EXPORTER_OTLP_COMPRESSION: "gzip",
		OTEL_SERVICE_NAME: "shop",
		OTEL_RESOURCE_ATTRIBUTES: "errata.run.id=run-1,deployment.environment.name=test",
	});
	expect([ran.code, ran.stdout, ran.stderr]).toEqual([0, "", ""]);
	expect(collector.logs.map((record) => record.body).sort()).toEqual(["plain", "seen"]);
	expect(collector.spans.map((span) => span.name)).toEqual(["work"]);
	expect(collector.errors[0]?.resource).toMatchObject({
		"service.name": "shop",
		"errata.run.id": "run-1",
		"deployment.environment.name": "test",
		"telemetry.sdk.language": "nodejs",
		"telemetry.distro.name": "errata",
		"process.pid": expect.any(Number),
	});
	for (const request of requestsTo("/v1/logs"))
		expect(request.headers).toMatchObject({
			"x-errata-token": "secret",
			"x-all": "1",
			"x-logs": "2",
			"content-encoding": "gzip",
		});
	for (const request of requestsTo("/v1/traces")) expect(request.headers).toMatchObject({ "x-errata-token": "secret" });
});

test("http/json, and an endpoint of the logs' own", async () => {
	await program({
		OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
		OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1",
		OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: `${collector.url}/elsewhere`,
		OTEL_TRACES_EXPORTER: "none",
	});
	const sent = requestsTo("/elsewhere").map((request) => JSON.parse(request.body.toString("utf8")));
	expect(JSON.stringify(sent)).toContain('"exception.message"');
	expect(requestsTo("/elsewhere").every((request) => request.headers["content-type"] === "application/json")).toBe(
		true,
	);
});

test("exporters: none sends nothing, console prints", async () => {
	const none = await program({ OTEL_LOGS_EXPORTER: "none", OTEL_TRACES_EXPORTER: "none" });
	expect([none.code, none.stdout, none.stderr]).toEqual([0, "", ""]);
	expect(collector.requests).toEqual([]);
	const printed = await program({ OTEL_LOGS_EXPORTER: "console", OTEL_TRACES_EXPORTER: "none" });
	expect(printed.stdout).toContain("'errata.fingerprint'");
	expect(collector.requests).toEqual([]);
});

test("metrics are sent only when asked for", async () => {
	await program({});
	expect(requestsTo("/v1/metrics")).toEqual([]);
});

test("a disabled instrumentation stays disabled", async () => {
	await program(
		{ OTEL_NODE_DISABLED_INSTRUMENTATIONS: "pino" },
		`import pino from "pino"; const log = pino(pino.destination("/dev/null")); log.info("plain"); log.error(new Error("kept"), "said");`,
	);
	// No plain lines; the error itself is still an error of the program.
	expect(collector.logs.map((record) => [record.body, record.scope])).toEqual([["said", "pino"]]);
});

test("with errata switched off the SDK runs as ever", async () => {
	await program({ ERRATA_ENABLED: "false" });
	expect(collector.logs.map((record) => record.body).sort()).toEqual(["plain", "seen"]);
	expect(collector.errors).toEqual([]);
	expect(collector.logs.find((record) => record.body === "seen")?.attributes["exception.type"]).toBe("Error");
});

test("a burst of rich errors leaves in small requests, whole", async () => {
	await program(
		{ ERRATA_EXPORT_ERROR_BATCH: "10", ERRATA_RATE_PER_SECOND: "0" },
		`import { capture } from "@errata/node"; for (let i = 0; i < 95; i++) capture(new Error("burst " + i, { cause: new Error("why") }));`,
	);
	expect(new Set(collector.errors.map((record) => record.attributes["exception.message"])).size).toBe(95);
	expect(collector.errors).toHaveLength(95);
	// A backlog leaves by four batches at once: 95 errors in no fewer than three requests.
	expect(requestsTo("/v1/logs").length).toBeGreaterThanOrEqual(3);
});
