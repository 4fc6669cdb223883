/** What a report is made of, asked of the store. One place for REST, MCP and the CLI. */
import type { Catalog } from "@errata/catalog";
import { type ErrorEvent, type Issue, type Store, StoreError } from "@errata/store";
import { overRepresented } from "../analysis/attributes.ts";
import type { Incident } from "../analysis/incidents.ts";
import { rankedIssue } from "../lifecycle/outcomes.ts";
import { statesOf } from "../lifecycle/states.ts";
import { suspectsOf } from "../lifecycle/suspects.ts";
import { LIMITS } from "../limits.ts";
import { aroundTrace, closedWindow, incidentsIn } from "../work/analyses.ts";
import type { GroupInput, Standing, TraceInput } from "./draft.ts";
import { entryOf } from "./entry.ts";
import type { IncidentInput } from "./incident.ts";
import { traceOrigin } from "./trace.ts";

const HOUR_MS = 3_600_000;

export interface Source {
	readonly store: Store;
	readonly catalog: Catalog;
	/** Milliseconds since the epoch. */
	readonly now: () => number;
}

/** An issue by its latest occurrence. */
export async function gatherIssue(issue: Issue, source: Source): Promise<GroupInput> {
	const [event] = await source.store.issueEvents(issue.fingerprint, { limit: 1 });
	return gather("issue", issue, event, source);
}

/** One occurrence, with what is known of its issue. */
export function gatherError(event: ErrorEvent, issue: Issue, source: Source): Promise<GroupInput> {
	return gather("error", issue, event, source);
}

async function gather(
	kind: "issue" | "error",
	plain: Issue,
	event: ErrorEvent | undefined,
	source: Source,
): Promise<GroupInput> {
	const { store, catalog } = source;
	const issue = await rankedIssue(store, catalog, asIn(event, plain), source.now());
	const window = { windowMs: LIMITS.similarHours * HOUR_MS, untilMs: source.now() };
	const [related, standing, trace] = await Promise.all([
		store.relatedGroups(issue.fingerprint, { ...window, limit: LIMITS.reportGroups }),
		standingOf(issue, source),
		traceOf(event, store),
	]);
	const entry = entryOf(catalog, issue.code);
	return { kind, issue, event, related, ...standing, ...trace, entry };
}

/** What the report says of the issue is what its occurrence says: of two at the same instant always the same one. */
function asIn(event: ErrorEvent | undefined, issue: Issue): Issue {
	if (event === undefined) return issue;
	const { code, category, severity, retryable, exceptionType, message, template, immediate, preventive, docs } = event;
	return {
		...issue,
		code,
		category,
		severity,
		retryable,
		exceptionType,
		message,
		template,
		immediate,
		preventive,
		docs,
	};
}

/** The rest of the trace of an occurrence: errors, spans, and the log records before it. */
async function traceOf(event: ErrorEvent | undefined, store: Store) {
	if (event === undefined || event.traceId === "")
		return { traceErrors: [], traceSpans: [], traceLogs: [], around: {} };
	const at = Date.parse(event.timestamp);
	const [traceErrors, traceSpans, traceLogs] = await Promise.all([
		store.traceErrors(event.traceId),
		store.traceSpans(event.traceId),
		store.traceLogs(event.traceId, {
			sinceMs: at - LIMITS.reportLogsMs,
			untilMs: at + 1,
			limit: LIMITS.reportLogs,
		}),
	]);
	return { traceErrors, traceSpans, traceLogs, around: await aroundTrace(store, traceErrors, traceSpans) };
}

/** How often, since which release, in which state, what sets it apart, what people said. */
async function standingOf(issue: Issue, { store, now }: Source): Promise<Standing> {
	const nowMs = now();
	const dayMs = LIMITS.similarHours * HOUR_MS;
	const count = (windowMs: number): Promise<number> =>
		store.similarCount(issue.fingerprint, { windowMs, untilMs: nowMs });
	const [states, lastHour, similar, twice, samples, history] = await Promise.all([
		statesOf(store, [issue], nowMs),
		count(HOUR_MS),
		count(dayMs),
		count(2 * dayMs),
		inTime(store.attributeSamples(issue.fingerprint, { sinceMs: nowMs - dayMs, untilMs: nowMs })),
		store.issueHistory(issue.fingerprint, { limit: LIMITS.reportNotes }),
	]);
	const state = states.get(issue.fingerprint);
	return {
		state,
		lastHour,
		similar,
		before: twice - similar,
		apart: samples === undefined ? undefined : overRepresented(samples),
		suspects: await inTime(suspectsOf(store, issue.fingerprint, state)),
		history,
	};
}

/** `undefined` for what took ClickHouse too long: a report without it is better than none, and says so. */
async function inTime<T>(asked: Promise<T>): Promise<T | undefined> {
	try {
		return await asked;
	} catch (error) {
		if (error instanceof StoreError && error.kind === "timeout") return undefined;
		throw error;
	}
}

/** A trace; `undefined` if there is neither an error nor a span of it. */
export async function gatherTrace(traceId: string, { store, catalog }: Source): Promise<TraceInput | undefined> {
	const [errors, spans] = await Promise.all([store.traceErrors(traceId), store.traceSpans(traceId)]);
	if (errors.length === 0 && spans.length === 0) return undefined;
	const around = await aroundTrace(store, errors, spans);
	const event = traceOrigin(errors, spans, around)?.event;
	const found = event === undefined ? [] : await store.getIssue(event.fingerprint);
	const [issue] = found;
	const entry = issue === undefined ? undefined : entryOf(catalog, issue.code);
	return { traceId, errors, spans, around, issue, entry };
}

/** Incidents of a window whose id begins with `id`, or else that hold a group which does. */
export async function findIncidents(id: string, windowMs: number, { store, now }: Source): Promise<Incident[]> {
	const { incidents } = await incidentsIn(store, closedWindow(now(), windowMs));
	const named = incidents.filter((one) => one.id.startsWith(id));
	if (named.length > 0) return named;
	const began = incidents.filter((one) => one.origins.some((group) => group.startsWith(id)));
	return began.length > 0
		? began
		: incidents.filter((one) => one.symptoms.some(({ fingerprint }) => fingerprint.startsWith(id)));
}

/** An incident of the window: its groups by name, the group it began with as its own report has it, a trace that shows it. */
export async function gatherIncident(incident: Incident, windowMs: number, source: Source): Promise<IncidentInput> {
	const { store, now } = source;
	const span = closedWindow(now(), windowMs);
	const groups = [...incident.origins, ...incident.symptoms.map(({ fingerprint }) => fingerprint)];
	const [names, found, errors, spans] = await Promise.all([
		store.groupNames(groups, span),
		incident.origins[0] === undefined ? [] : store.getIssue(incident.origins[0]),
		store.traceErrors(incident.traceId),
		store.traceSpans(incident.traceId),
	]);
	const [issue] = found;
	const origin = issue === undefined ? undefined : await gatherIssue(issue, source);
	return { incident, span, names: new Map(names.map((name) => [name.fingerprint, name])), origin, errors, spans };
}
