/** Suggestions rendered: placeholders filled from captures, what cannot be filled left out. SPEC.md, "Suggestions". */
import { LIMITS } from "./limits.ts";
import { Memory } from "./memory.ts";
import { cutUtf8 } from "./utf8.ts";

/**
 * `{{name}}` and `{{name|fallback}}` in each of `templates` filled from `values`; a text with a placeholder that has
 * neither value nor fallback is left out; at most `LIMITS.suggestions` of at most `LIMITS.suggestionBytes` bytes.
 */
export function renderAll(templates: readonly string[], values: (name: string) => string | undefined): string[] {
	const rendered: string[] = [];
	for (const source of templates) {
		if (rendered.length === LIMITS.suggestions) break;
		const text = render(source, values);
		if (text !== undefined && !rendered.includes(text)) rendered.push(text);
	}
	return rendered;
}

/** Words of a template and placeholders in turn: `["Check ", {name, fallback}, "."]`. */
type Part = string | { readonly name: string; readonly fallback: string | undefined };

const PLACEHOLDER = /\{\{([^}|]*)(?:\|([^}]*))?\}\}/g;
const templatesRead = new Memory<readonly Part[]>();

/** One template filled, cut at `LIMITS.suggestionBytes`; undefined when a placeholder stays empty. */
export function render(source: string, values: (name: string) => string | undefined): string | undefined {
	let text = "";
	for (const part of templatesRead.get(source) ?? templatesRead.put(source, partsOf(source))) {
		const value = typeof part === "string" ? part : (values(part.name) ?? part.fallback);
		if (value === undefined) return undefined;
		text += value;
	}
	return cutUtf8(text, LIMITS.suggestionBytes);
}

function partsOf(source: string): Part[] {
	const parts: Part[] = [];
	let at = 0;
	for (const match of source.matchAll(PLACEHOLDER)) {
		parts.push(source.slice(at, match.index), { name: match[1] as string, fallback: match[2] });
		at = match.index + match[0].length;
	}
	parts.push(source.slice(at));
	return parts;
}
