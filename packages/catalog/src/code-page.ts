/**
 * The page of one code, `codes/<CODE>.md`: what a person reads who met the code in a log. Made of the entry and of the vectors that
 * prove it, so that every text on it is one the interpreters are tested with. The list of all codes is in `pages.ts`.
 */
import { addressed } from "./addressed.ts";
import type { CompiledCatalog, CompiledEntry, CompiledRule } from "./catalog.ts";
import type { PortableRegex } from "./regex.ts";

/** A line of `vectors/match/*.jsonl`, as far as a page shows it. */
export interface MatchVector {
	readonly name: string;
	readonly facts: {
		readonly type?: string;
		readonly message?: string;
		readonly code?: string;
		readonly language?: string;
	};
	readonly expect?: { readonly code: string };
	/** The code that must not answer. */
	readonly not?: string;
}

/** Texts shown of each kind, so that a page stays one screen long. */
const EXAMPLES = 3;

/** The pages by file name (`<CODE>.md`), for every entry of `catalog`. */
export function codePages(catalog: CompiledCatalog, vectors: readonly MatchVector[]): Record<string, string> {
	const known = new Set(catalog.entries.map((e) => e.code));
	const seen = Map.groupBy(
		vectors.filter((v) => v.not === undefined && v.expect !== undefined),
		(v) => v.expect?.code ?? "",
	);
	const near = Map.groupBy(
		vectors.filter((v) => v.not !== undefined),
		(v) => v.not ?? "",
	);
	return Object.fromEntries(
		catalog.entries.map((e) => [
			`${e.code}.md`,
			codePage(e, catalog.version, seen.get(e.code) ?? [], near.get(e.code) ?? [], known),
		]),
	);
}

function codePage(
	entry: CompiledEntry,
	version: string,
	seen: readonly MatchVector[],
	near: readonly MatchVector[],
	known: ReadonlySet<string>,
): string {
	return `${[
		`# ${entry.code}`,
		"",
		`**${entry.title}.** ${readable(entry.description)}`,
		"",
		...traits(entry, version),
		...list("Now", entry.suggestions.immediate),
		...list("So that it does not happen again", entry.suggestions.preventive),
		...examples("Texts that get this code", seen, known),
		...examples("Texts that look like it and get another", near, known),
		...list("How it is recognised", entry.match.map(ruleText)),
		...list(
			"Reference",
			(entry.docs ?? []).map((link) => `<${link}>`),
		),
		"",
		"[All codes](../CODES.md). Generated from `entries/*.yaml` and `vectors/match/*.jsonl`; do not edit.",
	].join("\n")}\n`;
}

function traits(entry: CompiledEntry, version: string): string[] {
	const retry =
		entry.retryable === undefined
			? "depends on the case"
			: entry.retryable
				? "yes, with back-off"
				: "no, not by itself";
	const rows = [
		["category", entry.category],
		["severity", entry.severity],
		["a retry helps", retry],
		["pattern", `\`${entry.id}\``],
		["since", entry.since],
		...(entry.inferred === undefined ? [] : [["inferred from", entry.inferred]]),
		...(entry.retired === undefined
			? []
			: [["retired", `in ${entry.retired.in}; see [${entry.retired.successor}](${entry.retired.successor}.md)`]]),
	];
	return [`| | catalog ${version} |`, "|---|---|", ...rows.map(([name, value]) => `| ${name} | ${value} |`)];
}

function list(title: string, texts: readonly string[]): string[] {
	return texts.length === 0 ? [] : ["", `## ${title}`, "", ...texts.map((text) => `- ${readable(text)}`)];
}

function examples(title: string, vectors: readonly MatchVector[], known: ReadonlySet<string>): string[] {
	if (vectors.length === 0) return [];
	const lines = ["", `## ${title}`];
	for (const { name, facts, expect, not } of vectors.slice(0, EXAMPLES)) {
		const about = name.replace(/^(?:not )?[A-Z0-9_]+: /, "");
		const other = not !== undefined && expect !== undefined && known.has(expect.code) ? expect.code : undefined;
		lines.push(
			"",
			`${about}${other === undefined ? "" : `: [${other}](${other}.md)`}`,
			"",
			"```text",
			shown(facts),
			"```",
		);
	}
	return lines;
}

/** The error as a program would print its head. */
function shown({ type = "", message = "", code = "" }: MatchVector["facts"]): string {
	const head = code === "" ? type : `${type === "" ? "Error" : type} [${code}]`;
	const text = head === "" || message === "" ? head + message : `${head}: ${message}`;
	return text.replaceAll("```", "'''");
}

/** Names of languages as people write them. */
const SPOKEN: Readonly<Record<string, string>> = {
	js: "JavaScript",
	python: "Python",
	java: "Java",
	go: "Go",
	dotnet: ".NET",
	ruby: "Ruby",
	php: "PHP",
	rust: "Rust",
};

/** A suggestion for people: `{{port|the port}}` is its fallback, `{{host}}` stands as ‹host›. */
export function readable(text: string): string {
	const { languages, text: rest } = addressed(text);
	const whom = languages.length === 0 ? "" : `(${languages.map((name) => SPOKEN[name] ?? name).join(", ")}) `;
	return `${whom}${rest}`.replace(
		/\{\{([^|}]+)(?:\|([^}]*))?\}\}/g,
		(_, name: string, fallback?: string) => fallback ?? `‹${name}›`,
	);
}

function ruleText(rule: CompiledRule): string {
	const parts = [
		...(rule.type === undefined ? [] : [`class ${oneOf(rule.type)}`]),
		...(rule.code === undefined ? [] : [`code ${oneOf(rule.code)}`]),
		...(rule.message === undefined ? [] : [`message ${codeSpan(authored(rule.message))}`]),
		...(rule.stack === undefined ? [] : [`stack ${codeSpan(authored(rule.stack))}`]),
		...Object.entries(rule.attributes ?? {}).map(([name, values]) => `attribute ${codeSpan(name)} ${oneOf(values)}`),
		...(rule.language === undefined ? [] : [`language ${oneOf(rule.language)}`]),
	];
	return parts.join(", and ");
}

/** The expression as its author wrote it: the compiler spells `(?i)` out as a class of both cases for each letter. */
function authored({ re, fold }: PortableRegex): string {
	if (fold !== true) return re;
	const plain = re.replace(/\[([A-Za-z])([A-Za-z])\]/g, (both, a: string, b: string) =>
		a !== b && a.toLowerCase() === b.toLowerCase() ? a.toLowerCase() : both,
	);
	return `(?i)${plain}`;
}

function oneOf(values: readonly string[]): string {
	return values.map(codeSpan).join(", ");
}

/** CommonMark: a span is closed by as many backticks as open it, so a text with backticks takes more of them. */
function codeSpan(text: string): string {
	const runs = text.match(/`+/g)?.map((run) => run.length) ?? [];
	const fence = "`".repeat(Math.max(0, ...runs) + 1);
	const pad = runs.length > 0 ? " " : "";
	return `${fence}${pad}${text}${pad}${fence}`;
}
