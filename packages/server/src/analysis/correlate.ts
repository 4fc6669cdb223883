/** Pairs of groups from counts: in the same traces, and one after the other. Pure; the counts are the store's. */
import type { CorrelationCounts } from "@errata/store";
import { LIMITS } from "../limits.ts";
import { benjaminiHochberg, fisherUpper, poissonBinomialUpper } from "./statistics.ts";

export interface Pair {
	readonly kind: "trace" | "time";
	/** The one that failed first, as a rule; of `time` pairs the one that is followed. */
	readonly from: string;
	readonly to: string;
	/** Traces with both, or episodes of `from` that an episode of `to` followed. */
	readonly support: number;
	/** Share of the traces (episodes) of `from` with `to` in it (behind it). */
	readonly confidence: number;
	/** How many times more than if they had nothing to do with each other. */
	readonly lift: number;
	/** False discovery rate at which it is still told. */
	readonly q: number;
	/** Share of the common traces in which `from` was first; 1 for time. */
	readonly first: number;
}

export interface Correlations {
	readonly pairs: readonly Pair[];
	/** What support and lift are of: traces with an error, minutes of the window. */
	readonly base: { readonly traces: number; readonly minutes: number };
	/** Pairs whose counts could have been significant. */
	readonly tested: number;
	readonly cut: CorrelationCounts["cut"];
}

/** Both kinds, each corrected for all the pairs that were looked at, the surest first. */
export function correlate(counts: CorrelationCounts, minutes: number): Correlations {
	const inTraces = tracePairs(counts);
	const inTime = timePairs(counts, minutes);
	return {
		pairs: [...inTraces.pairs, ...inTime.pairs].sort(
			(a, b) => a.q - b.q || b.lift - a.lift || (a.from < b.from ? -1 : 1),
		),
		base: { traces: counts.traces, minutes },
		tested: inTraces.tested + inTime.tested,
		cut: counts.cut,
	};
}

interface Tested {
	readonly pairs: readonly Pair[];
	readonly tested: number;
}

function tracePairs({ traces, groups, pairs }: CorrelationCounts): Tested {
	const size = new Map(groups.map((group) => [group.fingerprint, group.traces]));
	const p = pairs.map(({ a, b, traces: both }) => fisherUpper(both, size.get(a) ?? both, size.get(b) ?? both, traces));
	// Which pairs can be told at all depends on the groups' own sizes, so the others need no correction (Tarone 1990).
	const able = groups.filter((group) => group.traces >= LIMITS.pairSupport).length;
	const tested = (able * (able - 1)) / 2;
	const q = benjaminiHochberg(p, tested);
	const made = pairs.map(({ a, b, traces: both, aFirst }, i): Pair => {
		const forward = aFirst * 2 >= both;
		const [from, to] = forward ? [a, b] : [b, a];
		const ofFrom = size.get(from) ?? both;
		const confidence = both / ofFrom;
		return {
			kind: "trace",
			from,
			to,
			support: both,
			confidence,
			lift: confidence / ((size.get(to) ?? both) / traces),
			q: q[i] as number,
			first: (forward ? aFirst : both - aFirst) / both,
		};
	});
	return { pairs: made.filter(tellable), tested };
}

/**
 * A group that fails for half an hour is one episode, not thirty minutes: minutes beside each other are no independent
 * observations, and a test that takes them for such sees pairs everywhere. An episode begins with a minute that follows
 * `followMinutes` quiet ones.
 */
function timePairs({ minutes: activity }: CorrelationCounts, total: number): Tested {
	const groups = activity
		.map(({ fingerprint, minutes }) => ({ fingerprint, starts: episodes(minutes) }))
		.filter(({ starts }) => starts.length >= LIMITS.pairSupport)
		.map(({ fingerprint, starts }) => ({ fingerprint, starts, reach: reachOf(starts, total) }));
	const found: Omit<Pair, "q">[] = [];
	const p: number[] = [];
	for (const from of groups)
		for (const to of groups) {
			if (from === to) continue;
			let support = 0;
			for (const minute of from.starts) support += to.reach.at[minute] as number;
			if (support < LIMITS.pairSupport) continue;
			const confidence = support / from.starts.length;
			const lift = confidence / (to.reach.size / total);
			found.push({ kind: "time", from: from.fingerprint, to: to.fingerprint, support, confidence, lift, first: 1 });
			const chance = fisherUpper(support, from.starts.length, to.reach.size, total);
			p.push(chance > LIMITS.falseDiscovery ? chance : Math.max(chance, withinHour(from.starts, to.reach.at, support)));
		}
	const tested = groups.length * (groups.length - 1);
	const q = benjaminiHochberg(p, tested);
	return { pairs: found.map((pair, i) => ({ ...pair, q: q[i] as number })).filter(tellable), tested };
}

/**
 * The chance of that support when each episode may lie anywhere in the hour around it: two groups that both fail by day, or
 * in the same bad hour, follow each other no more than that explains. Interval jitter: A. Amarasingham, M. T. Harrison,
 * N. G. Hatsopoulos, S. Geman, "Conditional modeling and the jitter method of spike resampling", J. Neurophysiol. 107
 * (2012). And 1 where another lag within the hour fits as well: two clocks that keep step are no cause and effect.
 */
function withinHour(starts: readonly number[], reach: Uint8Array, support: number): number {
	const half = LIMITS.jitterMinutes / 2;
	const chances = starts.map((start) => {
		const [low, high] = [Math.max(0, start - half), Math.min(reach.length, start + half + 1)];
		let covered = 0;
		for (let minute = low; minute < high; minute++) covered += reach[minute] as number;
		return covered / (high - low);
	});
	return keepsStep(starts, reach, support) ? 1 : poissonBinomialUpper(support, chances);
}

/** Whether another lag fits as well: many within the hour, or one of whole hours, as of two jobs that a clock starts. */
function keepsStep(starts: readonly number[], reach: Uint8Array, support: number): boolean {
	// Two standard deviations, with one hit and one miss more than were seen: of a job that fails most times now one lag
	// has a hit more, now another, and of one that failed each time nobody knows that it always does.
	const rate = (support + 1) / (starts.length + 2);
	const nearly = support / starts.length - 2 * Math.sqrt((rate * (1 - rate)) / starts.length);
	const fits = (shift: number): boolean => {
		let hits = 0;
		let within = 0;
		for (const start of starts) {
			const there = reach[start + shift];
			if (there === undefined) continue;
			hits += there;
			within++;
		}
		return within * 2 >= starts.length && hits > 0 && hits / within >= nearly;
	};
	const most = LIMITS.jitterMinutes + LIMITS.followMinutes;
	let asGood = 1;
	for (let lag = LIMITS.followMinutes + 1; lag <= most; lag++) asGood += Number(fits(lag)) + Number(fits(-lag));
	if (asGood / (1 + 2 * (most - LIMITS.followMinutes)) > LIMITS.lagChance) return true;
	for (let lag = 120; lag * 2 <= reach.length; lag += 60) if (fits(lag) || fits(-lag)) return true;
	return false;
}

function episodes(minutes: readonly number[]): number[] {
	return minutes.filter((minute, i) => i === 0 || minute - (minutes[i - 1] as number) > LIMITS.followMinutes);
}

/** Minutes from which an episode begins within `followMinutes`. */
function reachOf(starts: readonly number[], total: number): { at: Uint8Array; size: number } {
	const at = new Uint8Array(total);
	let size = 0;
	for (const start of starts)
		for (let minute = Math.max(0, start - LIMITS.followMinutes); minute <= start && minute < total; minute++)
			if (at[minute] === 0) {
				at[minute] = 1;
				size++;
			}
	return { at, size };
}

function tellable(pair: Pair): boolean {
	return pair.q <= LIMITS.falseDiscovery && pair.lift >= LIMITS.pairLift;
}
