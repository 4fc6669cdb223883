/**
 * Telemetry on its way into a report: what cannot be seen is taken out first (or it would hide a secret from the
 * redactor), then private values, then what is too long. Making links and markup inert is the writers' last step.
 */
import { createRedactor, type RedactionCounts, type RedactionOptions } from "@errata/catalog";
import { cutText, safeBlock, safeLine } from "../text/safe.ts";
import type { Json } from "./model.ts";

export interface Cleaner {
	/** One line of at most `max` characters. */
	line(text: string, max: number): string;
	/** Several lines of at most `max` characters. */
	block(text: string, max: number): string;
	/** The value of a key as one line: the key alone may decide that it goes. */
	value(key: string, text: string, max: number): string;
	/** What was redacted so far, by type. */
	readonly redactions: Readonly<RedactionCounts>;
}

export function createCleaner(options: RedactionOptions = {}): Cleaner {
	const redactor = createRedactor(options);
	const counts: RedactionCounts = {};
	return {
		line: (text, max) => cutText(redactor.text(safeLine(text), counts), max),
		block: (text, max) => cutText(redactor.text(safeBlock(text), counts), max),
		value: (key, text, max) => {
			const redacted = redactor.value(structured(safeLine(text)), counts, key);
			return cutText(typeof redacted === "string" ? redacted : safeLine(JSON.stringify(redacted) ?? ""), max);
		},
		redactions: counts,
	};
}

/** Lists and maps travel as JSON text: what a key or a neighbour says of a value is seen only in the whole. */
function structured(text: string): unknown {
	if (!/^[[{]/u.test(text)) return text;
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

/**
 * Links, images, tags and model delimiters as text: one space or a pair of brackets where the markup would begin. Code
 * still means what it meant (`Array< string>`, `list[0] (x)`), so a reader can still quote it.
 */
export function inert(text: string): string {
	return text
		.replace(/<(?=[A-Za-z/!?|])/gu, "< ")
		.replace(/!\[/gu, "! [")
		.replace(/\](?=[([])/gu, "] ")
		.replace(/\b(https?|ftps?|wss?):\/\//giu, "$1[:]//")
		.replace(/\b(javascript|vbscript|data):(?=\S)/giu, "$1[:]");
}

/** `inert` over every string of `value`, keys too. */
export function inertJson(value: Json): Json {
	if (typeof value === "string") return inert(value);
	if (value === null || typeof value !== "object") return value;
	if (isList(value)) return value.map(inertJson);
	return Object.fromEntries(Object.entries(value).map(([key, item]) => [inert(key), inertJson(item)]));
}

function isList(value: Json): value is readonly Json[] {
	return Array.isArray(value);
}
