/** An errata local of one test file: free ports, a data directory that goes with it, and SQL as any client would send it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createClient } from "@clickhouse/client";
import { type Local, startLocal } from "@errata/local";
import { cleanEnv, type Ended, root, run } from "./processes.ts";

export interface TestLocal {
	readonly local: Local;
	readonly dataDir: string;
	/** Environment of a user's shell in which `errata` finds this errata local. */
	env(over?: Readonly<Record<string, string>>): NodeJS.ProcessEnv;
	/** Runs the command line as a user would. */
	errata(...args: readonly string[]): Promise<Ended>;
	sql<Row>(query: string, parameters?: Readonly<Record<string, unknown>>): Promise<Row[]>;
	/** Stops it and starts it again on the same data. */
	restart(): Promise<void>;
	stop(): Promise<void>;
}

/** What goes before a user's command line. */
export const ERRATA: readonly [string, string] = ["node", path.join(root, "packages", "cli", "bin", "errata.mjs")];

export async function startTestLocal(): Promise<TestLocal> {
	const dir = await mkdtemp(path.join(tmpdir(), "errata-e2e-"));
	const dataDir = path.join(dir, "data");
	const start = (): Promise<Local> => startLocal({ dataDir, port: 0, otlpPort: 0 });
	let local = await start();
	const env = (over = {}): NodeJS.ProcessEnv =>
		cleanEnv({ ERRATA_DATA_DIR: dataDir, XDG_STATE_HOME: path.join(dir, "state"), ...over });
	return {
		get local() {
			return local;
		},
		dataDir,
		env,
		errata: (...args) => run(ERRATA[0], [ERRATA[1], ...args], { env: env(), cwd: dir }),
		async sql<Row>(query: string, parameters: Readonly<Record<string, unknown>> = {}) {
			const client = createClient({ url: local.clickhouseUrl });
			try {
				const answer = await client.query({ query, query_params: { ...parameters }, format: "JSONEachRow" });
				return await answer.json<Row>();
			} finally {
				await client.close();
			}
		},
		async restart() {
			await local.stop();
			local = await start();
		},
		async stop() {
			await local.stop();
			await rm(dir, { recursive: true, force: true });
		},
	};
}
