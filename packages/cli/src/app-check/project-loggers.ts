/** Which logging libraries a program depends on, and so how they take an error. */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Family } from "./errors-in-code.ts";

export interface ProjectLoggers {
	readonly family: Family;
	readonly pino: boolean;
}

/** Libraries that log by pino, and those that take the error first. */
const PINO = ["pino", "pino-http", "nestjs-pino", "fastify", "express-pino-logger", "koa-pino-logger"];
const ERROR_LAST = ["winston", "log4js", "consola", "nest-winston", "loglevel", "tslog", "npmlog"];

export function projectLoggers(root: string): ProjectLoggers {
	const names = dependenciesOf(root);
	const pino = PINO.some((name) => names.has(name));
	const last = ERROR_LAST.some((name) => names.has(name));
	return {
		family: (pino || names.has("bunyan")) && !last ? "error-first" : "error-last",
		pino: pino && !last && !names.has("bunyan"),
	};
}

/** Of the nearest package.json at or above `root`; nothing if there is none. */
export function dependenciesOf(root: string): ReadonlySet<string> {
	for (let dir = path.resolve(root); ; dir = path.dirname(dir)) {
		try {
			const manifest = JSON.parse(readFileSync(path.join(dir, "package.json"), "utf8")) as Record<string, object>;
			return new Set(
				["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"].flatMap((key) =>
					Object.keys(manifest[key] ?? {}),
				),
			);
		} catch {
			if (dir === path.dirname(dir)) return new Set();
		}
	}
}
