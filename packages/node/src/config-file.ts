/**
 * Reads `errata.yaml`: which file, its bytes, its keys with the lines they stand on. What a key may hold and which source
 * wins is `config.ts`. The YAML parser is loaded only when there is a file.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { CONFIG_KEYS } from "./config-keys.ts";

/** Bytes read of an `errata.yaml`: a large one is some thousand; a larger one is not ours. */
const FILE_BYTES = 262_144;
/** Characters of a rejected value that a problem quotes. */
const QUOTED = 80;

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

export interface ConfigFile {
	readonly path: string;
	readonly entries: ReadonlyMap<string, { readonly value: unknown; readonly line: number }>;
}

/** `errata.yaml` of the working directory, or the file `ERRATA_CONFIG` names; nowhere else is looked. */
export function readConfigFile(
	options: { readonly env: Readonly<Record<string, string | undefined>>; readonly cwd: string },
	problems: ConfigProblem[],
): ConfigFile {
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

/** A value as a problem quotes it: cut, and of a secret only its length. */
export function quote(value: unknown, secret: boolean): string {
	if (secret) return typeof value === "string" ? `${Buffer.byteLength(value)} bytes` : `a ${typeof value}`;
	let text: string;
	try {
		text = JSON.stringify(value) ?? String(value);
	} catch {
		text = `a ${typeof value}`;
	}
	return text.length > QUOTED ? `${text.slice(0, QUOTED)}...` : text;
}
