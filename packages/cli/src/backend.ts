/**
 * The store a command reads: the one it was told, else the errata local that runs, else what answers at the default
 * URL, else the data directory of an errata local that does not run, opened for this one command. No query lives here.
 */
import { existsSync } from "node:fs";
import path from "node:path";
import { ErrataError } from "@errata/catalog";
import type { Config } from "@errata/node/config";
import { openStore, type Store, StoreError } from "@errata/store";
import type { Context } from "./context.ts";
import { EXIT } from "./exit.ts";
import { dataDirOf, findLocalPackage, type LocalPackage, readLocalFile, whileInUse } from "./local-package.ts";

export type { Store } from "@errata/store";

export interface Backend {
	readonly store: Store;
	/** True if nobody can write to it while this command runs: it holds the data directory by itself. */
	readonly alone: boolean;
	close(): Promise<void>;
}

/** Opens the store, gives it to `use`, and closes it whatever happens. */
export async function withStore<T>(context: Context, use: (store: Store, backend: Backend) => Promise<T>): Promise<T> {
	const backend = await openBackend(context);
	try {
		return await use(backend.store, backend);
	} finally {
		await backend.close();
	}
}

export function openBackend(context: Context): Promise<Backend> {
	return whileInUse(() => openOnce(context));
}

async function openOnce(context: Context): Promise<Backend> {
	const found = await search(context);
	if (found.store !== undefined) return opened(found.store);
	const { local, dataDir, config } = found;
	if (local === undefined || dataDir === undefined || !existsSync(path.join(dataDir, "engine"))) throw found.failure;
	const own = await local.startLocal({ dataDir, port: 0, otlpPort: 0 });
	context.err.line(context.err.style.dim(`errata local does not run; reading ${dataDir} directly.`));
	const store = storeAt(own.clickhouseUrl, config);
	return {
		store,
		alone: true,
		close: async () => {
			await store.close();
			await own.stop();
		},
	};
}

/** A store that others write to while it is read, for `tail`; throws when there is none. */
export async function openRunning(context: Context): Promise<Store> {
	const { store, failure } = await search(context);
	if (store === undefined) throw failure;
	return store;
}

interface Search {
	/** What answered, with errata's tables in it; given explicitly it is not asked at all. */
	readonly store?: Store;
	/** Why there is none. */
	readonly failure: unknown;
	readonly config: Config;
	readonly local?: LocalPackage;
	readonly dataDir?: string;
}

async function search(context: Context): Promise<Search> {
	const { config, sources } = checkedConfig(context);
	if (sources["clickhouse.url"].kind !== "default")
		return { store: storeAt(config["clickhouse.url"], config), failure: undefined, config };
	const local = await findLocalPackage();
	const dataDir = local === undefined ? undefined : dataDirOf(local, config, context.env);
	const running = dataDir === undefined ? undefined : readLocalFile(dataDir);
	// Who names a data directory means that one, not whatever else answers at the usual port.
	const usual = sources["local.dataDir"].kind === "flag" ? [] : usualUrls(config);
	const urls = [...(running === undefined ? [] : [running.clickhouseUrl]), ...usual];
	let failure: unknown;
	for (const url of new Set(urls)) {
		const store = storeAt(url, config);
		try {
			const { migration } = await store.health();
			if (migration.current > 0) return { store, failure, config };
		} catch (error) {
			failure ??= error;
		}
		await store.close();
	}
	failure = nothingRecorded(urls[0], dataDir, failure);
	if (local === undefined || dataDir === undefined) return { failure, config };
	return { failure, config, local, dataDir };
}

/** Where errata local serves when nobody says otherwise: the default URL, at the port it was told; nowhere for any port. */
function usualUrls(config: Config): string[] {
	if (config["local.port"] === 0) return [];
	const url = new URL(config["clickhouse.url"]);
	url.port = String(config["local.port"]);
	return [url.origin];
}

/** The store by the configuration alone, for `migrate` and `doctor`: nothing is started or searched. */
export function configuredStore(context: Context): Store {
	const { config } = checkedConfig(context);
	return storeAt(config["clickhouse.url"], config);
}

function checkedConfig(context: Context) {
	context.config();
	return context.loaded();
}

function opened(store: Store): Backend {
	return { store, alone: false, close: () => store.close() };
}

export function storeAt(url: string, config: Config): Store {
	const username = config["clickhouse.username"];
	const password = config["clickhouse.password"];
	return openStore({
		url,
		database: config["clickhouse.database"],
		tenant: config["clickhouse.tenant"],
		...(username === "" ? {} : { username }),
		...(password === "" ? {} : { password }),
	});
}

function nothingRecorded(url: string | undefined, dataDir: string | undefined, failure: unknown): unknown {
	// It answers and is not ours to read, or needs a password: its own words say more.
	if (failure instanceof StoreError && failure.kind !== "unreachable") return failure;
	const place = dataDir === undefined ? "@errata/local is not installed" : `there is no data in ${dataDir}`;
	return new ErrataError({
		operation: "read recorded errors",
		subject: "",
		cause: `${url === undefined ? "no errata local runs" : `no ClickHouse with errata's tables answers at ${url}`}, and ${place}`,
		remedy:
			"Run a program with `errata run -- node app.js`, keep a store running with `errata local`, or pass --clickhouse-url.",
		code: "NOTHING_RECORDED",
		exitCode: EXIT.unreachable,
	});
}
