/** What became of groups after they were resolved or a release came, as the store's counts tell. How it is judged is `analysis/outcome.ts`. */
import type { Catalog } from "@errata/catalog";
import type { Issue, IssueHours, Resolve, SeenRelease, Store } from "@errata/store";
import { type Exposure, exposures, type HourCount, outcomeOf, type Verdict } from "../analysis/outcome.ts";
import { ranked, suggestionsOf, tallies } from "../analysis/suggestions.ts";
import { LIMITS } from "../limits.ts";
import { entryOf } from "../report/entry.ts";
import { keptAnalysis } from "../work/analyses.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export interface JudgedDeed {
	readonly issue: string;
	/** "" if it did not fail in the weeks around. */
	readonly code: string;
	readonly kind: "resolve" | "release";
	/** Milliseconds since the epoch: of the resolution, or when the release came that it names. */
	readonly atMs: number;
	/** "" for a release. */
	readonly actor: string;
	/** Empty for a resolution that waited for no release. */
	readonly service: string;
	readonly release: string;
	/** Id and text of the suggestion that was said to have helped, "" if none was. */
	readonly suggestion: string;
	readonly text: string;
	readonly before: Exposure;
	readonly after: Exposure;
	readonly verdict: Verdict;
	readonly p: number;
}

interface ResolveDetail {
	readonly inNextRelease?: boolean;
	readonly suggestion?: string;
	readonly suggestionText?: string;
}

/** Resolutions of the last `LIMITS.outcomeDays`, the latest first; of one issue if it is named. */
export async function resolveOutcomes(store: Store, nowMs: number, issue = ""): Promise<JudgedDeed[]> {
	const found = await store.resolves({
		sinceMs: nowMs - LIMITS.outcomeDays * DAY,
		issue,
		limit: LIMITS.outcomeResolves,
	});
	if (found.length === 0) return [];
	const around = LIMITS.outcomeHours * HOUR;
	// The release that a resolution waited for may come up to a week later.
	const hours = new Map((await store.issueHours(found, 2 * around)).map((row) => [row.issueId, row]));
	const later = await releasesAfter(store, found, hours, nowMs);
	return found.map((deed) => judgeResolve(deed, hours.get(deed.issueId), later, nowMs));
}

function judgeResolve(
	deed: Resolve,
	hours: IssueHours | undefined,
	later: readonly SeenRelease[],
	nowMs: number,
): JudgedDeed {
	const detail = detailOf(deed.detail);
	const points = hours?.points ?? [];
	const services = new Set(points.map(([, service]) => service));
	const waits = detail.inNextRelease === true;
	const next = waits ? later.find(({ service, firstMs }) => services.has(service) && firstMs > deed.atMs) : undefined;
	const firstMs = hours?.firstMs ?? deed.atMs;
	const when = { atMs: next?.firstMs ?? deed.atMs, nextMs: deed.nextMs, firstMs, nowMs };
	const told = { issue: deed.issueId, code: hours?.code ?? "", kind: "resolve", actor: deed.actor } as const;
	const named = { suggestion: detail.suggestion ?? "", text: detail.suggestionText ?? "" };
	// Occurrences of releases that were there before are no regression, and no rate of the new one either.
	const old = new Set(points.filter(([hour]) => hour * 1000 <= deed.atMs).map(([, , release]) => release));
	const own = points.filter(
		([hour, , release]) => next === undefined || hour * 1000 < next.firstMs || !old.has(release),
	);
	const { before, after } = exposures(
		when,
		own.map(([hour, , , count]): HourCount => [hour, count]),
	);
	const judged = waits && next === undefined ? ({ verdict: "unclear", p: 1 } as const) : outcomeOf(before, after);
	const release = { service: next?.service ?? "", release: next?.release ?? "" };
	return { ...told, ...named, ...release, atMs: when.atMs, before, after, ...judged };
}

/** Releases that came after resolutions which wait for one. */
async function releasesAfter(
	store: Store,
	found: readonly Resolve[],
	hours: ReadonlyMap<string, IssueHours>,
	nowMs: number,
): Promise<readonly SeenRelease[]> {
	const waiting = found.filter(({ detail }) => detailOf(detail).inNextRelease === true);
	const points = waiting.flatMap(({ issueId }) => hours.get(issueId)?.points ?? []);
	const services = [...new Set(points.map(([, service]) => service))].filter((service) => service !== "");
	if (services.length === 0) return [];
	const since = Math.min(...waiting.map(({ atMs }) => atMs)) - DAY;
	return store.serviceReleases(services, { sinceMs: since, untilMs: nowMs });
}

/** Releases of the issue's services since it was first seen, the latest first, and whether it fell with them. */
export async function releaseOutcomes(store: Store, issue: Issue, nowMs: number): Promise<JudgedDeed[]> {
	const services = issue.services.filter((service) => service !== "");
	if (services.length === 0) return [];
	const firstMs = Date.parse(issue.firstSeen);
	const sinceMs = Math.max(firstMs, nowMs - LIMITS.outcomeDays * DAY) - DAY;
	const seen = await store.serviceReleases(services, { sinceMs, untilMs: nowMs });
	const came = seen.filter(
		(one) =>
			one.firstMs > firstMs && seen.some(({ service, firstMs: at }) => service === one.service && at < one.firstMs),
	);
	const latest = came.slice(-LIMITS.outcomeReleases).reverse();
	const times = latest.map(({ firstMs: atMs }) => ({ issueId: issue.fingerprint, atMs }));
	const [hours] = times.length === 0 ? [] : await store.issueHours(times, LIMITS.outcomeHours * HOUR);
	return latest.map(({ service, release, firstMs: atMs }) => {
		const nextMs = seen.find((one) => one.service === service && one.firstMs > atMs)?.firstMs ?? 0;
		const points = (hours?.points ?? []).filter(([, own]) => own === service);
		const counts = points.map(([hour, , , count]): HourCount => [hour, count]);
		const { before, after } = exposures({ atMs, nextMs, firstMs, nowMs }, counts);
		const told = { issue: issue.fingerprint, code: issue.code, kind: "release", atMs, actor: "" } as const;
		return { ...told, service, release, suggestion: "", text: "", before, after, ...outcomeOf(before, after) };
	});
}

/** The issue with suggestions that never help last, by what is known at most a minute ago. */
export async function rankedIssue(store: Store, catalog: Catalog, issue: Issue, nowMs: number): Promise<Issue> {
	if (issue.immediate.length + issue.preventive.length < 2) return issue;
	const minute = Math.floor(nowMs / 60_000) * 60_000;
	const span = { sinceMs: minute, untilMs: minute };
	// An order that is not known at the moment keeps nobody from the advice.
	const all = await keptAnalysis(store, "outcomes", span, () => resolveOutcomes(store, nowMs)).catch(() => []);
	const tried = all.filter(({ code }) => code === issue.code);
	if (tried.length === 0) return issue;
	const known = suggestionsOf(issue.code, entryOf(catalog, issue.code)?.suggestions ?? issue);
	return ranked(issue, known, tallies(known, tried));
}

export function detailOf(text: string): ResolveDetail {
	try {
		const value: unknown = JSON.parse(text || "{}");
		return typeof value === "object" && value !== null ? value : {};
	} catch {
		return {};
	}
}
