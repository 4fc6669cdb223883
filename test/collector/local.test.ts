/** `errata local --collector`: real processes; one way in for every language, one command that starts and stops it all. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
	cli,
	ended,
	type Result,
	type Running,
	said,
	startCli,
	temporaryDirectory,
} from "../../packages/cli/src/testing/cli.ts";
import { collectorBinary } from "../../scripts/build-collector.mjs";
import { errorLog, logsRequest, send, spanRequest } from "../setup/otlp.ts";
import { until } from "./collector.ts";

const home = temporaryDirectory();
const env = { HOME: home, ERRATA_LOCAL_PORT: "0", ERRATA_LOCAL_OTLP_PORT: "0", ERRATA_COLLECTOR: collectorBinary() };
const ARGS = ["local", "--collector", "--otlp-grpc-port", "0", "--json"] as const;

interface Started {
	readonly clickhouseUrl: string;
	readonly otlpUrl: string;
	readonly collector: {
		readonly otlpUrl: string;
		readonly grpcUrl: string;
		readonly logFile: string;
		readonly pid: number;
	};
}

let local: Running;
let end: Promise<Result>;
let started: Started;

async function start(): Promise<void> {
	local = startCli(ARGS, { env });
	end = ended(local);
	started = JSON.parse(await said(local.stdout, "\n")) as Started;
}

beforeAll(start);
afterAll(async () => {
	local.kill("SIGTERM");
	await end;
});

async function rows<Row>(query: string): Promise<Row[]> {
	const answer = await fetch(started.clickhouseUrl, { method: "POST", body: `${query} FORMAT JSONEachRow` });
	const text = await answer.text();
	if (!answer.ok) throw new Error(text);
	return text
		.split("\n")
		.filter((line) => line !== "")
		.map((line) => JSON.parse(line) as Row);
}

interface ErrorRow {
	readonly ServiceName: string;
	readonly Code: string;
	readonly Signal: string;
}

const errors = (): Promise<ErrorRow[]> =>
	rows<ErrorRow>("SELECT ServiceName, Code, Signal FROM errata_errors FINAL ORDER BY ServiceName");

interface Status {
	readonly collector?: { readonly pid?: number; readonly restarts: number };
}

const status = async (): Promise<Status> => (await (await fetch(`${started.otlpUrl}/errata/status`)).json()) as Status;

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}

const refused = errorLog(Date.now(), "Error", "connect ECONNREFUSED 127.0.0.1:5432", "query (file:///srv/app/db.js");

describe("errata local --collector", () => {
	test("errors on logs and on spans become issues, whoever sends them", async () => {
		const at = Date.now();
		expect(await send(started.collector.otlpUrl, "logs", logsRequest("log", [refused]))).toBe(200);
		const span = { at, traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };
		expect(await send(started.collector.otlpUrl, "traces", spanRequest("span", span, refused))).toBe(200);
		expect(await until(errors, (found) => found.length >= 2)).toEqual([
			{ ServiceName: "log", Code: "NET_CONN_REFUSED", Signal: "log" },
			{ ServiceName: "span", Code: "NET_CONN_REFUSED", Signal: "span" },
		]);
	});

	test("its status tells of it; a killed one is started again and goes on", async () => {
		const before = await status();
		expect(before.collector).toMatchObject({ ...started.collector, restarts: 0 });
		process.kill(started.collector.pid, "SIGKILL");
		const after = await until(status, (s) => s.collector?.restarts === 1 && s.collector.pid !== undefined);
		expect(after.collector?.pid).not.toBe(started.collector.pid);
		expect(await send(started.collector.otlpUrl, "logs", logsRequest("again", [refused]))).toBe(200);
		const found = await until(errors, (all) => all.some((row) => row.ServiceName === "again"));
		expect(found.map((row) => row.ServiceName)).toContain("again");
	});

	test("errata run is trusted as before: it sends to local's own receiver", () => {
		const file = path.join(home, ".local/share/errata/local/local.json");
		expect(JSON.parse(readFileSync(file, "utf8")).otlpUrl).toBe(started.otlpUrl);
		expect(started.otlpUrl).not.toBe(started.collector.otlpUrl);
	});

	test("Ctrl-C stops both; what was acknowledged just before is there at the next start", async () => {
		const { pid } = (await status()).collector ?? {};
		expect(await send(started.collector.otlpUrl, "logs", logsRequest("last", [refused]))).toBe(200);
		local.kill("SIGINT");
		expect((await end).code).toBe(0);
		expect(isAlive(pid as number)).toBe(false);
		await start();
		const found = await until(errors, (all) => all.some((row) => row.ServiceName === "last"));
		expect(found.filter((row) => row.ServiceName === "last")).toHaveLength(1);
	});

	test("killed without a word, local takes the Collector with it", async () => {
		const { pid } = (await status()).collector ?? {};
		local.kill("SIGKILL");
		await end;
		expect(
			await until(
				async () => isAlive(pid as number),
				(alive) => !alive,
			),
		).toBe(false);
	});
});

describe("what stands in its way", () => {
	test("no binary: how to get one", async () => {
		const other = { ...env, HOME: temporaryDirectory(), ERRATA_COLLECTOR: "/does/not/exist" };
		const { code, stdout, stderr } = await cli(ARGS, { env: other });
		expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
		expect(stderr).toContain("/does/not/exist");
		expect(stderr).toContain("npm run build:collector");
	});

	test("gRPC without the Collector", async () => {
		const { code, stderr } = await cli(["local", "--otlp-grpc-port", "0"], { env });
		expect(code).toBe(2);
		expect(stderr).toContain("Add --collector");
	});

	test("a port in use: which, and what changes it", async () => {
		await start();
		const taken = new URL(started.collector.grpcUrl).port;
		const args = ["local", "--collector", "--otlp-grpc-port", taken];
		const { code, stderr } = await cli(args, { env: { ...env, HOME: temporaryDirectory() } });
		expect(code).toBe(1);
		expect(stderr).toMatch(new RegExp(`port ${taken} .*in use by .*errata-coll.*--otlp-grpc-port`, "u"));
	});
});
