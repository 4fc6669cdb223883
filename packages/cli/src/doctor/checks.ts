/**
 * The checks of `errata doctor`, each a function that answers one line: what was found, and what to do about it. A check
 * never throws and never changes anything.
 */
import { accessSync, constants, existsSync, statfsSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { ErrataError, loadCatalog } from "@errata/catalog";
import { type LoadedConfig, problemText } from "@errata/node/config";
import type { Env } from "../context.ts";
import { LIMITS } from "../limits.ts";
import { plural } from "../terminal/human.ts";

export type CheckStatus = "ok" | "warn" | "fail";

export interface Check {
	readonly name: string;
	readonly status: CheckStatus;
	/** What was found. */
	readonly found: string;
	/** What to do; "" when all is well. */
	readonly remedy: string;
}

function ok(name: string, found: string): Check {
	return { name, status: "ok", found, remedy: "" };
}

function warn(name: string, found: string, remedy: string): Check {
	return { name, status: "warn", found, remedy };
}

function fail(name: string, found: string, remedy: string): Check {
	return { name, status: "fail", found, remedy };
}

/** The Node that a program would run on: `version` as `node -p process.versions.node` answered, "" if it did not. */
export function checkNode(version: string): Check {
	if (version === "")
		return warn("node", "no node on the PATH", "Install Node 22.15 or newer to run programs with errata.");
	const [major = 0, minor = 0] = version.split(".").map(Number);
	if (major > 22 || (major === 22 && minor >= 15)) return ok("node", `the node on the PATH is ${version}`);
	return warn(
		"node",
		`the node on the PATH is ${version}: programs run, but uninstrumented`,
		"Put Node 22.15 or newer first on the PATH.",
	);
}

export function checkInstallation(packages: Readonly<Record<string, boolean>>): Check {
	const missing = Object.keys(packages).filter((name) => packages[name] === false);
	if (missing.length === 0) return ok("packages", `${Object.keys(packages).join(", ")} are installed`);
	if (missing.includes("@errata/node"))
		return fail("packages", "@errata/node cannot be found", "Install errata again: npm i -D errata.");
	return warn(
		"packages",
		"@errata/local is not installed: no store on this machine",
		"npm i -D @errata/local (about 570 MB), or read a ClickHouse of yours with --clickhouse-url.",
	);
}

export function checkConfig({ file, problems }: LoadedConfig): Check {
	if (problems.length === 0)
		return ok("configuration", file === "" ? "no errata.yaml; defaults and variables apply" : `${file} is valid`);
	const lines = problems.map(problemText).join("; ");
	return fail("configuration", lines, "Correct it: other commands do not start with it.");
}

export async function checkCatalogs(paths: readonly string[]): Promise<Check> {
	if (paths.length === 0) return ok("catalogs", "the built-in catalog only");
	try {
		const { version } = await loadCatalog(paths);
		return ok("catalogs", version);
	} catch (error) {
		const parts = error instanceof ErrataError ? error : undefined;
		return fail("catalogs", parts?.reason ?? String(error), parts?.remedy ?? "errata catalog check FILE says more.");
	}
}

/** The directory that holds local's data, or the nearest one above it that exists. */
export function checkDataDir(dataDir: string): Check {
	const existing = nearest(dataDir);
	try {
		accessSync(existing, constants.W_OK);
	} catch {
		return fail("data directory", `${existing} cannot be written`, "Change its owner or mode, or pass --data another.");
	}
	return ok("data directory", existing === dataDir ? dataDir : `${dataDir} (made when first needed)`);
}

export function checkDisk(dataDir: string): Check {
	try {
		const { bavail, bsize } = statfsSync(nearest(dataDir));
		const megabytes = Math.floor((Number(bavail) * Number(bsize)) / 1_048_576);
		const found = `${megabytes.toLocaleString("en-US")} MB free for ${dataDir}`;
		const remedy = "Free some space, or keep the data elsewhere with ERRATA_DATA_DIR.";
		if (megabytes < LIMITS.diskFailMegabytes) return fail("disk", found, remedy);
		return megabytes < LIMITS.diskWarnMegabytes ? warn("disk", found, remedy) : ok("disk", found);
	} catch (error) {
		return warn("disk", `free space unknown (${(error as NodeJS.ErrnoException).code ?? "no answer"})`, "");
	}
}

function nearest(dir: string): string {
	let at = path.resolve(dir);
	while (!existsSync(at) && at !== path.dirname(at)) at = path.dirname(at);
	return at;
}

export interface PortUse {
	readonly port: number;
	/** What errata uses it for. */
	readonly use: string;
	readonly setting: string;
}

/** A port that errata local would take: whether it is free. */
export async function checkPort({ port, use, setting }: PortUse): Promise<Check> {
	const name = `port ${port}`;
	if (port === 0) return ok(name, `any free one for ${use}`);
	const taken = await holds(port);
	if (taken === undefined) return ok(name, `free for ${use}`);
	return warn(
		name,
		`${taken === "EADDRINUSE" ? "another program holds it" : `it cannot be taken (${taken})`}; errata local wants it for ${use}`,
		`Stop that program (lsof -i :${port} names it), or choose another port with ${setting}.`,
	);
}

/** The error code of listening on a loopback port, `undefined` if it is free. */
function holds(port: number): Promise<string | undefined> {
	return new Promise((resolve) => {
		const server = createServer();
		server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "error"));
		server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(undefined)));
	});
}

/** An OTLP endpoint set to the port of the other protocol is the commonest reason that nothing arrives. */
export function checkOtlpVariables(env: Env): Check {
	const name = "OTLP variables";
	const endpoint = env.OTEL_EXPORTER_OTLP_LOGS_ENDPOINT || env.OTEL_EXPORTER_OTLP_ENDPOINT || "";
	const protocol = env.OTEL_EXPORTER_OTLP_LOGS_PROTOCOL || env.OTEL_EXPORTER_OTLP_PROTOCOL || "";
	const port = URL.canParse(endpoint) ? new URL(endpoint).port : "";
	if (port === "4317" && protocol !== "grpc")
		return warn(
			name,
			`${endpoint} is a gRPC port, and ${protocol === "" ? "the default protocol" : protocol} is HTTP: nothing will arrive`,
			"4318 takes OTLP over HTTP (errata local, Collectors), 4317 takes gRPC (Collectors only): use port 4318.",
		);
	if (port === "4318" && protocol === "grpc")
		return warn(
			name,
			`${endpoint} takes HTTP, and the protocol is grpc`,
			"Set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf.",
		);
	if (endpoint !== "") return ok(name, `${endpoint}${protocol === "" ? "" : ` by ${protocol}`}`);
	return ok(name, "not set: `errata run` sets them (4318 takes HTTP; 4317, gRPC, is for Collectors only)");
}

/** Sends an empty request; a receiver of OTLP/HTTP takes it with 200. */
export async function checkOtlp(otlpUrl: string): Promise<Check> {
	const name = "OTLP endpoint";
	try {
		const answer = await fetch(`${otlpUrl.replace(/\/+$/u, "")}/v1/logs`, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: '{"resourceLogs":[]}',
			signal: AbortSignal.timeout(LIMITS.probeMs),
		});
		await answer.body?.cancel();
		if (answer.ok) return ok(name, `${otlpUrl} takes logs`);
		return fail(
			name,
			`${otlpUrl} answers ${answer.status} to logs`,
			"Check that it is an OTLP/HTTP receiver (port 4318).",
		);
	} catch (error) {
		const cause =
			error instanceof Error
				? (((error.cause as NodeJS.ErrnoException | undefined)?.code ?? error.name) as string)
				: "";
		return fail(name, `${otlpUrl} does not answer (${cause})`, "Start errata local, or correct the endpoint.");
	}
}

export function checkLocalRunning(status: { readonly pid: number; readonly version?: string } | undefined): Check {
	if (status === undefined)
		return ok("errata local", "does not run; `errata run` starts one for its time, `errata local` keeps one");
	return ok("errata local", `runs, version ${status.version ?? "unknown"}, pid ${status.pid}`);
}

export interface Health {
	readonly url: string;
	readonly database: string;
	readonly version: string;
	readonly migration: { readonly current: number; readonly latest: number };
	readonly refreshes: readonly { readonly view: string; readonly failed: boolean }[] | null;
}

export function checkStore(health: Health): Check[] {
	const { current, latest } = health.migration;
	const reach = ok("ClickHouse", `${health.url} answers, version ${health.version}`);
	const state = `database ${health.database} is at migration ${current} of ${latest}`;
	const migrated =
		current === latest
			? ok("tables", state)
			: current > latest
				? fail("tables", `${state}: a newer errata made it`, "Upgrade this errata.")
				: fail("tables", state, "Run `errata migrate` with the same --clickhouse-url and --database.");
	const failed = (health.refreshes ?? []).filter((refresh) => refresh.failed);
	if (failed.length === 0) return [reach, migrated];
	const views = failed.map((refresh) => refresh.view).join(", ");
	const trends = warn(
		"trends",
		`${plural(failed.length, "view")} failed to refresh: ${views}`,
		"Answers stay exact but slower; the server's log says why.",
	);
	return [reach, migrated, trends];
}

export function checkStoreFailed(error: unknown): Check {
	const parts = error instanceof ErrataError ? error : undefined;
	return fail("ClickHouse", `${parts?.subject ?? ""}: ${parts?.reason ?? String(error)}`, parts?.remedy ?? "");
}
