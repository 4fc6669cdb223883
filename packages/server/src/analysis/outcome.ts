/**
 * Whether a group fell after something was done about it: counts before and after, each over its hours of exposure.
 *
 * The test is the exact conditional one for two Poisson rates of J. Przyborowski and H. Wilenski, "Homogeneity of Results in
 * Testing Samples from Poisson Series", Biometrika 31 (1940): given the sum of both counts, the one before is binomial with
 * the share of its hours, if nothing changed. Errors come in bursts, for which a Poisson count is too sure of itself; so
 * counts are divided by their dispersion first (the Pearson statistic of the hours, as P. McCullagh and J. A. Nelder,
 * "Generalized Linear Models", 1989, do for quasi-Poisson counts), the one before rounded down and the one after up. Pure.
 */
import { LIMITS } from "../limits.ts";
import { binomialTail } from "./tail-probability.ts";

export interface Exposure {
	readonly count: number;
	/** Sum of the squares of the counts of the hours. */
	readonly squares: number;
	/** Whole hours, those without an occurrence included. */
	readonly hours: number;
}

export type Verdict = "fell" | "returned" | "unclear";

export interface Outcome {
	/** fell: to half of its rate or less, beyond chance. returned: a fall would have shown, and did not. */
	readonly verdict: Verdict;
	/** The chance of a count after it that is as small or smaller, if nothing changed. */
	readonly p: number;
}

export function outcomeOf(before: Exposure, after: Exposure): Outcome {
	if (before.count === 0 || before.hours < 1 || after.hours < 1) return { verdict: "unclear", p: 1 };
	const dispersion = Math.max(1, dispersionOf(before), dispersionOf(after));
	const earlier = Math.floor(before.count / dispersion);
	const later = Math.ceil(after.count / dispersion);
	const share = before.hours / (before.hours + after.hours);
	const p = 10 ** binomialTail(earlier, earlier + later, share);
	const halved = after.count / after.hours <= before.count / before.hours / 2;
	if (p <= LIMITS.outcomeChance && halved) return { verdict: "fell", p };
	const couldShow = 10 ** binomialTail(earlier, earlier, share) <= LIMITS.outcomeChance;
	return { verdict: after.count > 0 && couldShow ? "returned" : "unclear", p };
}

/** Variance of the hours over their mean; 1 where nothing says. */
function dispersionOf({ count, squares, hours }: Exposure): number {
	if (count === 0 || hours < 2) return 1;
	const mean = count / hours;
	return (squares - count * mean) / (hours - 1) / mean;
}

const HOUR = 3_600_000;

/** What was done about a group, and when. Times are milliseconds since the epoch. */
export interface Deed {
	readonly atMs: number;
	/** When something else was done; 0 if nothing was. */
	readonly nextMs: number;
	/** When the group was first seen. */
	readonly firstMs: number;
	readonly nowMs: number;
}

/** Unix seconds of the hour, and count. */
export type HourCount = readonly [hour: number, count: number];

/**
 * The hours before and after a deed, a week of each at most: those after end with the next deed, and the hour of the deed
 * counts for neither, because nobody knows when in it the deed took effect. A group that is younger than a day is taken to
 * have been watched for a day, so that one burst is no rate.
 */
export function exposures(deed: Deed, points: readonly HourCount[]): { before: Exposure; after: Exposure } {
	const at = Math.floor(deed.atMs / HOUR);
	const week = LIMITS.outcomeHours;
	const first = Math.floor(deed.firstMs / HOUR);
	const beforeHours = Math.min(week, Math.max(24, at - first));
	const end = Math.floor(Math.min(deed.nowMs, deed.nextMs === 0 ? deed.nowMs : deed.nextMs) / HOUR);
	const afterHours = Math.max(0, Math.min(week, end - at - 1));
	const perHour = new Map<number, number>();
	for (const [second, count] of points) {
		const hour = Math.floor(second / 3600);
		perHour.set(hour, (perHour.get(hour) ?? 0) + count);
	}
	const over = (from: number, hours: number): Exposure => {
		let count = 0;
		let squares = 0;
		for (const [hour, n] of perHour)
			if (hour >= from && hour < from + hours) {
				count += n;
				squares += n * n;
			}
		return { count, squares, hours };
	};
	return { before: over(at - beforeHours, beforeHours), after: over(at + 1, afterHours) };
}
