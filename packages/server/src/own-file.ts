/** A YAML or JSON file of the user's own: read within limits, checked by a schema, and every failure said with its place. */
import { readFileSync, statSync } from "node:fs";
import { ErrataError } from "@errata/catalog";
import type { Static, TSchema } from "typebox";
import { parseDocument } from "yaml";
import { LIMITS } from "./limits.ts";
import { typeboxValue } from "./on-demand.ts";

/** Which file it is, and how its failures read. */
export interface OwnFile {
	readonly path: string;
	/** `read the rules in` */
	readonly operation: string;
	readonly remedy: string;
	readonly code: string;
}

export type Env = Readonly<Record<string, string | undefined>>;

export function parsedFile(file: OwnFile): unknown {
	try {
		if (statSync(file.path).size > LIMITS.rulesBytes) throw new Error(`it is over ${LIMITS.rulesBytes} bytes`);
		const document = parseDocument(readFileSync(file.path, "utf8"), { version: "1.2", prettyErrors: true });
		if (document.errors[0] !== undefined) throw document.errors[0];
		return document.toJS({ maxAliasCount: 20 });
	} catch (error) {
		throw wrong(file, "", (error as Error).message.split("\n", 1)[0] as string);
	}
}

/** `value` if it is of the schema; `at` is where it stands. */
export function check<T extends TSchema>(schema: T, value: unknown, file: OwnFile, at: string): Static<T> {
	const [error] = typeboxValue().Value.Errors(schema, value);
	if (error === undefined) return value as Static<T>;
	const where = [at, error.instancePath.slice(1)].filter((part) => part !== "").join("/");
	throw wrong(file, where, error.message === "schema is false" ? "no such key here" : error.message);
}

/** The one of `schemas` that is named. */
export function oneOf<T extends TSchema>(
	schemas: Readonly<Record<string, T>>,
	name: string,
	file: OwnFile,
	at: string,
): T {
	if (Object.hasOwn(schemas, name)) return schemas[name] as T;
	throw wrong(file, at, `expected ${Object.keys(schemas).join(", ")}, got ${JSON.stringify(name.slice(0, 40))}`);
}

/** With the environment's variables in place of `${NAME}` in every string. */
export function substitute(value: unknown, at: string, file: OwnFile, env: Env): unknown {
	if (typeof value === "string")
		return value.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/gu, (_, name: string) => {
			const found = env[name];
			if (found === undefined || found === "") throw wrong(file, at, `the environment has no ${name}`);
			return found;
		});
	if (Array.isArray(value)) return value.map((item, i) => substitute(item, `${at}/${i}`, file, env));
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, item]) => [key, substitute(item, at === "" ? key : `${at}/${key}`, file, env)]),
	);
}

export function wrong(file: OwnFile, at: string, cause: string): ErrataError {
	return new ErrataError({
		operation: file.operation,
		subject: at === "" ? file.path : `${file.path} at ${at}`,
		cause: cause.replace(/\.$/u, ""),
		remedy: file.remedy,
		code: file.code,
		exitCode: 2,
	});
}
