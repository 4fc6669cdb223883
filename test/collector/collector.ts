/** A Collector of a test: the distribution's binary on free ports, with a shipped configuration or another, as a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { collectorBinary } from "../../scripts/build-collector.mjs";
import { cleanEnv, type Ended, root, run } from "../setup/processes.ts";

/** A file of collector-config/. */
export function shipped(name: string): string {
	return path.join(root, "collector-config", name);
}

function freePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const server = createServer();
		server.once("error", reject);
		server.listen(0, "127.0.0.1", () => {
			const address = server.address();
			server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
		});
	});
}

export interface Collector {
	/** `http://127.0.0.1:<port>` */
	readonly otlpUrl: string;
	/** `127.0.0.1:<port>` */
	readonly grpc: string;
	/** `http://127.0.0.1:<port>/metrics`, of the Collector itself */
	readonly metricsUrl: string;
	/** Everything it said so far. */
	said(): string;
	stop(): Promise<void>;
}

/** Runs it to its end: for configurations that it must refuse, and `validate`. */
export function collector(...args: readonly string[]): Promise<Ended> {
	return run(collectorBinary(), args, { env: cleanEnv(QUIET) });
}

/** Paths of a machine that has the Collector installed; nothing is opened by `validate`. */
const QUIET = { ERRATA_GATEWAY_TOKEN_FILE: "/etc/errata/gateway.token" };

/** Starts it with free ports for everything the shipped files name; returns when its health check says so. */
export async function startCollector(config: string, env: Readonly<Record<string, string>> = {}): Promise<Collector> {
	const storage = await mkdtemp(path.join(tmpdir(), "errata-collector-"));
	const [grpc, http, health, metrics] = [await freePort(), await freePort(), await freePort(), await freePort()];
	const child = spawn(collectorBinary(), ["--config", config], {
		stdio: ["ignore", "ignore", "pipe"],
		env: cleanEnv({
			ERRATA_OTLP_GRPC_ENDPOINT: `127.0.0.1:${grpc}`,
			ERRATA_OTLP_HTTP_ENDPOINT: `127.0.0.1:${http}`,
			ERRATA_HEALTH_ENDPOINT: `127.0.0.1:${health}`,
			ERRATA_METRICS_PORT: String(metrics),
			ERRATA_STORAGE: storage,
			...env,
		}),
	});
	let said = "";
	child.stderr.setEncoding("utf8").on("data", (text: string) => {
		said += text;
	});
	const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
	await healthy(child, `http://127.0.0.1:${health}/`, () => said).catch(async (error) => {
		await rm(storage, { recursive: true, force: true });
		throw error;
	});
	return {
		otlpUrl: `http://127.0.0.1:${http}`,
		grpc: `127.0.0.1:${grpc}`,
		metricsUrl: `http://127.0.0.1:${metrics}/metrics`,
		said: () => said,
		async stop() {
			child.kill("SIGTERM");
			await exited;
			await rm(storage, { recursive: true, force: true });
		},
	};
}

async function healthy(child: ChildProcess, url: string, said: () => string): Promise<void> {
	for (;;) {
		if (child.exitCode !== null) throw new Error(`the Collector ended with ${child.exitCode}\n${said()}`);
		const status = await fetch(url).then(
			(answer) => answer.status,
			() => 0,
		);
		if (status === 200) return;
		await sleep(50);
	}
}

/** Asks until `enough`; what it answered then, or at the end of half a minute for an assertion to show. */
export async function until<T>(ask: () => Promise<T>, enough: (answer: T) => boolean): Promise<T> {
	const deadline = Date.now() + 30_000;
	for (;;) {
		const answer = await ask();
		if (enough(answer) || Date.now() > deadline) return answer;
		await sleep(100);
	}
}
