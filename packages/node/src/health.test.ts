/** errata's own metrics as an application's MeterProvider shows them, and their page. */
import { readFileSync } from "node:fs";
import { logs, metrics, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import {
	AggregationTemporality,
	InMemoryMetricExporter,
	MeterProvider,
	PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { expect, test } from "vitest";
import { capture } from "./api.ts";
import { loadConfig } from "./config.ts";
import { ErrataLogRecordProcessor } from "./errata-processor.ts";
import { metricsDoc, SELF_METRICS } from "./self-metrics.ts";

test("METRICS.md says the metrics there are", () => {
	expect(readFileSync(new URL("../METRICS.md", import.meta.url), "utf8")).toBe(metricsDoc());
});

test("a MeterProvider that the application sets after errata shows what errata did", async () => {
	const exporter = {
		export: (_records: unknown, done: (result: { code: number }) => void) => done({ code: 0 }),
		shutdown: async () => {},
	};
	const downstream = new SimpleLogRecordProcessor({ exporter: exporter as never });
	const { config } = loadConfig({ env: { ERRATA_SAMPLING_DEBUG: "0" }, cwd: "/" });
	const provider = new LoggerProvider({ processors: [new ErrataLogRecordProcessor({ downstream, config })] });
	logs.setGlobalLoggerProvider(provider);
	const shown = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
	const reader = new PeriodicExportingMetricReader({ exporter: shown, exportIntervalMillis: 3_600_000 });
	metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));

	provider.getLogger("app").emit({ body: "fine" });
	const inTrace = trace.setSpanContext(ROOT_CONTEXT, {
		traceId: "0".repeat(31).concat("1"),
		spanId: "00f067aa0ba902b7",
		traceFlags: 1,
	});
	provider.getLogger("app").emit({ body: "detail", severityNumber: 5, context: inTrace });
	provider.getLogger("app").emit({ body: "failed", severityNumber: 17, context: inTrace });
	capture(new Error(`no mail for ${["jane", "example.com"].join("@")}`));
	capture(new Error("again"));
	await reader.forceFlush();

	const found = shown.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics: own }) => own));
	const values = Object.fromEntries(
		found.map(({ descriptor, dataPoints }) => [
			descriptor.name,
			dataPoints.map(({ attributes, value }) => [...Object.values(attributes), value]),
		]),
	);
	expect(values).toMatchObject({
		"errata.self.records": [[2]],
		"errata.self.errors": [[3]],
		"errata.self.redactions": expect.arrayContaining([["email", expect.any(Number)]]),
		"errata.self.dropped": [
			["queue", 0],
			["spool", 0],
			["refused", 0],
		],
		"errata.self.sampled": [
			["out", 1],
			["released", 1],
		],
		"errata.self.lines_lost": [[0]],
		"errata.self.queue": [[0]],
	});
	expect(values["errata.self.duration"]?.[0]?.[0]).toBeGreaterThan(0);
	expect(Object.keys(values).sort()).toEqual(Object.keys(SELF_METRICS).sort());
	await provider.shutdown();
	await reader.shutdown();
});
