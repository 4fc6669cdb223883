/** A report for a person at a terminal: the same selection, headings in bold, lines wrapped, links left as they are. */

import type { Fact, Item, Section, SectionKey, Writer } from "@errata/server/report";
import { hang } from "../terminal/layout.ts";
import { proseWidth, type Style } from "../terminal/style.ts";

export function terminalWriter(style: Style): Writer {
	const width = proseWidth(style);
	return (draft, cut) => {
		const blocks = [[style.bold(draft.title), ...(draft.description === "" ? [] : hang("", draft.description, width))]];
		blocks.push(factRows(draft.facts, style));
		for (const section of draft.sections) {
			// Prompts are for a model: a person has the rest.
			if (section.items.length === 0 || section.key === "prompts") continue;
			const lines = section.items.flatMap((item) => itemLines(item, section.key, style, width));
			blocks.push([heading(section, style), ...lines]);
		}
		if (cut.length > 0) {
			const parts = cut.map(({ section, left, of }) => `${section} ${left} of ${of}`).join(", ");
			blocks.push(hang("", style.dim(`Left out: ${parts}. A larger --budget shows more.`), width));
		}
		return `${blocks.map((lines) => lines.join("\n")).join("\n\n")}\n`;
	};
}

function heading(section: Section, style: Style): string {
	return section.lead === "" ? style.bold(section.title) : `${style.bold(section.title)}  ${style.dim(section.lead)}`;
}

function factRows(facts: readonly Fact[], style: Style): string[] {
	const widest = Math.max(...facts.map(({ label }) => label.length));
	return facts.map(({ label, value }) => `${style.dim(label.padEnd(widest))}  ${value === null ? "depends" : value}`);
}

/** Code and spans are laid out already: cutting their lines would hide, wrapping them would confuse. */
const LAID_OUT: readonly SectionKey[] = ["code", "spans", "stack"];

function itemLines(item: Item, key: SectionKey, style: Style, width: number): string[] {
	const lines = item.text.split("\n");
	// What follows a first line is indented further: where an item begins must be seen.
	if (!LAID_OUT.includes(key))
		return lines.flatMap((line) => hang("    ", line, width).map((part, i) => (i === 0 ? part.slice(2) : part)));
	return lines.map((line) => {
		const shown = `  ${line}`;
		return /^[>!]/u.test(line) ? style.red(shown) : shown;
	});
}
