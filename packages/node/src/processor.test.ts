/** The processor inside somebody's own SDK set-up, with the real SDK around it. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { logs, SeverityNumber, trace } from "@opentelemetry/api";
import {
	InMemoryLogRecordExporter,
	LoggerProvider,
	type LogRecordProcessor,
	SimpleLogRecordProcessor,
} from "@opentelemetry/sdk-logs";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { capture } from "./api.ts";
import { loadConfig } from "./config.ts";
import type { Enricher } from "./describer.ts";
import { ErrataLogRecordProcessor } from "./errata-processor.ts";

const config = loadConfig({ env: {}, cwd: "/" }).config;
let exporter: InMemoryLogRecordExporter;
let provider: LoggerProvider;

function setUp(enrichers: Enricher[] = [], downstream?: LogRecordProcessor): ErrataLogRecordProcessor {
	exporter = new InMemoryLogRecordExporter();
	const processor = new ErrataLogRecordProcessor({
		downstream: downstream ?? new SimpleLogRecordProcessor({ exporter }),
		config,
		enrichers,
	});
	provider = new LoggerProvider({ processors: [processor] });
	logs.disable();
	logs.setGlobalLoggerProvider(provider);
	return processor;
}

beforeEach(() => {
	setUp();
});
afterEach(async () => {
	await provider.shutdown();
	logs.disable();
	trace.disable();
});

function records() {
	return exporter.getFinishedLogRecords();
}

test("a plain record passes as it is", () => {
	provider.getLogger("app").emit({ severityNumber: SeverityNumber.INFO, body: "fine", attributes: { a: 1 } });
	expect(records()).toMatchObject([{ body: "fine", attributes: { a: 1 } }]);
	expect(Object.keys(records()[0]?.attributes ?? {})).toEqual(["a"]);
});

describe("an error is described, whoever emits it", () => {
	test.each([
		["by severity", { severityNumber: SeverityNumber.ERROR, body: "it failed" }],
		["by its event name", { eventName: "db.client.operation.exception", body: "it failed" }],
		["by its attributes", { severityNumber: SeverityNumber.WARN, attributes: { "exception.message": "it failed" } }],
		["by the SDK's own exception", { exception: Object.assign(new TypeError("it failed"), { code: "E1" }) }],
	])("%s", (_how, record) => {
		provider.getLogger("app").emit(record);
		expect(records()[0]?.attributes).toMatchObject({
			"errata.schema": 1,
			"errata.fingerprint": expect.stringMatching(/^[0-9a-f]{32}$/),
			"log.record.uid": expect.any(String),
			"errata.handled": true,
		});
	});
});

test("capture hands over the error itself", () => {
	capture(new Error("outer", { cause: new RangeError("inner") }), {
		attributes: { "user.id": "u1" },
		severity: "fatal",
		handled: false,
	});
	expect(records()[0]).toMatchObject({
		severityNumber: SeverityNumber.FATAL,
		severityText: "FATAL",
		eventName: "exception",
		attributes: {
			"user.id": "u1",
			"errata.handled": false,
			"errata.causes": [{ type: "RangeError", message: "inner" }],
		},
	});
});

test("enrichers see the error and may write to the record; one that throws is counted, and harms nobody", () => {
	setUp([
		(error, record) => record.setAttribute("team", (error as { team?: string }).team ?? "none"),
		() => {
			throw new Error("enricher");
		},
		// Describing may log: such a record passes, and nothing goes round in circles.
		() => provider.getLogger("inner").emit({ severityNumber: SeverityNumber.ERROR, body: "from within" }),
		(_error, record) => record.setAttribute("contact", "ann@example.org"),
	]);
	capture(Object.assign(new Error("x"), { team: "billing" }));
	const [inner, outer] = records();
	expect(inner).toMatchObject({ body: "from within" });
	expect(outer?.attributes).toMatchObject({ team: "billing", "errata.dropped": { enrichers: 1 } });
	expect(String(outer?.attributes.contact)).not.toContain("ann@example.org");
});

test("nothing that goes wrong behind it reaches the application", () => {
	setUp([], {
		onEmit: () => {
			throw new Error("downstream");
		},
		forceFlush: async () => {},
		shutdown: async () => {},
	});
	expect(() => provider.getLogger("app").emit({ body: "plain" })).not.toThrow();
	expect(() => capture(new Error("x"))).not.toThrow();
});

test("`enabled` is what the processor behind says", () => {
	const quiet: LogRecordProcessor = {
		onEmit: () => {},
		enabled: ({ severityNumber }) => (severityNumber ?? 0) >= SeverityNumber.WARN,
		forceFlush: async () => {},
		shutdown: async () => {},
	};
	setUp([], quiet);
	const logger = provider.getLogger("app");
	expect(logger.enabled({ severityNumber: SeverityNumber.INFO })).toBe(false);
	expect(logger.enabled({ severityNumber: SeverityNumber.ERROR })).toBe(true);
});

test("a user's own group key makes the group", () => {
	capture(new Error("a"), { fingerprint: "one" });
	capture(new TypeError("b"), { fingerprint: "one" });
	capture(Object.assign(new Error("c"), { fingerprint: "one" }));
	const groups = new Set(records().map((record) => record.attributes["errata.fingerprint"]));
	expect(groups.size).toBe(1);
});

test("what cannot fit into the record's budget is left out and counted, and the error itself stays", () => {
	const big = Object.fromEntries(
		Array.from({ length: 60 }, (_, i) => [`field${i}`, Array(50).fill("y".repeat(2_000))]),
	);
	capture(new Error("kept"), { context: big });
	const { attributes } = records()[0] as { attributes: Record<string, unknown> };
	expect(attributes["exception.message"]).toBe("kept");
	expect(JSON.stringify(attributes).length).toBeLessThan(config["limits.recordBytes"] + 32_768);
	expect(attributes["errata.dropped"]).toMatchObject({ record_bytes: expect.any(Number), context_keys: 10 });
});

test("no context key is a leaf and a namespace at once", () => {
	capture(new Error("x"), { context: { order: "o1", "order.id": 7, "order.items.count": 2, "customer.id": 1 } });
	const keys = Object.keys(records()[0]?.attributes ?? {}).filter((key) => key.startsWith("errata.context."));
	expect(keys.sort()).toEqual(["errata.context.customer.id", "errata.context.order"]);
});

test("its span processor reports what is recorded on spans, once, and settles at a flush", async () => {
	const processor = setUp();
	const spans = new InMemorySpanExporter();
	const tracers = new TracerProvider({
		spanProcessors: [processor.spanProcessor, new SimpleSpanProcessor({ exporter: spans })],
	});
	const tracer = tracers.getTracer("t");
	const span = tracer.startSpan("work");
	span.recordException(Object.assign(new Error("seen in passing"), { code: "E_SPAN" }));
	span.end();
	await processor.forceFlush();
	expect(records()).toMatchObject([{ attributes: { "exception.message": "seen in passing", "error.type": "E_SPAN" } }]);
	expect(spans.getFinishedSpans()[0]?.events[0]?.attributes).toMatchObject({
		"exception.type": "Error",
		"log.record.uid": records()[0]?.attributes["log.record.uid"],
	});
	await tracers.shutdown();
});

test("source lines arrive before a batch would leave", async () => {
	const file = path.join(mkdtempSync(path.join(tmpdir(), "errata-source-")), "app.js");
	writeFileSync(file, "const a = 1;\nfail(a); // where am I\n");
	capture(Object.assign(new Error("x"), { stack: `Error: x\n    at f (${file}:2:1)` }));
	await new Promise((resolve) => setImmediate(resolve));
	expect(records()[0]?.attributes["errata.source"]).toMatchObject([
		{ line: 2, column: 1, function: "f", start: 1, lines: ["const a = 1;", "fail(a); // where am I", ""] },
	]);
});
