/**
 * Which entry speaks for an error: every link of the chain is tried, the order of precedence of SPEC.md decides, and
 * the winning rule's captures are collected. Nothing is rendered here.
 */
import { type Catalog, type Entry, type Expression, lastSegment, type Rule, rulesFor, typeFits } from "./catalog.ts";
import { LIMITS } from "./limits.ts";
import { lowerAscii } from "./stack/ascii.ts";
import { stackOf } from "./stack-of.ts";
import type { CauseFacts, ErrorFacts } from "./types.ts";
import { compareUtf8, cutUtf8 } from "./utf8.ts";

/** The error itself or one of its causes, as rules see it. */
interface Link {
	readonly type: string;
	/** The class without its namespace. */
	readonly last: string;
	readonly message: string;
	readonly stacktrace: string;
	readonly codes: readonly string[];
	readonly depth: number;
	/** Position in the list of causes: an earlier member of an AggregateError beats a later one. */
	readonly position: number;
	readonly lowerMessage: () => string;
	readonly lowerStack: () => string;
}

export interface Match {
	readonly entry: Entry;
	/** The link that matched: 0 is the error itself, n the n-th item of `facts.causes`. */
	readonly link: number;
	readonly captures: ReadonlyMap<string, string>;
}

interface Candidate {
	readonly rule: Rule;
	readonly link: Link;
}

/** The entry that speaks for `facts`, or undefined when none matches. Deterministic; never throws. */
export function match(facts: ErrorFacts, catalog: Catalog): Match | undefined {
	let best: Candidate | undefined;
	for (const link of links(facts)) {
		for (const rules of candidates(link, facts, catalog))
			for (const rule of rules) {
				if (best !== undefined && compare(rule, link, best) >= 0) continue;
				if (holds(rule, link, facts)) best = { rule, link };
			}
	}
	if (best === undefined) return undefined;
	return { entry: best.rule.entry, link: best.link.position, captures: collect(best, facts) };
}

function links(facts: ErrorFacts): Link[] {
	const a = facts.attributes;
	const codes = [facts.code, a["error.code"], a["err.code"], a["exception.code"], a.code];
	const list = [link(facts.type, facts.message, facts.stacktrace, codes, 0, 0)];
	for (const [i, cause] of chainOf(facts).entries())
		list.push(link(cause.type, cause.message, cause.stacktrace, [cause.code], cause.depth, i + 1));
	return list;
}

/** The causes of `facts`, outermost first: as recorded, else as the stack text itself tells them. */
export function chainOf(facts: ErrorFacts): readonly CauseFacts[] {
	if (facts.causes.length > 0) return facts.causes.slice(0, LIMITS.causes);
	if (facts.stacktrace === "") return [];
	return stackOf(facts)
		.slice(1, 1 + LIMITS.causes)
		.map((b) => ({ type: b.type, message: b.message, code: b.code, stacktrace: "", depth: Math.max(1, b.depth) }));
}

function link(
	type: string,
	message: string,
	stacktrace: string,
	codes: readonly (string | undefined)[],
	depth: number,
	position: number,
): Link {
	return {
		type,
		last: lastSegment(type),
		message,
		stacktrace,
		codes: [...new Set(codes.filter((c): c is string => c !== undefined && c !== ""))],
		depth,
		position,
		lowerMessage: lazyLower(message),
		lowerStack: lazyLower(stacktrace),
	};
}

function lazyLower(text: string): () => string {
	let lower: string | undefined;
	return () => {
		lower ??= lowerAscii(text);
		return lower;
	};
}

/** Every rule that may hold, in no meaningful order. */
function candidates(link: Link, facts: ErrorFacts, catalog: Catalog): Iterable<Rule>[] {
	const { byCode, byType, byPrefix, bySuffix, byAttribute, byMessage, others } = catalog;
	const lists: Iterable<Rule>[] = [byMessage.candidates(link.lowerMessage()), others];
	for (const code of link.codes) lists.push(byCode.get(code) ?? NONE);
	if (link.codes.length > 0) lists.push(byPrefix);
	if (link.type !== "") lists.push(byType.get(link.last) ?? NONE, rulesFor(bySuffix, link.type, link.last));
	if (link.position === 0)
		for (const [name, rules] of byAttribute) if (facts.attributes[name] !== undefined) lists.push(rules);
	return lists;
}

const NONE: readonly Rule[] = [];

/** Negative when `rule` on `link` beats `b`: SPEC.md, "Matching", order of precedence. */
function compare(rule: Rule, link: Link, b: Candidate): number {
	const x = rule.entry;
	const y = b.rule.entry;
	return (
		x.layer - y.layer ||
		y.priority - x.priority ||
		b.link.depth - link.depth ||
		b.rule.specificity - rule.specificity ||
		link.position - b.link.position ||
		compareUtf8(x.source.code, y.source.code) ||
		rule.place - b.rule.place
	);
}

function holds(rule: Rule, link: Link, facts: ErrorFacts): boolean {
	if (rule.languages !== undefined && !rule.languages.includes(facts.language)) return false;
	if (rule.codes !== undefined && !link.codes.some((code) => listHas(rule.codes ?? [], code))) return false;
	if (rule.types !== undefined && !typeFits(rule.types, link.type, link.last)) return false;
	if (rule.attributes !== undefined && (link.position !== 0 || !attributesFit(rule.attributes, facts.attributes)))
		return false;
	if (rule.message !== undefined && rule.message.exec(link.message, link.lowerMessage) === null) return false;
	return rule.stack === undefined || rule.stack.exec(link.stacktrace, link.lowerStack) !== null;
}

function attributesFit(
	wanted: readonly (readonly [string, readonly string[]])[],
	attributes: Readonly<Record<string, string>>,
): boolean {
	return wanted.every(([name, values]) => {
		const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
		return value !== undefined && listHas(values, value);
	});
}

/** `value` equals an item, begins with an item that ends in `*`, or is a status of the class `4xx`, `5xx`. */
function listHas(items: readonly string[], value: string): boolean {
	for (const item of items) {
		if (item === value) return true;
		if (item.endsWith("*") && value.startsWith(item.slice(0, -1))) return true;
		if (
			item.length === 3 &&
			item.endsWith("xx") &&
			value.length === 3 &&
			value[0] === item[0] &&
			/^[0-9]{3}$/.test(value)
		)
			return true;
	}
	return false;
}

function collect({ rule, link }: Candidate, facts: ErrorFacts): Map<string, string> {
	const captures = new Map<string, string>();
	const put = (name: string, value: string | undefined): void => {
		if (value !== undefined && value !== "" && !captures.has(name)) captures.set(name, cleanCapture(value));
	};
	const search = (expression: Expression | undefined, text: string, lower: () => string): void => {
		const groups = expression?.exec(text, lower)?.groups;
		if (groups !== undefined) for (const [name, value] of Object.entries(groups)) put(name, value);
	};
	search(rule.message, link.message, link.lowerMessage);
	search(rule.stack, link.stacktrace, link.lowerStack);
	for (const capture of rule.entry.captures) {
		search(capture.message, link.message, link.lowerMessage);
		search(capture.stack, link.stacktrace, link.lowerStack);
		if (capture.attribute !== undefined && Object.hasOwn(facts.attributes, capture.attribute))
			put(capture.as ?? capture.attribute, facts.attributes[capture.attribute]);
	}
	return captures;
}

/**
 * A captured value as a suggestion may show it: control, bidi and zero-width characters become a space each, then cut.
 * It stays untrusted text; a surface that renders markup escapes it once more.
 */
export function cleanCapture(value: string): string {
	const clean = value.replace(
		// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
		/[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/gu,
		" ",
	);
	const cut = cutUtf8(clean, LIMITS.captureBytes);
	return cut.length < clean.length ? `${cut}…` : cut;
}
