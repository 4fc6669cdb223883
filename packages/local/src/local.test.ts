/** errata local as a whole: starts, says who it is, keeps everything over a restart, and explains why it cannot start. */

import { once } from "node:events";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { createServer, type Server } from "node:net";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { createClient } from "@clickhouse/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startEngine } from "./engine.ts";
import { defaultDataDir, type Local, localStatus, startLocal } from "./index.ts";
import { openLayout } from "./layout.ts";
import { findLibrary } from "./library.ts";

let directory: string;
let dataDir: string;
let local: Local;

beforeAll(async () => {
	directory = await mkdtemp(path.join(tmpdir(), "errata-local-"));
	dataDir = path.join(directory, "data");
	local = await startLocal({ dataDir, port: 0, otlpPort: 0 });
});

afterAll(async () => {
	await local?.stop();
	await rm(directory, { recursive: true, force: true });
});

const now = () => `${Date.now()}000000`;

function errorRequest(message: string): object {
	const attributes = [
		{ key: "exception.type", value: { stringValue: "TypeError" } },
		{ key: "exception.message", value: { stringValue: message } },
	];
	const logRecords = [{ timeUnixNano: now(), severityNumber: 17, body: { stringValue: message }, attributes }];
	return { resourceLogs: [{ scopeLogs: [{ logRecords }] }] };
}

async function sendError(to: Local, message: string): Promise<void> {
	const response = await fetch(`${to.otlpUrl}/v1/logs`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify(errorRequest(message)),
	});
	expect([response.status, await response.text()]).toEqual([200, "{}"]);
}

async function messages(of: Local): Promise<string[]> {
	const client = createClient({ url: of.clickhouseUrl });
	const answer = await client.query({
		query: "SELECT Message FROM errata_errors GROUP BY EventId, Message ORDER BY Message",
		format: "JSONEachRow",
	});
	const rows = await answer.json<{ Message: string }>();
	await client.close();
	return rows.map((row) => row.Message);
}

test("it says who it is, to everybody without its token, and in a private file with it", async () => {
	const version = (JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string })
		.version;
	const status = {
		name: "errata-local",
		version,
		pid: process.pid,
		clickhouseUrl: local.clickhouseUrl,
		otlpUrl: local.otlpUrl,
	};
	expect(await localStatus(local.otlpUrl)).toEqual(status);
	const file = path.join(dataDir, "local.json");
	expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ ...status, token: local.token });
	expect(statSync(file).mode & 0o777).toBe(0o600);
	expect(statSync(dataDir).mode & 0o777).toBe(0o700);
	// The configuration with the password's hash is gone once it was read.
	expect(readdirSync(path.join(dataDir, "engine")).sort()).toEqual(["data", "engine.log", "owner"]);
	expect(await localStatus(local.clickhouseUrl)).toBeUndefined();
	expect(await localStatus("http://127.0.0.1:1")).toBeUndefined();
	expect(await localStatus("no url")).toBeUndefined();
});

test("an error sent over OTLP is read over SQL, and is there after a restart", async () => {
	await sendError(local, "before the restart");
	expect(await messages(local)).toEqual(["before the restart"]);
	await local.stop();
	expect(await local.closed).toBeUndefined();
	expect(() => readFileSync(path.join(dataDir, "local.json"))).toThrow("ENOENT");
	local = await startLocal({ dataDir, port: 0, otlpPort: 0 });
	await sendError(local, "after the restart");
	expect(await messages(local)).toEqual(["after the restart", "before the restart"]);
});

test("a stop lets what is under way be stored and answered", async () => {
	const other = await startLocal({ dataDir: path.join(directory, "drained"), port: 0, otlpPort: 0 });
	const body = JSON.stringify(errorRequest("under way"));
	const headers = { "content-type": "application/json", "content-length": String(body.length), expect: "100-continue" };
	const request = httpRequest(`${other.otlpUrl}/v1/logs`, { method: "POST", headers });
	const answered = new Promise<number | undefined>((resolve) => {
		request.once("response", (response) => resolve(response.resume().statusCode));
	});
	request.flushHeaders();
	await once(request, "continue");
	const stopped = other.stop();
	request.end(body);
	expect(await answered).toBe(200);
	await stopped;
	const again = await startLocal({ dataDir: other.dataDir, port: 0, otlpPort: 0 });
	expect(await messages(again)).toEqual(["under way"]);
	await again.stop();
});

describe("it cannot start", () => {
	const start = (options: Parameters<typeof startLocal>[0]) =>
		startLocal({ port: 0, otlpPort: 0, ...options }).then(
			async (started) => {
				await started.stop();
				return "it started";
			},
			(error: Error) => `${error.name}: ${error.message}`,
		);
	const port = (url: string) => Number(new URL(url).port);

	test("on a directory that another one uses", async () => {
		expect(await start({ dataDir })).toMatch(
			/^ErrataError: cannot start the ClickHouse engine on .*data: another errata local uses this directory \(process \d+\)\. Use that one, stop it, or start with another directory by --data or ERRATA_DATA_DIR$/,
		);
	});

	test("on a port in use, and says by whom and which flag changes it", async () => {
		const other = path.join(directory, "it's <other> & more");
		expect(await start({ dataDir: other, otlpPort: port(local.otlpUrl) })).toMatch(
			new RegExp(
				`cannot listen on port ${port(local.otlpUrl)} \\(OTLP/HTTP\\): it is in use by another errata local \\(process ${process.pid}\\)\\. Stop that program, or choose another port with --otlp-port$`,
			),
		);
		expect(await start({ dataDir: other, port: port(local.clickhouseUrl) })).toMatch(
			/\(ClickHouse HTTP\): it is in use by a ClickHouse server.*choose another port with --port$/,
		);
		const stranger = await new Promise<Server>((resolve) => {
			const server = createServer().listen(0, "127.0.0.1", () => resolve(server));
		});
		const taken = (stranger.address() as { port: number }).port;
		expect(await start({ dataDir: other, port: taken })).toMatch(
			`cannot listen on port ${taken} (ClickHouse HTTP): it is in use by`,
		);
		stranger.close();
		expect(await start({ dataDir: other })).toBe("it started");
	});

	test("on data of a newer version, and changes nothing there", async () => {
		const newer = path.join(directory, "newer");
		await mkdir(newer);
		for (const [content, cause] of [
			['{"format":99,"engine":"26.7.2.1"}', "it was made by a newer errata (data format 99, this one knows 1)"],
			['{"format":1,"engine":"99.1.1.1"}', "a newer ClickHouse engine wrote it (99.1.1.1, this one is 26.7)"],
			["something else", "its VERSION file is not one that errata wrote"],
		] as const) {
			await writeFile(path.join(newer, "VERSION"), content);
			expect(await start({ dataDir: newer })).toContain(`cannot use data directory ${newer}: ${cause}. Update errata`);
			expect(readFileSync(path.join(newer, "VERSION"), "utf8")).toBe(content);
		}
	});

	test.runIf(process.platform === "linux")("where the file system takes no new directory", async () => {
		expect(await start({ dataDir: "/proc/nope/data" })).toContain("Give another one with --data");
	});

	test("where a part of the path is a file", async () => {
		const file = path.join(directory, "file");
		await writeFile(file, "");
		expect(await start({ dataDir: path.join(file, "below") })).toContain(
			"a part of the path is a file. Give another one with --data",
		);
		expect(await start({ dataDir: file })).toContain("a part of the path is a file");
	});

	test("on a full disk", () => {
		expect(() => openLayout(path.join(directory, "full"), "26.7", Number.MAX_SAFE_INTEGER)).toThrow(
			/cannot use data directory .*full: the disk is full: \d+ MiB free, \d+ MiB needed\. Free some space/,
		);
	});

	test("on a platform without an engine", () => {
		expect(() => findLibrary("win32", "x64")).toThrow(
			"cannot run the ClickHouse engine: there is no build of it for Windows. Use Linux with glibc or macOS",
		);
		expect(() => findLibrary("linux", "riscv64")).toThrow("there is no build of it for linux riscv64");
		expect(() => findLibrary("darwin", "arm64")).toThrow(
			process.platform === "darwin" ? "" : "its npm package is not installed",
		);
	});
});

test("a disk that fills up while it runs refuses inserts and keeps what is stored", async () => {
	const full = path.join(directory, "filling");
	const before = await startEngine({ dataDir: full });
	await query(before, "CREATE TABLE t (x UInt64) ENGINE = MergeTree ORDER BY x");
	await query(before, "INSERT INTO t SELECT number FROM numbers(10)");
	await before.stop();
	const engine = await startEngine({ dataDir: full, keepFreeBytes: Number.MAX_SAFE_INTEGER });
	expect(await query(engine, "INSERT INTO t SELECT number FROM numbers(10)")).toContain("Code: 243.");
	expect(await query(engine, "SELECT count() FROM t")).toBe("10\n");
	await engine.stop();
});

async function query(engine: Awaited<ReturnType<typeof startEngine>>, body: string): Promise<string> {
	const response = await fetch(engine.url, {
		method: "POST",
		headers: { "x-clickhouse-user": engine.username, "x-clickhouse-key": engine.password, connection: "close" },
		body,
	});
	return await response.text();
}

test("the data directory comes from the environment, else from where XDG says", () => {
	expect(defaultDataDir({ ERRATA_DATA_DIR: "/srv/errata", XDG_DATA_HOME: "/x" })).toBe("/srv/errata");
	expect(defaultDataDir({ ERRATA_DATA_DIR: "", XDG_DATA_HOME: "/x" })).toBe("/x/errata/local");
	expect(defaultDataDir({ XDG_DATA_HOME: "relative" })).toBe(path.join(homedir(), ".local/share/errata/local"));
	expect(defaultDataDir({})).toBe(path.join(homedir(), ".local/share/errata/local"));
});
