/** What changed about when it began: releases, commits and flags as the records name them. Pure. */
import type { ErrorEvent, Issue, Release } from "@errata/store";
import type { Item, Section } from "./model.ts";
import { isoTime, labelled, type Tools } from "./sections.ts";

const MINUTE = 60_000;
const CHANGE = /^(?:vcs|feature_flag)\./u;

/** `releases` are those of the issue's services that ever failed. */
export function changesSection(
	issue: Issue,
	event: ErrorEvent | undefined,
	releases: readonly Release[],
	tools: Tools,
): Section {
	const recorded = Object.entries({ ...event?.resource, ...event?.attributes })
		.filter(([key]) => CHANGE.test(key))
		.sort(([a], [b]) => (a < b ? -1 : 1));
	return {
		key: "changes",
		form: "list",
		title: "Suspect changes",
		lead: "Releases, commits and flags around the first occurrence, as the records name them.",
		items: [
			...releaseItems(issue, event, releases, tools),
			...recorded.flatMap(([key, value]) =>
				labelled(tools.cleaner.line(key, 100), tools.cleaner.value(key, value, 200), tools),
			),
		],
		prefer: "first",
		voice: "telemetry",
		share: 2,
	};
}

function releaseItems(issue: Issue, event: ErrorEvent | undefined, releases: readonly Release[], tools: Tools): Item[] {
	if (issue.firstRelease === "") return [];
	const own = releases.filter(({ service }) => issue.services.includes(service));
	const first = own.find(({ release }) => release === issue.firstRelease);
	const before = own
		.filter((other) => first !== undefined && other.service === first.service && other.firstMs < first.firstMs)
		.toSorted((a, b) => b.firstMs - a.firstMs)[0];
	const items = labelled("first seen in release", issue.firstRelease, tools);
	if (first !== undefined && Math.abs(Date.parse(issue.firstSeen) - first.firstMs) < 60 * MINUTE)
		items.push(...labelled("release first seen failing", isoTime(first.firstSeen), tools));
	if (before !== undefined)
		items.push(...labelled("release before it, where this was not seen", before.release, tools));
	if (event !== undefined && event.release !== "" && event.release !== issue.firstRelease)
		items.push(...labelled("release of this occurrence", event.release, tools));
	return items;
}
