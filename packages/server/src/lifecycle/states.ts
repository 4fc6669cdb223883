/** States of issues as the store's rows tell them. */
import type { Issue, IssueActions, Store } from "@errata/store";
import { type State, stateOf } from "./state.ts";

export interface IssueState extends State {
	/** "" if nobody. */
	readonly assignee: string;
	readonly comments: number;
}

/** The state of each issue, by fingerprint. */
export async function statesOf(
	store: Store,
	issues: readonly Issue[],
	nowMs: number,
): Promise<Map<string, IssueState>> {
	if (issues.length === 0) return new Map();
	const ids = issues.map((issue) => issue.fingerprint);
	const actions = new Map((await store.issueActions(ids)).map((row) => [row.issueId, row]));
	const decided = [...actions.values()].filter(({ action }) => action !== "");
	const sinceMs = Math.min(nowMs, ...decided.map(({ atMs }) => atMs));
	const activity = new Map((await store.issueActivity(ids, { sinceMs, nowMs })).map((row) => [row.issueId, row]));
	// Only a resolution in the next release asks which releases there were.
	const asks = decided.some(({ action, detail }) => action === "resolve" && detail.includes("inNextRelease"));
	const known = asks ? await store.releases({ limit: 1000 }) : [];
	const releases = new Map(known.map(({ service, release, firstMs }) => [`${service}\0${release}`, firstMs]));
	return new Map(
		issues.map((issue) => {
			const own = actions.get(issue.fingerprint);
			const firstMs = Date.parse(issue.firstSeen);
			const facts = { actions: own, activity: activity.get(issue.fingerprint), firstMs, releases, nowMs };
			return [issue.fingerprint, { ...stateOf(facts), assignee: assigneeOf(own), comments: own?.comments ?? 0 }];
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
