/**
 * `@errata/local` when it is there: an optional dependency of 566 MB that remote use does without. The only place that
 * imports it, and the only one that knows where its data lies.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ErrataError } from "@errata/catalog";
import type { Config } from "@errata/node/config";
import type { Env } from "./context.ts";
import { EXIT } from "./exit.ts";
import { LIMITS } from "./limits.ts";

export type LocalPackage = typeof import("@errata/local");

/** The package, or `undefined` if it is not installed. */
export async function findLocalPackage(): Promise<LocalPackage | undefined> {
	try {
		return await import("@errata/local");
	} catch (error) {
		const missing = (error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND";
		if (missing && String((error as Error).message).includes("@errata/local")) return undefined;
		throw error;
	}
}

/** The package; throws with how to install it. */
export async function needLocalPackage(operation: string): Promise<LocalPackage> {
	const found = await findLocalPackage();
	if (found !== undefined) return found;
	throw new ErrataError({
		operation,
		subject: "",
		cause: "the package @errata/local is not installed",
		remedy: "Install it: npm i -D @errata/local (about 570 MB).",
		code: "LOCAL_MISSING",
		exitCode: EXIT.failure,
	});
}

/** Where errata local keeps its data by this configuration. */
export function dataDirOf(local: LocalPackage, config: Config, env: Env): string {
	return config["local.dataDir"] === "" ? local.defaultDataDir(env) : config["local.dataDir"];
}

/**
 * Runs `attempt` again as long as another errata holds the data directory: a command that reads it holds it for a second,
 * and one that starts right now will be there to be used.
 */
export async function whileInUse<T>(attempt: () => Promise<T>): Promise<T> {
	const deadline = Date.now() + LIMITS.inUseMs;
	for (;;) {
		try {
			return await attempt();
		} catch (error) {
			const inUse = error instanceof ErrataError && error.code === "LOCAL_DATA_IN_USE";
			if (!inUse || Date.now() >= deadline) throw error;
		}
		await sleep(LIMITS.inUsePollMs);
	}
}

/** What a running errata local says of itself in its data directory; only its own user can read it. */
export interface LocalFile {
	readonly pid: number;
	readonly clickhouseUrl: string;
	readonly otlpUrl: string;
	readonly token: string;
}

/** `local.json` of a data directory; `undefined` if there is none, it cannot be read, or it is not one. */
export function readLocalFile(dataDir: string): LocalFile | undefined {
	try {
		const value: unknown = JSON.parse(readFileSync(path.join(dataDir, "local.json"), "utf8"));
		return isLocalFile(value) ? value : undefined;
	} catch {
		return undefined;
	}
}

function isLocalFile(value: unknown): value is LocalFile {
	if (typeof value !== "object" || value === null) return false;
	const file = value as Record<string, unknown>;
	return (
		typeof file.pid === "number" &&
		["clickhouseUrl", "otlpUrl", "token"].every((key) => typeof file[key] === "string" && file[key] !== "")
	);
}
