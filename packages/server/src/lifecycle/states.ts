/** States of issues as the store's rows tell them. */
import type { Issue, IssueActions, IssueActivity, Store } from "@errata/store";
import { type State, stateOf } from "./state.ts";

export interface IssueState extends State {
	/** "" if nobody. */
	readonly assignee: string;
	readonly comments: number;
}

/** What the states of some issues follow from, by fingerprint. */
export interface StateFacts {
	readonly actions: ReadonlyMap<string, IssueActions>;
	readonly activity: ReadonlyMap<string, IssueActivity>;
	/** When each `service\0release` was first seen failing; empty where no resolution asks. */
	readonly releases: ReadonlyMap<string, number>;
}

export async function stateFacts(store: Store, ids: readonly string[], nowMs: number): Promise<StateFacts> {
	const actions = new Map((await store.issueActions(ids)).map((row) => [row.issueId, row]));
	const decided = [...actions.values()].filter(({ action }) => action !== "");
	const sinceMs = Math.min(nowMs, ...decided.map(({ atMs }) => atMs));
	const activity = new Map((await store.issueActivity(ids, { sinceMs, nowMs })).map((row) => [row.issueId, row]));
	// Only a resolution in the next release asks which releases there were.
	const asks = decided.some(({ action, detail }) => action === "resolve" && detail.includes("inNextRelease"));
	const known = asks ? await store.releases({ limit: 1000 }) : [];
	const releases = new Map(known.map(({ service, release, firstMs }) => [`${service}\0${release}`, firstMs]));
	return { actions, activity, releases };
}

/** The state of each issue, by fingerprint. */
export async function statesOf(
	store: Store,
	issues: readonly Issue[],
	nowMs: number,
): Promise<Map<string, IssueState>> {
	if (issues.length === 0) return new Map();
	const ids = issues.map((issue) => issue.fingerprint);
	return statesFrom(await stateFacts(store, ids, nowMs), issues, nowMs);
}

export function statesFrom(facts: StateFacts, issues: readonly Issue[], nowMs: number): Map<string, IssueState> {
	return new Map(
		issues.map(({ fingerprint, firstSeen }) => {
			const actions = facts.actions.get(fingerprint);
			const activity = facts.activity.get(fingerprint);
			const known = { actions, activity, firstMs: Date.parse(firstSeen), releases: facts.releases, nowMs };
			return [fingerprint, { ...stateOf(known), assignee: assigneeOf(actions), comments: actions?.comments ?? 0 }];
		}),
	);
}

function assigneeOf(actions: IssueActions | undefined): string {
	try {
		const detail = JSON.parse(actions?.assigned || "{}") as { readonly assignee?: unknown };
		return typeof detail.assignee === "string" ? detail.assignee : "";
	} catch {
		return "";
	}
}
