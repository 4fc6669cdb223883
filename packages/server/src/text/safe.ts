/**
 * Text of telemetry made safe for a terminal, a line of JSON and a page of Markdown. Everything that came from a
 * program, a file or the wire goes through here before it is printed; nothing here knows what the text means.
 */
import { stripVTControlCharacters } from "node:util";

/**
 * Control characters, format characters (bidi overrides, zero-width, tags, soft hyphen), line and paragraph separators
 * and everything Unicode calls default ignorable: what a reader cannot see, or what moves what he sees.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
const UNSEEN_BUT_LINES = /(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
const SPACES = /[ \t\r\n\v\f\u0085\u00a0\u2028\u2029]+/gu;

/** One line: escape sequences and unseen characters gone, runs of white space folded to one space. */
export function safeLine(text: string): string {
	return stripVTControlCharacters(text.toWellFormed()).replace(SPACES, " ").replace(UNSEEN, "").trim();
}

/** Several lines: escape sequences and unseen characters gone, line breaks kept, tabs as four spaces. */
export function safeBlock(text: string): string {
	return stripVTControlCharacters(text.toWellFormed())
		.replace(/\r\n?/gu, "\n")
		.replace(UNSEEN_BUT_LINES, "")
		.replaceAll("\t", "    ");
}

/** `text` at most `max` characters long, with an ellipsis if it was cut; never between two halves of a character. */
export function cutText(text: string, max: number): string {
	if (text.length <= max) return text;
	return `${text
		.slice(0, max - 1)
		.toWellFormed()
		.replace(/\ufffd$/u, "")}…`;
}

/**
 * JSON of `value` that parses to exactly `value` and yet does nothing to a terminal: what is unseen is written as
 * `\uXXXX`. `indent` as in `JSON.stringify`.
 */
export function safeJson(value: unknown, indent?: number): string {
	const json = JSON.stringify(value, null, indent) ?? "null";
	return json.replace(UNSEEN_OUTSIDE_LAYOUT, escapeUnits);
}

/** Line feeds are JSON.stringify's own indentation: inside strings it writes them as `\n` already. */
const UNSEEN_OUTSIDE_LAYOUT = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

function escapeUnits(text: string): string {
	let out = "";
	for (let i = 0; i < text.length; i++) out += `\\u${text.charCodeAt(i).toString(16).padStart(4, "0")}`;
	return out;
}
