/** The check of a program: every source through the parser and the rules, findings with their places. Reads, never writes. */

import { LIMITS } from "../limits.ts";
import { nodesOf } from "./ast.ts";
import { type Skipped, sourcesOf } from "./files.ts";
import type { Edit, Finding, Rule, Scene } from "./finding.ts";
import { checkHandlers } from "./handlers.ts";
import { checkLines } from "./lines.ts";
import { type Comment, type Parsed, parseSource } from "./parse.ts";
import { type ProjectLoggers, projectLoggers } from "./project-loggers.ts";

export interface Place {
	readonly rule: Rule;
	readonly level: "lost" | "maybe";
	/** Relative to the directory. */
	readonly file: string;
	/** Both from 1. */
	readonly line: number;
	readonly column: number;
	/** The line itself, without its indentation, cut. */
	readonly source: string;
	readonly found: string;
	readonly instead: string;
	/** `errata init --write` mends it. */
	readonly mendable: boolean;
}

export interface FileEdits {
	readonly name: string;
	readonly text: string;
	readonly edits: readonly Edit[];
}

export interface AppReport {
	readonly directory: string;
	/** Files that were read. */
	readonly files: number;
	readonly findings: readonly Place[];
	readonly lost: number;
	readonly maybe: number;
	/** Findings beyond `LIMITS.appFindings`: counted above, not listed. */
	readonly unlisted: number;
	/** Handlers with a comment that says why they may drop the error. */
	readonly explained: number;
	/** Findings that `errata-ignore` comments took away. */
	readonly ignored: number;
	/** Files that were read as far as they parse. */
	readonly partly: number;
	readonly skipped: Readonly<Skipped>;
}

export interface AppCheck {
	readonly report: AppReport;
	/** What mends the mendable findings. */
	readonly mends: readonly FileEdits[];
}

export async function checkApp(root: string, options: { readonly tests: boolean }): Promise<AppCheck> {
	const skipped: Skipped = { tests: 0, generated: 0, unreadable: 0, syntax: 0, beyond: 0 };
	const totals = { files: 0, lost: 0, maybe: 0, unlisted: 0, explained: 0, ignored: 0, partly: 0 };
	const loggers = projectLoggers(root);
	const findings: Place[] = [];
	const mends: FileEdits[] = [];
	for await (const { name, text } of sourcesOf(root, options, skipped)) {
		const parsed = parseSource(text, name);
		if (parsed === undefined) {
			skipped.syntax++;
			continue;
		}
		totals.files++;
		if (parsed.partly) totals.partly++;
		const checked = checkText(text, parsed, loggers);
		totals.explained += checked.explained;
		totals.ignored += checked.ignored;
		for (const found of checked.findings) {
			totals[found.level]++;
			if (findings.length < LIMITS.appFindings) findings.push(placed(found, name, text));
			else totals.unlisted++;
		}
		const edits = apart(checked.findings.flatMap((found) => (found.edits.length === 0 ? [] : [found.edits])));
		if (edits.length > 0) mends.push({ name, text, edits });
	}
	return { report: { directory: root, ...totals, findings, skipped }, mends };
}

interface Checked {
	readonly findings: readonly Finding[];
	readonly explained: number;
	readonly ignored: number;
}

/** The findings of one text, in its order. */
export function checkText(text: string, parsed: Parsed, loggers: ProjectLoggers): Checked {
	const { program, comments } = parsed;
	const ignores = comments.filter((comment) => /\berrata-ignore\b/u.test(comment.text));
	const said = comments.filter((comment) => /[\p{L}]{2}/u.test(comment.text));
	let explained = 0;
	const scene: Scene = {
		text,
		...loggers,
		explained: (start, end) => said.some((comment) => comment.start >= start && comment.end <= end),
		countExplained: () => {
			explained++;
		},
	};
	const found: Finding[] = [];
	for (const at of nodesOf(program)) found.push(...checkHandlers(at, scene), ...checkLines(at, scene));
	const seen = new Set<number>();
	const findings = found
		.sort((a, b) => a.start - b.start)
		// Two rules may mean the same call: the first one said it.
		.filter(({ start }) => !seen.has(start) && seen.add(start));
	const kept = findings.filter((finding) => !ignores.some((comment) => excuses(comment, finding, text)));
	return { findings: kept, explained, ignored: findings.length - kept.length };
}

/** On the line before, on the line itself, or inside. */
function excuses(comment: Comment, { start, end }: Finding, text: string): boolean {
	if (comment.start >= start && comment.end <= end) return true;
	const line = text.lastIndexOf("\n", start - 1) + 1;
	const before = text.lastIndexOf("\n", line - 2) + 1;
	const next = text.indexOf("\n", start);
	return comment.start >= before && comment.start < (next === -1 ? text.length : next);
}

function placed({ rule, level, start, found, instead, edits }: Finding, file: string, text: string): Place {
	const lineStart = text.lastIndexOf("\n", start - 1) + 1;
	const lineEnd = text.indexOf("\n", start);
	const source = text.slice(lineStart, lineEnd === -1 ? undefined : lineEnd).trim();
	return {
		rule,
		level,
		file,
		line: text.slice(0, lineStart).split("\n").length,
		column: start - lineStart + 1,
		source: source.length > LIMITS.sourceChars ? `${source.slice(0, LIMITS.sourceChars)}...` : source,
		found,
		instead,
		mendable: edits.length > 0,
	};
}

/** Edits that do not touch each other, of one finding all or none. */
function apart(groups: readonly (readonly Edit[])[]): Edit[] {
	const taken: Edit[] = [];
	for (const group of groups) {
		const free = group.every((edit) => taken.every((other) => edit.end < other.start || edit.start > other.end));
		if (free) taken.push(...group);
	}
	return taken.sort((a, b) => a.start - b.start);
}

/** The text with the edits in it. */
export function mended({ text, edits }: FileEdits): string {
	let result = "";
	let at = 0;
	for (const edit of edits) {
		result += text.slice(at, edit.start) + edit.text;
		at = edit.end;
	}
	return result + text.slice(at);
}
