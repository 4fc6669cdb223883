/** How an issue stands: how often, in which state, what sets its occurrences apart, what people said of it. Pure. */
import type { ErrorEvent, Issue, IssueHistoryRow } from "@errata/store";
import type { OverRepresented } from "../analysis/attributes.ts";
import { STATUSES } from "../lifecycle/state.ts";
import type { IssueState } from "../lifecycle/states.ts";
import type { ShownRelease, Suspects } from "../lifecycle/suspects.ts";
import { LIMITS } from "../limits.ts";
import type { Fact, Item, Section } from "./model.ts";
import { clip, isoTime, labelled, type Tools } from "./sections.ts";

export interface Standing {
	readonly state: IssueState | undefined;
	/** Occurrences in the last hour, in the last `LIMITS.similarHours`, and in as many hours before those. */
	readonly lastHour: number;
	readonly similar: number;
	readonly before: number;
	/** `undefined`: it could not be told in time. */
	readonly apart: OverRepresented | undefined;
	readonly suspects: Suspects | undefined;
	/** What people did and said, the latest first. */
	readonly history: readonly IssueHistoryRow[];
}

export function standingFacts({ state, lastHour, similar, before }: Standing): Fact[] {
	const hours = LIMITS.similarHours;
	return [
		{ key: "state", label: "state", value: STATUSES.find((status) => status === state?.status) ?? "unknown" },
		{ key: "lastHour", label: "in the last hour", value: lastHour },
		{ key: "similar24h", label: `similar errors in ${hours} hours`, value: similar },
		{ key: "before24h", label: `in the ${hours} hours before`, value: before },
	];
}

const BASES: Readonly<Record<OverRepresented["base"], string>> = {
	requests: "requests of the same services that went well",
	"errors of the same services": "other errors of the same services",
	"errors of all services": "errors of other services",
	nothing: "nothing",
};

/** Attributes that its occurrences have more often than what they are compared with. */
export function apartSection(apart: OverRepresented | undefined, tools: Tools): Section {
	const percent = (share: number): string => `${Math.round(share * 100)}%`;
	const items = (apart?.attributes ?? [])
		.filter(({ implied }) => !implied)
		.map(({ key, value, share, background, lift }): Item => {
			const name = tools.cleaner.line(key, 100);
			const clean = tools.tokenizer.cut(tools.cleaner.value(key, value, 200), tools.textTokens);
			return {
				text: `${name} = ${clean}: ${percent(share)} of its occurrences, ${percent(background)} of the others`,
				value: { key: name, value: clean, share, others: background, lift },
			};
		});
	const base = apart === undefined ? "" : BASES[apart.base];
	const only = apart !== undefined && apart.only.length > 0 ? " Those of nearly all occurrences come first." : "";
	return {
		key: "apart",
		form: "list",
		title: "What sets it apart",
		lead: `Compared with ${apart?.compared ?? 0} ${base} of ${LIMITS.similarHours} hours.${only}`,
		items,
		prefer: "first",
		voice: "telemetry",
		share: 2,
	};
}

const CHANGE = /^(?:vcs|feature_flag)\./u;

/** What changed about when it began: releases, commits and flags as the records name them. */
export function changesSection(
	issue: Issue,
	event: ErrorEvent | undefined,
	suspects: Suspects | undefined,
	tools: Tools,
): Section {
	const recorded = Object.entries({ ...event?.resource, ...event?.attributes })
		.filter(([key]) => CHANGE.test(key))
		.sort(([a], [b]) => (a < b ? -1 : 1));
	const late = suspects === undefined ? " The releases before could not be compared in time." : "";
	return {
		key: "changes",
		form: "list",
		title: "Suspect changes",
		lead: `Releases, commits and flags around the first occurrence, as the records name them.${late}`,
		items: [
			...releaseItems(issue, event, suspects, tools),
			...recorded.flatMap(([key, value]) =>
				labelled(tools.cleaner.line(key, 100), tools.cleaner.value(key, value, 200), tools),
			),
		],
		prefer: "first",
		voice: "telemetry",
		share: 3,
	};
}

function releaseItems(issue: Issue, event: ErrorEvent | undefined, found: Suspects | undefined, tools: Tools): Item[] {
	const told = (found?.suspects ?? []).map(({ service, firstBad, lastGood }): Item => {
		const name = clip(service, tools);
		const [bad, good] = [releaseText(firstBad, tools), lastGood === null ? "" : releaseText(lastGood, tools)];
		const before = good === "" ? "no release before it is known" : `not in ${good}, the one before it`;
		return {
			text: `${name}: came with ${bad}; ${before}`,
			value: { service: name, firstBad: bad, ...(good === "" ? {} : { lastGood: good }) },
		};
	});
	const back = found?.since == null ? [] : labelled("came back after it was resolved", isoTime(found.since), tools);
	if (told.length === 0 && issue.firstRelease !== "")
		told.push(...labelled("first seen in release", issue.firstRelease, tools));
	const own = event?.release ?? "";
	const known = own === "" || (found?.suspects ?? []).some(({ firstBad }) => firstBad.release === own);
	return [...back, ...told, ...(known ? [] : labelled("release of this occurrence", own, tools))];
}

function releaseText({ release, firstSeen, revision }: ShownRelease, tools: Tools): string {
	const commit = revision === "" ? "" : `, commit ${clip(revision, tools).slice(0, 12)}`;
	return `${clip(release, tools)} (first heard of ${clip(isoTime(firstSeen), tools)}${commit})`;
}

/** What people did and said, oldest first. */
export function notesSection(history: readonly IssueHistoryRow[], tools: Tools): Section {
	const items = history.toReversed().map(({ timestamp, actor, action, detail }): Item => {
		const said = clip(detailText(detail), tools);
		const who = clip(actor, tools);
		const when = clip(isoTime(timestamp), tools);
		return {
			text: `${when} ${who} ${action}${said === "" ? "" : `: ${said}`}`,
			value: { time: when, who, action, ...(said === "" ? {} : { detail: said }) },
		};
	});
	return {
		key: "notes",
		form: "list",
		title: "What people did",
		lead: "Comments and decisions about the issue, oldest first; as untrusted as telemetry.",
		items,
		prefer: "last",
		voice: "telemetry",
		share: 2,
	};
}

/** Values of a detail, one after the other. */
function detailText(detail: string): string {
	try {
		const value: unknown = JSON.parse(detail);
		if (typeof value !== "object" || value === null) return detail;
		const entries = Object.entries(value).filter(([, one]) => one !== "" && one !== null);
		if (entries.length === 1 && typeof entries[0]?.[1] === "string") return entries[0][1];
		return entries
			.map(([key, one]) => `${key} ${typeof one === "object" ? JSON.stringify(one) : String(one)}`)
			.join(", ");
	} catch {
		return detail;
	}
}
