/** What `errata run` sets for its child: pure, from one environment to another. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Env } from "../context.ts";

export interface Instrumentation {
	/** `file:` URL of the guard that NODE_OPTIONS names. */
	readonly guardUrl: string;
	/** Base URL of the OTLP/HTTP receiver. */
	readonly otlpUrl: string;
	/** Token that makes the receiver trust the sender; "" if there is none. */
	readonly token: string;
	readonly runId: string;
	readonly serviceName: string;
	/** Private directory of this run. */
	readonly spoolDir: string;
	/** File in which the guard says what it did. */
	readonly statusFile: string;
}

/** Variables of one signal beat the general ones: those that would send elsewhere, or nothing, must go. */
const OVERRIDING = ["LOGS", "TRACES"].flatMap((signal) => [
	`OTEL_${signal}_EXPORTER`,
	...["ENDPOINT", "HEADERS", "PROTOCOL"].map((name) => `OTEL_EXPORTER_OTLP_${signal}_${name}`),
]);

/**
 * The child's environment. The user's own headers are not passed on: they hold keys for another receiver. Everything
 * else that was there stays, resource attributes and NODE_OPTIONS are added to.
 */
export function instrumentedEnv(env: Env, run: Instrumentation): Record<string, string> {
	const child: Record<string, string> = {};
	for (const [name, value] of Object.entries(env))
		if (value !== undefined && !OVERRIDING.includes(name)) child[name] = value;
	child.NODE_OPTIONS = append(env.NODE_OPTIONS, `--import=${run.guardUrl}`, " ");
	child.OTEL_EXPORTER_OTLP_ENDPOINT = run.otlpUrl;
	child.OTEL_EXPORTER_OTLP_PROTOCOL = "http/protobuf";
	if (run.token === "") delete child.OTEL_EXPORTER_OTLP_HEADERS;
	else child.OTEL_EXPORTER_OTLP_HEADERS = `x-errata-token=${run.token}`;
	// A run within a run: the inner one's id is the one that counts.
	const attributes = (env.OTEL_RESOURCE_ATTRIBUTES ?? "")
		.replace(/(^|,)errata\.run\.id=[^,]*/gu, "")
		.replace(/^,/u, "");
	child.OTEL_RESOURCE_ATTRIBUTES = append(attributes, `errata.run.id=${run.runId}`, ",");
	if ((env.OTEL_SERVICE_NAME ?? "") === "" && !namesService(env.OTEL_RESOURCE_ATTRIBUTES))
		child.OTEL_SERVICE_NAME = run.serviceName;
	child.ERRATA_SINKS = sinks(env.ERRATA_SINKS);
	child.ERRATA_SPOOL_DIR = run.spoolDir;
	child.ERRATA_RUN_STATUS = run.statusFile;
	return child;
}

/** Always to this run's receiver, and to no other store; what the user wants to see and to keep stays. */
function sinks(given: string | undefined): string {
	const wanted = (given ?? "").split(",").map((name) => name.trim());
	return ["otlp", ...wanted.filter((name) => name === "console" || name === "file")].join(",");
}

function append(before: string | undefined, more: string, separator: string): string {
	const had = (before ?? "").trim();
	return had === "" ? more : `${had}${separator}${more}`;
}

function namesService(attributes: string | undefined): boolean {
	return /(?:^|,)\s*service\.name\s*=/u.test(attributes ?? "");
}

/** Name of the program: of the nearest package.json, else of the script, else of the command. */
export function serviceNameOf(argv: readonly string[], cwd: string): string {
	const script = argv.slice(1).find((arg) => /\.[cm]?[jt]sx?$/u.test(arg) && !arg.startsWith("-"));
	const start = script === undefined ? cwd : path.dirname(path.resolve(cwd, script));
	for (let dir = start; ; dir = path.dirname(dir)) {
		const file = path.join(dir, "package.json");
		if (existsSync(file)) {
			const name = packageName(file);
			if (name !== "") return name;
			break;
		}
		if (dir === path.dirname(dir)) break;
	}
	const base = path.basename(script ?? argv[0] ?? "");
	return base.replace(/\.[cm]?[jt]sx?$/u, "") || "unknown_service";
}

function packageName(file: string): string {
	try {
		const { name } = JSON.parse(readFileSync(file, "utf8")) as { name?: unknown };
		return typeof name === "string" ? name.slice(0, 200) : "";
	} catch {
		return "";
	}
}
