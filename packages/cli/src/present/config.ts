/** The configuration as `errata config print` shows it: values masked where they are secret, problems with what to do. Pure. */
import { CONFIG_KEYS, type ConfigKey, type ConfigName, type LoadedConfig, problemText } from "@errata/node/config";
import { distance } from "fastest-levenshtein";
import type { Env } from "../context.ts";

export interface ShownValue {
	readonly key: string;
	/** As configured; masked where secret. */
	readonly value: unknown;
	/** `default`, `file`, `otel`, `env` or `flag`. */
	readonly source: string;
	/** Flag, variable or `path:line`; "" for a default. */
	readonly from: string;
}

export interface ShownProblem {
	readonly key: string;
	readonly problem: string;
	readonly remedy: string;
}

/** Every key, or those that are `under` or below it. */
export function shownValues({ config, sources }: LoadedConfig, under: string): ShownValue[] {
	return (Object.entries(CONFIG_KEYS) as [ConfigName, ConfigKey][])
		.filter(([name]) => under === "" || name === under || name.startsWith(`${under}.`))
		.map(([name, key]) => ({
			key: name,
			value: masked(config[name], key),
			source: sources[name].kind,
			from: sources[name].name,
		}));
}

function masked(value: unknown, key: ConfigKey): unknown {
	if (typeof value !== "string" || value === "") return value;
	return key.secret === true ? secret(value) : withoutCredentials(value);
}

function secret(value: string): string {
	return `[secret, ${Buffer.byteLength(value)} bytes]`;
}

/** User and password of a URL, and a query that may hold a token, are nobody's to read over a shoulder. */
function withoutCredentials(value: string): string {
	if (!/^[a-z][a-z0-9+.-]*:\/\//iu.test(value)) return value;
	return value.replace(/\/\/[^/?#]*@/u, "//[secret]@").replace(/\?[^#]*/u, "?[secret]");
}

/** The standard variables that are set: they keep their meaning, and no key of errata's may hold what they say. */
export function otelVariables(env: Env): ShownValue[] {
	return Object.keys(env)
		.filter((name) => name.startsWith("OTEL_") && (env[name] ?? "") !== "")
		.toSorted()
		.map((name) => {
			const value = env[name] as string;
			const hidden = /HEADERS|TOKEN|SECRET|PASSWORD|KEY/u.test(name);
			return { key: name, value: hidden ? secret(value) : withoutCredentials(value), source: "otel", from: name };
		});
}

export function shownProblems({ problems }: LoadedConfig): ShownProblem[] {
	return problems.map((found) => ({
		key: found.key,
		problem: problemText(found).replace(/\/\/[^/?#"]*@/gu, "//[secret]@"),
		remedy: remedyOf(found),
	}));
}

function remedyOf({ key, expected, source }: LoadedConfig["problems"][number]): string {
	const known = Object.hasOwn(CONFIG_KEYS, key) ? (CONFIG_KEYS[key as ConfigName] as ConfigKey) : undefined;
	if (expected.startsWith("nothing here"))
		return `Take it out of the file, and set ${known?.env} where the program starts.`;
	if (known === undefined && key !== "" && expected.startsWith("a known key"))
		return "Correct the name or take the line out; CONFIG.md of @errata/node lists every key.";
	if (key === "") return `Correct ${source}, or take the file away: without it defaults and variables apply.`;
	return `Correct it at ${source}, or take it out${known === undefined ? "." : `: ${known.env} and the default stay.`}`;
}

/** Variables that begin with ERRATA_, name no key, and nearly name one: typing errors that nothing else would tell. */
export function strayVariables(env: Env): ShownProblem[] {
	const known = Object.values(CONFIG_KEYS).map((key: ConfigKey) => key.env);
	return Object.keys(env)
		.filter((name) => name.startsWith("ERRATA_") && !known.includes(name) && !OTHER_VARIABLES.has(name))
		.flatMap((name) => {
			const near = known.find((other) => distance(name, other) <= 2);
			if (near === undefined) return [];
			const problem = `${name} is set and means nothing to errata`;
			return [{ key: name, problem, remedy: `Did you mean ${near}?` }];
		});
}

/** Variables of errata that are no keys: where the file is, the model of `explain`, what `run` tells its child. */
const OTHER_VARIABLES: ReadonlySet<string> = new Set([
	"ERRATA_CONFIG",
	"ERRATA_MODEL",
	"ERRATA_MODEL_URL",
	"ERRATA_MODEL_KEY",
	"ERRATA_MODEL_API",
	"ERRATA_RUN_STATUS",
	"ERRATA_COLLECTOR",
	"ERRATA_SUBJECT",
	"ERRATA_KEY",
]);
