/**
 * A catalog ready for matching: compiled JSON in, expressions built and rules indexed once, frozen, shared. Checking and
 * compiling YAML is `compile.ts`; deciding which rule wins is `match.ts`.
 */
import { readFileSync } from "node:fs";
import { LiteralIndex } from "./literal-index.ts";
import { Memory } from "./memory.ts";
import type { PortableRegex } from "./regex.ts";
import type { EntrySource } from "./types.ts";

/** A rule as compiled: lists where the source allows one or many, expressions judged. */
export interface CompiledRule {
	readonly type?: readonly string[];
	readonly code?: readonly string[];
	readonly message?: PortableRegex;
	readonly stack?: PortableRegex;
	readonly attributes?: Readonly<Record<string, readonly string[]>>;
	readonly language?: readonly string[];
}

export interface CompiledCapture {
	readonly message?: PortableRegex;
	readonly stack?: PortableRegex;
	readonly attribute?: string;
	readonly as?: string;
}

export interface CompiledEntry extends Omit<EntrySource, "match" | "captures"> {
	readonly match: readonly CompiledRule[];
	readonly captures?: readonly CompiledCapture[];
}

/** What `catalog.json` holds, and what a user's file compiles to. */
export interface CompiledCatalog {
	readonly format: 1;
	readonly name: string;
	readonly version: string;
	readonly entries: readonly CompiledEntry[];
}

/** An expression with its prefilter, built on first use. */
export interface Expression {
	/** The match of the expression in `text`, or null; `lower` gives the ASCII-lower-cased text when asked. */
	exec(text: string, lower: () => string): RegExpExecArray | null;
	/** Any text it is found in holds one of these, in any ASCII case if the expression folds; undefined: unknown. */
	readonly literals: readonly string[] | undefined;
}

export interface Rule {
	readonly entry: Entry;
	readonly types: readonly string[] | undefined;
	readonly codes: readonly string[] | undefined;
	readonly message: Expression | undefined;
	readonly stack: Expression | undefined;
	readonly attributes: readonly (readonly [string, readonly string[]])[] | undefined;
	readonly languages: readonly string[] | undefined;
	/** SPEC.md, "Matching": exact beats prefix beats expression, more conditions beat fewer. */
	readonly specificity: number;
	/** Place in its entry: of two rules that are equal in everything else the first speaks. */
	readonly place: number;
}

export interface Entry {
	readonly source: CompiledEntry;
	/** 0 for the first application catalog, higher for later ones, the built-in one last. */
	readonly layer: number;
	readonly priority: number;
	readonly captures: readonly { message?: Expression; stack?: Expression; attribute?: string; as?: string }[];
}

export interface Catalog {
	/** `0.1.0`, or `0.1.0+shop@3` with application catalogs. */
	readonly version: string;
	/** Application catalogs first, the built-in one last. */
	readonly layers: readonly CompiledCatalog[];
	/** Rules that name an exact code, by it. */
	readonly byCode: ReadonlyMap<string, readonly Rule[]>;
	/** Rules that name whole classes and no exact code, by their last segment. */
	readonly byType: ReadonlyMap<string, readonly Rule[]>;
	/** Rules that want a text in the message, by it, whatever else they want. */
	readonly byMessage: LiteralIndex<Rule>;
	/** Rules of codes that begin so. */
	readonly byPrefix: readonly Rule[];
	/** Rules of classes that end so. */
	readonly bySuffix: SuffixRules;
	/** Rules that want an attribute, by its name. */
	readonly byAttribute: ReadonlyMap<string, readonly Rule[]>;
	/** All other rules. */
	readonly others: readonly Rule[];
	/** The entry that speaks when no rule matched. */
	readonly unknown: Entry | undefined;
}

/** Rules of classes that end so; the class names that were asked for are remembered. */
export interface SuffixRules {
	readonly rules: readonly Rule[];
	readonly known: Memory<readonly Rule[]>;
}

/** Those of the rules one of whose classes fits the class. */
export function rulesFor({ rules, known }: SuffixRules, type: string, last: string): readonly Rule[] {
	const fitting = (): Rule[] => rules.filter((rule) => typeFits(rule.types ?? [], type, last));
	return known.get(type) ?? known.put(type, fitting());
}

/** True if one of a rule's classes is the class, or its last segment, or `*` and its end. */
export function typeFits(types: readonly string[], type: string, last: string): boolean {
	return types.some((t) => t === type || t === last || (t.startsWith("*") && last.endsWith(t.slice(1))));
}

/** Code of the entry without rules that answers for everything no entry names. */
export const UNKNOWN_CODE = "UNKNOWN";

let builtin: Catalog | undefined;

/** The built-in catalog, built on first call. */
export function builtinCatalog(): Catalog {
	builtin ??= createCatalog([
		JSON.parse(readFileSync(new URL("../catalog.json", import.meta.url), "utf8")) as CompiledCatalog,
	]);
	return builtin;
}

/**
 * The built-in catalog with application catalogs over it, in the order given (the first beats the second).
 * Rejects with `ErrataError` that names file, line and remedy when one is invalid.
 */
export async function loadCatalog(paths: readonly string[]): Promise<Catalog> {
	if (paths.length === 0) return builtinCatalog();
	const { loadCatalogFiles } = await import("./compile.ts");
	return loadCatalogFiles(paths);
}

/** Indexes compiled layers; the last one is the built-in catalog. */
export function createCatalog(layers: readonly CompiledCatalog[]): Catalog {
	const to = newIndexes();
	let unknown: Entry | undefined;
	layers.forEach((catalog, layer) => {
		for (const source of catalog.entries) {
			const entry = createEntry(source, layer);
			if (source.code === UNKNOWN_CODE) unknown ??= entry;
			if (source.retired !== undefined) continue;
			for (const rule of source.match.map((r, place) => createRule(entry, r, place))) index(rule, to);
		}
	});
	const applications = layers.slice(0, -1).map((l) => `${l.name}@${l.version}`);
	const version = [layers.at(-1)?.version ?? "0", ...applications].join("+");
	const bySuffix = { rules: to.bySuffix, known: new Memory<readonly Rule[]>() };
	return Object.freeze({ version, layers, ...to, bySuffix, unknown });
}

/** The part of a class name after the last `.`, `::`, `\` or `/`. */
export function lastSegment(type: string): string {
	for (let i = type.length - 1; i >= 0; i--) {
		const c = type[i];
		if (c === "." || c === ":" || c === "\\" || c === "/") return type.slice(i + 1);
	}
	return type;
}

function newIndexes() {
	return {
		byCode: new Map<string, Rule[]>(),
		byType: new Map<string, Rule[]>(),
		byAttribute: new Map<string, Rule[]>(),
		byMessage: new LiteralIndex<Rule>(),
		byPrefix: [] as Rule[],
		bySuffix: [] as Rule[],
		others: [] as Rule[],
	};
}

/** Each rule stands in one index, the one that asks for it least often. */
function index(rule: Rule, to: ReturnType<typeof newIndexes>): void {
	const add = (map: Map<string, Rule[]>, keys: readonly string[]): void => {
		for (const key of new Set(keys)) {
			const list = map.get(key);
			if (list === undefined) map.set(key, [rule]);
			else list.push(rule);
		}
	};
	if (to.byMessage.add(rule, rule.message?.literals)) return;
	if (rule.codes?.every((c) => !c.endsWith("*"))) add(to.byCode, rule.codes);
	else if (rule.types?.every((t) => !t.startsWith("*"))) add(to.byType, rule.types.map(lastSegment));
	else if (rule.codes !== undefined) to.byPrefix.push(rule);
	else if (rule.types !== undefined) to.bySuffix.push(rule);
	else if (rule.attributes !== undefined)
		add(
			to.byAttribute,
			rule.attributes.slice(0, 1).map(([name]) => name),
		);
	else to.others.push(rule);
}

function createEntry(source: CompiledEntry, layer: number): Entry {
	const captures = (source.captures ?? []).map((c) => ({
		...(c.message === undefined ? {} : { message: expression(c.message) }),
		...(c.stack === undefined ? {} : { stack: expression(c.stack) }),
		...(c.attribute === undefined ? {} : { attribute: c.attribute, as: c.as ?? c.attribute }),
	}));
	return { source, layer, priority: source.priority ?? 0, captures };
}

function createRule(entry: Entry, rule: CompiledRule, place: number): Rule {
	const exactCode = rule.code?.every((c) => !c.endsWith("*"));
	const specificity =
		(rule.code === undefined ? 0 : exactCode ? 32 : 20) +
		(rule.message === undefined ? 0 : 24) +
		(rule.type === undefined ? 0 : rule.type.some((t) => t.startsWith("*")) ? 8 : 16) +
		(rule.attributes === undefined ? 0 : 4 * Math.min(Object.keys(rule.attributes).length, 3)) +
		(rule.stack === undefined ? 0 : 2) +
		(rule.language === undefined ? 0 : 1);
	return {
		entry,
		types: rule.type,
		codes: rule.code,
		message: rule.message && expression(rule.message),
		stack: rule.stack && expression(rule.stack),
		attributes: rule.attributes && Object.entries(rule.attributes),
		languages: rule.language,
		specificity,
		place,
	};
}

function expression(source: PortableRegex): Expression {
	let regex: RegExp | undefined;
	const { re, lits, fold } = source;
	return {
		literals: lits,
		exec(text, lower) {
			if (lits !== undefined) {
				const hay = fold ? lower() : text;
				let found = false;
				for (const literal of lits) {
					if (hay.includes(literal)) {
						found = true;
						break;
					}
				}
				if (!found) return null;
			}
			regex ??= new RegExp(re, "u");
			return regex.exec(text);
		},
	};
}
