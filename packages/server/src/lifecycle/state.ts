/**
 * In which state of its life an issue is, from what was done to it and how it behaved since. Pure: rows in, a state out;
 * nothing is stored, so a state is never out of date.
 */
import type { IssueActions, IssueActivity } from "@errata/store";

export const STATUSES = ["new", "ongoing", "escalating", "resolved", "regressed", "ignored"] as const;
export type Status = (typeof STATUSES)[number];

/** How long an ignored issue stays so. Absent keys do not end it. */
export interface IgnoreUntil {
	/** Milliseconds since the epoch. */
	readonly untilMs?: number;
	/** Occurrences from the moment it was ignored. */
	readonly count?: number;
	/** Ends when it escalates. */
	readonly escalation?: boolean;
}

export interface ResolveHow {
	/** Occurrences of releases that are known at that moment do not count as a regression. */
	readonly inNextRelease?: boolean;
}

export interface State {
	readonly status: Status;
	/** Since when, milliseconds since the epoch; 0 if nothing says. */
	readonly sinceMs: number;
	/** Why, in one clause. */
	readonly reason: string;
	/** Who did it; "" where behaviour alone decided. */
	readonly actor: string;
}

const HOUR = 3_600_000;
/** Hours for which an issue is new after its first occurrence, unless somebody decided about it. */
const NEW_HOURS = 24;
const WEEK_HOURS = 168;
/** Below so many occurrences in an hour nothing escalates: small counts vary by themselves. */
const LEAST = 10;

export interface Known {
	readonly actions: IssueActions | undefined;
	readonly activity: IssueActivity | undefined;
	/** Over all time that is kept. */
	readonly firstMs: number;
	/** When each `service\0release` was first seen failing. */
	readonly releases: ReadonlyMap<string, number>;
	readonly nowMs: number;
}

export function stateOf(known: Known): State {
	const { actions } = known;
	if (actions?.action === "resolve") return afterResolve(known, actions);
	if (actions?.action === "ignore") {
		const ended = ignoreEnded(known, actions);
		if (ended === "")
			return { status: "ignored", sinceMs: actions.atMs, reason: detailText(actions), actor: actions.actor };
		return { ...behaviour(known), reason: ended };
	}
	return behaviour(known);
}

function afterResolve(known: Known, actions: IssueActions): State {
	const { activity, releases } = known;
	const back = activity !== undefined && activity.since > 0;
	const how = detailOf(actions) as ResolveHow;
	const resolved: State = {
		status: "resolved",
		sinceMs: actions.atMs,
		reason: how.inNextRelease === true ? "in the next release" : "now",
		actor: actions.actor,
	};
	if (!back) return resolved;
	if (how.inNextRelease !== true)
		return {
			status: "regressed",
			sinceMs: activity.sinceLastMs,
			reason: `${activity.since} since it was resolved`,
			actor: "",
		};
	const later = activity.releases.find(
		([service, release]) => (releases.get(`${service}\0${release}`) ?? 0) > actions.atMs,
	);
	if (later === undefined) return resolved;
	const reason = `seen in ${later[0]} ${later[1]}, which came after it was resolved`;
	return { status: "regressed", sinceMs: activity.sinceLastMs, reason, actor: "" };
}

/** Why it is ignored no longer; "" while it is. */
function ignoreEnded(known: Known, actions: IssueActions): string {
	const until = detailOf(actions) as IgnoreUntil;
	const since = known.activity?.since ?? 0;
	if (until.untilMs !== undefined && known.nowMs >= until.untilMs) return "the time it was ignored for is over";
	if (until.count !== undefined && since >= until.count) return `${since} since it was ignored`;
	if (until.escalation === true && escalates(known.activity)) return "it escalates while it was ignored";
	return "";
}

function behaviour({ activity, actions, firstMs, nowMs }: Known): State {
	const sinceMs = actions?.action === "reopen" ? actions.atMs : firstMs;
	if (escalates(activity)) {
		const usual = ((activity?.lastWeek ?? 0) / WEEK_HOURS).toFixed(1);
		const reason = `${activity?.lastHour} in the last hour, ${usual} an hour in the week before`;
		return { status: "escalating", sinceMs: nowMs - HOUR, reason, actor: "" };
	}
	if (actions?.action === "reopen") return { status: "ongoing", sinceMs, reason: "reopened", actor: actions.actor };
	return nowMs - firstMs < NEW_HOURS * HOUR
		? { status: "new", sinceMs, reason: `first seen less than ${NEW_HOURS} hours ago`, actor: "" }
		: { status: "ongoing", sinceMs, reason: "known before", actor: "" };
}

/**
 * Whether the last hour lies above what the week before lets expect: a Poisson count whose rate is the week's mean per hour
 * passes its mean by four standard deviations less than once in 10,000 hours (for means of 1 and more), and by half as much
 * again so that a busy issue does not escalate by noise. A week without any hour of its own is no baseline.
 */
export function escalates(activity: IssueActivity | undefined): boolean {
	if (activity === undefined || activity.busyHours === 0 || activity.lastHour < LEAST) return false;
	// By busy hours where it fails in bursts: a nightly job is compared with its own nights.
	const rate = activity.lastWeek / Math.max(activity.busyHours, 1);
	return activity.lastHour > rate * 1.5 + 4 * Math.sqrt(Math.max(rate, 1));
}

function detailOf(actions: IssueActions): object {
	try {
		const value: unknown = JSON.parse(actions.detail || "{}");
		return typeof value === "object" && value !== null ? value : {};
	} catch {
		return {};
	}
}

function detailText(actions: IssueActions): string {
	const { untilMs, count, escalation } = detailOf(actions) as IgnoreUntil;
	const parts = [
		untilMs === undefined ? "" : `until ${new Date(untilMs).toISOString()}`,
		count === undefined ? "" : `until ${count} more`,
		escalation === true ? "until it escalates" : "",
	].filter((part) => part !== "");
	return parts.length === 0 ? "for good" : parts.join(" or ");
}
