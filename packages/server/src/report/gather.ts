/** What a report is made of, asked of the store. One place for REST, MCP and the CLI. */
import type { Catalog } from "@errata/catalog";
import type { ErrorEvent, Issue, Store } from "@errata/store";
import { rankedIssue } from "../lifecycle/outcomes.ts";
import { LIMITS } from "../limits.ts";
import type { GroupInput, TraceInput } from "./draft.ts";
import { entryOf } from "./entry.ts";
import { originOf } from "./origin.ts";

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
	{ store, catalog, now }: Source,
): Promise<GroupInput> {
	const issue = await rankedIssue(store, catalog, plain, now());
	const window = { windowMs: LIMITS.similarHours * HOUR_MS, untilMs: now() };
	const traceId = event?.traceId ?? "";
	const [similar, related, releases, traceErrors, traceSpans] = await Promise.all([
		store.similarCount(issue.fingerprint, window),
		store.relatedGroups(issue.fingerprint, { ...window, limit: LIMITS.reportGroups }),
		store.releases({
			limit: LIMITS.reportReleases,
			...(issue.services.length === 1 ? { service: issue.services[0] } : {}),
		}),
		traceId === "" ? [] : store.traceErrors(traceId),
		traceId === "" ? [] : store.traceSpans(traceId),
	]);
	const entry = entryOf(catalog, kind === "error" ? (event?.code ?? issue.code) : issue.code);
	return { kind, issue, event, similar, related, releases, traceErrors, traceSpans, entry };
}

/** A trace; `undefined` if there is neither an error nor a span of it. */
export async function gatherTrace(traceId: string, { store, catalog }: Source): Promise<TraceInput | undefined> {
	const [errors, spans] = await Promise.all([store.traceErrors(traceId), store.traceSpans(traceId)]);
	if (errors.length === 0 && spans.length === 0) return undefined;
	const origin = originOf(errors, spans);
	const found = origin === undefined ? [] : await store.getIssue(origin.fingerprint);
	const [issue] = found;
	const entry = issue === undefined ? undefined : entryOf(catalog, issue.code);
	return { traceId, errors, spans, issue, entry };
}
