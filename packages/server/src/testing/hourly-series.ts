/** Generated hourly counts with known truth, for judging the anomaly scores. */

export interface Generated {
	readonly counts: readonly number[];
	/** True mean of each hour; the counts are negative binomial around it. */
	readonly means: readonly number[];
	/** Variance is mean + overdispersion * mean^2. */
	readonly overdispersion: number;
}

const HOURS = 7 * 168;

/** A random number generator that gives the same numbers for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let t = Math.imul(state ^ (state >>> 15), 1 | state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
	};
}

function normal(random: () => number): number {
	return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Marsaglia and Tsang. */
function gamma(shape: number, random: () => number): number {
	if (shape < 1) return gamma(shape + 1, random) * random() ** (1 / shape);
	const d = shape - 1 / 3;
	for (;;) {
		const x = normal(random);
		const v = (1 + x / Math.sqrt(9 * d)) ** 3;
		if (v > 0 && Math.log(random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
	}
}

export function poisson(mean: number, random: () => number): number {
	if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
	const end = Math.exp(-mean);
	let count = 0;
	for (let product = random(); product > end; product *= random()) count++;
	return count;
}

const pick = <T>(values: readonly T[], random: () => number): T => values[Math.floor(random() * values.length)] as T;

/** Seven weeks: 0.05 to 200 an hour, days and weekends, growth or decline, bursts, sometimes hours that hang together. */
export function generated(seed: number): Generated {
	const random = randomOf(seed);
	const level = 0.05 * 4_000 ** random();
	const overdispersion = pick([0, 0.05, 0.2, 0.5], random);
	const daily = random() * 0.9;
	const weekend = 0.3 + random() * 0.7;
	const growth = random() - 0.5;
	const phase = random() * 24;
	const drifting = random() < 0.3;
	let drift = 0;
	const means: number[] = [];
	const counts: number[] = [];
	for (let hour = 0; hour < HOURS; hour++) {
		const season = 1 + daily * Math.sin((2 * Math.PI * (hour - phase)) / 24);
		if (drifting) drift = 0.7 * drift + 0.15 * normal(random);
		const weekday = Math.floor(hour / 24) % 7;
		const mean = level * season * (weekday >= 5 ? weekend : 1) * Math.exp((growth * hour) / HOURS + drift);
		means.push(mean);
		const burst = overdispersion > 0 ? gamma(1 / overdispersion, random) * overdispersion : 1;
		counts.push(poisson(mean * burst, random));
	}
	return { counts, means, overdispersion };
}
