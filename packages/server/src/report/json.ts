/** A report as JSON: the same selection as Markdown's, `untrusted` lists apart from errata's own words. */
import { safeJson } from "../text/safe.ts";
import { inert, inertJson } from "./clean.ts";
import { NOTICE } from "./markdown.ts";
import type { Cut, Draft, Json, Section } from "./model.ts";

/** Version of the shape, documented in `COMMANDS.md`. */
export const REPORT_SCHEMA = 1;

export function writeJson(draft: Draft, cut: readonly Cut[], budget: number): string {
	const sections: Record<string, Json> = {};
	for (const section of draft.sections) {
		if (section.items.length === 0) continue;
		sections[section.key] = {
			title: section.title,
			...(section.lead === "" ? {} : { lead: section.lead }),
			...(section.voice === "errata" ? { says: valuesOf(section) } : { untrusted: valuesOf(section) }),
		};
	}
	const report = {
		schema: REPORT_SCHEMA,
		kind: draft.kind,
		id: draft.id,
		title: inert(draft.title),
		description: inert(draft.description),
		notice: NOTICE.replace("Blocks fenced as `untrusted`", "Lists named `untrusted`"),
		facts: Object.fromEntries(draft.facts.map(({ key, value }) => [key, value])),
		sections,
		budget,
		cut: Object.fromEntries(cut.map(({ section, left, of }) => [section, { left, of }])),
	};
	// On one line: indentation would cost a quarter of the tokens.
	return `${safeJson(report)}\n`;
}

function valuesOf(section: Section): Json {
	const values = section.items.map(({ value }) => (section.voice === "errata" ? value : inertJson(value)));
	if (section.form === "list") return values;
	// As entries, so that a key named `__proto__` is a key, and a second one of the same name is not lost.
	const taken = new Map<string, Json>();
	for (const [key, value] of values.flatMap((one) => Object.entries(one as object) as [string, Json][])) {
		let name = key;
		for (let n = 2; taken.has(name); n++) name = `${key} (${n})`;
		taken.set(name, value);
	}
	return Object.fromEntries(taken);
}
