/**
 * `npm run bench`: what errata costs, each figure beside a peer measured in the same run. `--quick` makes everything small
 * enough for a test that only looks whether all figures come. Figures are this machine's; ratios travel.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createClient } from "@clickhouse/client";
import { ERRATA } from "../setup/local.ts";
import { errorLog, type LogInput, logsRequest, send } from "../setup/otlp.ts";
import { cleanEnv, must, root } from "../setup/processes.ts";

const quick = process.argv.includes("--quick");
const RECORDS = quick ? 2_000 : 50_000;
const BATCH = 500;
/** Requests under way, as several services would have. */
const PARALLEL = 4;
const ROUNDS = quick ? 10 : 100;

interface Figure {
	readonly name: string;
	readonly value: string;
	readonly peer: string;
	readonly ratio: number;
}

const figures: Figure[] = [];

function figure(name: string, value: string, peer: string, ratio: number): void {
	figures.push({ name, value, peer, ratio });
	console.log(`${name.padEnd(44)} ${value.padStart(16)}   ${ratio.toFixed(2).padStart(7)} x  ${peer}`);
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
const perSecond = (n: number, ms: number): number => (n / ms) * 1000;

/** Resident memory of a process in bytes. */
function resident(pid: number): number {
	return Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) * 1024;
}

/** Processes whose parent is `pid`. */
function childrenOf(pid: number): number[] {
	const table = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
	const rows = table
		.trim()
		.split("\n")
		.map((line) => line.trim().split(/\s+/).map(Number));
	return rows.filter(([, parent]) => parent === pid).map(([child]) => child as number);
}

const FAIL = 'import { connect } from "node:net";\nconnect(1, "127.0.0.1").on("error", (err) => console.error(err));\n';

/** Milliseconds until a program's end, and until its output has `word`. */
async function timed(command: string, args: readonly string[], env: NodeJS.ProcessEnv, word: string): Promise<number> {
	const started = performance.now();
	const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
	let said = "";
	let at = Number.NaN;
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding("utf8").on("data", (text: string) => {
			said += text;
			if (Number.isNaN(at) && said.includes(word)) at = performance.now() - started;
		});
	}
	await once(child, "close");
	if (Number.isNaN(at)) throw new Error(`${command} ${args.join(" ")} never said ${word}:\n${said}`);
	return at;
}

async function firstError(dir: string): Promise<void> {
	const file = path.join(dir, "fail.mjs");
	await writeFile(file, FAIL);
	const bare = await timed("node", [file], cleanEnv(), "ECONNREFUSED");
	const env = cleanEnv({ ERRATA_DATA_DIR: path.join(dir, "first"), XDG_STATE_HOME: path.join(dir, "state") });
	const command = [...ERRATA.slice(1), "run", "--", "node", file];
	const peer = `node fail.mjs prints its stack after ${seconds(bare)}`;
	const cold = await timed("node", command, env, "NET_CONN_REFUSED");
	figure("start to first explained error, new data", seconds(cold), peer, cold / bare);
	const warm = await timed("node", command, env, "NET_CONN_REFUSED");
	figure("start to first explained error, again", seconds(warm), peer, warm / bare);
}

/** Runs `errata local` in a process of its own, as a user has it, gives it to `use` and ends it. */
async function withLocal(
	dir: string,
	use: (local: { clickhouseUrl: string; otlpUrl: string; pid: number }) => Promise<void>,
): Promise<void> {
	const env = cleanEnv({ ERRATA_DATA_DIR: path.join(dir, "local"), XDG_STATE_HOME: path.join(dir, "state") });
	const args = [...ERRATA.slice(1), "local", "--port", "0", "--otlp-port", "0", "--json"];
	const child = spawn("node", args, { env, stdio: ["ignore", "pipe", "inherit"] });
	const [line] = (await once(child.stdout, "data")) as [Buffer];
	try {
		await use(JSON.parse(line.toString()));
	} finally {
		child.kill("SIGTERM");
		await once(child, "exit");
	}
}

function requests(make: (i: number) => LogInput): string[] {
	return Array.from({ length: RECORDS / BATCH }, (_, batch) =>
		logsRequest(
			"bench",
			Array.from({ length: BATCH }, (_, i) => make(batch * BATCH + i)),
		),
	);
}

/** Milliseconds for all `jobs`, `PARALLEL` at a time. */
async function drain(jobs: readonly (() => Promise<unknown>)[]): Promise<number> {
	const queue = [...jobs];
	const started = performance.now();
	const work = async (): Promise<void> => {
		for (let job = queue.shift(); job !== undefined; job = queue.shift()) await job();
	};
	await Promise.all(Array.from({ length: PARALLEL }, work));
	return performance.now() - started;
}

async function sendAll(otlpUrl: string, bodies: readonly string[]): Promise<number> {
	return await drain(
		bodies.map((body) => async () => {
			const status = await send(otlpUrl, "logs", body);
			if (status !== 200) throw new Error(`the receiver answered ${status}`);
		}),
	);
}

async function throughput(local: { clickhouseUrl: string; otlpUrl: string }): Promise<void> {
	const now = Date.now();
	const where = (i: number): string => `handler${i % 50} (file:///srv/app/routes/route${i % 50}.js`;
	const info = requests((i) => ({
		at: now - i,
		body: `order ${i} stored`,
		severity: 9,
		attributes: { "order.id": i },
	}));
	const errors = requests((i) => errorLog(now - i, "Error", `order ${i} could not be stored`, where(i)));
	await sendAll(local.otlpUrl, info.slice(0, 2));
	const infoRate = perSecond(RECORDS, await sendAll(local.otlpUrl, info));
	const errorRate = perSecond(RECORDS, await sendAll(local.otlpUrl, errors));
	const clientRate = perSecond(RECORDS, await insertRows(local.clickhouseUrl));
	const peer = `@clickhouse/client inserts ${Math.round(clientRate)} rows per second of the same table`;
	figure("OTLP logs per second into the store, info", `${Math.round(infoRate)}/s`, peer, infoRate / clientRate);
	figure("OTLP logs per second into the store, errors", `${Math.round(errorRate)}/s`, peer, errorRate / clientRate);
}

/** The peer: the info rows as they lie in otel_logs, inserted again without a receiver. Milliseconds. */
async function insertRows(url: string): Promise<number> {
	const client = createClient({ url });
	try {
		const answer = await client.query({
			query: "SELECT * FROM otel_logs WHERE SeverityNumber = 9 LIMIT {n:UInt32}",
			query_params: { n: RECORDS },
			format: "JSONEachRow",
		});
		const rows = await answer.json<Record<string, unknown>>();
		const jobs = Array.from({ length: rows.length / BATCH }, (_, b) => async () => {
			const values = rows.slice(b * BATCH, (b + 1) * BATCH);
			await client.insert({ table: "otel_logs", values, format: "JSONEachRow" });
		});
		return await drain(jobs);
	} finally {
		await client.close();
	}
}

async function memory(pid: number): Promise<void> {
	const idle = spawn("node", ["-e", "setInterval(() => {}, 1000); console.log(1)"], { env: cleanEnv() });
	await once(idle.stdout, "data");
	const bare = resident(idle.pid as number);
	idle.kill();
	const peer = `an idle Node process has ${megabytes(bare)}`;
	const [engine = 0] = childrenOf(pid);
	figure("resident memory of errata local", megabytes(resident(pid)), peer, resident(pid) / bare);
	figure("resident memory of the engine", megabytes(resident(engine)), peer, resident(engine) / bare);
}

async function loggerCalls(): Promise<void> {
	const args = ["--conditions=errata-source", path.join(root, "test", "bench", "logger.ts"), String(ROUNDS)];
	const { info, error } = JSON.parse(await must("node", args));
	const line = (name: string, { stock, errata }: { stock: number; errata: number }): void => {
		const peer = `the same SDK without errata: ${(stock / 1000).toFixed(2)} µs`;
		figure(`logger call, ${name}`, `${(errata / 1000).toFixed(2)} µs`, peer, errata / stock);
	};
	line("info", info);
	line("error", error);
}

const dir = await mkdtemp(path.join(tmpdir(), "errata-bench-"));
try {
	const cpu =
		(await readFile("/proc/cpuinfo", "utf8").catch(() => "")).match(/model name\s*: (.*)/)?.[1] ?? process.arch;
	console.log(
		`bench: ${RECORDS} records, batches of ${BATCH}, ${PARALLEL} in parallel; ${cpu}, Node ${process.version}`,
	);
	await must("node", [path.join(root, "scripts", "build.mjs")]);
	await firstError(dir);
	await withLocal(dir, async (local) => {
		await throughput(local);
		await memory(local.pid);
	});
	await loggerCalls();
	console.log(`bench: ${figures.length} figures`);
} finally {
	await rm(dir, { recursive: true, force: true });
}
