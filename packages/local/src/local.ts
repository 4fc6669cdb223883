/**
 * errata on one machine, put together: engine, shield, store, receiver and, where wanted, the Collector, in this order,
 * and down again in the other.
 * Nothing of what they do is here.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { homedir } from "node:os";
import path from "node:path";
import { builtinCatalog, type Catalog, createRedactor, type RedactionOptions } from "@errata/catalog";
import { type Arrivals, openStore, type Store } from "@errata/store";
import { type Collector, type CollectorOptions, startCollector } from "./collector.ts";
import { findCollector } from "./collector-binary.ts";
import { type Layout, layoutOf } from "./layout.ts";
import { LIMITS } from "./limits.ts";
import { type Receiver, startReceiver } from "./receiver/receiver.ts";
import { type Shield, startShield } from "./shield.ts";
import { type Supervisor, supervise } from "./supervisor.ts";

export interface LocalOptions {
	/** Default: `defaultDataDir(process.env)`. */
	readonly dataDir?: string | undefined;
	/** ClickHouse HTTP; default 8123, 0 means any free one. */
	readonly port?: number | undefined;
	/** OTLP/HTTP; default 4318, 0 means any free one. With `collector` the Collector has it, and the receiver any free one. */
	readonly otlpPort?: number | undefined;
	/** Runs the Collector distribution as well, on `otlpPort` and 4317, for programs that `errata run` does not start. */
	readonly collector?: Omit<CollectorOptions, "httpPort"> | undefined;
	/** Default: the built-in one. */
	readonly catalog?: Catalog | undefined;
	/** What trusted senders say in `x-errata-token`; default: random. */
	readonly token?: string | undefined;
	/** How errors of senders without the token are redacted; default: replace. */
	readonly redaction?: RedactionOptions | undefined;
	/** Progress and what happens later (restarts), one line each, for people. */
	readonly log?: ((line: string) => void) | undefined;
}

export interface Local {
	readonly clickhouseUrl: string;
	readonly otlpUrl: string;
	readonly dataDir: string;
	readonly token: string;
	/** This process. */
	readonly pid: number;
	/** Lets what is under way end (bounded), closes the data, frees the ports. May be called twice. */
	stop(): Promise<void>;
	/** Undefined unless it was asked for. */
	readonly collector: Collector | undefined;
	/** Settles when it has stopped: undefined after `stop()`, the reason when engine or Collector cannot be kept running. */
	readonly closed: Promise<Error | undefined>;
}

/** What `GET /errata/status` says. */
export interface LocalStatus {
	readonly name: "errata-local";
	readonly version: string;
	readonly pid: number;
	readonly clickhouseUrl: string;
	readonly otlpUrl: string;
	/** Absent unless it was asked for. */
	readonly collector?: CollectorStatus;
}

export interface CollectorStatus {
	readonly otlpUrl: string;
	readonly grpcUrl: string;
	readonly logFile: string;
	/** Absent while it restarts. */
	readonly pid?: number;
	readonly restarts: number;
}

/** Starts everything and returns when it serves. Throws ErrataError, and leaves nothing running then. */
export async function startLocal(options: LocalOptions = {}): Promise<Local> {
	const log = options.log ?? (() => {});
	const layout = layoutOf(options.dataDir ?? defaultDataDir(process.env));
	const token = options.token ?? randomBytes(24).toString("base64url");
	const parts: Parts = {};
	try {
		const started = await startParts(parts, layout, token, options, log);
		writeLocalFile(layout, { ...started, token });
		log(`ready: ClickHouse ${started.clickhouseUrl}, OTLP ${started.otlpUrl}`);
		return running(parts as Running, layout, started, token);
	} catch (error) {
		await stopParts(parts);
		throw error;
	}
}

interface Parts {
	supervisor?: Supervisor;
	shield?: Shield;
	store?: Store;
	receiver?: Receiver;
	/** Describes the errors that other writers (a stock Collector) leave in the tables. */
	arrivals?: Arrivals;
	collector?: Collector;
}

type Running = Required<Omit<Parts, "collector">> & Pick<Parts, "collector">;

async function startParts(
	parts: Parts,
	layout: Layout,
	token: string,
	options: LocalOptions,
	log: (line: string) => void,
): Promise<LocalStatus> {
	// Looked for first: nobody should wait for the engine to hear that there is none.
	const binary = options.collector && (options.collector.binary ?? findCollector(process.env));
	const supervisor = await supervise({ dataDir: layout.dataDir, log });
	parts.supervisor = supervisor;
	const spoolDirectory = path.join(layout.dataDir, "shield");
	mkdirSync(spoolDirectory, { recursive: true, mode: 0o700 });
	const shield = await startShield({ port: options.port ?? 8123, engine: supervisor.engine, spoolDirectory });
	parts.shield = shield;
	parts.store = openStore({ url: `http://127.0.0.1:${shield.port}` });
	await parts.store.migrate();
	const catalog = options.catalog ?? builtinCatalog();
	let status: LocalStatus | undefined;
	parts.receiver = await startReceiver({
		port: options.collector === undefined ? (options.otlpPort ?? 4318) : 0,
		store: parts.store,
		catalog,
		redaction: options.redaction,
		token,
		status: () => (status === undefined ? {} : { ...status, ...collectorStatus(parts.collector) }),
		healthy: () => supervisor.engine() !== undefined,
		log,
	});
	parts.arrivals = parts.store.classifyArrivals({ catalog, redactor: createRedactor(options.redaction), log });
	status = {
		name: "errata-local",
		version: packageVersion(),
		pid: process.pid,
		clickhouseUrl: shield.url,
		otlpUrl: parts.receiver.url,
	};
	if (binary !== undefined) {
		const around = { dataDir: layout.dataDir, clickhouseUrl: shield.url, redaction: options.redaction, log };
		parts.collector = await startCollector({ ...options.collector, binary, httpPort: options.otlpPort }, around);
	}
	return status;
}

function collectorStatus(collector: Collector | undefined): Pick<LocalStatus, "collector"> {
	if (collector === undefined) return {};
	const { otlpUrl, grpcUrl, logFile } = collector;
	const pid = collector.pid();
	const restarts = collector.restarts();
	return { collector: { otlpUrl, grpcUrl, logFile, ...(pid === undefined ? {} : { pid }), restarts } };
}

function running(parts: Running, layout: Layout, status: LocalStatus, token: string): Local {
	let stopping: Promise<void> | undefined;
	const stop = (): Promise<void> => {
		stopping ??= stopParts(parts).finally(() => rmSync(layout.localFile, { force: true }));
		return stopping;
	};
	const { supervisor, collector } = parts;
	const supervised = collector === undefined ? [supervisor.closed] : [supervisor.closed, collector.closed];
	const closed = Promise.race(supervised).then(async (reason) => {
		await stop();
		return reason;
	});
	const { clickhouseUrl, otlpUrl, pid } = status;
	return { clickhouseUrl, otlpUrl, dataDir: layout.dataDir, token, pid, collector, stop, closed };
}

/** Collector and receiver first: what they took is stored before the store goes. */
async function stopParts(parts: Parts): Promise<void> {
	await parts.collector?.stop();
	await parts.receiver?.stop();
	await parts.arrivals?.stop();
	await parts.store?.close();
	await parts.shield?.stop();
	await parts.supervisor?.stop();
}

/** `ERRATA_DATA_DIR`, else `$XDG_DATA_HOME/errata/local`, else `~/.local/share/errata/local`. */
export function defaultDataDir(env: Readonly<Record<string, string | undefined>>): string {
	const given = env.ERRATA_DATA_DIR;
	if (given !== undefined && given !== "") return path.resolve(given);
	const base = env.XDG_DATA_HOME;
	// The XDG specification: a relative path is to be ignored.
	const data = base !== undefined && path.isAbsolute(base) ? base : path.join(homedir(), ".local", "share");
	return path.join(data, "errata", "local");
}

/** What the errata local at this URL says of itself; undefined if none answers there. */
export function localStatus(otlpUrl: string): Promise<LocalStatus | undefined> {
	return new Promise((resolve) => {
		const url = URL.canParse("/errata/status", otlpUrl) ? new URL("/errata/status", otlpUrl) : undefined;
		if (url?.protocol !== "http:") return resolve(undefined);
		const request = get(url, { agent: false, timeout: LIMITS.holderProbeMs }, (answer) => {
			let text = "";
			answer.setEncoding("utf8").on("data", (chunk: string) => {
				text += chunk;
				if (text.length > LIMITS.holderProbeBytes) request.destroy();
			});
			answer.on("end", () => resolve(answer.statusCode === 200 ? parseStatus(text) : undefined));
			answer.on("error", () => resolve(undefined));
		});
		request.on("timeout", () => request.destroy());
		request.on("error", () => resolve(undefined));
	});
}

function parseStatus(text: string): LocalStatus | undefined {
	try {
		const value = JSON.parse(text) as Partial<LocalStatus>;
		return value.name === "errata-local" ? (value as LocalStatus) : undefined;
	} catch {
		return undefined;
	}
}

function writeLocalFile(layout: Layout, content: object): void {
	const temporary = `${layout.localFile}.${process.pid}`;
	writeFileSync(temporary, `${JSON.stringify(content)}\n`, { mode: 0o600 });
	renameSync(temporary, layout.localFile);
}

function packageVersion(): string {
	const manifest = readFileSync(new URL("../package.json", import.meta.url), "utf8");
	return (JSON.parse(manifest) as { version: string }).version;
}
