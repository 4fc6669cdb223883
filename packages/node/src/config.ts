/**
 * Reads the configuration once, at the edge: flags > `ERRATA_*` > `OTEL_*` > `errata.yaml` > defaults. Light: nothing of
 * OpenTelemetry is imported, the YAML parser only when a file is there, so the CLI can use it too. The keys themselves
 * live in `config-keys.ts`. Nothing here throws: what is wrong is listed, and the caller decides (the CLI stops, the
 * instrumentation says it once and runs with the next best value).
 */
import path from "node:path";
import { type ConfigFile, type ConfigProblem, quote, readConfigFile } from "./config-file.ts";
import { CONFIG_KEYS, type Config, type ConfigKey, type ConfigName } from "./config-keys.ts";

export type { ConfigProblem } from "./config-file.ts";
export { CONFIG_KEYS, type Config, type ConfigKey, type ConfigName } from "./config-keys.ts";

/** Items of one list and bytes of one item: they are compared on the hot path. */
export const LIST_ITEMS = 1_000;

export type SourceKind = "flag" | "env" | "otel" | "file" | "default";

export interface ConfigSource {
	readonly kind: SourceKind;
	/** Flag, variable or `path:line`; "" for a default. */
	readonly name: string;
}

export interface LoadedConfig {
	readonly config: Config;
	readonly sources: Readonly<Record<ConfigName, ConfigSource>>;
	readonly problems: readonly ConfigProblem[];
	/** Path of the file that was read, "" if none. */
	readonly file: string;
}

export interface LoadConfigOptions {
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly cwd: string;
	/** Values of command-line flags by key, as given: strings or already typed. */
	readonly flags?: Partial<Record<ConfigName, unknown>>;
}

interface Candidate {
	readonly value: unknown;
	readonly source: ConfigSource;
	/** Where relative paths begin. */
	readonly base: string;
}

type Check = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly expected: string };

/** The configuration, where each value came from, and what was wrong. Never throws. */
export function loadConfig(options: LoadConfigOptions): LoadedConfig {
	const problems: ConfigProblem[] = [];
	const file = readConfigFile(options, problems);
	const config: Record<string, unknown> = {};
	const sources: Record<string, ConfigSource> = {};
	for (const [name, key] of Object.entries(CONFIG_KEYS) as [ConfigName, ConfigKey][]) {
		config[name] = freeze(key.default);
		sources[name] = { kind: "default", name: "" };
		for (const candidate of candidates(name, key, options, file)) {
			const check = checkValue(key, candidate);
			if (check.ok) {
				config[name] = freeze(check.value);
				sources[name] = candidate.source;
				break;
			}
			problems.push({
				key: name,
				expected: check.expected,
				got: quote(candidate.value, key.secret === true),
				source: candidate.source.name,
			});
		}
	}
	if (config["redaction.mode"] === "pseudonym" && config["redaction.pseudonymKey"] === "")
		problems.push({
			key: "redaction.mode",
			expected: `${CONFIG_KEYS["redaction.pseudonymKey"].env} of at least 32 bytes beside it; until then values are replaced`,
			got: quote("pseudonym", false),
			source: sources["redaction.mode"]?.name ?? "",
		});
	return {
		config: Object.freeze(config) as Config,
		sources: Object.freeze(sources) as Record<ConfigName, ConfigSource>,
		problems: Object.freeze(problems),
		file: file.path,
	};
}

/** One problem as a sentence: key, what was expected, what came, where. */
export function problemText(problem: ConfigProblem): string {
	const key = problem.key === "" ? "configuration" : problem.key;
	return `${key} (${problem.source}): expected ${problem.expected}, got ${problem.got}`;
}

function freeze(value: unknown): unknown {
	return Array.isArray(value) ? Object.freeze([...value]) : value;
}

function candidates(name: ConfigName, key: ConfigKey, options: LoadConfigOptions, file: ConfigFile): Candidate[] {
	const found: Candidate[] = [];
	const flag = options.flags?.[name];
	if (flag !== undefined) found.push({ value: flag, source: { kind: "flag", name: `--${name}` }, base: options.cwd });
	const env = options.env[key.env];
	// An empty variable is unset, as OpenTelemetry has it.
	if (env !== undefined && env !== "")
		found.push({ value: env, source: { kind: "env", name: key.env }, base: options.cwd });
	const otel = key.otel === undefined ? undefined : options.env[key.otel];
	if (key.otel !== undefined && otel !== undefined && otel !== "")
		found.push({ value: otel, source: { kind: "otel", name: key.otel }, base: options.cwd });
	const entry = file.entries.get(name);
	if (entry !== undefined)
		found.push({
			value: entry.value,
			source: { kind: "file", name: `${file.path}:${entry.line}` },
			base: path.dirname(file.path),
		});
	return found;
}

/** ` (bytes)`, "" for what has no unit. */
export function unitText({ unit }: ConfigKey): string {
	return unit === undefined || unit === "port" ? "" : ` (${unit})`;
}

/** What a value must be, in words, for problems and for `CONFIG.md`. */
export function expectedOf(key: ConfigKey): string {
	switch (key.type) {
		case "boolean":
			return "true or false";
		case "int":
			return `a whole number from ${key.min} to ${key.max}`;
		case "enum":
			return `one of ${key.values.join(", ")}`;
		case "number":
			return `a number from ${key.min} to ${key.max}`;
		case "list":
			return `a list of ${key.values === undefined ? "strings" : key.values.join(", ")} (in a variable: separated by commas)`;
		case "paths":
			return "a list of paths (in a variable: separated by commas)";
		case "url":
			return "an http or https URL";
		case "path":
			return "a path";
		case "string":
			return key.minBytes === undefined ? "a string" : `a string of at least ${key.minBytes} bytes`;
	}
}

function checkValue(key: ConfigKey, { value, source, base }: Candidate): Check {
	if (key.trusted === true && source.kind === "file")
		return { ok: false, expected: `nothing here: it comes from ${key.env} only` };
	const checked = convert(key, value, base);
	return checked === undefined ? { ok: false, expected: expectedOf(key) } : { ok: true, value: checked };
}

function convert(key: ConfigKey, value: unknown, base: string): unknown {
	switch (key.type) {
		case "boolean":
			return toBoolean(value);
		case "int":
			return toInt(value, key.min, key.max);
		case "enum":
			return typeof value === "string" && key.values.includes(value.trim()) ? value.trim() : undefined;
		case "number":
			return toNumber(value, key.min, key.max);
		case "list":
			return toList(value, key.values);
		case "paths":
			return toList(value)?.map((item) => path.resolve(base, item));
		case "path":
			return typeof value === "string" && value !== "" && !value.includes("\0") ? path.resolve(base, value) : undefined;
		case "url":
			return toUrl(value);
		case "string":
			return typeof value === "string" && Buffer.byteLength(value) >= (key.minBytes ?? 0) ? value : undefined;
	}
}

function toBoolean(value: unknown): boolean | undefined {
	if (typeof value === "boolean") return value;
	if (typeof value !== "string") return undefined;
	const text = value.trim().toLowerCase();
	if (text === "true" || text === "1") return true;
	if (text === "false" || text === "0") return false;
	return undefined;
}

function toInt(value: unknown, min: number, max: number): number | undefined {
	const text = typeof value === "string" ? value.trim() : value;
	const number = typeof text === "string" && /^[0-9]{1,15}$/.test(text) ? Number(text) : text;
	return typeof number === "number" && Number.isInteger(number) && number >= min && number <= max ? number : undefined;
}

function toNumber(value: unknown, min: number, max: number): number | undefined {
	const text = typeof value === "string" ? value.trim() : value;
	const number = typeof text === "string" && /^[0-9]{1,15}([.][0-9]{1,15})?$/.test(text) ? Number(text) : text;
	return typeof number === "number" && number >= min && number <= max ? number : undefined;
}

function toList(value: unknown, values?: readonly string[]): string[] | undefined {
	const items = typeof value === "string" ? value.split(",").map((item) => item.trim()) : value;
	if (!Array.isArray(items) || items.length > LIST_ITEMS) return undefined;
	if (!items.every((item): item is string => typeof item === "string" && !item.includes("\0"))) return undefined;
	// In a variable a comma too many does no harm.
	const given = items.filter((item) => item !== "");
	if (values === undefined) return given;
	return (typeof value === "string" ? given : items).every((item) => values.includes(item)) ? given : undefined;
}

function toUrl(value: unknown): string | undefined {
	if (typeof value !== "string") return undefined;
	const url = URL.parse(value);
	return url?.protocol === "http:" || url?.protocol === "https:" ? value : undefined;
}
