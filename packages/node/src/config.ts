/**
 * Reads the configuration once, at the edge: flags > `ERRATA_*` > `OTEL_*` > `errata.yaml` > defaults. Light: nothing of
 * OpenTelemetry is imported, the YAML parser only when a file is there, so the CLI can use it too. The keys themselves
 * live in `config-keys.ts`. Nothing here throws: what is wrong is listed, and the caller decides (the CLI stops, the
 * instrumentation says it once and runs with the next best value).
 */
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { CONFIG_KEYS, type Config, type ConfigKey, type ConfigName } from "./config-keys.ts";

export { CONFIG_KEYS, type Config, type ConfigKey, type ConfigName } from "./config-keys.ts";

/** Bytes read of an `errata.yaml`: a large one is some thousand; a larger one is not ours. */
const FILE_BYTES = 262_144;
/** Characters of a rejected value that a problem quotes. */
const QUOTED = 80;
/** Items of one list and bytes of one item: they are compared on the hot path. */
const LIST_ITEMS = 1_000;

export type SourceKind = "flag" | "env" | "otel" | "file" | "default";

export interface ConfigSource {
	readonly kind: SourceKind;
	/** Flag, variable or `path:line`; "" for a default. */
	readonly name: string;
}

/** One thing wrong with the configuration. The value of the next source is used in its place. */
export interface ConfigProblem {
	/** Key as in the table, or what stood in its place; "" for the file as a whole. */
	readonly key: string;
	readonly expected: string;
	/** What came, quoted and cut; the length only for a secret. */
	readonly got: string;
	/** Flag, variable or `path:line`. */
	readonly source: string;
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
	const file = readFile(options, problems);
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

/** What a value must be, in words, for problems and for `CONFIG.md`. */
export function expectedOf(key: ConfigKey): string {
	switch (key.type) {
		case "boolean":
			return "true or false";
		case "int":
			return `a whole number from ${key.min} to ${key.max}`;
		case "enum":
			return `one of ${key.values.join(", ")}`;
		case "list":
			return "a list of strings (in a variable: separated by commas)";
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
		case "list":
			return toList(value);
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

function toList(value: unknown): string[] | undefined {
	const items = typeof value === "string" ? value.split(",").map((item) => item.trim()) : value;
	if (!Array.isArray(items) || items.length > LIST_ITEMS) return undefined;
	if (!items.every((item): item is string => typeof item === "string" && !item.includes("\0"))) return undefined;
	return items.filter((item) => item !== "");
}

function toUrl(value: unknown): string | undefined {
	if (typeof value !== "string") return undefined;
	const url = URL.parse(value);
	return url?.protocol === "http:" || url?.protocol === "https:" ? value : undefined;
}

function quote(value: unknown, secret: boolean): string {
	if (secret) return typeof value === "string" ? `${Buffer.byteLength(value)} bytes` : `a ${typeof value}`;
	let text: string;
	try {
		text = JSON.stringify(value) ?? String(value);
	} catch {
		text = `a ${typeof value}`;
	}
	return text.length > QUOTED ? `${text.slice(0, QUOTED)}...` : text;
}

interface ConfigFile {
	readonly path: string;
	readonly entries: ReadonlyMap<string, { readonly value: unknown; readonly line: number }>;
}

/** `errata.yaml` of the working directory, or the file `ERRATA_CONFIG` names; nowhere else is looked. */
function readFile(options: LoadConfigOptions, problems: ConfigProblem[]): ConfigFile {
	const none: ConfigFile = { path: "", entries: new Map() };
	const given = options.env.ERRATA_CONFIG;
	const named = given !== undefined && given !== "";
	const file = path.resolve(options.cwd, named ? given : "errata.yaml");
	let text: string;
	try {
		text = readBounded(file);
	} catch (error) {
		const code = (error as NodeJS.ErrnoException).code;
		if (!named && (code === "ENOENT" || code === "ENOTDIR")) return none;
		problems.push({
			key: "",
			expected: `a readable file of at most ${FILE_BYTES} bytes`,
			got: code ?? (error as Error).message,
			source: file,
		});
		return none;
	}
	return { path: file, entries: parse(text, file, problems) };
}

function readBounded(file: string): string {
	// O_NONBLOCK: a named pipe in the place of the file must not stop the host.
	const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
	try {
		const stat = fstatSync(fd);
		if (!stat.isFile()) throw new Error("not a file");
		if (stat.size > FILE_BYTES) throw new Error(`${stat.size} bytes`);
		const buffer = Buffer.alloc(stat.size);
		let length = 0;
		while (length < buffer.length) {
			const read = readSync(fd, buffer, length, buffer.length - length, length);
			if (read === 0) break;
			length += read;
		}
		return buffer.toString("utf8", 0, length);
	} finally {
		closeSync(fd);
	}
}

type YamlModule = typeof import("yaml");

function parse(text: string, file: string, problems: ConfigProblem[]): ConfigFile["entries"] {
	const entries = new Map<string, { value: unknown; line: number }>();
	const wrong = (line: number, key: string, expected: string, got: string): void => {
		problems.push({ key, expected, got, source: `${file}:${line}` });
	};
	const yaml = createRequire(import.meta.url)("yaml") as YamlModule;
	const lines = new yaml.LineCounter();
	const lineOf = (offset: number | undefined): number => (offset === undefined ? 1 : lines.linePos(offset).line);
	const document = yaml.parseDocument(text, { lineCounter: lines, version: "1.2", prettyErrors: false });
	const error = document.errors[0];
	if (error !== undefined) {
		wrong(lineOf(error.pos[0]), "", "YAML 1.2", error.message);
		return entries;
	}
	const walk = (node: unknown, prefix: string): void => {
		if (!yaml.isMap(node)) {
			if (node !== null) wrong(1, prefix, "a map of keys", "something else");
			return;
		}
		for (const pair of node.items) {
			const name = yaml.isScalar(pair.key) ? String(pair.key.value) : "?";
			const line = lineOf(yaml.isNode(pair.key) ? pair.key.range?.[0] : undefined);
			const key = prefix === "" ? name : `${prefix}.${name}`;
			if (Object.hasOwn(CONFIG_KEYS, key)) {
				try {
					const value = yaml.isNode(pair.value) ? pair.value.toJS(document, { maxAliasCount: 20 }) : pair.value;
					entries.set(key, { value, line });
				} catch (cause) {
					wrong(line, key, "a value without runaway aliases", (cause as Error).message);
				}
			} else if (isSection(key) && yaml.isMap(pair.value)) walk(pair.value, key);
			else if (isSection(key)) wrong(line, key, `a map of ${sectionKeys(key)}`, "something else");
			else wrong(line, key, `a known key${suggest(key)}`, quote(key, false));
		}
	};
	walk(document.contents, "");
	return entries;
}

function isSection(key: string): boolean {
	return Object.keys(CONFIG_KEYS).some((name) => name.startsWith(`${key}.`));
}

function sectionKeys(key: string): string {
	return Object.keys(CONFIG_KEYS)
		.filter((name) => name.startsWith(`${key}.`))
		.map((name) => name.slice(key.length + 1))
		.join(", ");
}

/** The nearest key, if one is near: a typing error has an edit distance of at most two. */
function suggest(key: string): string {
	let best = "";
	let least = 3;
	for (const name of Object.keys(CONFIG_KEYS)) {
		const distance = editDistance(key.slice(0, 64).toLowerCase(), name.toLowerCase());
		if (distance < least) {
			least = distance;
			best = name;
		}
	}
	return best === "" ? "" : ` (did you mean ${best}?)`;
}

function editDistance(a: string, b: string): number {
	let row = Array.from({ length: b.length + 1 }, (_, i) => i);
	for (let i = 1; i <= a.length; i++) {
		const next = [i];
		for (let j = 1; j <= b.length; j++) {
			const swap = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
			next.push(Math.min(swap, (row[j] as number) + 1, (next[j - 1] as number) + 1));
		}
		row = next;
	}
	return row[b.length] as number;
}
