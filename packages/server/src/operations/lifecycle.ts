/** What is done to issues. Every deed is a row; none is rewritten. */
import { randomUUID } from "node:crypto";
import {
	type Answer,
	type IssueState,
	issuesAssign,
	issuesComment,
	issuesHistory,
	issuesIgnore,
	issuesMerge,
	issuesReopen,
	issuesResolve,
	issuesSplit,
	releasesList,
} from "@errata/api";
import type { Issue, IssueAction } from "@errata/store";
import { type Call, implement } from "../call.ts";
import { Failure, quoted } from "../failure.ts";
import { type IssueState as KnownState, statesOf } from "../lifecycle/states.ts";
import { oneIssue } from "./issues.ts";
import { suggestionOf } from "./suggestions.ts";

/** A state as it travels. */
export function wireState(state: KnownState | undefined): Answer<IssueState> {
	const { sinceMs = 0, ...rest } = state ?? UNKNOWN;
	return { ...rest, since: sinceMs === 0 ? null : new Date(sinceMs).toISOString() };
}

const UNKNOWN: KnownState = { status: "ongoing", sinceMs: 0, reason: "", actor: "", assignee: "", comments: 0 };

interface Deed {
	readonly requestId?: string | undefined;
	readonly comment?: string | undefined;
}

async function act(issue: Issue, action: IssueAction, detail: object, deed: Deed, call: Call) {
	const { store, caller, now } = call;
	const eventId = deed.requestId ?? randomUUID();
	const common = { issueId: issue.fingerprint, actor: caller.actor, atMs: now() };
	await store.addIssueEvent({ ...common, eventId, action, detail: JSON.stringify(detail) });
	if (deed.comment !== undefined && deed.comment !== "") {
		const detailText = JSON.stringify({ text: deed.comment });
		// After the deed that it explains.
		const atMs = common.atMs + 1;
		await store.addIssueEvent({ ...common, atMs, eventId: `${eventId}-c`, action: "comment", detail: detailText });
	}
	return answer(issue.fingerprint, call);
}

async function answer(fingerprint: string, { store, now }: Call) {
	const issue = await oneIssue(store, fingerprint);
	const states = await statesOf(store, [issue], now());
	return { issue, state: wireState(states.get(issue.fingerprint)) };
}

export const resolve = implement(issuesResolve, async (input, call) => {
	const issue = await oneIssue(call.store, input.fingerprint);
	const how = input.inNextRelease === true ? { inNextRelease: true } : {};
	return act(issue, "resolve", { ...how, ...helped(issue, input.suggestion, call) }, input, call);
});

/** What the history keeps of the suggestion that helped. Throws a Failure for one that the issue's code has not. */
function helped(issue: Issue, id: string | undefined, call: Call) {
	if (id === undefined) return {};
	const found = suggestionOf(issue, id, call);
	if (found !== undefined) return { suggestion: id, suggestionText: found.text };
	throw new Failure(
		"BAD_REQUEST",
		`${issue.code} has no suggestion ${quoted(id)}.`,
		"suggestions.list with its fingerprint lists them with their ids.",
	);
}

export const ignore = implement(issuesIgnore, async (input, call) => {
	const issue = await oneIssue(call.store, input.fingerprint);
	const untilMs = input.until === undefined ? undefined : Date.parse(input.until);
	if (untilMs !== undefined && !(untilMs > call.now()))
		throw new Failure("BAD_REQUEST", "`until` is no time to come.", "Pass ISO 8601 such as 2027-01-31T09:00:00Z.");
	return act(issue, "ignore", { untilMs, count: input.count, escalation: input.escalation }, input, call);
});

export const reopen = implement(issuesReopen, async (input, call) =>
	act(await oneIssue(call.store, input.fingerprint), "reopen", {}, input, call),
);

export const assign = implement(issuesAssign, async (input, call) =>
	act(await oneIssue(call.store, input.fingerprint), "assign", { assignee: input.assignee }, input, call),
);

export const comment = implement(issuesComment, async (input, call) =>
	act(await oneIssue(call.store, input.fingerprint), "comment", { text: input.text }, input, call),
);

export const merge = implement(issuesMerge, async (input, call) => {
	const issue = await oneIssue(call.store, input.fingerprint);
	const others = await Promise.all(input.others.map((other) => oneIssue(call.store, other)));
	const groups = [...new Set(others.flatMap((other) => [other.fingerprint, ...other.members]))].filter(
		(group) => group !== issue.fingerprint && !issue.members.includes(group),
	);
	if (groups.length === 0)
		throw new Failure("CONFLICT", "All of them belong to this issue already.", "Pass groups of other issues.");
	await call.store.mapIssues(groups, issue.fingerprint, call.caller.actor);
	return act(issue, "merge", { groups }, input, call);
});

export const split = implement(issuesSplit, async (input, call) => {
	const issue = await oneIssue(call.store, input.fingerprint);
	const foreign = input.members.filter((member) => !issue.members.includes(member));
	if (foreign.length > 0)
		throw new Failure(
			"CONFLICT",
			`${foreign.length} of them are not merged into this issue.`,
			"Pass some of its `members`.",
		);
	await call.store.mapIssues(input.members, "", call.caller.actor);
	return act(issue, "split", { groups: input.members }, input, call);
});

export const history = implement(issuesHistory, async (input, { store }) => {
	const issue = await oneIssue(store, input.fingerprint);
	const rows = await store.issueHistory(issue.fingerprint, { limit: input.limit ?? 50 });
	return { history: rows.map((row) => ({ ...row, detail: detailOf(row.detail) })) };
});

function detailOf(text: string): Record<string, unknown> {
	try {
		const value: unknown = JSON.parse(text || "{}");
		return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
	} catch {
		return {};
	}
}

export const releases = implement(releasesList, async (input, { store }) => {
	const found = await store.releases({ service: input.service, limit: input.limit ?? 50 });
	return { releases: found.map(({ firstMs: _, ...release }) => release) };
});
