/**
 * The driver: starts the example services as any user would start them, makes the traffic that fails, and ends them.
 * It knows the services' routes and nothing of errata; whoever wants them observed passes an environment.
 */
import { spawn } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { startUpstreams } from "./upstreams.ts";

/** How often each failing call is made. */
export const ROUNDS = 3;

/** Longest wait for the shop to listen, milliseconds: instrumentation on a busy two-core machine takes some seconds. */
const READY_MS = 60_000;

const here = path.dirname(fileURLToPath(import.meta.url));

/** How a service is started: its name and folder, and what came of it. */
export interface ServiceRun {
	readonly service: string;
	readonly script: string;
	/** Exit code, or the signal's name. */
	readonly ended: string;
	readonly stdout: string;
	readonly stderr: string;
}

export interface TrafficOptions {
	/** Environment to start a service with, over the driver's own; called once per process. */
	readonly envFor: (service: string) => NodeJS.ProcessEnv | Promise<NodeJS.ProcessEnv>;
	/** Told when a process has ended. */
	readonly onEnd?: (run: ServiceRun) => void | Promise<void>;
	readonly log?: (line: string) => void;
}

interface Running {
	readonly done: Promise<ServiceRun>;
	/** Resolves with the port the service says it listens on; rejects when it ends first. */
	readonly port: Promise<number>;
	stop(): void;
}

function start(service: string, script: string, args: readonly string[], env: NodeJS.ProcessEnv): Running {
	const cwd = path.join(here, service);
	const child = spawn(process.execPath, [script, ...args], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
	let [stdout, stderr] = ["", ""];
	const port = new Promise<number>((resolve, reject) => {
		const timer = setTimeout(() => reject(new Error(`${service} did not listen within ${READY_MS} ms`)), READY_MS);
		child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
			stdout += chunk;
			const said = /"port":(\d+),"msg":"shop is listening"/.exec(stdout);
			if (said === null) return;
			clearTimeout(timer);
			resolve(Number(said[1]));
		});
		child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
			stderr += chunk;
		});
		child.on("close", () => reject(new Error(`${service} ended before it listened: ${stderr || stdout}`)));
		child.on("close", () => clearTimeout(timer));
	});
	port.catch(() => {});
	const done = new Promise<ServiceRun>((resolve, reject) => {
		child.on("error", reject);
		child.on("close", (code, signal) => {
			resolve({ service, script, ended: signal ?? String(code), stdout, stderr });
		});
	});
	return { done, port, stop: () => child.kill("SIGTERM") };
}

/** Every call that fails, `round` making the values differ: method, path, body. */
function calls(round: number): readonly (readonly [string, string, string?])[] {
	const id = 4000 + round * 17;
	return [
		["GET", `/products/${id}`],
		["GET", `/products/${id}/reviews`],
		["GET", `/products/${id}/stock`],
		["GET", `/cart/u${id}`],
		["GET", `/session/${crypto.randomUUID()}`],
		["GET", `/shipping/${id}`],
		["GET", `/recommendations/u${id}`],
		["GET", `/partners/${id}/offers`],
		["GET", `/users/${id}/city`],
		["GET", `/invoices/2026-${id}`],
		["GET", `/admin/categories/tools`],
		["POST", "/users", JSON.stringify({ email: "ada@example.com", name: `Ada ${round}` })],
		["POST", "/orders", JSON.stringify({ id, customer: "nobody", items: [] })],
		["POST", "/checkout", JSON.stringify({ id, amount: id / 100 })],
		["POST", "/checkout", `{"id":${id},"amount":`],
		["POST", "/price-list", `<html><title>Error ${id}</title></html>`],
	];
}

async function call(port: number, [method, route, body]: readonly [string, string, string?]): Promise<number> {
	const text = route === "/price-list";
	const headers = body === undefined ? {} : { "content-type": text ? "text/plain" : "application/json" };
	const answer = await fetch(`http://127.0.0.1:${port}${route}`, { method, headers, body: body ?? null });
	await answer.arrayBuffer();
	return answer.status;
}

/** The shop's requests, each call `ROUNDS` times. One address registers first, so that the unique constraint has a row. */
async function visitShop(port: number): Promise<void> {
	await call(port, ["POST", "/users", JSON.stringify({ email: "ada@example.com", name: "Ada" })]);
	for (let round = 0; round < ROUNDS; round++) {
		for (const one of calls(round)) {
			const status = await call(port, one);
			const degraded = one[1].startsWith("/session/");
			if (status < 400 && !degraded) throw new Error(`${one[0]} ${one[1]} was expected to fail and answered ${status}`);
		}
	}
}

/** The worker's three programs: the jobs, the nightly clean-up, the sync. */
const WORKER_SCRIPTS = ["worker.js", "nightly.js", "sync.js"];

/** Runs both services with their traffic; what each process printed and how it ended. */
export async function runTraffic({ envFor, onEnd, log = () => {} }: TrafficOptions): Promise<readonly ServiceRun[]> {
	const upstreams = await startUpstreams();
	const reportFile = process.platform === "linux" ? { REPORT_FILE: "/dev/full" } : {};
	const envOf = async (service: string): Promise<NodeJS.ProcessEnv> => ({
		...(await envFor(service)),
		...upstreams.env,
		...reportFile,
		PORT: "0",
	});
	const finish = async (running: Running): Promise<ServiceRun> => {
		const run = await running.done;
		await onEnd?.(run);
		return run;
	};
	const shop = async (): Promise<ServiceRun> => {
		const running = start("shop", "server.js", [], await envOf("shop"));
		try {
			const port = await running.port;
			log(`shop listens on 127.0.0.1:${port}; ${calls(0).length} calls, ${ROUNDS} times each`);
			await visitShop(port);
		} finally {
			running.stop();
		}
		return await finish(running);
	};
	const worker = async (): Promise<readonly ServiceRun[]> => {
		const runs: ServiceRun[] = [];
		for (const script of WORKER_SCRIPTS) {
			log(`worker runs ${script}`);
			runs.push(await finish(start("worker", script, [], await envOf("worker"))));
		}
		return runs;
	};
	try {
		const [shopRun, workerRuns] = await Promise.all([shop(), worker()]);
		return [shopRun, ...workerRuns];
	} finally {
		await upstreams.stop();
	}
}
