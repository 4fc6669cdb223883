/**
 * The Collector distribution as a supervised child: started, started again when it dies, stopped. Where its binary is
 * found is in `collector-binary.ts`, what flows through it in `collector-config.ts`.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ErrataError, type RedactionOptions } from "@errata/catalog";
import { findCollector } from "./collector-binary.ts";
import { collectorConfig } from "./collector-config.ts";
import { LIMITS } from "./limits.ts";
import { closeListeners, listenLoopback } from "./listen.ts";

export interface CollectorOptions {
	/** OTLP/gRPC; default 4317, 0 means any free one. */
	readonly grpcPort?: number | undefined;
	/** OTLP/HTTP; default 4318, 0 means any free one. */
	readonly httpPort?: number | undefined;
	/** Default: `findCollector(process.env)`. */
	readonly binary?: string | undefined;
	/** Paths of the application's catalogs; the first beats the second. */
	readonly catalogs?: readonly string[] | undefined;
}

/** What the Collector stands beside. */
export interface CollectorSurroundings {
	/** Of local as a whole; the Collector's files lie in `collector/` below it. */
	readonly dataDir: string;
	/** Where the exporter writes. */
	readonly clickhouseUrl: string;
	readonly redaction?: RedactionOptions | undefined;
	readonly log: (line: string) => void;
}

export interface Collector {
	/** `http://localhost:<port>`, OTLP/HTTP */
	readonly otlpUrl: string;
	/** `http://localhost:<port>`, OTLP/gRPC */
	readonly grpcUrl: string;
	readonly logFile: string;
	/** Of the process of the moment; undefined while it restarts. */
	pid(): number | undefined;
	/** How often it was started again. */
	restarts(): number;
	/** Lets it end what is under way; what is still in its queue is sent at the next start. */
	stop(): Promise<void>;
	/** Settles with undefined after `stop()`, or with the reason when it cannot be kept running. Never rejects. */
	readonly closed: Promise<Error | undefined>;
}

/** Starts it and returns when it takes OTLP. Throws ErrataError, and leaves nothing running then. */
export async function startCollector(options: CollectorOptions, around: CollectorSurroundings): Promise<Collector> {
	const binary = options.binary ?? findCollector(process.env);
	const httpPort = await freePort(options.httpPort ?? 4318, "--otlp-port", "OTLP/HTTP of the Collector");
	const grpcPort = await freePort(options.grpcPort ?? 4317, "--otlp-grpc-port", "OTLP/gRPC of the Collector");
	const dir = path.join(around.dataDir, "collector");
	mkdirSync(dir, { recursive: true, mode: 0o700 });
	const files = { config: path.join(dir, "config.yaml"), log: path.join(dir, "collector.log") };
	const catalogs = (options.catalogs ?? []).map((file) => path.resolve(file));
	const { clickhouseUrl, redaction } = around;
	const queueDir = path.join(dir, "queue");
	writeFileSync(files.config, collectorConfig({ grpcPort, httpPort, clickhouseUrl, queueDir, catalogs, redaction }), {
		mode: 0o600,
	});
	around.log(`starting ${binary}`);
	const launch = (): Promise<Child> => launchOnce({ binary, ...files, ports: [httpPort, grpcPort] });
	const supervised = supervise(await launch(), launch, files.log, around.log);
	return {
		...supervised,
		otlpUrl: `http://localhost:${httpPort}`,
		grpcUrl: `http://localhost:${grpcPort}`,
		logFile: files.log,
	};
}

/** The port, or a free one for 0; throws ErrataError with who holds it. Another program can still be faster: then the log says so. */
async function freePort(port: number, flag: string, what: string): Promise<number> {
	const listeners = await listenLoopback(port, flag, what, () => {});
	await closeListeners(listeners, 0);
	return listeners.port;
}

interface Launch {
	readonly binary: string;
	readonly config: string;
	readonly log: string;
	readonly ports: readonly number[];
}

interface Child {
	readonly pid: number;
	/** Settles when it has ended, with how. */
	readonly exited: Promise<string>;
	end(): Promise<void>;
}

/**
 * The shell between us and the Collector, which does not watch its parent: it ends the Collector when the pipe on its
 * standard input ends, as it does however we end. It says the Collector's process id first.
 */
const KEEPER = `exec 3<&0
"$@" </dev/null >&2 3<&- &
child=$!
echo $child
(read -r _ <&3; kill -TERM $child) >/dev/null 2>&1 &
watch=$!
wait $child
code=$?
kill $watch 2>/dev/null
exit $code`;

async function launchOnce({ binary, config, log, ports }: Launch): Promise<Child> {
	// One start's log, and the one before: why a Collector died must still be there when it runs again.
	if (existsSync(log)) renameSync(log, `${log}.1`);
	const output = openSync(log, "w", 0o600);
	const keeper = spawn("/bin/sh", ["-c", KEEPER, "sh", binary, "--config", `file:${config}`], {
		stdio: ["pipe", "pipe", output],
		// A group of its own: Ctrl-C reaches us only, and we stop it before the engine that it writes to.
		detached: true,
		// Nearly nothing: OTEL_* of the user's shell is meant for programs, and a proxy is not on the way to loopback.
		env: { PATH: process.env.PATH, TZ: "UTC", GOMEMLIMIT: String(LIMITS.collectorMemoryBytes) },
	});
	closeSync(output);
	keeper.stdin?.on("error", () => {});
	let ended = false;
	const exited = new Promise<string>((resolve) => {
		keeper.once("error", (error) => resolve(error.message));
		keeper.once("exit", (code, signal) => resolve(howItEnded(code, signal)));
	}).then((how) => {
		ended = true;
		return how;
	});
	const child = { pid: await pidFrom(keeper, exited), exited, end: () => end(keeper, child.pid, exited) };
	const deadline = Date.now() + LIMITS.collectorStartMs;
	while (!(await accept(ports))) {
		if (ended) throw died(binary, log, await exited);
		if (Date.now() > deadline) {
			await child.end();
			throw died(binary, log, `it took no connection within ${LIMITS.collectorStartMs / 1_000} s`);
		}
		await sleep(LIMITS.collectorProbeMs);
	}
	return child;
}

/** The keeper's first line; 0 if it could not even start. */
async function pidFrom(keeper: ChildProcess, exited: Promise<string>): Promise<number> {
	const line = new Promise<string>((resolve) => {
		let text = "";
		keeper.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
			text += chunk;
			if (text.includes("\n")) resolve(text);
		});
	});
	return Number((await Promise.race([line, exited.then(() => "0")])).trim());
}

/** Asks it to end, and makes it when that takes too long. */
async function end(keeper: ChildProcess, pid: number, exited: Promise<string>): Promise<void> {
	keeper.stdin?.end();
	const late = sleep(LIMITS.collectorStopMs, "late", { ref: false });
	if ((await Promise.race([exited, late])) === "late") kill(pid);
	await exited;
}

function kill(pid: number): void {
	try {
		if (pid > 0) process.kill(pid, "SIGKILL");
	} catch {
		// it has ended meanwhile
	}
}

/** A shell says 128 and the signal's number. */
function howItEnded(code: number | null, signal: NodeJS.Signals | null): string {
	if (signal !== null) return `signal ${signal}`;
	return code !== null && code > 128 ? `signal ${code - 128}` : `exit code ${code}`;
}

async function accept(ports: readonly number[]): Promise<boolean> {
	for (const port of ports) if (!(await connects(port))) return false;
	return true;
}

function connects(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = connect({ port, host: "127.0.0.1" });
		socket.once("connect", () => {
			socket.destroy();
			resolve(true);
		});
		socket.once("error", () => resolve(false));
	});
}

function died(binary: string, log: string, how: string): ErrataError {
	const said = lastWords(log);
	return new ErrataError({
		operation: "start the Collector",
		subject: binary,
		cause: said === "" ? `it ended with ${how}` : `it ended with ${how}: ${said}`,
		remedy: `Read ${log}`,
		code: "LOCAL_COLLECTOR_DIED",
	});
}

/** What it said in the end, of which the Collector's `Error: ` line is the reason. */
function lastWords(log: string): string {
	const lines = readFileSync(log, "utf8").trim().split("\n");
	const at = lines.findLastIndex((line) => line.startsWith("Error: "));
	const words = at >= 0 ? lines.slice(at).join(" ").slice("Error: ".length) : (lines.at(-1) ?? "");
	const text = words.replace(/\p{Cc}+/gu, " ");
	return text.length > LIMITS.collectorWordsChars ? `${text.slice(0, LIMITS.collectorWordsChars)}...` : text;
}

type Supervised = Pick<Collector, "pid" | "restarts" | "stop" | "closed">;

/** Starts it again when it dies, slower each time, and gives up when that does not help. */
function supervise(first: Child, launch: () => Promise<Child>, log: string, say: (line: string) => void): Supervised {
	let child: Child | undefined = first;
	let restarts = 0;
	let stopping = false;
	const stopped = new AbortController();
	const deaths: number[] = [];

	/** Counts a death; false when there were too many. */
	const mayRestart = async (): Promise<boolean> => {
		const now = Date.now();
		deaths.push(now);
		while ((deaths[0] as number) < now - LIMITS.restartWindowMs) deaths.shift();
		if (deaths.length > LIMITS.restarts) return false;
		const delay = Math.min(LIMITS.restartMaxMs, LIMITS.restartMinMs * 2 ** (deaths.length - 1));
		await sleep(delay, undefined, { signal: stopped.signal }).catch(() => {});
		return true;
	};
	const run = async (): Promise<Error | undefined> => {
		while (child !== undefined) {
			const how = await child.exited;
			child = undefined;
			if (stopping) return undefined;
			say(`the Collector died (${how}); starting it again`);
			while (child === undefined) {
				if (!(await mayRestart())) return gaveUp(log, how);
				if (stopping) return undefined;
				child = await launch().catch((error: Error) => void say(error.message));
			}
			restarts++;
			if (stopping) await (child as Child).end();
		}
		return undefined;
	};
	const closed = run();
	return {
		pid: () => child?.pid,
		restarts: () => restarts,
		stop: async () => {
			stopping = true;
			stopped.abort();
			await child?.end();
			await closed;
		},
		closed,
	};
}

function gaveUp(log: string, how: string): ErrataError {
	return new ErrataError({
		operation: "keep the Collector running",
		subject: "",
		cause: `it died ${LIMITS.restarts + 1} times within ${LIMITS.restartWindowMs / 1_000} s, last with ${how}`,
		remedy: `What it had taken is kept. Read ${log} and ${path.basename(log)}.1 beside it, then start again`,
		code: "LOCAL_COLLECTOR_DIED",
	});
}
