/**
 * From authored YAML to a compiled catalog: every mistake is found here, with file, line and remedy, so that matching
 * trusts its input. Used by the build, by `errata catalog check` and when a user's catalog is loaded.
 */

import { readFileSync } from "node:fs";
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from "yaml";
import { ADVICE_LANGUAGES, addressed } from "./addressed.ts";
import {
	builtinCatalog,
	type Catalog,
	type CompiledCatalog,
	type CompiledEntry,
	type CompiledRule,
	createCatalog,
} from "./catalog.ts";
import { checkEntry } from "./entry-check.ts";
import { ErrataError } from "./errata-error.ts";
import { compileRegex, type PortableRegex, RegexRefused } from "./regex.ts";
import type { CaptureSource, CatalogSource, EntrySource, RuleSource } from "./types.ts";

/** One mistake in a catalog file. */
export interface CatalogProblem {
	readonly file: string;
	/** 1-based; 0 when the file as a whole is meant. */
	readonly line: number;
	/** Where in the file: `entries[3].match[0].message`. */
	readonly path: string;
	readonly message: string;
	readonly remedy: string;
}

export interface CompileResult {
	/** Absent when there are problems. */
	readonly catalog?: CompiledCatalog;
	readonly problems: readonly CatalogProblem[];
}

type Report = (path: readonly (string | number)[], message: string, remedy: string) => void;

/** Reads, checks and compiles one YAML file. Never throws for what the file holds; a file that cannot be read is a problem too. */
export function checkCatalogFile(file: string): CompileResult {
	let text: string;
	try {
		text = readFileSync(file, "utf8");
	} catch (error) {
		const cause = error instanceof Error ? error.message : String(error);
		return { problems: [{ file, line: 0, path: "", message: cause, remedy: "Name a readable YAML file" }] };
	}
	return compileCatalog(text, file);
}

/** Checks and compiles YAML `text`; `file` is for messages. */
export function compileCatalog(text: string, file: string): CompileResult {
	const counter = new LineCounter();
	const document = parseDocument(text, {
		version: "1.2",
		schema: "core",
		strict: true,
		uniqueKeys: true,
		lineCounter: counter,
	});
	const problems: CatalogProblem[] = document.errors.map((e) => ({
		file,
		line: e.linePos?.[0].line ?? 0,
		path: "",
		message: e.message.split("\n")[0] ?? "invalid YAML",
		remedy: "Write YAML 1.2; quote scalars that hold `: `, `#` or a leading special character",
	}));
	visit(document, {
		Alias(_, node) {
			const { line } = counter.linePos(node.range?.[0] ?? 0);
			problems.push({
				file,
				line,
				path: "",
				message: `alias *${node.source}`,
				remedy: "Write the value out where it is used",
			});
		},
	});
	if (problems.length > 0) return { problems };
	const report: Report = (path, message, remedy) => {
		problems.push({ file, line: lineOf(document.contents, path, counter), path: pathText(path), message, remedy });
	};
	const source = document.toJS({ maxAliasCount: 0 }) as unknown;
	const entries = checkHead(source, report);
	const compiled: CompiledEntry[] = [];
	const seen = new Map<string, number>();
	entries.forEach((raw, i) => {
		const entry = checkEntry(raw, (path, message, remedy) => report(["entries", i, ...path], message, remedy));
		if (entry === undefined) return;
		for (const key of [`code ${entry.code}`, `id ${entry.id}`]) {
			const before = seen.get(key);
			if (before !== undefined)
				report(["entries", i], `${key} is already taken by entries[${before}]`, "A code and an id name one entry");
			seen.set(key, i);
		}
		compiled.push(compileEntry(entry, (path, message, remedy) => report(["entries", i, ...path], message, remedy)));
	});
	if (problems.length > 0) return { problems };
	const head = source as CatalogSource;
	return { catalog: { format: 1, name: head.name, version: head.version, entries: compiled }, problems };
}

/**
 * The built-in catalog with application catalogs over it; the first path beats the second.
 * Throws `ErrataError` that names every mistake with file and line.
 */
export function loadCatalogFiles(paths: readonly string[]): Catalog {
	if (paths.length === 0) return builtinCatalog();
	const layers = paths.map((file) => {
		const { catalog, problems } = checkCatalogFile(file);
		if (catalog === undefined)
			throw new ErrataError({
				operation: "read catalog",
				subject: file,
				cause: problems.map(problemText).join("; "),
				remedy: `Mend the file; \`errata catalog check ${file}\` shows it line by line`,
				code: "CATALOG_INVALID",
				exitCode: 2,
			});
		return catalog;
	});
	return createCatalog([...layers, ...builtinCatalog().layers]);
}

/** `file:line path: message. remedy` */
export function problemText(p: CatalogProblem): string {
	return `${p.file}${p.line > 0 ? `:${p.line}` : ""}${p.path === "" ? "" : ` ${p.path}`}: ${p.message}. ${p.remedy}`;
}

function checkHead(source: unknown, report: Report): readonly unknown[] {
	if (typeof source !== "object" || source === null || Array.isArray(source)) {
		report([], "not a map", "Begin with format: 1, name, version and entries");
		return [];
	}
	const head = source as Record<string, unknown>;
	for (const key of Object.keys(head))
		if (!["format", "name", "version", "entries"].includes(key))
			report([key], "unknown key", "Allowed: format, name, version, entries");
	if (head.format !== 1) report(["format"], `format is ${JSON.stringify(head.format)}`, "This errata reads format: 1");
	if (typeof head.name !== "string" || !/^[a-z][a-z0-9-]{0,62}$/.test(head.name))
		report(["name"], "name is missing or not a lower-case word", "For example name: shop");
	if (typeof head.version !== "string" || !/^[0-9A-Za-z.-]{1,40}$/.test(head.version))
		report(["version"], "version is missing or not a string", 'Quote it: version: "1.0.0"');
	if (!Array.isArray(head.entries)) {
		report(["entries"], "entries is not a list", "Give a list of entries, or [] for none");
		return [];
	}
	return head.entries;
}

function compileEntry(entry: EntrySource, report: Report): CompiledEntry {
	const regex = (source: string, path: readonly (string | number)[]): PortableRegex => {
		try {
			return compileRegex(source);
		} catch (error) {
			if (!(error instanceof RegexRefused)) throw error;
			report(path, error.message, error.remedy);
			return { re: "", names: [] };
		}
	};
	const match = entry.match.map((rule, i) => compileRule(rule, (key) => regex(rule[key] ?? "", ["match", i, key])));
	const captures = (entry.captures ?? []).map((c: CaptureSource, i) => ({
		...(c.message === undefined ? {} : { message: regex(c.message, ["captures", i, "message"]) }),
		...(c.stack === undefined ? {} : { stack: regex(c.stack, ["captures", i, "stack"]) }),
		...(c.attribute === undefined ? {} : { attribute: c.attribute, as: c.as ?? c.attribute }),
	}));
	checkPlaceholders(entry, match, captures, report);
	const {
		code,
		id,
		title,
		description,
		category,
		severity,
		retryable,
		inferred,
		priority,
		suggestions,
		docs,
		fingerprint,
		since,
		retired,
	} = entry;
	return {
		code,
		id,
		title,
		description,
		category,
		severity,
		...(retryable === undefined ? {} : { retryable }),
		...(inferred === undefined ? {} : { inferred }),
		...(priority === undefined || priority === 0 ? {} : { priority }),
		match,
		...(captures.length === 0 ? {} : { captures }),
		suggestions,
		...(docs === undefined ? {} : { docs }),
		...(fingerprint === undefined ? {} : { fingerprint }),
		since,
		...(retired === undefined ? {} : { retired }),
	};
}

function compileRule(rule: RuleSource, regex: (key: "message" | "stack") => PortableRegex): CompiledRule {
	const list = (v: string | readonly string[] | undefined): readonly string[] | undefined =>
		v === undefined ? undefined : typeof v === "string" ? [v] : v;
	const attributes = Object.entries(rule.attributes ?? {}).map(([name, values]) => [name, list(values) ?? []] as const);
	return {
		...(rule.type === undefined ? {} : { type: list(rule.type) ?? [] }),
		...(rule.code === undefined ? {} : { code: list(rule.code) ?? [] }),
		...(rule.message === undefined ? {} : { message: regex("message") }),
		...(rule.stack === undefined ? {} : { stack: regex("stack") }),
		...(attributes.length === 0 ? {} : { attributes: Object.fromEntries(attributes) }),
		...(rule.language === undefined ? {} : { language: list(rule.language) ?? [] }),
	};
}

/** Placeholders every entry may use without capturing them. */
export const BUILTIN_PLACEHOLDERS = [
	"error.type",
	"error.code",
	"error.message",
	"frame.function",
	"frame.file",
	"frame.line",
] as const;

function checkPlaceholders(
	entry: EntrySource,
	rules: readonly CompiledRule[],
	captures: readonly { message?: PortableRegex; stack?: PortableRegex; as?: string }[],
	report: Report,
): void {
	const known = new Set<string>(BUILTIN_PLACEHOLDERS);
	for (const source of [...rules, ...captures])
		for (const expression of [source.message, source.stack])
			for (const name of expression?.names ?? []) known.add(name);
	for (const capture of captures) if (capture.as !== undefined) known.add(capture.as);
	for (const kind of ["immediate", "preventive"] as const)
		entry.suggestions[kind].forEach((text, i) => {
			const { languages, text: rest } = addressed(text);
			const strange = languages.find((name) => !ADVICE_LANGUAGES.includes(name));
			if (strange !== undefined)
				report(
					["suggestions", kind, i],
					`no language is called ${JSON.stringify(strange)}`,
					`Known: ${ADVICE_LANGUAGES.join(", ")}`,
				);
			for (const [, name] of rest.matchAll(/\{\{([^}|]*)(?:\|[^}]*)?\}\}/g))
				if (name !== undefined && !known.has(name))
					report(
						["suggestions", kind, i],
						`nothing captures {{${name}}}`,
						`Known here: ${[...known].sort().join(", ")}`,
					);
		});
}

function lineOf(root: Node | null, path: readonly (string | number)[], counter: LineCounter): number {
	let node: Node | null | undefined = root;
	let offset = root?.range?.[0] ?? 0;
	for (const step of path) {
		if (isMap(node)) {
			const pair = node.items.find((p) => isScalar(p.key) && p.key.value === step);
			if (pair === undefined) break;
			offset = isScalar(pair.key) ? (pair.key.range?.[0] ?? offset) : offset;
			node = pair.value as Node | null;
		} else if (isSeq(node)) {
			node = node.items[Number(step)] as Node | undefined;
			offset = node?.range?.[0] ?? offset;
		} else break;
	}
	return counter.linePos(offset).line;
}

function pathText(path: readonly (string | number)[]): string {
	return path.reduce<string>(
		(text, step) => (typeof step === "number" ? `${text}[${step}]` : text === "" ? step : `${text}.${step}`),
		"",
	);
}
