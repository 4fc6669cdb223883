/** Groups: the list, one of them, its occurrences. */
import { issuesEvents, issuesGet, issuesList } from "@errata/api";
import type { Issue, IssueFilter, SearchTerms, Store } from "@errata/store";
import { implement } from "../call.ts";
import { readCursor, writeCursor } from "../cursor.ts";
import { Failure, notFound } from "../failure.ts";
import { rankedIssue } from "../lifecycle/outcomes.ts";
import { statesOf } from "../lifecycle/states.ts";
import { LIMITS } from "../limits.ts";
import { compileQuery } from "../search/compile.ts";
import { windowMs } from "../window.ts";
import { wireState } from "./lifecycle.ts";

const DAY = 86_400_000;
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/u;

export const listIssues = implement(issuesList, async (input, { store, now }) => {
	const page: Page =
		input.cursor === undefined
			? { untilMs: now(), sinceMs: now() - windowMs(input.window, DAY), before: undefined }
			: pageOf(input.cursor);
	return issuePage(store, page, { ...input, limit: input.limit ?? 50 }, now());
});

export interface IssueQuestion {
	readonly service?: string | undefined;
	readonly code?: string | undefined;
	readonly status?: string | undefined;
	readonly query?: string | undefined;
	readonly limit: number;
}

/** One page of issues with their states, and the cursor of the next; also for windows that a command line has and REST not. */
export async function issuePage(store: Store, start: Page, question: IssueQuestion, nowMs: number) {
	const { limit, status, service, code } = question;
	const search = question.query === undefined ? undefined : compileQuery(question.query);
	const filter = { service, code };
	const look = (at: Page, most: number): Promise<Issue[]> =>
		search === undefined
			? store.listIssues({ ...at, ...filter, limit: most })
			: searched(store, at, search.terms, filter, most);
	const issues: { issue: Issue; state: ReturnType<typeof wireState> }[] = [];
	const step = Math.min(limit, LIMITS.listStep);
	let page = start;
	for (let asked = 0; ; asked += step) {
		const found = await look(page, step + 1);
		const some = found.slice(0, step);
		const states = await statesOf(store, some, nowMs);
		for (const issue of some) {
			if (issues.length === limit) return { issues, next: cursorOf(page) };
			const state = wireState(states.get(issue.fingerprint));
			const wanted = isWanted(state.status, status) && search?.wants(issue, state.status, nowMs) !== false;
			if (wanted) issues.push({ issue, state });
			page = { ...page, before: issue };
		}
		if (found.length <= step) return { issues, next: null };
		// A rare state: what was looked at so far is a page, and the cursor goes on from there.
		if (issues.length === limit || asked >= LIMITS.stateLooks) return { issues, next: cursorOf(page) };
	}
}

/** The issues that a search finds, with their totals in the window, in the order of the list. */
async function searched(
	store: Store,
	page: Page,
	terms: SearchTerms,
	filter: Pick<IssueFilter, "service" | "code">,
	limit: number,
): Promise<Issue[]> {
	const found = await store.searchIssues({ ...page, terms, limit });
	const issues = new Map<string, Issue>();
	for (let i = 0; i < found.length; i += PART) {
		const part = found.slice(i, i + PART).map(({ fingerprint }) => fingerprint);
		const { sinceMs, untilMs } = page;
		for (const issue of await store.listIssues({ ...filter, sinceMs, untilMs, issues: part, limit: PART }))
			issues.set(issue.fingerprint, issue);
	}
	return found.flatMap(({ fingerprint, lastSeen }) => {
		const issue = issues.get(fingerprint);
		return issue === undefined ? [] : [{ ...issue, lastSeen }];
	});
}

/** Ids travel in the URL: some at a time. */
const PART = 100;

/** A window and where in its list to begin. */
export interface Page {
	readonly sinceMs: number;
	readonly untilMs: number;
	readonly before: { readonly lastSeen: string; readonly fingerprint: string } | undefined;
}

function isWanted(status: string, wanted: string | undefined): boolean {
	if (wanted === "open") return status !== "resolved" && status !== "ignored";
	return wanted === undefined || status === wanted;
}

function cursorOf({ sinceMs, untilMs, before }: Page): string {
	return writeCursor("issues", [sinceMs, untilMs, before?.lastSeen ?? "", before?.fingerprint ?? ""]);
}

function pageOf(cursor: string): Page {
	const [sinceMs, untilMs, lastSeen, fingerprint] = readCursor("issues", cursor, [
		"number",
		"number",
		"string",
		"string",
	]) as [number, number, string, string];
	if (!ISO.test(lastSeen))
		throw new Failure("BAD_CURSOR", "The cursor holds no time.", "Leave it out to begin at the start.");
	return { sinceMs, untilMs, before: { lastSeen, fingerprint } };
}

export const getIssue = implement(issuesGet, async ({ fingerprint }, { store, catalog, now }) => {
	const issue = await rankedIssue(store, catalog, await oneIssue(store, fingerprint), now());
	return { issue, state: wireState((await statesOf(store, [issue], now())).get(issue.fingerprint)) };
});

export const issueEvents = implement(issuesEvents, async ({ fingerprint, limit }, { store }) => {
	const issue = await oneIssue(store, fingerprint);
	return { events: await store.issueEvents(issue.fingerprint, { limit: limit ?? 20 }) };
});

/** The group that a fingerprint or its first digits mean. Throws a Failure if none or several do. */
export async function oneIssue(store: Store, prefix: string): Promise<Issue> {
	const found = await store.getIssue(prefix);
	const exact = found.find((issue) => issue.fingerprint === prefix) ?? (found.length === 1 ? found[0] : undefined);
	if (exact !== undefined) return exact;
	if (found.length === 0) throw notFound("group");
	const some = found.slice(0, 5).map((issue) => issue.fingerprint);
	throw new Failure("AMBIGUOUS", `${found.length} groups begin with it.`, `Give more digits: ${some.join(", ")}.`);
}
