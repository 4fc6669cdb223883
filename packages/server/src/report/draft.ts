/** Drafts of the reports: an issue, one error of it, a trace. Facts in errata's own voice are chosen here. Pure. */
import { CATEGORIES, SEVERITIES } from "@errata/catalog";
import type { ErrorEvent, Issue, RelatedGroup, TraceLog, TraceSpan } from "@errata/store";
import type { Around } from "../work/analyses.ts";
import type { KnownEntry } from "./entry.ts";
import type { Draft, Fact, Item, Section } from "./model.ts";
import { docsSection, promptsSection } from "./own-sections.ts";
import {
	breadcrumbsSection,
	causesSection,
	clip,
	codeSection,
	contextSection,
	errorItem,
	errorsSection,
	isoTime,
	relatedSection,
	spansSection,
	stackSection,
	suggestionsSection,
	summarySection,
	systemSection,
	type Tools,
} from "./sections.ts";
import { apartSection, changesSection, notesSection, type Standing, standingFacts } from "./standing.ts";
import { placeSpans, type TraceOrigin, traceOrigin } from "./trace.ts";

export type { Standing } from "./standing.ts";

export interface GroupInput extends Standing {
	/** `error`: the report is about `event`; `issue`: `event` is its latest occurrence. */
	readonly kind: "issue" | "error";
	readonly issue: Issue;
	/** The latest occurrence with all it carried; absent when its rows have expired. */
	readonly event: ErrorEvent | undefined;
	readonly related: readonly RelatedGroup[];
	/** Errors and spans of the latest occurrence's trace, this one among them. */
	readonly traceErrors: readonly ErrorEvent[];
	readonly traceSpans: readonly TraceSpan[];
	readonly around?: Around;
	/** Log records of that trace before it, the newest first. */
	readonly traceLogs: readonly TraceLog[];
	/** What the catalog at hand holds of the code. */
	readonly entry: KnownEntry | undefined;
}

export interface TraceInput {
	readonly traceId: string;
	readonly errors: readonly ErrorEvent[];
	readonly spans: readonly TraceSpan[];
	readonly around?: Around;
	/** The group of the likely origin. */
	readonly issue: Issue | undefined;
	readonly entry: KnownEntry | undefined;
}

export function groupDraft(input: GroupInput, tools: Tools): Draft {
	const { issue, event, entry } = input;
	const others = input.traceErrors.filter((other) => other.eventId !== event?.eventId);
	return {
		kind: input.kind,
		id: input.kind === "error" ? plainId(event?.eventId ?? "") : hex(issue.fingerprint),
		title: entry === undefined ? `Error group ${hex(issue.fingerprint).slice(0, 8)}` : `${entry.code}: ${entry.title}`,
		description: entry?.description ?? "",
		facts: [...issueFacts(issue, entry), ...standingFacts(input), ...eventFacts(input)],
		sections: [
			summarySection(issue, event, entry !== undefined, tools),
			suggestionsSection(issue, entry, tools),
			causesSection(event, tools),
			codeSection(event, tools),
			stackSection(event, tools),
			...originSection(traceOrigin(input.traceErrors, input.traceSpans, input.around), input.traceSpans, event, tools),
			promptsSection(issue.retryable),
			changesSection(issue, event, input.suspects, tools),
			apartSection(input.apart, tools),
			errorsSection(others, "Other errors of the same trace", tools),
			spansSection(placeSpans(input.traceSpans, input.traceErrors), tools),
			breadcrumbsSection(event, input.traceLogs, tools),
			notesSection(input.history, tools),
			relatedSection(event, input.related, tools),
			contextSection(event, tools),
			systemSection(event, tools),
			docsSection(entry, event),
		].map(silent),
	};
}

export function traceDraft(input: TraceInput, tools: Tools): Draft {
	const found = traceOrigin(input.errors, input.spans, input.around);
	const origin = found?.event;
	const { issue, entry } = input;
	return {
		kind: "trace",
		id: hex(input.traceId),
		title: `Trace ${hex(input.traceId)}`,
		description: entry === undefined ? "" : `Likely origin: ${entry.code}, ${entry.title}. ${entry.description}`,
		facts: [
			{ key: "errors", label: "errors", value: input.errors.length },
			{ key: "spans", label: "spans", value: input.spans.length },
			{ key: "originFingerprint", label: "group of the likely origin", value: hex(origin?.fingerprint ?? "") },
			...(issue === undefined ? [] : issueFacts(issue, entry).filter(({ key }) => key !== "fingerprint")),
		],
		sections: [
			...originSection(found, input.spans, undefined, tools),
			...(issue === undefined ? [] : [suggestionsSection(issue, entry, tools)]),
			causesSection(origin, tools),
			codeSection(origin, tools),
			stackSection(origin, tools),
			promptsSection(issue?.retryable ?? null),
			errorsSection(input.errors, "Errors of the trace", tools),
			spansSection(placeSpans(input.spans, input.errors), tools),
			breadcrumbsSection(origin, [], tools),
			contextSection(origin, tools),
			systemSection(origin, tools),
			docsSection(entry, origin),
		].map(silent),
	};
}

/** A section without items has nothing to lead to. */
export function silent(section: Section): Section {
	return section.items.length === 0 ? { ...section, lead: "" } : section;
}

export function issueFacts(issue: Issue, entry: KnownEntry | undefined): Fact[] {
	return [
		{ key: "fingerprint", label: "group", value: hex(issue.fingerprint) },
		...(entry === undefined ? [] : [{ key: "code", label: "code", value: entry.code }]),
		{ key: "category", label: "category", value: oneOf(CATEGORIES, issue.category) },
		{ key: "severity", label: "severity", value: oneOf(SEVERITIES, issue.severity) },
		{ key: "retryable", label: "retryable", value: issue.retryable },
		{ key: "count", label: "occurrences", value: issue.count },
		{ key: "unhandled", label: "of which uncaught", value: issue.unhandled },
		{ key: "firstSeen", label: "first seen", value: time(issue.firstSeen) },
		{ key: "lastSeen", label: "last seen", value: time(issue.lastSeen) },
		{ key: "traces", label: "traces", value: issue.traces },
	];
}

function eventFacts({ kind, event }: GroupInput): Fact[] {
	if (event === undefined) return [];
	const trace = hex(event.traceId);
	const traceFact = {
		key: "traceId",
		label: kind === "error" ? "trace" : "trace of the latest occurrence",
		value: trace,
	};
	const own: Fact[] =
		kind === "issue"
			? []
			: [
					{ key: "timestamp", label: "this occurrence", value: time(event.timestamp) },
					{ key: "handled", label: "caught", value: event.handled },
				];
	return [...own, ...(trace === "" ? [] : [traceFact])];
}

/** The origin of a trace, unless it is the error the report is about anyway. */
function originSection(
	origin: TraceOrigin | undefined,
	spans: readonly TraceSpan[],
	about: ErrorEvent | undefined,
	tools: Tools,
): Section[] {
	if (origin === undefined || (origin.eventId !== "" && origin.eventId === about?.eventId)) return [];
	return [
		{
			key: "origin",
			form: "list",
			title: "Likely origin",
			lead: `Why: ${origin.reasons.map(({ text }) => text).join("; ")}. Confidence ${origin.confidence} of 1.`,
			items: originItems(origin, spans, tools),
			prefer: "first",
			voice: "telemetry",
			share: 2,
		},
	];
}

function originItems(origin: TraceOrigin, spans: readonly TraceSpan[], tools: Tools): Item[] {
	const name = clip(origin.component.name, tools);
	const span = spans.find(({ spanId }) => spanId === origin.spanId);
	const failed = span === undefined ? "" : clip(`${span.name} ${span.statusMessage}`, tools);
	return [
		...(origin.event === undefined ? [] : [errorItem(origin.event, tools)]),
		...(origin.event !== undefined || failed === ""
			? []
			: [{ text: `span without an error record: ${failed}`, value: { span: failed } }]),
		{ text: `in: ${name}`, value: { in: name } },
	];
}

/** An id in errata's own voice: hex digits, or nothing. */
export function hex(text: string): string {
	return /^[0-9a-f]{8,64}$/u.test(text) ? text : "";
}

/** An id of an occurrence in errata's own voice: what SDKs make of hex digits and dashes, or nothing. */
function plainId(text: string): string {
	return /^[0-9a-f-]{8,40}$/u.test(text) ? text : "";
}

export function time(text: string): string {
	return /^[0-9TZ:.+-]{10,40}$/u.test(text) ? isoTime(text) : "unknown";
}

function oneOf(list: readonly string[], value: string): string {
	return list.includes(value) ? value : "unknown";
}
