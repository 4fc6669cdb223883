/**
 * The driver: starts the example services as any user would start them, makes the traffic that fails, and ends them.
 * It knows the services' routes and nothing of errata; whoever wants them observed puts a command before theirs.
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
	/** What goes before `node <script>`: `["node", "errata.mjs", "run", "--"]`, or nothing. */
	readonly under?: readonly string[];
	/** Environment of the services; the driver adds where their upstreams are. */
	readonly env: NodeJS.ProcessEnv;
	/** Told what happens, a line each. */
	readonly log?: (line: string) => void;
}

interface Running {
	readonly done: Promise<ServiceRun>;
	/** Resolves with the port the service says it listens on; rejects when it ends first. */
	readonly port: Promise<number>;
	stop(): void;
}

function start(service: string, script: string, { under = [], env }: TrafficOptions): Running {
	const [command = "", ...args] = [...under, process.execPath, script];
	const cwd = path.join(here, service);
	const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
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
		await Promise.all(
			calls(round).map(async (one) => {
				const status = await call(port, one);
				const degraded = one[1].startsWith("/session/");
				if (status < 400 && !degraded) throw new Error(`${one[0]} ${one[1]} should fail and answered ${status}`);
			}),
		);
	}
}

/** The worker's three programs: the jobs, the nightly clean-up, the sync. */
const WORKER_SCRIPTS = ["worker.js", "nightly.js", "sync.js"];

async function runShop(options: TrafficOptions): Promise<ServiceRun> {
	const running = start("shop", "server.js", options);
	try {
		const port = await running.port;
		options.log?.(`shop listens on 127.0.0.1:${port}; ${calls(0).length} calls, ${ROUNDS} times each`);
		await visitShop(port);
	} finally {
		running.stop();
	}
	return await running.done;
}

async function runWorker(options: TrafficOptions): Promise<readonly ServiceRun[]> {
	const runs: ServiceRun[] = [];
	for (const script of WORKER_SCRIPTS) {
		options.log?.(`worker runs ${script}`);
		runs.push(await start("worker", script, options).done);
	}
	return runs;
}

/** Runs both services with their traffic; what each process printed and how it ended. */
export async function runTraffic(options: TrafficOptions): Promise<readonly ServiceRun[]> {
	const upstreams = await startUpstreams();
	// A device that is always full; elsewhere the report's folder does not exist.
	const reportFile = process.platform === "linux" ? { REPORT_FILE: "/dev/full" } : {};
	const env = { ...options.env, ...upstreams.env, ...reportFile, PORT: "0" };
	try {
		const [shop, worker] = await Promise.all([runShop({ ...options, env }), runWorker({ ...options, env })]);
		return [shop, ...worker];
	} finally {
		await upstreams.stop();
	}
}
