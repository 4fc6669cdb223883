/** `errata doctor`: everything a run needs, checked one by one, each with what to do. */

import { safeLine } from "@errata/server/text";
import type { Command } from "commander";
import { storeAt } from "../backend.ts";
import { examples, type Host } from "../command-line.ts";
import type { Context } from "../context.ts";
import {
	type Check,
	type CheckStatus,
	checkCatalogs,
	checkConfig,
	checkDataDir,
	checkDisk,
	checkInstallation,
	checkLocalRunning,
	checkNode,
	checkOtlp,
	checkOtlpVariables,
	checkPort,
	checkStore,
	checkStoreFailed,
} from "../doctor/checks.ts";
import { loggingTable, type ShownWay, shownWays } from "../doctor/logging.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { LIMITS } from "../limits.ts";
import { dataDirOf, findLocalPackage, type LocalPackage, readLocalFile } from "../local-package.ts";
import { probeNode } from "../run/node-probe.ts";
import { plural } from "../terminal/human.ts";
import { hang } from "../terminal/layout.ts";
import { type AppFlags, doctorApp } from "./doctor-app.ts";

export function doctorCommand(host: Host): Command {
	const command = host.command("doctor");
	return command
		.description("Check this machine: Node, packages, configuration, ports, store, OTLP, disk. Or a program.")
		.option("--app [dir]", "read the program in a directory instead: where it loses its errors")
		.option("--tests", "with --app: its tests too")
		.addHelpText(
			"after",
			examples([
				["errata doctor", "exit code 1 if any check failed"],
				["errata doctor --clickhouse-url http://clickhouse:8123", "a store of your own"],
				["errata doctor --app .", "exit code 1 if errors get lost for certain"],
			]),
		)
		.action((flags: AppFlags) =>
			host.run(command, (context) => (flags.app === undefined ? doctor(context) : doctorApp(context, flags))),
		);
}

async function doctor(context: Context): Promise<ExitCode> {
	const checks: Check[] = [];
	const logging: ShownWay[] = [];
	for await (const check of allChecks(context, logging)) {
		checks.push(check);
		if (!context.json) show(context, check);
	}
	const number = (status: CheckStatus): number => checks.filter((check) => check.status === status).length;
	const [failed, warned] = [number("fail"), number("warn")];
	if (!context.json && logging.length > 0) {
		context.out.line();
		context.out.lines(loggingTable(logging, context.out.style.width));
	}
	if (context.json) context.out.document({ checks, failed, warned, logging });
	else if (failed + warned === 0) context.err.line("All is well.");
	else context.err.line(`${plural(failed, "failure")}, ${plural(warned, "warning")}.`);
	return failed > 0 ? EXIT.failure : EXIT.ok;
}

/** Yields the checks; what each way of logging brought goes to `logging`, where a store answers. */
async function* allChecks(context: Context, logging: ShownWay[]): AsyncGenerator<Check> {
	const loaded = context.loaded();
	const { config, sources } = loaded;
	yield checkNode(await probeNode(["node"], context.env, context.cwd));
	const local = await findLocalPackage();
	yield checkInstallation({ "@errata/node": hasGuard(), "@errata/local": local !== undefined });
	yield checkConfig(loaded);
	yield await checkCatalogs(config.catalog);
	yield checkOtlpVariables(context.env);
	const running = local === undefined ? undefined : await runningLocal(context, local);
	if (local !== undefined) {
		const dataDir = dataDirOf(local, config, context.env);
		yield checkDataDir(dataDir);
		yield checkDisk(dataDir);
		yield checkLocalRunning(running);
		if (running === undefined) {
			yield await checkPort({ port: config["local.port"], use: "ClickHouse HTTP", setting: "--port" });
			yield await checkPort({ port: config["local.otlpPort"], use: "OTLP/HTTP", setting: "--otlp-port" });
		}
	}
	if (running !== undefined) yield await checkOtlp(running.otlpUrl);
	const explicit = sources["clickhouse.url"].kind !== "default";
	if (!explicit && running === undefined) return;
	const store = storeAt(explicit ? config["clickhouse.url"] : (running?.clickhouseUrl ?? ""), config);
	try {
		const health = await store.health();
		yield* checkStore(health);
		if (health.migration.current > 0)
			logging.push(...shownWays(await store.loggingWays({ sinceMs: context.now() - LIMITS.loggingMs })));
	} catch (error) {
		yield checkStoreFailed(error);
	} finally {
		await store.close();
	}
}

function hasGuard(): boolean {
	try {
		return import.meta.resolve("@errata/node/guard") !== "";
	} catch {
		return false;
	}
}

async function runningLocal(context: Context, local: LocalPackage) {
	const { config } = context.loaded();
	const file = readLocalFile(dataDirOf(local, config, context.env));
	const urls = [...(file === undefined ? [] : [file.otlpUrl]), `http://localhost:${config["local.otlpPort"]}`];
	for (const url of new Set(urls)) {
		const status = await local.localStatus(url);
		if (status !== undefined) return status;
	}
	return undefined;
}

function show(context: Context, check: Check): void {
	const { style } = context.out;
	const paint = { ok: style.green, warn: style.yellow, fail: style.red }[check.status];
	const head = `${paint(check.status.padEnd(4))}  ${style.bold(check.name.padEnd(16))}`;
	context.out.lines(hang(head, safeLine(check.found), style.width));
	if (check.remedy !== "") context.out.lines(hang(" ".repeat(22), style.cyan(safeLine(check.remedy)), style.width));
}
