/** `errata local` and `errata doctor` on a machine that is fine and on one that is not: real processes and ports. */
import { createServer, type Server } from "node:http";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EXIT } from "../exit.ts";
import { cli, ended, type Result, type Running, said, startCli, temporaryDirectory } from "../testing/cli.ts";

const home = temporaryDirectory();
const env = { HOME: home, ERRATA_LOCAL_PORT: "0", ERRATA_LOCAL_OTLP_PORT: "0" };
let local: Running;
let end: Promise<Result>;
let banner = "";
let occupied: Server;
let port = "";

beforeAll(async () => {
	local = startCli(["local"], { env });
	end = ended(local);
	banner = await said(local.stdout, "Ctrl-C stops it");
	occupied = createServer((_, answer) => answer.end("something else"));
	await new Promise<void>((resolve) => occupied.listen(0, "127.0.0.1", resolve));
	port = String((occupied.address() as { port: number }).port);
});

afterAll(async () => {
	occupied.close();
	local.kill("SIGKILL");
	await end;
});

function url(label: string): string {
	return new RegExp(`${label} +(http://[^ \n]+)`, "u").exec(banner)?.[1] ?? "";
}

describe("errata local", () => {
	test("says where it serves and what to try, and serves there", async () => {
		expect(banner).toMatch(/^errata local is ready \(/u);
		expect(banner).toContain("errata run -- node app.js");
		expect(banner).toContain(path.join(home, ".local/share/errata/local"));
		const sql = /curl '([^']+)'/u.exec(banner)?.[1] ?? "";
		expect((await fetch(sql)).status).toBe(200);
		const sent = await fetch(`${url("OTLP/HTTP")}/v1/logs`, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: JSON.stringify({
				resourceLogs: [
					{ scopeLogs: [{ logRecords: [{ body: { stringValue: "hello" }, timeUnixNano: `${Date.now()}000000` }] }] },
				],
			}),
		});
		expect(sent.status).toBe(200);
		const { stdout } = await cli(["tail", "--no-follow"], { env });
		expect(stdout).toContain("hello");
	});

	test("a port in use: which, by whom, and what to do", async () => {
		const { code, stdout, stderr } = await cli(["local", "--otlp-port", port, "--data", temporaryDirectory()], { env });
		expect({ code, stdout }).toEqual({ code: EXIT.failure, stdout: "" });
		expect(stderr).toMatch(new RegExp(`errata: cannot .*port ${port}.*in use.*--otlp-port`, "u"));
	});

	test("a data directory in use: which, and what to do", async () => {
		const { code, stderr } = await cli(["local"], { env });
		expect(code).toBe(EXIT.failure);
		expect(stderr).toMatch(/errata: cannot .*errata\/local: another errata local uses this directory.*--data/u);
	});

	test("a catalog that is not valid stops it, with the line", async () => {
		const { code, stderr } = await cli(["local", "--catalog", "/does/not/exist.yaml", "--data", temporaryDirectory()], {
			env,
		});
		expect(code).toBe(EXIT.usage);
		expect(stderr).toContain("/does/not/exist.yaml");
	});
});

describe("errata doctor", () => {
	test("all is well beside a running errata local", async () => {
		const { code, stdout } = await cli(["doctor"], { env });
		expect(code).toBe(0);
		expect(stdout).toMatch(/^ok +errata local +runs, version \d/mu);
		expect(stdout).toMatch(/^ok +OTLP endpoint +http:\S+ takes logs$/mu);
		expect(stdout).toMatch(/^ok +ClickHouse +http:\S+ answers, version \d/mu);
		expect(stdout).toMatch(/^ok +tables +database default is at migration (\d+) of \1$/mu);
	});

	test("a held port is a warning with a remedy, a store that is away a failure", async () => {
		const other = { HOME: temporaryDirectory(), ERRATA_LOCAL_PORT: port, ERRATA_LOCAL_OTLP_PORT: "0" };
		const held = await cli(["doctor"], { env: other });
		expect(held.code).toBe(0);
		expect(held.stdout).toMatch(
			new RegExp(`warn +port ${port} +another program holds it.*\n +Stop that program .*--port`, "u"),
		);
		const away = await cli(["doctor", "--clickhouse-url", "http://127.0.0.1:1"], { env: other });
		expect(away.code).toBe(EXIT.failure);
		expect(away.stdout).toMatch(/^fail +ClickHouse +.*connection refused/mu);
	});

	test("a gRPC port where HTTP is spoken is explained", async () => {
		const { stdout } = await cli(["doctor"], { env: { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: "http://localhost:4317" } });
		expect(stdout).toMatch(/warn +OTLP variables +http:\/\/localhost:4317 is a gRPC port/u);
		expect(stdout).toContain("use port 4318");
	});

	test("what is missing or cannot be written fails", async () => {
		const { code, stdout } = await cli(["doctor", "--data", "/proc/nowhere"], {
			env: { ...env, ERRATA_CATALOG: "/does/not/exist.yaml" },
		});
		expect(code).toBe(EXIT.failure);
		expect(stdout).toMatch(/^fail +catalogs +/mu);
	});
});

test("Ctrl-C stops it, and says that the data is kept", async () => {
	local.kill("SIGINT");
	const { code, stderr } = await end;
	expect(code).toBe(0);
	expect(stderr).toContain("Stopped; the data is kept.");
});
