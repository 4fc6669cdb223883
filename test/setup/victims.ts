/**
 * The processes that get killed: errata-collector and `errata local`, each as its user starts it, on the same ports and
 * data every time. Starting again is all the recovery there is.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { ERRATA } from "./local.ts";
import { cleanEnv } from "./processes.ts";

export interface Victim {
	/** Where it says that it is up. */
	readonly url: string;
	/** Kills it as power does to a process: no chance to write or close anything. Children are killed with it. */
	kill(): Promise<void>;
	/** Kills what it started, and leaves it to deal with that. */
	killBelow(): void;
	/** Starts it and waits until it answers. */
	start(): Promise<void>;
	/** Ends it in order. */
	stop(): Promise<void>;
}

/** The Collector with these arguments; `url` is where it says that it is up, its health check or OTLP/HTTP. */
export function collector(
	binary: string,
	args: readonly string[],
	env: Readonly<Record<string, string>>,
	url: string,
): Victim {
	return victim(binary, args, cleanEnv(env), url);
}

/** `errata local` on this directory; `port` is ClickHouse HTTP. */
export function clickhouse(dataDir: string, port: number): Victim {
	const args = [ERRATA[1], "local", "--data", dataDir, "--port", String(port), "--otlp-port", "0"];
	return victim(ERRATA[0], args, cleanEnv(), `http://127.0.0.1:${port}`);
}

function victim(command: string, args: readonly string[], env: NodeJS.ProcessEnv, url: string): Victim {
	let child: ChildProcess | undefined;
	let ended: Promise<void> = Promise.resolve();
	let said = "";
	const end = async (signal: NodeJS.Signals): Promise<void> => {
		const pid = child?.pid;
		if (pid === undefined) return;
		const below = signal === "SIGKILL" ? childrenOf(pid) : [];
		for (const id of [pid, ...below]) killed(id, signal);
		await ended;
		child = undefined;
	};
	return {
		url,
		kill: () => end("SIGKILL"),
		stop: () => end("SIGTERM"),
		killBelow() {
			for (const id of childrenOf(child?.pid ?? -1)) killed(id, "SIGKILL");
		},
		async start() {
			const started = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
			child = started;
			ended = new Promise((resolve) => started.once("close", () => resolve()));
			const keep = (chunk: Buffer): void => {
				said = (said + chunk.toString()).slice(-8_000);
			};
			started.stdout.on("data", keep);
			started.stderr.on("data", keep);
			await answering(
				url,
				() => started.exitCode !== null || started.signalCode !== null,
				() => said,
			);
		},
	};
}

function killed(pid: number, signal: NodeJS.Signals): void {
	try {
		process.kill(pid, signal);
	} catch {
		// It has ended by itself.
	}
}

function childrenOf(pid: number): number[] {
	try {
		return execFileSync("pgrep", ["-P", String(pid)], { encoding: "utf8" })
			.trim()
			.split("\n")
			.map(Number);
	} catch {
		return [];
	}
}

async function answering(url: string, hasEnded: () => boolean, said: () => string): Promise<void> {
	for (let i = 0; i < 600; i++) {
		if (hasEnded()) break;
		const answer = await fetch(url).catch(() => undefined);
		await answer?.body?.cancel();
		if (answer !== undefined && answer.status !== 503) return;
		await sleep(50);
	}
	throw new Error(`nothing answers at ${url}:\n${said()}`);
}

/** A loopback port that is free now and that a process can have at every start. */
export function freePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const server = createServer().once("error", reject);
		server.listen(0, "127.0.0.1", () => {
			const address = server.address();
			server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
		});
	});
}
