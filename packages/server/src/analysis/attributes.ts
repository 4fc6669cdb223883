/** Attributes that a group has more often than its background. Pure; the samples are the store's. */
import type { AttributeSamples, Carried, StringMap } from "@errata/store";
import { LIMITS } from "../limits.ts";
import { benjaminiHochberg, fisherUpper } from "./statistics.ts";

export interface Over {
	readonly key: string;
	readonly value: string;
	/** Of the group's occurrences that have the key. */
	readonly share: number;
	/** Of the background's. */
	readonly background: number;
	readonly lift: number;
	readonly q: number;
	/** True if the ones before it say as much: a host of the region that is named already. */
	readonly implied: boolean;
}

export interface OverRepresented {
	readonly base: "requests" | "errors of the same services" | "errors of all services" | "nothing";
	readonly occurrences: number;
	readonly compared: number;
	readonly attributes: readonly Over[];
	/** What nearly all occurrences have in common and the background has not: "only on 2.3 in eu-west". */
	readonly only: readonly { readonly key: string; readonly value: string }[];
	/** Shares of the conjunction of `only`. */
	readonly onlyShare: number;
	readonly onlyBackground: number;
}

type Row = StringMap;

/** Keys that follow from the failure, name one occurrence, or are errata's own. */
const PASSED_OVER =
	/^(?:errata\.(?!context\.)|exception\.|error\.|log\.|thread\.|code\.|telemetry\.|otel\.|http\.response\.|http\.status|rpc\.grpc\.status|db\.response\.|event\.|process\.(?!runtime)|service\.instance\.id$|service\.name$|url\.|http\.url|http\.target|user_agent\.|client\.port|network\.peer\.port)/u;

export function overRepresented(samples: AttributeSamples): OverRepresented {
	const { group, others, matched, base } = chosen(samples);
	const tested = candidates(group, others, matched);
	const ranked = tested
		.filter((one) => one.q <= LIMITS.attributeDiscovery)
		.filter((one) => one.odds >= LIMITS.attributeOdds && one.share - one.background >= LIMITS.attributeDifference)
		.filter((one) => one.atItsTime <= LIMITS.attributeTimeChance)
		.sort((a, b) => b.gain - a.gain || order(a.key, b.key) || order(a.value, b.value));
	const attributes = withoutImplied(ranked.slice(0, LIMITS.attributes * 3), group, others);
	const only = attributes.filter((one) => !one.implied && one.share >= LIMITS.onlyShare);
	const all = (row: Row): boolean => only.every(({ key, value }) => row[key] === value);
	return {
		base,
		occurrences: group.length,
		compared: others.length,
		attributes: attributes.slice(0, LIMITS.attributes).map(({ gain: _, atItsTime: __, odds: ___, ...rest }) => rest),
		only: only.map(({ key, value }) => ({ key, value })),
		onlyShare: only.length === 0 ? 0 : share(group, all),
		onlyBackground: only.length === 0 ? 0 : share(others, all),
	};
}

/** Requests of the same services where spans tell of them: like beside like. Otherwise other errors. */
function chosen({ events, requests, others, otherServices }: AttributeSamples) {
	const failed = Map.groupBy(
		requests.filter((one) => one.failed),
		(one) => `${one.traceId} ${one.service}`,
	);
	const known = events.map((event) => ({ event, request: failed.get(`${event.traceId} ${event.service}`)?.[0] }));
	const cases = firstOf(known, ({ event, request }) => request?.rootTrace ?? (event.traceId || undefined));
	const group = cases.map(({ event, request }) => merged(request, event));
	const bad = new Set(requests.flatMap((one) => (one.failed ? [one.rootTrace] : [])));
	const calm = firstOf(
		requests.filter((one) => !bad.has(one.rootTrace)),
		(one) => `${one.rootTrace} ${one.service}`,
	);
	const spanned = failed.size >= Math.min(LIMITS.attributeBackground, events.length / 4);
	if (calm.length >= LIMITS.attributeBackground && (spanned || events.every((event) => event.traceId === ""))) {
		const rows = new Map(calm.map((one) => [one, merged(undefined, one)]));
		const matched = sameTime(
			cases.map(({ event }) => event),
			calm,
		).map((one) => rows.get(one) as Row);
		return { group, others: [...rows.values()], matched, base: "requests" as const };
	}
	const base: OverRepresented["base"] =
		others.length === 0 ? "nothing" : otherServices ? "errors of all services" : "errors of the same services";
	// A resource says which service it is. Beside other services that is no news.
	const shown = (one: Carried): Row => merged(undefined, otherServices ? { ...one, resource: {} } : one);
	const rows = others.map(shown);
	return { group: events.map(shown), others: rows, matched: rows, base };
}

/** The first of each key; all of those without one. */
function firstOf<T>(all: readonly T[], keyOf: (one: T) => string | undefined): T[] {
	const seen = new Set<string>();
	return all.filter((one) => {
		const key = keyOf(one);
		if (key === undefined) return true;
		if (seen.has(key)) return false;
		seen.add(key);
		return true;
	});
}

/** Minutes that count as the same time; the next wider where a narrower one leaves too little to compare with. */
const SAME_MINUTES = [10, 30, 60] as const;

/**
 * Of the background as many of each time as the group has, times what most times can give: frequency matching, as of cases
 * and controls, so that a release that came during the window is not taken for what failed in its second half (J. J.
 * Schlesselman, "Case-Control Studies", 1982, chapter 4).
 */
function sameTime<T extends Carried>(events: readonly Carried[], calm: readonly T[]): readonly T[] {
	let matched: readonly T[] = [];
	for (const minutes of SAME_MINUTES) {
		const slot = ({ atMs }: Carried): number => Math.floor(atMs / (minutes * 60_000));
		const cases = Map.groupBy(events, slot);
		const controls = Map.groupBy(calm, slot);
		const ratios = [...cases].map(([at, some]) => (controls.get(at)?.length ?? 0) / some.length).sort((a, b) => a - b);
		const ratio = Math.max(1, ratios[ratios.length >> 1] ?? 1);
		matched = [...cases].flatMap(([at, some]) => (controls.get(at) ?? []).slice(0, Math.ceil(ratio * some.length)));
		if (matched.length >= LIMITS.attributeBackground) break;
	}
	return matched;
}

function merged(request: Carried | undefined, row: Carried): Row {
	const all = { ...request?.resource, ...request?.attributes, ...row.resource, ...row.attributes };
	return Object.fromEntries(
		Object.entries(all).filter(([key, value]) => value !== "" && value.length <= 200 && !PASSED_OVER.test(key)),
	);
}

/**
 * What operators change, and what they run on: where failures come from more often than from what requests carry. Such
 * hypotheses have more weight (C. R. Genovese, K. Roeder, L. Wasserman, "False discovery control with p-value weighting",
 * Biometrika 93, 2006).
 */
const DEPLOYED =
	/^(?:service\.version|deployment\.|host\.name|cloud\.(?:region|availability_zone)|k8s\.(?:node|cluster)\.|feature_flag\.|.*\bflags?\.)/u;

interface Candidate extends Omit<Over, "implied"> {
	/** G of the 2x2 table: how much the attribute says, not how rare it is. */
	readonly gain: number;
	/** Odds ratio: of what most have in common anyway the lift is small, however much it says. */
	readonly odds: number;
	/** Chance of it beside requests of the same time alone. */
	readonly atItsTime: number;
}

/**
 * Beside all of the background, which tells most where a failure is rare, and beside that of the same time, which tells
 * most where it takes nearly all that have the attribute; twice the smaller chance counts. What is not told at all by the
 * same time would be due to the time: a release that came during the window.
 */
function candidates(group: readonly Row[], others: readonly Row[], matched: readonly Row[]): Candidate[] {
	const here = countsOf(group);
	const there = countsOf(others);
	const then = matched === others ? there : countsOf(matched);
	const found: Omit<Candidate, "q">[] = [];
	const p: number[] = [];
	for (const [key, mine] of here) {
		const base = there.get(key);
		// A key that the background hardly has says how it was recorded, not what was different.
		if (base === undefined || base.rows < Math.max(LIMITS.attributeBackground, others.length / 20)) continue;
		if (mine.rows < LIMITS.attributeSupport || mine.values.size + base.values.size > LIMITS.attributeValues) continue;
		for (const [value, hits] of mine.values) {
			const total = hits + (base.values.get(value) ?? 0);
			if (total < LIMITS.attributeSupport) continue;
			// What could not be told whatever had happened is no hypothesis (Tarone 1990): all rows have it, or hardly one.
			const most = Math.min(mine.rows, total);
			if (chanceOf(most, mine.rows, total - most, base.rows) > LIMITS.attributeDiscovery) continue;
			const beside = then.get(key);
			const atItsTime = chanceOf(hits, mine.rows, beside?.values.get(value) ?? 0, beside?.rows ?? 0);
			found.push({ ...compared(key, value, hits, mine.rows, total, mine.rows + base.rows), atItsTime });
			const always = chanceOf(hits, mine.rows, total - hits, base.rows);
			p.push(matched === others ? always : Math.min(1, 2 * Math.min(always, atItsTime)));
		}
	}
	const weights = found.map(({ key }) => (DEPLOYED.test(key) ? LIMITS.attributeWeight : 1));
	const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
	const q = benjaminiHochberg(p.map((chance, i) => Math.min(1, (chance * mean) / (weights[i] as number))));
	return found.map((one, i) => ({ ...one, q: q[i] as number }));
}

function chanceOf(hits: number, rows: number, hitsThere: number, rowsThere: number): number {
	return fisherUpper(hits, rows, hits + hitsThere, rows + rowsThere);
}

function compared(key: string, value: string, hits: number, rows: number, total: number, all: number) {
	const there = all - rows;
	const share = hits / rows;
	const background = (total - hits) / there;
	// Half a row more where the background has none, or nothing could be said of how many times.
	const lift = share / (background === 0 ? 0.5 / there : background);
	const cell = (seen: number, expected: number): number => (seen === 0 ? 0 : seen * Math.log(seen / expected));
	const gain =
		2 *
		(cell(hits, (rows * total) / all) +
			cell(rows - hits, (rows * (all - total)) / all) +
			cell(total - hits, (there * total) / all) +
			cell(there - total + hits, (there * (all - total)) / all));
	// Half a row in each empty cell (Haldane 1956).
	const odds = ((hits + 0.5) * (there - total + hits + 0.5)) / ((rows - hits + 0.5) * (total - hits + 0.5));
	return { key, value, share, background, lift, odds, gain };
}

function countsOf(rows: readonly Row[]): Map<string, { rows: number; values: Map<string, number> }> {
	const counts = new Map<string, { rows: number; values: Map<string, number> }>();
	for (const row of rows)
		for (const [key, value] of Object.entries(row)) {
			const one = counts.get(key) ?? { rows: 0, values: new Map<string, number>() };
			one.rows++;
			one.values.set(value, (one.values.get(value) ?? 0) + 1);
			counts.set(key, one);
		}
	return counts;
}

/** The strongest first; one that says nothing more among the rows that have those before it is implied by them. */
function withoutImplied(ranked: readonly Candidate[], group: readonly Row[], others: readonly Row[]) {
	const kept: (Candidate & { implied: boolean })[] = [];
	const implied: (Candidate & { implied: boolean })[] = [];
	for (const one of ranked) {
		const before = kept.filter(({ key, share }) => key !== one.key && share >= LIMITS.onlyShare);
		(stillSays(one, before, group, others) ? kept : implied).push({ ...one, implied: false });
	}
	return [...kept, ...implied.map((one) => ({ ...one, implied: true }))];
}

function stillSays(
	one: Candidate,
	before: readonly Candidate[],
	group: readonly Row[],
	others: readonly Row[],
): boolean {
	if (before.length === 0) return true;
	const within = (row: Row): boolean =>
		row[one.key] !== undefined && before.every(({ key, value }) => row[key] === value);
	const mine = group.filter(within);
	const base = others.filter(within);
	if (base.length < LIMITS.attributeSupport) return false;
	const hits = mine.filter((row) => row[one.key] === one.value).length;
	const total = hits + base.filter((row) => row[one.key] === one.value).length;
	const p = fisherUpper(hits, mine.length, total, mine.length + base.length);
	const { odds } = compared(one.key, one.value, hits, mine.length, total, mine.length + base.length);
	return p <= LIMITS.falseDiscovery / 10 && odds >= LIMITS.attributeOdds;
}

function share(rows: readonly Row[], test: (row: Row) => boolean): number {
	return rows.length === 0 ? 0 : rows.filter(test).length / rows.length;
}

function order(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
