/**
 * A group of errors explained to a person: the one look that `run`, `issues view` and `npm start` share. Ten seconds
 * must be enough: what failed, where, what to do now. Nothing is asked of the store here.
 */
import { builtinCatalog, type Catalog } from "@errata/catalog";
import { type Cause, causesOf, entryOf, placeOf, retryText, type SourceFrame } from "@errata/server/report";
import { cutText, safeBlock, safeLine } from "@errata/server/text";
import type { ErrorEvent, Issue } from "@errata/store";
import { LIMITS } from "../limits.ts";
import { ago, clock, count, plural, times } from "../terminal/human.ts";
import { fit, hang } from "../terminal/layout.ts";
import { createStyle, proseWidth, type Style, severityPaint } from "../terminal/style.ts";

export interface ExplainOptions {
	/** Latest occurrence of each group by fingerprint: says where it was thrown and what caused it. */
	readonly events?: ReadonlyMap<string, ErrorEvent>;
	/** Titles come from here, and whether a code's suggestions are errata's; the built-in one if absent. */
	readonly catalog?: Catalog;
	/** Milliseconds since the epoch that "3 min ago" counts from; the clock if absent. */
	readonly now?: number;
	/** Columns to wrap at; `Infinity` (the default) wraps nothing, as is right in a pipe. */
	readonly width?: number;
	/** Default false. */
	readonly color?: boolean;
	/** What a user types for errata: `errata` if absent, `npx errata` in a project that has it installed. */
	readonly command?: string;
	/** Flags put behind the id of the next command, with a leading blank; "" if absent. */
	readonly commandFlags?: string;
	/** Paths below this directory are shown relative to it. */
	readonly cwd?: string;
	/** Groups explained in full; the rest get one line each. All if absent. */
	readonly full?: number;
	/** Number the groups; default true when there are several. */
	readonly numbered?: boolean;
}

/** `issues` as text, one block per group, without a line break at the end. Every text is safe for a terminal. */
export function explainIssues(issues: readonly Issue[], options: ExplainOptions = {}): string {
	const style = createStyle({
		colored: options.color ?? false,
		width: options.width ?? Number.POSITIVE_INFINITY,
	});
	const shown = issues.slice(0, options.full ?? issues.length);
	const rest = issues.slice(shown.length);
	const numbered = options.numbered ?? issues.length > 1;
	const blocks = shown.map((issue, i) =>
		explainIssue(issue, options.events?.get(issue.fingerprint), {
			...options,
			style,
			number: numbered ? i + 1 : 0,
		}).join("\n"),
	);
	if (rest.length > 0) blocks.push(restLines(rest, style, options).join("\n"));
	return blocks.join("\n\n");
}

interface OneOptions extends ExplainOptions {
	readonly style: Style;
	/** 0: none. */
	readonly number: number;
}

function explainIssue(issue: Issue, event: ErrorEvent | undefined, options: OneOptions): string[] {
	const { style } = options;
	const indent = options.number > 0 ? "    " : "";
	const width = proseWidth(style) - indent.length;
	const row = (label: string, text: string): string[] => hang(style.dim(label.padEnd(9)), text, width);
	const body = [
		...hang("", messageText(issue), width),
		...hang("", traitsText(issue, style), width),
		...hang("", style.dim(seenText(issue, options.now ?? Date.now())), width),
		...where(event, options, row, width),
		...causes(issue, event, row),
		...advice(issue, options, row, width),
		...row("next", style.cyan(nextCommand(issue, options))),
	];
	const number = options.number > 0 ? style.dim(`${options.number}.`.padEnd(4)) : "";
	return [number + headline(issue, options), ...body.map((line) => (line === "" ? "" : indent + line))];
}

/** Enough of a fingerprint to name it: 32 bits tell apart as many groups as anyone has. */
export function shortId(fingerprint: string): string {
	return safeLine(fingerprint).slice(0, 8);
}

function headline(issue: Issue, options: OneOptions): string {
	const { style } = options;
	const entry = entryOf(options.catalog ?? builtinCatalog(), issue.code);
	const code = severityPaint(style, issue.severity)(style.bold(safeLine(issue.code)));
	const title = entry === undefined ? "" : `  ${style.bold(safeLine(entry.title))}`;
	const basis = entry?.inferred === undefined ? "" : `  ${style.dim(`(inferred from ${safeLine(entry.inferred)})`)}`;
	return `${code}${title}${basis}`;
}

/** `TypeError: Cannot read properties of undefined`, on as few lines as it needs. */
export function messageText(error: Pick<Issue, "exceptionType" | "message">): string {
	const type = safeLine(error.exceptionType);
	const message = cutText(safeLine(error.message), LIMITS.messageChars);
	if (type === "") return message === "" ? "(no message)" : message;
	if (message === "") return type;
	return message.startsWith(type) ? message : `${type}: ${message}`;
}

/** The same for a list: there `Error: ` says nothing that a reader does not know. */
export function shortMessage(error: Pick<Issue, "exceptionType" | "message">): string {
	return messageText(error).replace(/^Error: (?=.)/u, "");
}

/** What kind of failure, whether to retry, how often and where. */
function traitsText(issue: Issue, style: Style): string {
	const services = issue.services.map(safeLine);
	const named = services.slice(0, LIMITS.services).join(", ");
	const more = services.length > LIMITS.services ? ` and ${services.length - LIMITS.services} more` : "";
	const retryPaint = issue.retryable === true ? style.green : issue.retryable === false ? style.yellow : style.dim;
	const kind = style.dim(`${safeLine(issue.category)}, ${safeLine(issue.severity)} severity,`);
	const where = `${times(issue.count)} in ${named === "" ? "an unnamed service" : named}${more}`;
	const uncaught =
		issue.unhandled === 0
			? ""
			: issue.unhandled === issue.count
				? ", uncaught"
				: `, ${count(issue.unhandled)} uncaught`;
	return `${kind} ${retryPaint(retryText(issue.retryable))}${style.dim(" · ")}${where}${uncaught}`;
}

function seenText(issue: Issue, now: number): string {
	const last = `${clock(issue.lastSeen, now)}, ${ago(issue.lastSeen, now)}`;
	return issue.firstSeen === issue.lastSeen
		? `seen ${last}`
		: `first seen ${clock(issue.firstSeen, now)}, last ${last}`;
}

type Row = (label: string, text: string) => string[];

function where(event: ErrorEvent | undefined, options: OneOptions, row: Row, width: number): string[] {
	const frame = event === undefined ? undefined : placeOf(event);
	if (frame === undefined) return [];
	const place = placeText(frame, options.cwd);
	const name = safeLine(frame.function);
	return [...row("where", name === "" ? place : `${place} in ${name}`), ...sourceLines(frame, options.style, width)];
}

/** `src/orders.ts:42:11` */
export function placeText(frame: Pick<SourceFrame, "file" | "line" | "column">, cwd: string | undefined): string {
	let file = safeLine(frame.file).replace(/^file:\/\//u, "");
	if (cwd !== undefined && file.startsWith(`${cwd}/`)) file = file.slice(cwd.length + 1);
	const line = frame.line > 0 ? `:${frame.line}` : "";
	return `${file}${line}${line !== "" && frame.column > 0 ? `:${frame.column}` : ""}`;
}

/** The lines around the failing one, the failing one marked; cut, never wrapped: wrapped code reads badly. */
function sourceLines(frame: SourceFrame, style: Style, width: number): string[] {
	const near = frame.lines
		.filter(({ number }) => Math.abs(number - frame.line) <= LIMITS.sourceContext)
		.map(({ number, text }) => ({ number, text: safeBlock(text).replaceAll("\n", " ").trimEnd() }));
	while (near.at(-1)?.text === "") near.pop();
	while (near[0]?.text === "") near.shift();
	const digits = Math.max(0, ...near.map(({ number }) => String(number).length));
	const filled = near.filter(({ text }) => text !== "");
	const margin = Math.min(...filled.map(({ text }) => text.length - text.trimStart().length));
	return near.map(({ number, text }) => {
		const hit = number === frame.line;
		const code = cutText(text.slice(margin), LIMITS.sourceChars);
		const line = fit(`         ${hit ? ">" : " "} ${String(number).padStart(digits)} | ${code}`.trimEnd(), width);
		return hit ? style.bold(line) : style.dim(line);
	});
}

function causes(issue: Issue, event: ErrorEvent | undefined, row: Row): string[] {
	if (event === undefined) return [];
	// A wrapper that repeats the words of what it wraps needs no second line.
	const all = causesOf(event).filter(
		(cause) => messageText({ exceptionType: cause.type, message: cause.message }) !== messageText(issue),
	);
	const shown = all.slice(0, LIMITS.causes);
	const lines = shown.flatMap((cause, i) => row(i === 0 ? "cause" : "", causeText(cause)));
	if (all.length > shown.length) lines.push(...row("", `and ${all.length - shown.length} more`));
	return lines;
}

export function causeText(cause: Cause): string {
	const text = messageText({ exceptionType: cause.type, message: cause.message });
	const code = safeLine(cause.code);
	return code === "" || text.includes(code) ? text : `${text} (${code})`;
}

/**
 * What to do. A code that no catalog at hand holds came with the record: its suggestions are the application's words,
 * and are said to be.
 */
function advice(issue: Issue, options: OneOptions, row: Row, width: number): string[] {
	const { style } = options;
	const bullet = (label: string, text: string): string[] => hang(`${style.dim(label.padEnd(9))}- `, text, width);
	const known = entryOf(options.catalog ?? builtinCatalog(), issue.code) !== undefined;
	const list = (label: string, texts: readonly string[], paint: (text: string) => string): string[] =>
		texts.slice(0, LIMITS.suggestions).flatMap((text, i) => bullet(i === 0 ? label : "", paint(safeLine(text))));
	const plain = (text: string): string => text;
	const now = list("now", issue.immediate, known ? style.green : plain);
	const prevent = list("prevent", issue.preventive, plain);
	const docs = known ? issue.docs.slice(0, 1).map((link) => style.dim(`${"docs".padEnd(9)}${safeLine(link)}`)) : [];
	const lines = [...now, ...prevent, ...docs];
	if (!known && lines.length > 0)
		return [
			...lines,
			...row("", style.dim("(these words are the application's: no registered catalog holds the code)")),
		];
	if (lines.length === 0)
		return row("now", "errata has no advice for this code; the analysis shows what happened around it.");
	return lines;
}

function nextCommand(issue: Issue, { command = "errata", commandFlags = "" }: ExplainOptions): string {
	return `${command} analyze ${shortId(issue.fingerprint)}${commandFlags}`;
}

function restLines(issues: readonly Issue[], style: Style, options: ExplainOptions): string[] {
	return [
		style.dim(`and ${plural(issues.length, "more group")}:`),
		...issues.map(
			(issue) =>
				`    ${style.bold(safeLine(issue.code))}  ${times(issue.count)}  ${cutText(messageText(issue), 80)}  ${style.cyan(nextCommand(issue, options))}`,
		),
	];
}
