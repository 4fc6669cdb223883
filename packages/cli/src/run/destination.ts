/**
 * Where a run's records go: the errata local that listens, a Collector the user named a store for, or an errata local
 * started for the run. Says what it found; never ends the run.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { ErrataError } from "@errata/catalog";
import type { Config } from "@errata/node/config";
import type { Context } from "../context.ts";
import { LIMITS } from "../limits.ts";
import { dataDirOf, type LocalPackage, needLocalPackage, readLocalFile, whileInUse } from "../local-package.ts";

export interface Destination {
	readonly otlpUrl: string;
	readonly clickhouseUrl: string;
	/** Started for this run: it ends with it. */
	readonly own: boolean;
	/** "" if the receiver will not trust this run. */
	readonly token: string;
	/** What the user should know about it, sentences. */
	readonly notes: readonly string[];
	stop(): Promise<void>;
}

export interface DestinationInput {
	readonly config: Config;
	/** `--clickhouse-url` or its variable was given: errors are read there. */
	readonly explicitStore: boolean;
}

/** Throws ErrataError when there is none: the child runs all the same. */
export async function findDestination(context: Context, input: DestinationInput): Promise<Destination> {
	const local = await needLocalPackage("record errors");
	const find = async (): Promise<Destination> =>
		(await useRunning(context, local, input)) ?? (await startOwn(context, local, input));
	return bounded(whileInUse(find), "start errata local");
}

/** The same destination if it still answers, else another one: an errata local that ran may have been stopped meanwhile. */
export async function renewDestination(
	context: Context,
	destination: Destination,
	input: DestinationInput,
): Promise<Destination> {
	return (await stillAnswers(destination)) ? destination : findDestination(context, input);
}

/** False if the errata local of somebody else ended: an own one lives as long as its run. */
export async function stillAnswers(destination: Destination): Promise<boolean> {
	if (destination.own) return true;
	const local = await needLocalPackage("record errors");
	return (await local.localStatus(destination.otlpUrl)) !== undefined;
}

async function useRunning(
	context: Context,
	local: LocalPackage,
	{ config, explicitStore }: DestinationInput,
): Promise<Destination | undefined> {
	const dataDir = dataDirOf(local, config, context.env);
	const file = readLocalFile(dataDir);
	const urls = [`http://localhost:${config["local.otlpPort"]}`, ...(file === undefined ? [] : [file.otlpUrl])];
	for (const url of new Set(urls)) {
		const status = config["local.otlpPort"] === 0 && url !== file?.otlpUrl ? undefined : await local.localStatus(url);
		if (status === undefined) continue;
		const ours = file !== undefined && file.pid === status.pid;
		return {
			otlpUrl: status.otlpUrl,
			clickhouseUrl: explicitStore ? config["clickhouse.url"] : status.clickhouseUrl,
			own: false,
			token: ours ? file.token : "",
			notes: ours
				? []
				: [
						`errata local at ${status.otlpUrl} keeps its token in a data directory that is not ${dataDir}: the run's records count as untrusted, so codes of the application's own are shown as data. Pass --data with its directory.`,
					],
			stop: async () => {},
		};
	}
	return undefined;
}

/** An errata local for this run alone. Ports that others hold are left to them. */
async function startOwn(context: Context, local: LocalPackage, { config, explicitStore }: DestinationInput) {
	const dataDir = dataDirOf(local, config, context.env);
	const options = { dataDir, catalog: await context.catalog() };
	const notes: string[] = [];
	const port = config["local.port"];
	const otlpPort = config["local.otlpPort"];
	let own: Awaited<ReturnType<LocalPackage["startLocal"]>>;
	try {
		own = await local.startLocal({ ...options, port, otlpPort });
	} catch (error) {
		if (!(error instanceof ErrataError && /PORT/u.test(error.code))) throw error;
		own = await local.startLocal({ ...options, port: 0, otlpPort: 0 });
		notes.push(`Another program holds port ${port} or ${otlpPort}; this run used free ones.`);
	}
	return {
		otlpUrl: own.otlpUrl,
		clickhouseUrl: explicitStore ? config["clickhouse.url"] : own.clickhouseUrl,
		own: true,
		token: own.token,
		notes,
		stop: () => own.stop(),
	};
}

async function bounded(start: Promise<Destination>, operation: string): Promise<Destination> {
	const late = sleep(LIMITS.localStartMs, undefined, { ref: false });
	const first = await Promise.race([start, late]);
	if (first !== undefined) return first;
	// Should it still come up, it must not stay.
	start.then((own) => own.stop()).catch(() => undefined);
	throw new ErrataError({
		operation,
		subject: "",
		cause: `it was not ready within ${LIMITS.localStartMs / 1000} s`,
		remedy: "Start it by itself with `errata local`, which says what it waits for.",
		code: "LOCAL_SLOW",
	});
}
