/**
 * How unusual the count of an hour is, given the weeks before it. Pure: counts in, scores out; where counts come from is
 * the operation's business.
 *
 * Method. The expected count of an hour is the mean of the counts of the same hour of the week and the hours beside it in
 * the four weeks before, past outbreaks pulled in to the median and its deviation, times the level of the last seven days
 * against their own expectation (the median of seven daily ratios, so that up to three bad days do not move it). The count
 * is held against a negative binomial of that mean, its overdispersion learned from the residuals of 14 days (the 60th
 * percentile of the days, so that an incident does not hide the next one), widened by what a mean of so few values does not
 * know. The score is -log10 of the probability of that many or more.
 *
 * After C. P. Farrington, N. J. Andrews, A. D. Beale, M. A. Catchpole, "A statistical algorithm for the early detection of
 * outbreaks of infectious disease", J. R. Statist. Soc. A 159 (1996) 547-563 (same weeks of earlier seasons, outbreaks
 * weighted down), and A. Noufaily et al., "An improved algorithm for outbreak detection in multiple surveillance systems",
 * Statistics in Medicine 32 (2013) 1206-1222 (negative binomial threshold). Median and median absolute deviation instead
 * of their regression, because an hour of a group has 12 reference values, most of them small.
 */
import { countTail } from "./tail-probability.ts";

const DAY = 24;
const WEEK = 7 * DAY;

export const ANOMALY = {
	/** Hours of history: four weeks of reference for each of the 14 days that the overdispersion is learned from. */
	historyHours: 6 * WEEK,
	/** Score from which an hour is anomalous: one false alarm in a million, so 500 groups give less than five a year. */
	score: 6,
	/** Occurrences and multiple of the expected count below which nobody should be woken, whatever the score. */
	count: 5,
	ratio: 2,
	/** Hours a series must have existed: younger ones are new, which is said elsewhere. */
	youngHours: 12,
	/** Largest score: what is beyond has no meaning. */
	maxScore: 300,
} as const;

export interface HourlySeries {
	/** Counts per hour, oldest first, without gaps. */
	readonly counts: readonly number[];
	/** Index of the hour in which the series began: before it nothing was known, which is not the same as zero. */
	readonly born: number;
	/** Share of the last hour that has passed, above 0 to 1. */
	readonly lastShare: number;
}

export interface HourScore {
	/** Index of the hour. */
	readonly hour: number;
	readonly count: number;
	readonly expected: number;
	/** -log10 of the probability of that many or more. */
	readonly score: number;
	readonly anomalous: boolean;
	/** What the expectation rests on. */
	readonly basis: "week" | "day" | "recent";
}

interface Base {
	readonly mean: number;
	/** Reference values it is a mean of. */
	readonly values: number;
	readonly basis: HourScore["basis"];
}

/** Scores of the hours from index `from` on that have enough history. */
export function scoreHours(series: HourlySeries, from: number): HourScore[] {
	const bases = new Map<number, Base | undefined>();
	const base = (hour: number): Base | undefined => {
		if (!bases.has(hour)) bases.set(hour, baseOf(series, hour));
		return bases.get(hour);
	};
	const scores: HourScore[] = [];
	for (let hour = Math.max(from, 0); hour < series.counts.length; hour++) {
		const known = base(hour);
		if (known !== undefined) scores.push(scoreHour(series, hour, known, base));
	}
	return scores;
}

function scoreHour(series: HourlySeries, hour: number, known: Base, base: (hour: number) => Base | undefined) {
	const days = pastDays(series, hour, base);
	const level = levelOf(days.slice(0, 7));
	const share = hour === series.counts.length - 1 ? series.lastShare : 1;
	const expected = known.mean * level * share;
	const overdispersion = overdispersionOf(days, level);
	// A mean of n values is itself uncertain by its variance over n.
	const variance = (expected + overdispersion * expected * expected) * (1 + 1 / known.values);
	const count = series.counts[hour] as number;
	const score = Math.min(-countTail(count, expected, variance), ANOMALY.maxScore) + 0;
	const anomalous = score >= ANOMALY.score && count >= ANOMALY.count && count >= ANOMALY.ratio * expected;
	return { hour, count, expected, score, anomalous, basis: known.basis };
}

function baseOf(series: HourlySeries, hour: number): Base | undefined {
	const weekly = around(series, hour, WEEK, 4);
	const usually = levelBefore(series, hour);
	if (weekly.length >= 6)
		return { mean: Math.max(calmMean(weekly, usually), usual(series, hour)), values: weekly.length, basis: "week" };
	const daily = around(series, hour, DAY, 7);
	if (daily.length >= 6) return { mean: calmMean(daily, usually), values: daily.length, basis: "day" };
	if (hour - series.born < ANOMALY.youngHours) return undefined;
	const recent = series.counts.slice(series.born, hour);
	return { mean: calmMean(recent, 0), values: recent.length, basis: "recent" };
}

/** Counts of the same hour, and of those beside it, in earlier periods. */
function around({ counts, born }: HourlySeries, hour: number, period: number, periods: number): number[] {
	const values: number[] = [];
	for (let k = 1; k <= periods; k++)
		for (const beside of [-1, 0, 1]) {
			const at = hour - k * period + beside;
			if (at >= born && at < hour) values.push(counts[at] as number);
		}
	return values;
}

/** What the very same hour reached in at least three of four weeks: a weekly job is no outbreak. */
function usual({ counts, born }: HourlySeries, hour: number): number {
	if (hour - 3 * WEEK < born) return 0;
	const values = [1, 2, 3, 4].map((k) => hour - k * WEEK).filter((at) => at >= born);
	return values.map((at) => counts[at] as number).sort((a, b) => a - b)[values.length - 3] as number;
}

/** Mean count of an hour in the two weeks before. */
function levelBefore({ counts, born }: HourlySeries, hour: number): number {
	const from = Math.max(born, hour - 2 * WEEK);
	let sum = 0;
	for (let at = from; at < hour; at++) sum += counts[at] as number;
	return hour > from ? sum / (hour - from) : 0;
}

/** Occurrences that the level of all hours counts for beside those of the hour's own past. */
const PRIOR = 2;

/**
 * Mean with outbreaks pulled in to three deviations above the median. To it comes what is usual at any hour, as much as two
 * occurrences say (a gamma prior): of a group that fails in bursts twenty hours may be empty by chance, which does not
 * make the next burst impossible. Where nothing is usual, half an occurrence for what was not seen.
 */
function calmMean(values: readonly number[], usually: number): number {
	const middle = median(values);
	const spread = 1.4826 * median(values.map((value) => Math.abs(value - middle)));
	const most = middle + 3 * Math.max(spread, Math.sqrt(middle), 1);
	const sum = values.reduce((total, value) => total + Math.min(value, most), 0);
	return usually > 0 ? (sum + PRIOR) / (values.length + PRIOR / usually) : (sum + 0.5) / values.length;
}

interface PastDay {
	readonly counted: number;
	readonly expected: number;
	readonly hours: readonly { readonly count: number; readonly mean: number }[];
}

/** The 14 days before an hour as counted and as expected, the latest first. The last two hours are left to what is scored. */
function pastDays(series: HourlySeries, hour: number, base: (hour: number) => Base | undefined): PastDay[] {
	const days: PastDay[] = [];
	for (let day = 0; day < 14; day++) {
		const hours: { count: number; mean: number }[] = [];
		for (let at = hour - 2 - day * DAY - DAY; at < hour - 2 - day * DAY; at++) {
			if (at < series.born) continue;
			const known = base(at);
			if (known !== undefined) hours.push({ count: series.counts[at] as number, mean: known.mean });
		}
		if (hours.length < DAY / 2) break;
		const sum = (pick: (hour: { count: number; mean: number }) => number) =>
			hours.reduce((total, one) => total + pick(one), 0);
		days.push({ counted: sum((one) => one.count), expected: sum((one) => one.mean), hours });
	}
	return days;
}

/** Occurrences that pull a day's ratio towards one: a quiet day says little. */
const PULL = 10;

function levelOf(days: readonly PastDay[]): number {
	if (days.length < 3) return 1;
	return median(days.map((day) => (day.counted + PULL) / (day.expected + PULL)));
}

/** Overdispersion where nothing is known yet: a standard deviation of 70%. */
const UNKNOWN_OVERDISPERSION = 0.5;

function overdispersionOf(days: readonly PastDay[], level: number): number {
	if (days.length < 3) return UNKNOWN_OVERDISPERSION;
	const found = days.map(({ hours }) => {
		let excess = 0;
		let weight = 0;
		for (const { count, mean } of hours) {
			const expected = mean * level;
			excess += (count - expected) ** 2 - expected;
			weight += expected ** 2;
		}
		return Math.max(0, excess / weight);
	});
	found.sort((a, b) => a - b);
	return found[Math.floor(found.length * 0.6)] as number;
}

function median(values: readonly number[]): number {
	const sorted = values.toSorted((a, b) => a - b);
	const middle = sorted.length >> 1;
	const high = sorted[middle] ?? 0;
	return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? 0) + high) / 2;
}
