/**
 * From a learned pattern to an entry of the user's own catalog: what matching needs is derived, what only the user knows
 * (what it means, what to do) is marked for him to write. The file keeps its comments and layout.
 */
import { parseDocument, stringify } from "yaml";
import { compileCatalog } from "./compile.ts";
import { ErrataError } from "./errata-error.ts";
import type { Pattern } from "./patterns.ts";
import { VALUE } from "./patterns-words.ts";
import type { Description, EntrySource } from "./types.ts";

/** Pieces of a pattern that its expression holds at most, and characters of each value between them. */
const PIECES = 6;
const VALUE_LENGTH = 200;
const CODE_WORDS = 5;

/** What `describe` says of the pattern's example: its category stays where it is inferred. */
export type Guess = Pick<Description, "category" | "severity" | "retryable">;

/** An entry that matches what the pattern joins. `taken` are codes that exist already. */
export function entryOfPattern(pattern: Pattern, guess: Guess, taken: ReadonlySet<string>): EntrySource {
	const { type, message } = partsOf(pattern.text);
	const code = freeCode(codeOf(message === "" ? type : message), taken);
	const rule = message === "" ? { type } : { ...(type === "" ? {} : { type }), message: expressionOf(message) };
	return {
		code,
		id: `app.${code.slice(4).toLowerCase()}`,
		title: titleOf(pattern.text),
		description: `Learned from ${pattern.count} occurrences. Write here what it means.`,
		category: guess.category,
		severity: guess.severity,
		...(guess.retryable === undefined ? {} : { retryable: guess.retryable }),
		match: [rule],
		suggestions: {
			immediate: ["Write here what to check first when this happens."],
			preventive: ["Write here what keeps it from coming back."],
		},
		since: "0.1.0",
	};
}

/** `Class: message` of an error, or a log line. */
function partsOf(text: string): { type: string; message: string } {
	const head = /^([A-Za-z_$][A-Za-z0-9_$.\\:]{0,200}(?:Error|Exception)): /u.exec(text);
	return head === null ? { type: "", message: text } : { type: head[1] as string, message: text.slice(head[0].length) };
}

/** The pattern's text as an expression: its words letter by letter, something between them where values stand. */
function expressionOf(message: string): string {
	const pieces = message
		.split(VALUE)
		.map((piece) => piece.trim())
		.filter((piece) => piece !== "");
	const wordy = pieces.filter((piece) => /[A-Za-z\u0080-\uffff]{2}/u.test(piece)).slice(0, PIECES);
	return wordy.map(escaped).join(`[^\\n]{1,${VALUE_LENGTH}}`);
}

function escaped(text: string): string {
	return text.replace(/[\\^$.|?*+()[\]{}]/gu, "\\$&");
}

function codeOf(text: string): string {
	const words = text.replaceAll(VALUE, " ").match(/[A-Za-z][A-Za-z0-9]+/gu) ?? [];
	const telling = words.filter((word) => word.length > 2).slice(0, CODE_WORDS);
	return `APP_${telling.length === 0 ? "PATTERN" : telling.join("_").toUpperCase()}`.slice(0, 60).replace(/_+$/u, "");
}

function freeCode(code: string, taken: ReadonlySet<string>): string {
	if (!taken.has(code)) return code;
	for (let n = 2; ; n++) if (!taken.has(`${code}_${n}`)) return `${code}_${n}`;
}

function titleOf(text: string): string {
	const plain = text.replaceAll(VALUE, "…").replace(/\s+/gu, " ").trim();
	return plain.length > 80 ? `${plain.slice(0, 79)}…` : plain;
}

/** The entry as YAML, as it stands in a catalog's `entries`. */
export function entryYaml(entry: EntrySource): string {
	return stringify([entry], { lineWidth: 0 });
}

/**
 * The text of a catalog file with the entry added at its end; a new catalog where `text` is undefined. Throws ErrataError
 * when what comes out is no valid catalog: the file was none before, or the pattern has no words to match by.
 */
export function adoptEntry(text: string | undefined, file: string, entry: EntrySource): string {
	const before = text ?? 'format: 1\nname: app\nversion: "1"\nentries: []\n';
	for (const after of [appended(before, entry), rewritten(before, entry)]) {
		if (after !== undefined && compileCatalog(after, file).catalog !== undefined) return after;
	}
	const [problem] = compileCatalog(rewritten(before, entry) ?? before, file).problems;
	throw new ErrataError({
		operation: "adopt a pattern into",
		subject: file,
		cause: problem === undefined ? "its entries are no list" : `line ${problem.line}: ${problem.message}`,
		remedy: problem?.remedy ?? "Check the file with `errata catalog check`.",
		code: "CATALOG_INVALID",
		exitCode: 1,
	});
}

/** The entry's lines at the end of the file, indented as the last entry: nothing else of the file changes. */
function appended(text: string, entry: EntrySource): string | undefined {
	const indents = [...text.matchAll(/^( *)- code:/gmu)];
	const indent = indents[indents.length - 1]?.[1];
	if (indent === undefined) return undefined;
	const lines = entryYaml(entry).trimEnd().split("\n");
	return `${text.trimEnd()}\n\n${lines.map((line) => indent + line).join("\n")}\n`;
}

function rewritten(text: string, entry: EntrySource): string | undefined {
	const document = parseDocument(text, { version: "1.2", schema: "core" });
	const { errors, contents } = document;
	if (errors.length > 0 || contents === null) return undefined;
	try {
		document.addIn(["entries"], document.createNode(entry));
	} catch {
		return undefined;
	}
	const list = document.get("entries");
	if (typeof list === "object" && list !== null && "flow" in list) list.flow = false;
	return document.toString({ lineWidth: 0 });
}
