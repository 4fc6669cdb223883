import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryDirectory } from "../testing/cli.ts";
import { instrumentedEnv, serviceNameOf } from "./environment.ts";
import { takesImport } from "./node-probe.ts";
import { coverageOf, parseStatus } from "./status.ts";

const run = {
	guardUrl: "file:///opt/errata%20x/guard.mjs",
	otlpUrl: "http://localhost:4318",
	token: "secret-token",
	runId: "run-1",
	serviceName: "shop",
	spoolDir: "/s",
	statusFile: "/s/status",
};

describe("the child's environment", () => {
	test("adds to what is there and keeps the rest", () => {
		const env = instrumentedEnv(
			{ PATH: "/bin", NODE_OPTIONS: "--max-old-space-size=64", OTEL_RESOURCE_ATTRIBUTES: "team=a" },
			run,
		);
		expect(env).toEqual({
			PATH: "/bin",
			NODE_OPTIONS: "--max-old-space-size=64 --import=file:///opt/errata%20x/guard.mjs",
			OTEL_EXPORTER_OTLP_ENDPOINT: "http://localhost:4318",
			OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
			OTEL_EXPORTER_OTLP_HEADERS: "x-errata-token=secret-token",
			OTEL_RESOURCE_ATTRIBUTES: "team=a,errata.run.id=run-1",
			OTEL_SERVICE_NAME: "shop",
			ERRATA_SINKS: "otlp",
			ERRATA_SPOOL_DIR: "/s",
			ERRATA_RUN_STATUS: "/s/status",
		});
	});

	test("sends nothing elsewhere: signal variables go, and so do headers with keys for another receiver", () => {
		const env = instrumentedEnv(
			{
				OTEL_EXPORTER_OTLP_ENDPOINT: "https://vendor.example",
				OTEL_EXPORTER_OTLP_HEADERS: "api-key=theirs",
				OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: "https://vendor.example/v1/logs",
				OTEL_EXPORTER_OTLP_TRACES_HEADERS: "api-key=theirs",
				OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: "grpc",
				OTEL_LOGS_EXPORTER: "none",
			},
			{ ...run, token: "" },
		);
		expect(JSON.stringify(env)).not.toMatch(/vendor|theirs|grpc|none/u);
	});

	test("records come to this run and go to no other store; the console and files of the user stay", () => {
		expect(instrumentedEnv({ ERRATA_SINKS: "clickhouse, console,file" }, run).ERRATA_SINKS).toBe("otlp,console,file");
	});

	test("a run within a run has its own id only", () => {
		const outer = instrumentedEnv({ OTEL_RESOURCE_ATTRIBUTES: "team=a" }, { ...run, runId: "outer" });
		expect(instrumentedEnv(outer, run).OTEL_RESOURCE_ATTRIBUTES).toBe("team=a,errata.run.id=run-1");
	});

	test.each([{ OTEL_SERVICE_NAME: "mine" }, { OTEL_RESOURCE_ATTRIBUTES: "service.name=mine" }])(
		"keeps the service's own name: %j",
		(given) => {
			expect(instrumentedEnv(given, run).OTEL_SERVICE_NAME).not.toBe("shop");
		},
	);
});

describe("the name of the service", () => {
	const dir = temporaryDirectory();
	mkdirSync(path.join(dir, "src"));
	writeFileSync(path.join(dir, "package.json"), '{"name":"@acme/shop"}');
	const bare = temporaryDirectory();

	test.each([
		[["node", "src/app.js"], dir, "@acme/shop"],
		[["npm", "start"], dir, "@acme/shop"],
		[["node", "--inspect", "job.mjs", "x"], bare, "job"],
		[["./tool"], bare, "tool"],
		[["node"], bare, "node"],
	])("%j", (argv, cwd, name) => {
		expect(serviceNameOf(argv, cwd)).toBe(name);
	});
});

describe("what the guard said", () => {
	test("counts who was instrumented and why others were not; package managers need no words", () => {
		const lines = parseStatus(
			[
				'{"pid":1,"node":"24.1.0","instrumented":false,"reason":"npm is a package manager"}',
				'{"pid":2,"node":"24.1.0","instrumented":true,"reason":""}',
				'{"pid":3,"node":"20.1.0","instrumented":false,"reason":"Node 20.1.0 is older than 22.15"}',
				'{"pid":4,"node":"20.1.0","instrumented":false,"reason":"Node 20.1.0 is older than 22.15"}',
				'{"pid":5,"no',
				"null",
			].join("\n"),
		);
		expect(coverageOf(lines)).toEqual({ instrumented: 1, reasons: ["Node 20.1.0 is older than 22.15"] });
	});

	test.each([
		["24.0.0", true],
		["20.20.2", true],
		["18.19.0", true],
		["18.17.1", false],
		["19.0.0", false],
		["16.20.2", false],
		["", true],
	])("Node %s takes --import in NODE_OPTIONS: %s", (version, takes) => {
		expect(takesImport(version)).toBe(takes);
	});
});
