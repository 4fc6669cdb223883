/**
 * One ClickHouse engine as a child process: starts it, knows when it is ready, stops it, and says in one clear error why
 * it could not. Restarting is the supervisor's; standing in front of it is the shield's.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { ErrataError } from "@errata/catalog";
import { ENGINE_USER, removeConfigs, writeConfig } from "./engine-config.ts";
import { explainDeath } from "./engine-death.ts";
import { isOrphaned, type Layout, openLayout, writeVersion } from "./layout.ts";
import { type EngineLibrary, findLibrary } from "./library.ts";
import { LIMITS } from "./limits.ts";

export interface EngineOptions {
	/** Directory of local as a whole; the engine's data lies in `engine/` below it. */
	readonly dataDir: string;
	/** Progress, one line each, for people. */
	readonly log?: (line: string) => void;
	/** Bytes to leave free on the disk; inserts that would go below are refused (ClickHouse code 243). */
	readonly keepFreeBytes?: number;
	/** XML of a users file (`errata access`): users beside errata's own, who get in by the engine's port. */
	readonly usersFile?: string | undefined;
}

export interface EngineExit {
	readonly code: number | null;
	readonly signal: NodeJS.Signals | null;
	/** True if `stop()` was called before. */
	readonly expected: boolean;
	/** The end of what it said, for the error that explains its death. */
	readonly output: string;
}

/** A running ClickHouse. Nobody but the shield and tests should talk to it: a client that resets its connection can abort it. */
export interface Engine {
	/** `http://127.0.0.1:<random port>` */
	readonly url: string;
	readonly username: string;
	/** Random per start. */
	readonly password: string;
	readonly pid: number;
	/** ClickHouse's version, as in "26.7.2.1". */
	readonly version: string;
	/** True if the kernel keeps it out of every file but its own, and off the network. */
	readonly confined: boolean;
	/** Closes the data and ends the process; kills it when that takes too long. */
	stop(): Promise<void>;
	/** Settles when the process has ended, for whatever reason. Never rejects. */
	readonly exited: Promise<EngineExit>;
}

/** What engine-child.ts is told. */
export interface EngineChildInput {
	readonly library: string;
	readonly engineDir: string;
	readonly clickhouseDir: string;
	readonly config: string;
	readonly port: number;
}

/**
 * Starts the engine on a free loopback port and waits until it answers. Throws ErrataError: no build for this platform,
 * directory in use, unreadable, newer or full, or the engine's own words when it dies.
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
	const library = findLibrary();
	const layout = openLayout(options.dataDir, library.series);
	options.log?.(`starting ClickHouse ${library.series} on ${layout.dataDir}`);
	const orphanDeadline = Date.now() + LIMITS.engineOrphanMs;
	for (let attempt = 1; ; attempt++) {
		const child = await launch(library, layout, options);
		const version = await untilReady(child);
		if (version !== undefined) {
			if (!child.isConfined()) options.log?.(UNCONFINED);
			return ready(child, layout, version);
		}
		const exit = await child.end();
		const death = explainDeath(exit, layout);
		if (death.code === "LOCAL_DATA_IN_USE" && isOrphaned(layout) && Date.now() < orphanDeadline) await sleep(250);
		else if (death.code !== "LOCAL_ENGINE_PORT" || attempt >= LIMITS.enginePortTries) throw death;
	}
}

const UNCONFINED =
	"this system cannot confine the engine (no Landlock): whoever may connect to this machine's loopback can read files of this user through SQL";

interface Launched {
	readonly process: ChildProcess;
	readonly url: string;
	readonly password: string;
	readonly configDir: string;
	readonly exited: Promise<EngineExit>;
	readonly hasExited: () => boolean;
	readonly isConfined: () => boolean;
	readonly end: () => Promise<EngineExit>;
}

async function launch(library: EngineLibrary, layout: Layout, options: EngineOptions): Promise<Launched> {
	const port = await freePort();
	const password = randomBytes(24).toString("base64url");
	const keepFreeBytes = options.keepFreeBytes ?? LIMITS.keepFreeBytes;
	const files = writeConfig(layout, { port, password, keepFreeBytes, usersFile: options.usersFile });
	const { engineDir, clickhouseDir } = layout;
	const input: EngineChildInput = { library: library.file, engineDir, clickhouseDir, config: files.config, port };
	const child = spawn(process.execPath, [childFile(), JSON.stringify(input)], {
		stdio: ["pipe", "pipe", "pipe"],
		// A group of its own: Ctrl-C reaches us only, and we stop the engine after the shield has drained.
		detached: true,
		env: childEnvironment(),
	});
	// Nothing is ever written; an engine that dies makes the pipe complain.
	child.stdin.on("error", () => {});
	const output = tailOf(child);
	let ended = false;
	let stopping = false;
	const exited = new Promise<EngineExit>((resolve) => {
		const settle = (code: number | null, signal: NodeJS.Signals | null, reason = "") => {
			ended = true;
			rmSync(files.dir, { recursive: true, force: true });
			resolve({ code, signal, expected: stopping, output: output() + reason });
		};
		child.once("error", (error) => settle(null, null, error.message));
		child.once("close", settle);
	});
	const end = async () => {
		stopping = true;
		child.stdin.end();
		await closed(layout, () => ended);
		child.kill("SIGKILL");
		return await exited;
	};
	return {
		process: child,
		url: `http://127.0.0.1:${port}`,
		password,
		configDir: files.dir,
		exited,
		hasExited: () => ended,
		isConfined: () => output().startsWith("confined"),
		end,
	};
}

/**
 * Waits until the engine has let go of its lock, which is after its data is closed. What follows in it (destructors that
 * wait four seconds) need not run.
 */
async function closed(layout: Layout, hasEnded: () => boolean): Promise<void> {
	const deadline = Date.now() + LIMITS.engineStopMs;
	while (!hasEnded() && existsSync(layout.lockFile) && Date.now() < deadline) await sleep(LIMITS.engineProbeMs);
}

function ready(child: Launched, layout: Layout, version: string): Engine {
	// The configuration was read; its directory and what earlier starts left need not stay.
	removeConfigs(layout);
	writeVersion(layout, version);
	writeFileSync(layout.ownerFile, String(process.pid), { mode: 0o600 });
	return {
		url: child.url,
		username: ENGINE_USER,
		password: child.password,
		pid: child.process.pid as number,
		version,
		confined: child.isConfined(),
		stop: async () => void (await child.end()),
		exited: child.exited,
	};
}

/** The engine's version once it answers with our password; undefined if it died or took too long. */
async function untilReady(child: Launched): Promise<string | undefined> {
	const deadline = Date.now() + LIMITS.engineStartMs;
	const authorization = `Basic ${Buffer.from(`${ENGINE_USER}:${child.password}`).toString("base64")}`;
	while (!child.hasExited() && Date.now() < deadline) {
		const version = await probe(`${child.url}/?query=SELECT+version()`, authorization);
		if (version !== undefined) return version;
		await sleep(LIMITS.engineProbeMs);
	}
	return undefined;
}

/** One GET on a connection of its own: an open one would make a stopping engine wait 5 s for it. */
function probe(url: string, authorization: string): Promise<string | undefined> {
	return new Promise((resolve) => {
		const request = get(url, { agent: false, headers: { authorization }, timeout: 2_000 }, (answer) => {
			let text = "";
			answer.setEncoding("utf8").on("data", (chunk: string) => {
				text += chunk;
			});
			answer.on("end", () => resolve(answer.statusCode === 200 ? text.trim() : undefined));
			answer.on("error", () => resolve(undefined));
		});
		request.on("timeout", () => request.destroy());
		request.on("error", () => resolve(undefined));
	});
}

function childFile(): string {
	return fileURLToPath(
		new URL(import.meta.url.endsWith(".ts") ? "engine-child.ts" : "engine-child.js", import.meta.url),
	);
}

/** Nearly nothing: NODE_OPTIONS would instrument the engine, and the engine's SQL can read its own environment. */
function childEnvironment(): NodeJS.ProcessEnv {
	const kept: NodeJS.ProcessEnv = { TZ: "UTC", LANG: "C.UTF-8" };
	for (const name of ["LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"]) {
		const value = process.env[name];
		if (value !== undefined) kept[name] = value;
	}
	return kept;
}

/** Collects the last `engineOutputBytes` of both streams. */
function tailOf(child: ChildProcess): () => string {
	let text = "";
	const keep = (chunk: string) => {
		text += chunk;
		if (text.length > LIMITS.engineOutputBytes) text = text.slice(-LIMITS.engineOutputBytes);
	};
	child.stdout?.setEncoding("utf8").on("data", keep);
	child.stderr?.setEncoding("utf8").on("data", keep);
	return () => text;
}

function freePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const server = createServer();
		server.once("error", (error) =>
			reject(
				new ErrataError({
					operation: "find",
					subject: "a free loopback port",
					cause: error.message,
					remedy: "Check that 127.0.0.1 is up and that this user may listen on it",
					code: "LOCAL_NO_LOOPBACK",
					origin: error,
				}),
			),
		);
		server.listen(0, "127.0.0.1", () => {
			const address = server.address();
			const port = typeof address === "object" && address !== null ? address.port : 0;
			server.close(() => resolve(port));
		});
	});
}
