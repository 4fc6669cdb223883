/** Runs the real command as a child process, as a user's shell would, for tests. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { openStore, type Store } from "@errata/store";
import { afterAll } from "vitest";

export const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));
/** Arguments of Node before the script: the sources as they are. */
export const FROM_SOURCE = ["--conditions=errata-source", MAIN] as const;

export interface Result {
	readonly code: number | null;
	readonly signal: NodeJS.Signals | null;
	readonly stdout: string;
	readonly stderr: string;
}

export interface CliOptions {
	readonly cwd?: string;
	readonly env?: Readonly<Record<string, string | undefined>>;
	readonly input?: string;
}

/** An environment without anything of the machine's: a home of its own, no errata or OTel variables, no colours. */
export function cleanEnv(home: string, over: Readonly<Record<string, string | undefined>> = {}): NodeJS.ProcessEnv {
	const kept = Object.entries(process.env).filter(
		([name]) => !/^(?:ERRATA_|OTEL_|XDG_|NODE_OPTIONS$|NODE_ENV$|FORCE_COLOR$|NO_COLOR$|VITEST|TEST$|npm_)/u.test(name),
	);
	return { ...Object.fromEntries(kept), HOME: home, ...over };
}

const directories: string[] = [];
/** What a failed test left running: it must not outlive the file. */
const running = new Set<Running>();

/** An empty directory that goes when the test file is done. */
export function temporaryDirectory(): string {
	const directory = mkdtempSync(path.join(tmpdir(), "errata-cli-"));
	directories.push(directory);
	return directory;
}

afterAll(async () => {
	const exits = [...running].map((child) => new Promise((resolve) => child.once("exit", resolve)));
	for (const child of running) child.kill("SIGKILL");
	await Promise.all(exits);
	for (const directory of directories) rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
});

export type Running = ChildProcessByStdio<Writable, Readable, Readable>;

/** Starts `errata ...args`; its home is an empty directory unless one is given. */
export function startCli(args: readonly string[], options: CliOptions = {}): Running {
	const home = options.env?.HOME ?? temporaryDirectory();
	const child = spawn(process.execPath, [...FROM_SOURCE, ...args], {
		cwd: options.cwd ?? home,
		env: cleanEnv(home, options.env),
		stdio: ["pipe", "pipe", "pipe"],
	});
	running.add(child);
	child.once("exit", () => running.delete(child));
	return child;
}

/** Runs `errata ...args` to its end. */
export async function cli(args: readonly string[], options: CliOptions = {}): Promise<Result> {
	const child = startCli(args, options);
	child.stdin.on("error", () => undefined).end(options.input ?? "");
	return ended(child);
}

export async function ended(child: Running): Promise<Result> {
	let stdout = "";
	let stderr = "";
	child.stdout.setEncoding("utf8").on("data", (text: string) => {
		stdout += text;
	});
	child.stderr.setEncoding("utf8").on("data", (text: string) => {
		stderr += text;
	});
	return new Promise((resolve) => {
		child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
	});
}

/** Resolves when `stream` has said `text` (or what matches); rejects if it ends before. */
export function said(stream: Readable, text: string | RegExp): Promise<string> {
	return new Promise((resolve, reject) => {
		let all = "";
		const look = (chunk: string): void => {
			all += chunk;
			if (typeof text === "string" ? all.includes(text) : text.test(all)) {
				stream.off("data", look);
				resolve(all);
			}
		};
		stream.setEncoding("utf8").on("data", look);
		stream.once("end", () => reject(new Error(`ended without ${String(text)}: ${all}`)));
	});
}

export interface TestStore {
	readonly store: Store;
	/** Flags that make a command read it. */
	readonly flags: readonly string[];
}

/** A migrated database of its own in the engine at `url`. */
export async function testStore(url: string): Promise<TestStore> {
	const database = `cli_${randomBytes(6).toString("hex")}`;
	const answer = await fetch(url.replace(/\/\/[^@]*@/u, "//"), {
		method: "POST",
		body: `CREATE DATABASE ${database}`,
		headers: authorization(url),
	});
	if (!answer.ok) throw new Error(await answer.text());
	await answer.text();
	const store = openStore({ url, database });
	await store.migrate();
	return { store, flags: ["--clickhouse-url", url, "--database", database] };
}

function authorization(url: string): Record<string, string> {
	const { username, password } = new URL(url);
	return { authorization: `Basic ${Buffer.from(`${username}:${decodeURIComponent(password)}`).toString("base64")}` };
}
