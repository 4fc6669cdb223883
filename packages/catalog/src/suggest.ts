/** Suggestions rendered: placeholders filled from captures, what cannot be filled left out. SPEC.md, "Suggestions". */
import { LIMITS } from "./limits.ts";
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

/** One template filled, cut at `LIMITS.suggestionBytes`; undefined when a placeholder stays empty. */
export function render(source: string, values: (name: string) => string | undefined): string | undefined {
	let whole = true;
	const text = source.replace(/\{\{([^}|]*)(?:\|([^}]*))?\}\}/g, (_, name: string, fallback: string | undefined) => {
		const value = values(name) ?? fallback;
		if (value === undefined) whole = false;
		return value ?? "";
	});
	return whole ? cutUtf8(text, LIMITS.suggestionBytes) : undefined;
}
