/**
 * One ClickHouse engine for the whole vitest run: tests ask for its URL with `inject("clickhouseUrl")` and work in a
 * database of their own. ERRATA_TEST_CLICKHOUSE names a server that runs already.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
	export interface ProvidedContext {
		/** `http://user:password@127.0.0.1:port` of an engine that this run owns. */
		clickhouseUrl: string;
	}
}

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
	const given = process.env.ERRATA_TEST_CLICKHOUSE;
	if (given !== undefined) {
		project.provide("clickhouseUrl", given);
		return undefined;
	}
	const { startEngine } = await import("../../packages/local/src/engine.ts");
	const dataDir = await mkdtemp(path.join(tmpdir(), "errata-test-engine-"));
	const engine = await startEngine({ dataDir });
	const url = new URL(engine.url);
	url.username = engine.username;
	url.password = engine.password;
	project.provide("clickhouseUrl", url.href);
	return async () => {
		await engine.stop();
		await rm(dataDir, { recursive: true, force: true });
	};
}
