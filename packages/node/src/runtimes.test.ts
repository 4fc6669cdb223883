/**
 * The main channels on each version of Node that is promised, and on Bun and Deno what README says of them. The runtimes
 * come from npm when this first runs, and are kept (`scripts/cached-packages.mjs`).
 */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { expect, test } from "vitest";
import { cachedProgram } from "../../../scripts/cached-packages.mjs";
import { replaySpool } from "./spool.ts";
import { guard, packageDir, runProgram } from "./testing/child.ts";
import { lab } from "./testing/lab.ts";

const { work, collector } = lab();

/** Longest wait for a runtime to be installed, in milliseconds. */
const INSTALL_MS = 300_000;

/** What works everywhere. */
const PROGRAM = `import { capture, createLogger, withContext } from "@errata/node";
capture(new TypeError("captured", { cause: new Error("below") }));
createLogger("shop").with({ "task.id": "7" }).error("said", new RangeError("logged"));
await withContext({ job: { id: "8" } }, async () => { await null; capture(new Error("in a job")); });
console.error("printed", new SyntaxError("on the console"));
Promise.reject(new EvalError("uncaught"));`;

const EVERYWHERE = ["captured", "in a job", "logged", "on the console", "uncaught"];

/** Libraries that hooks or diagnostics channels tell of, by import and by require. */
const LIBRARIES = `import { createRequire } from "node:module"; import { Writable } from "node:stream"; import { Worker } from "node:worker_threads";
import pino from "pino"; import winston from "winston"; import express from "express"; import Fastify from "fastify";
const nowhere = new Writable({ objectMode: true, write: (chunk, encoding, done) => done() });
pino(nowhere).error(new TypeError("by pino"));
winston.createLogger({ transports: [new winston.transports.Stream({ stream: nowhere })] }).error("said", { failure: new RangeError("by winston") });
createRequire(import.meta.url)("bunyan").createLogger({ name: "shop", streams: [{ stream: nowhere, type: "raw" }] }).error(new SyntaxError("by bunyan"));
const app = express(); app.get("/user/:id", () => { throw new EvalError("by express"); }); app.use((error, request, response, next) => response.status(500).end());
const fast = Fastify(); fast.get("/fast/:id", async () => { throw new URIError("by fastify"); });
const server = app.listen(0); await fast.listen({ port: 0 });
for (const [port, path] of [[server.address().port, "/user/5"], [fast.server.address().port, "/fast/5"]]) await fetch("http://127.0.0.1:" + port + path);
server.close(); server.closeAllConnections(); await fast.close();
await new Promise((resolve) => new Worker(new URL("data:text/javascript,throw new Error('by a data worker')")).on("error", resolve));`;

async function run(name: string, runtime: string, flags: readonly string[], source: string) {
	const spool = path.join(work.dir, `spool-${name}`);
	const ran = await runProgram(work.dir, `${name}.mjs`, source, {
		node: cachedProgram(runtime),
		flags,
		env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ERRATA_SPOOL_DIR: spool, OTEL_SERVICE_NAME: name },
	});
	await replaySpool({ dir: spool, endpoint: collector.url, timeoutMs: 10_000 });
	return ran;
}

const messages = (): string[] =>
	collector.errors.map((record) => String(record.attributes["exception.message"])).sort();
const named = (message: string) =>
	collector.errors.find((record) => record.attributes["exception.message"] === message);

test.each([
	["node-oldest", "v22.15.0"],
	["node-22", "v22.23.3"],
	["node-26", "v26.10.0"],
])(
	"%s (%s): API, console, loggers, frameworks by import and require, a worker, a crash",
	async (runtime, version) => {
		expect(spawnSync(cachedProgram(runtime), ["--version"], { encoding: "utf8" }).stdout.trim()).toBe(version);
		const flags = [`--import=${guard}`];
		const crashed = await run(runtime, runtime, flags, PROGRAM);
		expect([crashed.code, crashed.stdout]).toEqual([1, ""]);
		expect(messages()).toEqual(EVERYWHERE);
		expect(named("uncaught")?.attributes).toMatchObject({ "errata.handled": false });
		collector.clear();
		const ran = await run(`${runtime}-libraries`, runtime, flags, LIBRARIES);
		expect([ran.code, ran.stdout], ran.stderr).toEqual([0, ""]);
		const all = ["by a data worker", "by bunyan", "by express", "by fastify", "by pino", "by winston"];
		expect(messages()).toEqual(all);
		expect(named("by express")?.attributes["http.route"]).toBe("/user/:id");
		expect(named("by fastify")?.attributes["http.route"]).toBe("/fast/:id");
		for (const message of ["by express", "by fastify"])
			expect(named(message)?.traceId, message).toMatch(/^[0-9a-f]{32}$/);
	},
	INSTALL_MS,
);

test.each([
	["bun", ["--preload", "@errata/node/register"], EVERYWHERE.filter((message) => message !== "uncaught")],
	[
		"deno",
		["run", "--allow-all", "--node-modules-dir=manual", `--preload=${path.join(packageDir, "dist", "register.js")}`],
		EVERYWHERE,
	],
])(
	"%s: API, logger, context, console, once each; a crash in Deno",
	async (runtime, flags, wanted) => {
		const ran = await run(runtime, runtime, flags, PROGRAM);
		expect([ran.code, ran.stdout], ran.stderr).toEqual([1, ""]);
		expect(messages()).toEqual(wanted);
		expect(named("captured")?.attributes["errata.causes"]).toMatchObject([{ message: "below" }]);
		expect(named("logged")?.attributes["task.id"]).toBe("7");
		expect(named("in a job")?.attributes["errata.context.job.id"]).toBe("8");
	},
	INSTALL_MS,
);
