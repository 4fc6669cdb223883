/** Reports and the analysis of one error. What a report says is `report/`. */
import { errorsAnalysis, type InputOf, reportsGet } from "@errata/api";
import type { RedactionOptions } from "@errata/catalog";
import type { ErrorEvent } from "@errata/store";
import type { Incident } from "../analysis/incidents.ts";
import { type Call, implement } from "../call.ts";
import { Failure, notFound } from "../failure.ts";
import { LIMITS } from "../limits.ts";
import {
	causesOf,
	type Fitted,
	findIncidents,
	gatherError,
	gatherIncident,
	gatherIssue,
	gatherTrace,
	groupReport,
	incidentReport,
	loadTokenizer,
	type ReportOptions,
	traceOrigin,
	traceReport,
} from "../report/index.ts";
import { windowMs } from "../window.ts";
import { oneIssue } from "./issues.ts";

const DAY = 86_400_000;

type Source = Pick<Call, "store" | "catalog" | "now">;
type Kind = InputOf<typeof reportsGet>["kind"];

export const report = implement(reportsGet, async (input, call) => {
	const format = input.format ?? "md";
	const budget = input.budget ?? LIMITS.reportTokens;
	const { kind, id, window } = input;
	const { redaction } = call;
	return { ...(await reportOn(kind, id, call, { budget, write: format, redaction, window })), format, budget };
});

export interface Reported extends Pick<Fitted, "text" | "tokens" | "cut"> {
	readonly kind: Kind;
	/** Whole. */
	readonly id: string;
}

/** What a report is written with. `window` is that of an incident, 24h unless told otherwise. */
export interface Wanted extends Pick<ReportOptions, "budget" | "write"> {
	readonly redaction?: RedactionOptions | undefined;
	readonly window?: string | undefined;
}

/** The report of an id, or of the first digits of a fingerprint. Throws a Failure for none. */
export async function reportOn(
	kind: Kind,
	id: string,
	source: Source,
	{ window, ...options }: Wanted,
): Promise<Reported> {
	const subject = await subjectOf(kind, id, source, window);
	const redaction = neverKept(options.redaction);
	const { text, tokens, cut } = subject.write({ ...options, redaction, tokenizer: await loadTokenizer() });
	return { kind, id: subject.id, tokens, cut, text };
}

export interface Subject {
	/** Whole. */
	readonly id: string;
	/** Asks nothing more: the same options, the same bytes. */
	write(options: ReportOptions): Fitted;
}

/** All that a report says, gathered once. Throws a Failure where there is nothing of that id. */
export async function subjectOf(kind: Kind, id: string, source: Source, window?: string): Promise<Subject> {
	if (window !== undefined && kind !== "incident")
		throw new Failure("BAD_REQUEST", `A report of kind ${kind} has no window.`, "Leave window out.");
	if (kind === "incident") {
		const incident = await oneIncident(id.toLowerCase(), window, source);
		const input = await gatherIncident(incident, incidentWindow(window), source);
		return { id: incident.id, write: (options) => incidentReport(input, options) };
	}
	if (kind === "trace") {
		const traceId = id.toLowerCase();
		const input = await gatherTrace(traceId, source);
		if (input === undefined) throw notFound("trace");
		return { id: traceId, write: (options) => traceReport(input, options) };
	}
	const event = kind === "error" ? await oneEvent(id, source) : undefined;
	const issue = await oneIssue(source.store, event?.fingerprint ?? id.toLowerCase());
	const input = event === undefined ? await gatherIssue(issue, source) : await gatherError(event, issue, source);
	return { id: event?.eventId ?? issue.fingerprint, write: (options) => groupReport(input, options) };
}

/** A report never keeps what it was told to keep elsewhere: it is made to be handed on. */
function neverKept(redaction: RedactionOptions = {}): RedactionOptions {
	return redaction.mode === "keep" ? { ...redaction, mode: "replace" } : redaction;
}

function incidentWindow(window: string | undefined): number {
	const ms = windowMs(window, DAY);
	if (ms <= LIMITS.analysisDays * DAY) return ms;
	throw new Failure(
		"BAD_REQUEST",
		`An incident is looked for in at most ${LIMITS.analysisDays} days.`,
		"Pass a window such as 1h, 24h or 7d.",
	);
}

/** The incident of that id, or the one that a group belongs to. Throws a Failure if none or several are meant. */
async function oneIncident(id: string, window: string | undefined, source: Source): Promise<Incident> {
	const found = await findIncidents(id, incidentWindow(window), source);
	const [incident] = found;
	if (incident === undefined) throw notFound("incident");
	if (found.length === 1) return incident;
	const some = found.slice(0, 5).map((one) => one.id);
	throw new Failure("AMBIGUOUS", `${found.length} incidents are meant by it.`, `Give one of ${some.join(", ")}.`);
}

async function oneEvent(id: string, { store }: Source): Promise<ErrorEvent> {
	const event = (await store.getEvent(id)) ?? (await store.getEvent(id.toLowerCase()));
	if (event === undefined) throw notFound("error");
	return event;
}

export const analysis = implement(errorsAnalysis, async ({ eventId }, call) => {
	const error = await oneEvent(eventId, call);
	const issue = await oneIssue(call.store, error.fingerprint);
	const { entry, similar, related, traceErrors, traceSpans, around } = await gatherError(error, issue, call);
	const origin = traceOrigin(traceErrors, traceSpans, around)?.event;
	return {
		error,
		issue,
		title: entry?.title ?? "",
		description: entry?.description ?? "",
		similar24h: similar,
		causes: causesOf(error),
		origin: origin === undefined || origin.eventId === error.eventId ? null : originShape(origin),
		related: related.map(({ fingerprint, code, message, traces, earlier, of }) => ({
			fingerprint,
			code,
			message,
			traces,
			earlier,
			of,
		})),
	};
});

function originShape({ eventId, timestamp, fingerprint, code, service, spanId, message }: ErrorEvent) {
	return { eventId, timestamp, fingerprint, code, service, spanId, message };
}
