/**
 * Upper tails of the binomial and the negative binomial distribution, as logarithms, so that a probability of 1e-400 keeps
 * its size. Both are the regularised incomplete beta function, by its continued fraction (DLMF 8.17.22, evaluated as Lentz
 * does). What the tails are used for is said where they are used.
 */

/** ln of the gamma function for x > 0, by Stirling's series (DLMF 5.11.1) above 10; relative error below 1e-12. */
function logGamma(x: number): number {
	let shift = 0;
	let at = x;
	for (; at < 10; at++) shift += Math.log(at);
	const square = 1 / (at * at);
	const series = (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188)))) / at;
	return (at - 0.5) * Math.log(at) - at + 0.918_938_533_204_672_7 + series - shift;
}

const TINY = 1e-300;
const STEPS = 20_000;

function continuedFraction(a: number, b: number, x: number): number {
	let c = 1;
	let d = 1 / guarded(1 - ((a + b) * x) / (a + 1));
	let value = d;
	for (let m = 1; m <= STEPS; m++) {
		const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
		d = 1 / guarded(1 + even * d);
		c = guarded(1 + even / c);
		value *= d * c;
		const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
		d = 1 / guarded(1 + odd * d);
		c = guarded(1 + odd / c);
		const change = d * c;
		value *= change;
		if (Math.abs(change - 1) < 1e-12) break;
	}
	return value;
}

function guarded(value: number): number {
	return Math.abs(value) < TINY ? TINY : value;
}

/** log10 of the regularised incomplete beta function I_x(a, b); a, b > 0, 0 <= x <= 1. */
function logBeta10(a: number, b: number, x: number): number {
	if (x <= 0) return Number.NEGATIVE_INFINITY;
	if (x >= 1) return 0;
	const front = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x);
	if (x < (a + 1) / (a + b + 2)) return Math.min(0, (front + Math.log(continuedFraction(a, b, x) / a)) / Math.LN10);
	const other = Math.exp(front) * (continuedFraction(b, a, 1 - x) / b);
	return other >= 1 ? Number.NEGATIVE_INFINITY : Math.log1p(-other) / Math.LN10;
}

/** log10 P(X >= k) for X ~ Binomial(n, p). */
export function binomialTail(k: number, n: number, p: number): number {
	if (k <= 0) return 0;
	return k > n ? Number.NEGATIVE_INFINITY : logBeta10(k, n - k + 1, p);
}

/** Shape above which a negative binomial is a Poisson distribution to twelve digits of its variance. */
const POISSON_SHAPE = 1e7;

/** log10 P(X >= k) for a negative binomial of that mean and variance; a variance up to the mean makes it Poisson. */
export function countTail(k: number, mean: number, variance: number): number {
	if (k <= 0) return 0;
	if (mean <= 0) return Number.NEGATIVE_INFINITY;
	const shape = variance > mean ? Math.min((mean * mean) / (variance - mean), POISSON_SHAPE) : POISSON_SHAPE;
	return logBeta10(k, shape, mean / (shape + mean));
}
