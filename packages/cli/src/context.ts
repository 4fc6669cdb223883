/**
 * What a command is given: its streams, its configuration, the clock and a way to ask for the store. Made once by
 * `main.ts`; a command touches neither `process.argv` nor `process.exit`.
 */
import { builtinCatalog, type Catalog, ErrataError, loadCatalog } from "@errata/catalog";
import { type Config, type ConfigName, type LoadedConfig, loadConfig, problemText } from "@errata/node/config";
import type { Command } from "commander";
import { EXIT } from "./exit.ts";
import type { Sink } from "./output.ts";

export type Env = Readonly<Record<string, string | undefined>>;

/** Flags that every command takes. */
export interface GlobalFlags {
	readonly clickhouseUrl?: string;
	readonly database?: string;
	readonly data?: string;
	readonly json?: boolean;
	readonly color?: boolean;
}

export interface Context {
	/** Data. */
	readonly out: Sink;
	/** Notes, questions, progress. */
	readonly err: Sink;
	readonly env: Env;
	readonly cwd: string;
	readonly json: boolean;
	readonly global: GlobalFlags;
	/** Milliseconds since the epoch. */
	now(): number;
	/** The configuration with `flags` over it. Throws `ErrataError` (exit 2) when anything in it is invalid. */
	config(flags?: Partial<Record<ConfigName, unknown>>): Config;
	/** The configuration with what is wrong in it, for `doctor`. */
	loaded(flags?: Partial<Record<ConfigName, unknown>>): LoadedConfig;
	/** What a user types for errata to look at the same place: `errata`, or `npx errata`, and the flags that say where. */
	readonly nextCommand: { readonly name: string; readonly flags: string };
	/** The built-in catalog with the application's over it. */
	catalog(): Promise<Catalog>;
}

export interface ContextInput {
	readonly out: Sink;
	readonly err: Sink;
	readonly env: Env;
	readonly cwd: string;
	readonly global: GlobalFlags;
}

export function createContext(input: ContextInput): Context {
	const { env, cwd, global } = input;
	const loaded = (flags: Partial<Record<ConfigName, unknown>> = {}): LoadedConfig =>
		loadConfig({ env, cwd, flags: { ...globalValues(global), ...flags } });
	const config = (flags?: Partial<Record<ConfigName, unknown>>): Config => {
		const { config: values, problems } = loaded(flags);
		const [first] = problems;
		if (first === undefined) return values;
		const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
		throw new ErrataError({
			operation: "read the configuration",
			subject: "",
			cause: `${problemText(first)}${more}`,
			remedy: "Correct it and run the command again; `errata doctor` lists every problem.",
			code: "CONFIG_INVALID",
			exitCode: EXIT.usage,
		});
	};
	let catalog: Promise<Catalog> | undefined;
	return {
		...input,
		json: global.json === true,
		nextCommand: { name: env.npm_command === "exec" ? "npx errata" : "errata", flags: placeFlags(global) },
		now: () => Date.now(),
		config,
		loaded,
		catalog: () => {
			const paths = config().catalog;
			catalog ??= paths.length === 0 ? Promise.resolve(builtinCatalog()) : loadCatalog(paths);
			return catalog;
		},
	};
}

function globalValues(global: GlobalFlags): Partial<Record<ConfigName, unknown>> {
	return {
		...(global.clickhouseUrl === undefined ? {} : { "clickhouse.url": global.clickhouseUrl }),
		...(global.database === undefined ? {} : { "clickhouse.database": global.database }),
		...(global.data === undefined ? {} : { "local.dataDir": global.data }),
	};
}

/** The flags that say where errors are, as a user would type them again; never a URL with a password in it. */
function placeFlags(global: GlobalFlags): string {
	const url = global.clickhouseUrl ?? "";
	const shown = /\/\/[^/]*@/u.test(url) ? "" : url;
	return [
		["--clickhouse-url", shown],
		["--database", global.database ?? ""],
		["--data", global.data ?? ""],
	]
		.filter(([, value]) => value !== "")
		.map(
			([flag, value = ""]) =>
				` ${flag} ${/^[\w@%+=:,./-]+$/u.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`}`,
		)
		.join("");
}

const GLOBAL_NAMES = ["clickhouseUrl", "database", "data", "json", "color"] as const;

/**
 * Global flags, wherever they stood on the line: each command takes them, and the program itself does. The innermost
 * one that was really given wins; commander's own merge lets a default of the program beat a flag of the command.
 */
export function globalFlags(command: Command): GlobalFlags {
	const flags: Record<string, unknown> = {};
	for (let at: Command | null = command; at !== null; at = at.parent)
		for (const name of GLOBAL_NAMES)
			if (flags[name] === undefined && at.getOptionValueSource(name) === "cli") flags[name] = at.getOptionValue(name);
	return flags;
}
