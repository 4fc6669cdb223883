/**
 * Which issues changed their state since a time. Nothing stores states: the state of now is compared with the state that
 * the same rows tell without what arrived since. What time alone changes (an ignoring that runs out, an escalation that
 * calms down) is told with the next record of the issue.
 */
import type { Issue, IssueChange, Store } from "@errata/store";
import { type Known, type State, stateOf } from "./state.ts";
import { type IssueState, type StateFacts, stateFacts, statesFrom } from "./states.ts";

export interface Change {
	/** Of the change: the same one has the same id. */
	readonly id: string;
	/** When what made it arrived, milliseconds since the epoch. */
	readonly atMs: number;
	readonly issue: Issue;
	readonly state: IssueState;
}

const HOUR = 3_600_000;

/** The earliest first. */
export async function changesSince(
	store: Store,
	options: { readonly sinceMs: number; readonly nowMs: number; readonly limit: number },
): Promise<Change[]> {
	const { sinceMs, nowMs } = options;
	const touched = await store.issueChanges(options);
	if (touched.length === 0) return [];
	const ids = touched.map(({ issueId }) => issueId);
	const issues = new Map((await store.listIssues({ issues: ids, limit: ids.length })).map((i) => [i.fingerprint, i]));
	const facts = await stateFacts(store, [...issues.keys()], nowMs);
	const states = statesFrom(facts, [...issues.values()], nowMs);
	const before = statesBefore(facts, touched, issues, sinceMs);
	const changes: Change[] = [];
	for (const row of touched) {
		const issue = issues.get(row.issueId);
		const state = states.get(row.issueId);
		if (issue === undefined || state === undefined) continue;
		const changed = row.firstArrivalMs > sinceMs || row.doneMs > sinceMs || before.get(row.issueId) !== state.status;
		if (!changed || !isWorthTelling(row, state, sinceMs)) continue;
		const atMs = enteredMs(row, state, nowMs);
		changes.push({ id: `${row.issueId}-${state.status}-${atMs}`, atMs, issue, state });
	}
	return changes.sort((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1));
}

/** Old errors that are described late are no news. */
function isWorthTelling(row: IssueChange, state: State, sinceMs: number): boolean {
	return state.status !== "ongoing" || row.firstArrivalMs <= sinceMs || row.doneMs > sinceMs;
}

function enteredMs(row: IssueChange, state: State, nowMs: number): number {
	switch (state.status) {
		case "new":
			return row.firstArrivalMs;
		case "regressed":
			return row.backArrivalMs;
		case "escalating":
			// It has no first record: once in an hour is enough.
			return Math.floor(nowMs / HOUR) * HOUR;
		default:
			return row.doneMs > 0 ? row.doneMs : row.firstArrivalMs;
	}
}

/** The status of each issue without what arrived since. */
function statesBefore(
	facts: StateFacts,
	touched: readonly IssueChange[],
	issues: ReadonlyMap<string, Issue>,
	sinceMs: number,
): Map<string, string> {
	return new Map(
		touched.map((row) => {
			const now = facts.activity.get(row.issueId);
			const known: Known = {
				actions: facts.actions.get(row.issueId),
				activity: now && {
					...now,
					since: Math.max(0, now.since - row.freshSince),
					lastHour: Math.max(0, now.lastHour - row.freshHour),
					releases: row.releasesBefore,
				},
				firstMs: Date.parse(issues.get(row.issueId)?.firstSeen ?? ""),
				releases: facts.releases,
				nowMs: sinceMs,
			};
			return [row.issueId, stateOf(known).status];
		}),
	);
}
