/** Groups: the list, one of them, its occurrences. */
import { issuesEvents, issuesGet, issuesList } from "@errata/api";
import type { Issue, Store } from "@errata/store";
import { implement } from "../call.ts";
import { readCursor, writeCursor } from "../cursor.ts";
import { Failure, notFound } from "../failure.ts";
import { windowMs } from "../window.ts";

const DAY = 86_400_000;
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/u;

export const listIssues = implement(issuesList, async (input, { store, now }) => {
	const limit = input.limit ?? 50;
	const page =
		input.cursor === undefined
			? { untilMs: now(), sinceMs: now() - windowMs(input.window, DAY), before: undefined }
			: pageOf(input.cursor);
	const found = await store.listIssues({ ...page, service: input.service, code: input.code, limit: limit + 1 });
	const issues = found.slice(0, limit);
	const last = issues.at(-1);
	const more = found.length > limit && last !== undefined;
	const next = more ? writeCursor("issues", [page.sinceMs, page.untilMs, last.lastSeen, last.fingerprint]) : null;
	return { issues: issues, next };
});

function pageOf(cursor: string) {
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

export const getIssue = implement(issuesGet, async ({ fingerprint }, { store }) => ({
	issue: await oneIssue(store, fingerprint),
}));

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
