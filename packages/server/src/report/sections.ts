/**
 * The sections of a report, each from what the store answered. Pure: the same rows give the same section. What is
 * errata's own word and what is telemetry is decided here and nowhere else.
 */
import type { ErrorEvent, Issue, RelatedGroup, TraceLog, TraceSpan } from "@errata/store";
import { LIMITS } from "../limits.ts";
import { duration } from "../text/duration.ts";
import type { Cleaner } from "./clean.ts";
import type { KnownEntry } from "./entry.ts";
import type { Item, Json, Section, Tokenizer } from "./model.ts";
import { breadcrumbsOf, type Cause, causesOf, placeOf, relatedOf, type SourceFrame, sourceOf } from "./record.ts";

/** What the sections are made with: nothing of it says anything by itself. */
export interface Tools {
	readonly cleaner: Cleaner;
	readonly tokenizer: Tokenizer;
	/** Tokens that one text may have, so that one huge message leaves room for the rest. */
	readonly textTokens: number;
}

/** A text of telemetry, clean, on one line and of at most `textTokens`. */
export function clip(text: string, tools: Tools): string {
	return tools.tokenizer.cut(tools.cleaner.line(text, LIMITS.reportTextChars), tools.textTokens);
}

/** `clip` for one of many: what one line of a list may take. */
export function brief(text: string, tools: Tools): string {
	return tools.tokenizer.cut(clip(text, tools), LIMITS.reportLineTokens);
}

/** Type and message of an error, the type once. */
export function whatText(type: string, message: string): string {
	if (message === "" || type === "") return type || message;
	return message.startsWith(type) ? message : `${type}: ${message}`;
}

/** `label: text`, or nothing for an empty text. */
export function labelled(key: string, text: string, tools: Tools): Item[] {
	const clean = clip(text, tools);
	return clean === "" ? [] : [{ text: `${key}: ${clean}`, value: { [key]: clean } }];
}

export function summarySection(issue: Issue, event: ErrorEvent | undefined, known: boolean, tools: Tools): Section {
	const list = (key: string, values: readonly string[]): Item[] =>
		values.length === 0 ? [] : labelled(key, values.slice(0, 10).join(", "), tools);
	return {
		key: "summary",
		form: "map",
		title: "Summary",
		lead: "",
		items: [
			...labelled("type", issue.exceptionType, tools),
			...labelled("message", issue.message, tools),
			...(known ? [] : labelled("code", issue.code, tools)),
			...list("services", issue.services),
			...list("environments", issue.environments),
			...labelled("release", event?.release ?? "", tools),
			...labelled("error.type", event?.attributes["error.type"] ?? "", tools),
			...labelled("runs on", event === undefined ? "" : runtimeText(event), tools),
			...labelled("where", event === undefined ? "" : placeText(event), tools),
		],
		prefer: "first",
		voice: "telemetry",
		share: 4,
	};
}

/** What it runs on, as its resource tells: `python, CPython 3.11.4`. */
function runtimeText({ resource }: ErrorEvent): string {
	const runtime = [resource["process.runtime.name"] ?? "", resource["process.runtime.version"] ?? ""];
	const parts = [resource["telemetry.sdk.language"] ?? "", runtime.filter((part) => part !== "").join(" ")];
	return parts.filter((part) => part !== "").join(", ");
}

/** File, line and function of the program's own code that it was thrown in; "" if nothing tells. */
function placeText(event: ErrorEvent): string {
	const place = placeOf(event);
	if (place === undefined) return "";
	return `${place.file}${place.line === 0 ? "" : `:${place.line}`}${place.function === "" ? "" : ` in ${place.function}`}`;
}

export function suggestionsSection(issue: Issue, entry: KnownEntry | undefined, tools: Tools): Section {
	const { immediate, preventive } = issue;
	const items = (kind: string, texts: readonly string[]): Item[] =>
		texts.flatMap((text) => {
			const clean = clip(text, tools);
			return clean === "" ? [] : [{ text: `${kind}: ${clean}`, value: { [kind]: clean } }];
		});
	return {
		key: "suggestions",
		form: "list",
		title: "Suggestions",
		lead:
			entry === undefined
				? "No registered catalog holds this code: these are the application's words, not errata's advice."
				: "From errata's catalog; names and values in them are filled in from the error.",
		items: [...items("now", immediate), ...items("prevent", preventive)],
		prefer: "first",
		voice: "telemetry",
		share: 2,
	};
}

export function causesSection(event: ErrorEvent | undefined, tools: Tools): Section {
	const items = (event === undefined ? [] : causesOf(event)).map((cause) => causeItem(cause, tools));
	return {
		key: "causes",
		form: "list",
		title: "Causes",
		lead: "",
		items,
		prefer: "first",
		voice: "telemetry",
		share: 3,
	};
}

function causeItem(cause: Cause, tools: Tools): Item {
	const type = clip(cause.type, tools);
	const message = clip(cause.message, tools);
	const code = clip(cause.code, tools);
	const suffix = code === "" ? "" : ` (${code})`;
	return {
		text: `${"  ".repeat(Math.min(cause.depth, 8) - 1)}${type}: ${message}${suffix}`,
		value: { depth: cause.depth, type, message, code },
	};
}

export function codeSection(event: ErrorEvent | undefined, tools: Tools): Section {
	const items = (event === undefined ? [] : sourceOf(event)).map((frame) => frameItem(frame, tools));
	return {
		key: "code",
		form: "list",
		title: "Code",
		lead: items.length === 0 ? "" : "Lines around the application's frames, nearest the throw first; `>` failed.",
		items,
		prefer: "first",
		voice: "telemetry",
		share: 1,
	};
}

function frameItem(frame: SourceFrame, tools: Tools): Item {
	const place = `${clip(frame.file, tools)}:${frame.line}`;
	const name = clip(frame.function, tools);
	const lines = frame.lines.map(({ number, text }) => ({
		number,
		hit: number === frame.line,
		text: tools.cleaner.block(text, 200).replaceAll("\n", " "),
	}));
	return {
		text: [
			name === "" ? place : `${place} in ${name}`,
			...lines.map((line) => `${line.hit ? ">" : " "} ${line.number} | ${line.text}`),
		].join("\n"),
		value: {
			file: place,
			function: name,
			lines: lines.map((line) => `${line.hit ? ">" : " "} ${line.number} | ${line.text}`),
		},
	};
}

export function stackSection(event: ErrorEvent | undefined, tools: Tools): Section {
	const stack = event === undefined ? "" : tools.cleaner.block(event.stacktrace, LIMITS.reportStackChars);
	const items = stack
		.split("\n")
		.map((line) => tools.tokenizer.cut(line.trimEnd(), tools.textTokens))
		.filter((line) => line.trim() !== "")
		.map((line) => ({ text: line, value: line.trim() }));
	return { key: "stack", form: "list", title: "Stack", lead: "", items, prefer: "first", voice: "telemetry", share: 4 };
}

/** What the record carried, else the log records of its trace. */
export function breadcrumbsSection(event: ErrorEvent | undefined, logs: readonly TraceLog[], tools: Tools): Section {
	const carried = (event === undefined ? [] : breadcrumbsOf(event)).map((crumb): Item => {
		const fields = Object.entries(crumb).flatMap(([key, raw]) => {
			const value = tools.tokenizer.cut(tools.cleaner.value(key, raw, 400), Math.ceil(tools.textTokens / 2));
			return value === "" ? [] : [[key, value] as const];
		});
		return {
			text: fields.map(([key, value]) => (key === "time" ? value : `${key}=${value}`)).join(" "),
			value: Object.fromEntries(fields),
		};
	});
	const items = carried.length > 0 ? carried : logs.toReversed().map((log) => logItem(log, tools));
	return {
		key: "breadcrumbs",
		form: "list",
		title: "Recent operations",
		lead:
			items.length === 0
				? ""
				: `Of the same ${carried.length > 0 && event?.traceId === "" ? "process" : "trace"}, oldest first; the error came after the last one.`,
		items,
		prefer: "last",
		voice: "telemetry",
		share: 3,
	};
}

function logItem(log: TraceLog, tools: Tools): Item {
	const [time, service, level] = [isoTime(log.timestamp), log.service, log.severityText].map((text) =>
		clip(text, tools),
	);
	const message = clip(log.body, tools);
	return {
		text: [time, service, level, message].filter((part) => part !== "").join(" "),
		value: { time: time ?? "", service: service ?? "", level: level ?? "", message },
	};
}

/** Attributes that other sections show, or that say nothing about the failure. */
const SHOWN_ELSEWHERE =
	/^(?:exception\.|vcs\.|feature_flag\.|errata\.(?!context\.|config$|dropped$|redactions$)|log\.record\.uid$|error\.type$|telemetry\.)/u;

/** Task, request and process: the record's own attributes and the resource's, those of the task first. */
export function contextSection(event: ErrorEvent | undefined, tools: Tools): Section {
	const items: Item[] = [];
	if (event !== undefined) {
		const entries = [...Object.entries(event.attributes), ...Object.entries(event.resource)].filter(
			([key]) => !SHOWN_ELSEWHERE.test(key),
		);
		const task = entries.filter(([key]) => key.startsWith("errata.context."));
		const other = entries.filter(([key]) => !key.startsWith("errata.context."));
		for (const [key, raw] of [...sortByKey(task), ...sortByKey(other)]) {
			const name = tools.cleaner.line(key, 100).replace(/^errata\.(?=context\.)/u, "");
			const value = tools.tokenizer.cut(tools.cleaner.value(key, raw, 400), Math.ceil(tools.textTokens / 2));
			if (value !== "") items.push({ text: `${name}: ${value}`, value: { [name]: value } });
		}
	}
	return {
		key: "context",
		form: "map",
		title: "Execution context",
		lead: "",
		items,
		prefer: "first",
		voice: "telemetry",
		share: 4,
	};
}

const SYSTEM = "errata.system.";

export function systemSection(event: ErrorEvent | undefined, tools: Tools): Section {
	const entries = Object.entries(event?.attributes ?? {}).filter(([key]) => key.startsWith(SYSTEM));
	const items = sortByKey(entries).map(([key, raw]): Item => {
		const name = tools.cleaner.line(key.slice(SYSTEM.length), 60);
		const value = tools.cleaner.line(raw, 40);
		return { text: `${name}: ${value}`, value: { [name]: value } };
	});
	return {
		key: "system",
		form: "map",
		title: "System state",
		lead:
			items.length === 0
				? ""
				: "Of the process when it failed: memory in bytes, CPU in seconds, event-loop delay in milliseconds.",
		items,
		prefer: "first",
		voice: "telemetry",
		share: 2,
	};
}

function sortByKey(entries: readonly (readonly [string, string])[]): (readonly [string, string])[] {
	return [...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

export function relatedSection(event: ErrorEvent | undefined, groups: readonly RelatedGroup[], tools: Tools): Section {
	const before = (event === undefined ? [] : relatedOf(event)).map((error): Item => {
		const what = brief(whatText(error.type, error.message), tools);
		const code = clip(error.code, tools);
		const where = error.sameTrace ? "same trace" : "same process";
		return {
			text: `${duration(error.ageMs)} before, ${where}: ${code} ${what}`,
			value: {
				when: "before",
				where,
				beforeMs: error.ageMs,
				code,
				error: what,
				fingerprint: clip(error.fingerprint, tools),
			},
		};
	});
	// Together once may be chance; what shares the trace at hand is listed with it anyway.
	const often = groups.filter(({ traces }) => traces > 1);
	const shared = often.map((group): Item => {
		const what = brief(whatText(group.exceptionType, group.message), tools);
		const code = clip(group.code, tools);
		const id = clip(group.fingerprint, tools);
		return {
			text: `in ${group.traces} of ${group.of} traces${group.earlier * 2 > group.traces ? ", mostly first" : ""}: ${code} ${what} [${id.slice(0, 8)}]`,
			value: {
				when: "shared traces",
				traces: group.traces,
				of: group.of,
				earlier: group.earlier,
				code,
				error: what,
				fingerprint: id,
			},
		};
	});
	return {
		key: "related",
		form: "list",
		title: "Related errors",
		lead: "",
		items: [...before, ...shared],
		prefer: "first",
		voice: "telemetry",
		share: 2,
	};
}

export function errorItem(event: ErrorEvent, tools: Tools, times = 1): Item {
	const what = brief(whatText(event.exceptionType, event.message), tools);
	const code = clip(event.code, tools);
	const service = clip(event.service, tools);
	const value: Json = {
		time: clip(isoTime(event.timestamp), tools),
		service,
		code,
		error: what,
		fingerprint: clip(event.fingerprint, tools),
		span: clip(event.spanId, tools),
		handled: event.handled,
		...(times === 1 ? {} : { times }),
	};
	const [id, often] = [clip(event.fingerprint, tools).slice(0, 8), times === 1 ? "" : ` ${times} times`];
	return {
		text: `${clip(isoTime(event.timestamp), tools)} ${service} ${code} ${what} [${id}]${often}${event.handled ? "" : " uncaught"}`,
		value,
	};
}

/** Each group once, at its first occurrence: a retry or a loop says the same again and again. */
export function errorsSection(events: readonly ErrorEvent[], title: string, tools: Tools): Section {
	const groups = [...Map.groupBy(events, ({ fingerprint, service }) => `${fingerprint} ${service}`).values()];
	return {
		key: "errors",
		form: "list",
		title,
		lead: "Oldest first, each group at its first occurrence.",
		items: groups.map((same) => errorItem(same[0] as ErrorEvent, tools, same.length)),
		prefer: "first",
		voice: "telemetry",
		share: 3,
	};
}

export interface PlacedSpan {
	readonly span: TraceSpan;
	/** 0 for a root, or a span whose parent is not there. */
	readonly depth: number;
	/** An error of the trace happened in it. */
	readonly failed: boolean;
}

export function spansSection(spans: readonly PlacedSpan[], tools: Tools): Section {
	const items = spans.map(({ span, depth, failed }): Item => {
		const name = clip(span.name, tools);
		const service = clip(span.service, tools);
		const status = clip(span.status, tools);
		const message = clip(span.statusMessage, tools);
		const bad = failed || /error/iu.test(span.status);
		return {
			text: `${bad ? "!" : " "} ${"  ".repeat(Math.min(depth, 16))}${name} (${service}, ${duration(span.durationMs)})${message === "" ? "" : ` ${message}`}`,
			value: { depth, name, service, durationMs: span.durationMs, status, message, error: failed },
		};
	});
	return {
		key: "spans",
		form: "list",
		title: "Spans",
		lead: items.length === 0 ? "" : "In order, indented by depth; `!` marks those that failed.",
		items,
		prefer: "first",
		voice: "telemetry",
		share: 6,
	};
}

/** A time without the zeros that nobody measured: `2026-11-24T07:38:22.62Z`. */
export function isoTime(text: string): string {
	return text.replace(/\.([0-9]*?)0*Z$/u, (_, digits: string) => (digits === "" ? "Z" : `.${digits}Z`));
}
