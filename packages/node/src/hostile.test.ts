/** What `npm run fuzz:node` has found once, each by itself. */
import { logs, SeverityNumber } from "@opentelemetry/api";
import { ProtobufLogsSerializer } from "@opentelemetry/otlp-transformer";
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { afterAll, beforeEach, expect, test } from "vitest";
import { breadcrumb, capture, withContext } from "./api.ts";
import { loadConfig } from "./config.ts";
import { ErrataLogRecordProcessor } from "./errata-processor.ts";
import { createLogger } from "./logger.ts";
import { problemResponse } from "./problem.ts";

const exporter = new InMemoryLogRecordExporter();
const { config } = loadConfig({ env: {}, cwd: "/" });
const downstream = new SimpleLogRecordProcessor({ exporter });
const errata = new ErrataLogRecordProcessor({ downstream, config });
const provider = new LoggerProvider({ processors: [errata] });
logs.setGlobalLoggerProvider(provider);
const finished = new InMemorySpanExporter();
const tracer = new TracerProvider({
	spanProcessors: [errata.spanProcessor, new SimpleSpanProcessor({ exporter: finished })],
}).getTracer("app");

beforeEach(() => exporter.reset());
afterAll(() => provider.shutdown());

const records = () => exporter.getFinishedLogRecords();
const attributes = () => records()[0]?.attributes ?? {};

/** Fields of which one cannot be read. */
const spoiled = (): Record<string, unknown> => ({
	kept: 1,
	get spoiled(): never {
		throw new Error("no");
	},
});

test("an error is reported with those of its fields that can be read", () => {
	capture(new Error("one"), { attributes: spoiled() as never, context: spoiled() });
	expect(records()).toHaveLength(1);
	expect(attributes()).toMatchObject({ kept: 1, "errata.context.kept": 1, "exception.message": "one" });
});

test("withContext and loggers take fields that cannot all be read, and run on", () => {
	expect(withContext(spoiled(), () => 7)).toBe(7);
	const unreadable = { [Symbol.toPrimitive]: () => ({}) };
	createLogger("app").with(spoiled()).error(unreadable, new Error("two"), spoiled());
	createLogger("app").error("three", spoiled());
	expect(records().map(({ body, attributes: { kept } }) => [body, kept])).toEqual([
		["[unreadable]", 1],
		["three", 1],
	]);
});

test("body and attributes of megabytes make a record of its limit, and the cuts are counted", () => {
	const wide = Array.from({ length: 60 }, () => Array.from({ length: 60 }, () => "x".repeat(2_000)));
	const many = Object.fromEntries(Array.from({ length: 120 }, (_, i) => [`a${i}`, wide]));
	const logger = logs.getLogger("app");
	logger.emit({ severityNumber: SeverityNumber.ERROR, body: wide, attributes: { ...many, ["k".repeat(5_000)]: 1 } });
	logger.emit({ severityNumber: SeverityNumber.ERROR, body: "y".repeat(10_000_000) });
	for (const record of records())
		expect(ProtobufLogsSerializer.serializeRequest([record])?.byteLength).toBeLessThan(400_000);
	expect(attributes()["errata.dropped"]).toMatchObject({
		value_bytes: expect.any(Number),
		record_bytes: expect.any(Number),
	});
	expect(records()[1]?.attributes["errata.dropped"]).toMatchObject({ body_bytes: 1 });
});

test("a proxy that answers for every key is no error that an application defined", () => {
	const answering: Error = new Proxy(new Error("odd"), { get: () => ({}) });
	expect(problemResponse(answering).status).toBe(500);
	capture(answering);
	expect(attributes()["errata.code"]).toBe("UNKNOWN");
});

test("a crumb says what its data was when it was left, and holds none of it", () => {
	const data = { step: 1, huge: "z".repeat(1_000_000), unreadable: spoiled() };
	breadcrumb("loaded", { data });
	data.step = 2;
	capture(new Error("later"));
	const [crumb] = attributes()["errata.breadcrumbs"] as { data: Record<string, unknown> }[];
	expect(crumb?.data).toMatchObject({
		step: 1,
		huge: "z".repeat(1_024),
		unreadable: { kept: 1, spoiled: "[Unreadable]" },
	});
});

test("a span takes an error whose code has no end, and keeps what it says", () => {
	const code: unknown[] = [];
	code.length = 4_294_967_295;
	const span = tracer.startSpan("work");
	span.recordException(Object.assign(new TypeError("endless"), { code }) as unknown as Error);
	span.recordException(Object.assign(new Error("usual"), { code: "E_USUAL" }));
	span.end();
	const [, usual] = finished.getFinishedSpans()[0]?.events ?? [];
	expect(finished.getFinishedSpans()[0]?.events[0]?.attributes).toMatchObject({
		"exception.type": "TypeError",
		"exception.message": "endless",
	});
	expect(usual?.attributes).toMatchObject({ "exception.type": "Error", "error.type": "E_USUAL" });
});

test("an error whose members, or whose task, cannot even be counted is described", () => {
	const refuses = new Proxy([], {
		get: () => {
			throw new Error("no");
		},
	});
	const { proxy, revoke } = Proxy.revocable({}, {});
	revoke();
	capture(Object.assign(new TypeError("uncountable"), { errors: refuses }), { context: { task: proxy } });
	expect(attributes()).toMatchObject({ "exception.type": "TypeError", "errata.code": expect.any(String) });
});

test("a property __proto__ is a property", () => {
	const own = JSON.parse('{"__proto__":{"polluted":true}}');
	capture(Object.defineProperties(new Error("polluting"), Object.getOwnPropertyDescriptors({ ...own, after: 1 })), {
		context: own,
	});
	expect(attributes()["errata.context.error_properties"]).toEqual(
		JSON.parse('{"__proto__":{"polluted":true},"after":1}'),
	);
	expect(attributes()["errata.context.__proto__"]).toEqual({ polluted: true });
	expect(({} as { polluted?: true }).polluted).toBeUndefined();
});
