/**
 * `npm run bench:node`: what `@errata/node` costs the program it lives in, each figure beside a peer of the same run, peers
 * and errata taking turns so that whatever the machine does meets both. `--quick` makes everything small enough for a test
 * that only looks whether all figures come. Aims stand beside the figures; the exit code does not depend on them, because a
 * busy machine would decide it.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import autocannon from "autocannon";
import { cleanEnv, must, root } from "../setup/processes.ts";

const quick = process.argv.includes("--quick");
const HERE = path.join(root, "test", "bench");
const ROUNDS = quick ? 1 : 5;
const REGISTER = path.join(root, "packages", "node", "dist", "register.js");
const STOCK = "@opentelemetry/auto-instrumentations-node/register";

/** One line: the figure, its ratio to the peer, the peer, and what the issue aims at. */
function figure(name: string, value: string, peer: string, ratio: number, aim: string): void {
	console.log(`${name.padEnd(38)} ${value.padStart(14)} ${ratio.toFixed(2).padStart(7)} x  ${peer}; aim ${aim}`);
}

function median(values: readonly number[]): number {
	return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** The JSON that a program of this directory prints. */
async function program<T>(file: string, args: readonly string[], flags: readonly string[] = [], env = {}): Promise<T> {
	const command = ["--conditions=errata-source", ...flags, path.join(HERE, file), ...args];
	return JSON.parse(await must("node", command, { env: cleanEnv(env), cwd: root })) as T;
}

/** A collector that takes everything and keeps nothing. */
async function sink(): Promise<{ server: Server; url: string }> {
	const server = createServer((request, response) => {
		request.resume().on("end", () => response.writeHead(200, { "content-type": "application/x-protobuf" }).end());
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function infoRecord(): Promise<void> {
	const { info } = await program<{ info: { stock: number; errata: number } }>("logger.ts", [quick ? "10" : "400"]);
	const peer = `plain SDK ${info.stock.toFixed(0)} ns`;
	figure("emit of an info record", `${info.errata.toFixed(0)} ns`, peer, info.errata / info.stock, "<= 1.05");
}

async function capturedError(): Promise<void> {
	type Cost = { us: number; bytes: number };
	const [ours, theirs]: [Cost[], Cost[]] = [[], []];
	const args = [quick ? "100" : "3000"];
	for (let i = 0; i < ROUNDS; i++) {
		ours.push(await program<Cost>("node/capture.ts", ["errata", ...args]));
		theirs.push(await program<Cost>("node/capture.ts", ["sentry", ...args]));
	}
	const [a, b] = [median(ours.map(({ us }) => us)), median(theirs.map(({ us }) => us))];
	const peer = `@sentry/node ${b.toFixed(0)} us, ${theirs[0]?.bytes} bytes`;
	figure("capture of an error, to bytes", `${a.toFixed(0)} us`, peer, a / b, "<= 0.5");
	console.log(`${" ".repeat(53)} errata's record: ${ours[0]?.bytes} bytes`);
}

interface Load {
	readonly perSecond: number;
	readonly p99: number;
	readonly failed: number;
}

async function load(register: string, url: string): Promise<Load> {
	const env = cleanEnv({
		OTEL_EXPORTER_OTLP_ENDPOINT: url,
		OTEL_SERVICE_NAME: "bench",
		// The stock set-up sends metrics, errata's does not: neither does here.
		OTEL_METRICS_EXPORTER: "none",
		OTEL_NODE_RESOURCE_DETECTORS: "none",
		ERRATA_SPOOL_MAX_BYTES: "0",
	});
	const child = spawn("node", ["--import", register, path.join(HERE, "node", "service.ts")], {
		cwd: root,
		env,
		stdio: ["ignore", "pipe", "inherit"],
	});
	try {
		const [line] = (await once(child.stdout, "data")) as [Buffer];
		const target = `${line.toString().trim()}/orders/7`;
		await autocannon({ url: target, connections: 10, duration: quick ? 1 : 2 });
		const result = await autocannon({ url: target, connections: 10, duration: quick ? 1 : 6 });
		return { perSecond: result.requests.average, p99: result.latency.p99, failed: result.non2xx };
	} finally {
		child.kill("SIGTERM");
		await once(child, "exit");
	}
}

async function service(url: string): Promise<void> {
	const [ours, theirs]: [Load[], Load[]] = [[], []];
	for (let i = 0; i < ROUNDS; i++) {
		theirs.push(await load(STOCK, url));
		ours.push(await load(REGISTER, url));
	}
	const of = (loads: readonly Load[], key: keyof Load): number => median(loads.map((one) => one[key]));
	const [a, b] = [of(ours, "perSecond"), of(theirs, "perSecond")];
	if (of(ours, "failed") === 0) throw new Error("no request failed: the service under load is not what it should be");
	figure("HTTP service, 1% errors, requests/s", a.toFixed(0), `plain OTel ${b.toFixed(0)}`, a / b, ">= 0.99");
	const [x, y] = [of(ours, "p99"), of(theirs, "p99")];
	figure("HTTP service, p99", `${x.toFixed(1)} ms`, `plain OTel ${y.toFixed(1)} ms`, x / y, "<= 1.05");
}

async function memory(): Promise<void> {
	type Used = { before: number; after: number; rss: number };
	const records = quick ? "20000" : "1000000";
	const stock = await program<Used>("node/memory.ts", ["stock", records], ["--expose-gc"]);
	const errata = await program<Used>("node/memory.ts", ["errata", records], ["--expose-gc"]);
	const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
	const grown = `before ${megabytes(errata.before)}; plain SDK ${megabytes(stock.after)}`;
	figure(`heap after ${records} records`, megabytes(errata.after), grown, errata.after / errata.before, "no growth");
}

async function importTime(url: string): Promise<void> {
	const env = cleanEnv({
		OTEL_EXPORTER_OTLP_ENDPOINT: url,
		ERRATA_SPOOL_MAX_BYTES: "0",
		OTEL_METRICS_EXPORTER: "none",
	});
	const once = async (register: string): Promise<number> => {
		const started = performance.now();
		await must("node", ["--import", register, "--eval", "process.exit(0)"], { env, cwd: root });
		return performance.now() - started;
	};
	const [ours, theirs]: [number[], number[]] = [[], []];
	for (let i = 0; i < (quick ? 1 : 11); i++) {
		theirs.push(await once(STOCK));
		ours.push(await once(REGISTER));
	}
	const [a, b] = [median(ours), median(theirs)];
	const peer = `auto-instrumentations-node ${b.toFixed(0)} ms`;
	figure("start of a program with register", `${a.toFixed(0)} ms`, peer, a / b, "<= 1.1");
}

async function storm(url: string): Promise<void> {
	type Delay = { made: number; p99: number; max: number; perSecond: number };
	const env = { OTEL_EXPORTER_OTLP_ENDPOINT: url, ERRATA_SPOOL_MAX_BYTES: "0", OTEL_METRICS_EXPORTER: "none" };
	const args = ["5000", quick ? "1" : "5"];
	const ours = await program<Delay>("node/storm.ts", ["errata", ...args], ["--import", REGISTER], env);
	const theirs = await program<Delay>("node/storm.ts", ["stock", ...args], ["--import", STOCK], env);
	const peer = `plain OTel ${theirs.max.toFixed(0)} ms at ${theirs.perSecond.toFixed(0)}/s`;
	const name = `event-loop delay at ${ours.perSecond.toFixed(0)} errors/s, max`;
	figure(name, `${ours.max.toFixed(0)} ms`, peer, ours.max / theirs.max, "<= 50 ms");
}

const { server, url } = await sink();
await infoRecord();
await capturedError();
await service(url);
await memory();
await importTime(url);
await storm(url);
server.close();
