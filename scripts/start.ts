/**
 * `npm start`: errata local on data of this repository's own, the example services under `errata run` with real traffic,
 * every group explained, then serving until Ctrl-C. `--once` ends after the explanation and fails if fewer groups came
 * than the services promise. What the services are is in test/apps; what is printed about a group is the CLI's.
 */
import { readFileSync, renameSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ErrataError } from "@errata/catalog";
import { type Local, localStatus, startLocal } from "@errata/local";
import { type Issue, openStore } from "@errata/store";
import { explainIssues, latestEvents } from "errata";
import { PROMISES, type Promised, promised } from "../test/apps/promises.ts";
import { runTraffic, type ServiceRun } from "../test/apps/traffic.ts";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const errata = [process.execPath, path.join(root, "packages", "cli", "bin", "errata.mjs")];

/** Not the user's own: what is tried here stays here. */
const dataDir = path.join(root, ".errata", "local");

type Serving = Pick<Local, "clickhouseUrl" | "otlpUrl" | "stop"> & { readonly own: boolean };

const say = (line = ""): void => console.log(line);

/** The `npm start` that runs in another terminal, if there is one. */
async function running(): Promise<Serving | undefined> {
	let file: { pid: number; clickhouseUrl: string; otlpUrl: string };
	try {
		file = JSON.parse(readFileSync(path.join(dataDir, "local.json"), "utf8"));
	} catch {
		return undefined;
	}
	const status = await localStatus(file.otlpUrl);
	if (status?.pid !== file.pid) return undefined;
	return { clickhouseUrl: file.clickhouseUrl, otlpUrl: file.otlpUrl, own: false, stop: async () => {} };
}

async function serve(): Promise<Serving> {
	const already = await running();
	if (already !== undefined) {
		say(`errata local of this repository runs already (${already.clickhouseUrl}); it is used.`);
		return already;
	}
	const ports = { port: 8123, otlpPort: 4318 };
	for (const attempt of [1, 2, 3]) {
		try {
			const local = await startLocal({ dataDir, log: (line) => say(`errata local: ${line}`), ...ports });
			return { ...local, own: true };
		} catch (error) {
			if (!(error instanceof ErrataError) || attempt === 3) throw error;
			if (error.code.includes("PORT")) {
				say(`${error.message} Free ports are used instead.`);
				Object.assign(ports, { port: 0, otlpPort: 0 });
			} else if (OTHER_VERSION.has(error.code)) setAside(error);
			else throw error;
		}
	}
	throw new Error("errata local did not start");
}

/** Between two versions under development the schema may differ; what an earlier `npm start` recorded is kept, unused. */
const OTHER_VERSION = new Set(["STORE_MIGRATION_CHANGED", "STORE_MIGRATION_NEWER", "LOCAL_DATA_VERSION"]);

function setAside(error: ErrataError): void {
	const kept = `${dataDir}.${new Date().toISOString().replace(/\D/g, "").slice(0, 14)}`;
	renameSync(dataDir, kept);
	say(`${error.message}. What an earlier npm start recorded is kept in ${kept}; this one begins anew.`);
}

/** The services, and what became of them in a line each; a service that ends otherwise than its promise is a failure. */
async function runServices(): Promise<void> {
	const env = {
		...process.env,
		ERRATA_DATA_DIR: dataDir,
		OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=demo",
	};
	const under = [...errata, "run", "--json", "--"];
	const runs = await runTraffic({ env, under, log: (line) => say(`services: ${line}`) });
	for (const run of runs) say(`services: ${run.service} ${run.script} ended with ${run.ended}`);
	for (const run of runs) for (const complaint of complaints(run)) say(`services: ${run.script}: ${complaint}`);
}

/** What `errata run --json` says, on the last line of stderr, that should not be. */
function complaints(run: ServiceRun): readonly string[] {
	const line = run.stderr.trim().split("\n").at(-1) ?? "";
	if (!line.startsWith("{")) return [`errata run said nothing; its last line is: ${line}`];
	const { uninstrumented, notes } = JSON.parse(line) as { uninstrumented: string[]; notes: string[] };
	return [...uninstrumented, ...notes];
}

function explain(issues: readonly Issue[], events: Awaited<ReturnType<typeof latestEvents>>): string {
	const color = process.stdout.isTTY === true && (process.env.NO_COLOR ?? "") === "";
	const width = process.stdout.isTTY ? (process.stdout.columns ?? 80) : Number.POSITIVE_INFINITY;
	return explainIssues(issues, { events, color, width, cwd: root, command: "npx errata" });
}

function tryNext(serving: Serving, issues: readonly Issue[]): void {
	const sql = "SELECT+Code,count()+FROM+errata_errors+GROUP+BY+Code+ORDER+BY+2+DESC+FORMAT+PrettyCompact";
	const [first] = issues;
	say("Try, in another terminal:");
	say(`  export ERRATA_DATA_DIR=${dataDir}`);
	say("  npx errata issues list");
	if (first !== undefined) say(`  npx errata analyze ${first.fingerprint.slice(0, 8)} --llm-format`);
	say("  npx errata trends --window 1h --by-service");
	say("  npx errata run -- node your-program.js");
	say(`  curl '${serving.clickhouseUrl}/?query=${sql}'`);
}

/** Names of promised groups that did not come. */
function missing(issues: readonly Issue[]): readonly string[] {
	const came = (promise: Promised): boolean =>
		issues.some((issue) => promised(promise, issue) && issue.code === promise.code);
	return PROMISES.filter((promise) => !came(promise)).map((promise) => promise.what);
}

async function main(once: boolean): Promise<number> {
	const serving = await serve();
	try {
		const sinceMs = Date.now();
		await runServices();
		const store = openStore({ url: serving.clickhouseUrl });
		const issues = await store.listIssues({ sinceMs, limit: 200 });
		const events = await latestEvents(store, issues);
		await store.close();
		say();
		say(explain(issues, events));
		say();
		const lost = missing(issues);
		say(`${issues.length} groups of errors; the services promise ${PROMISES.length}.`);
		if (lost.length > 0) say(`Missing: ${lost.join("; ")}.`);
		if (once) return lost.length === 0 ? 0 : 1;
		say();
		tryNext(serving, issues);
		say();
		say(serving.own ? "Serving until Ctrl-C; the data is kept." : "The other terminal keeps serving.");
		if (serving.own) await interrupted();
		return 0;
	} finally {
		await serving.stop();
	}
}

/** Resolves at the first signal; later ones are ignored, because stopping is bounded and a set-up passes signals on. */
function interrupted(): Promise<void> {
	return new Promise((resolve) => {
		for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve());
	});
}

try {
	const { values } = parseArgs({ options: { once: { type: "boolean", default: false } } });
	process.exitCode = await main(values.once);
} catch (error) {
	console.error(`npm start: ${error instanceof Error ? error.message : String(error)}`);
	process.exitCode = 1;
}
