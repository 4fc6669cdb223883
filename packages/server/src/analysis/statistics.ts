/** Tests of significance that hold at small counts. Pure; knows nothing of errors. */

const TABLE = 256;
const LN_FACTORIALS = new Float64Array(TABLE);
for (let n = 2; n < TABLE; n++) LN_FACTORIALS[n] = (LN_FACTORIALS[n - 1] as number) + Math.log(n);

/** ln n!; Stirling's series above a table, exact to 1e-12 there. */
function lnFactorial(n: number): number {
	if (n < TABLE) return LN_FACTORIALS[n] as number;
	return n * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI * n) + 1 / (12 * n) - 1 / (360 * n ** 3);
}

function lnChoose(n: number, k: number): number {
	return lnFactorial(n) - lnFactorial(k) - lnFactorial(n - k);
}

/**
 * The chance that of `drawn` out of `total`, of which `marked` are marked, at least `hits` are marked: the one-sided test
 * of R. A. Fisher, "On the Interpretation of χ² from Contingency Tables, and the Calculation of P", J. R. Stat. Soc. 85
 * (1922), exact at any count. Whole numbers, `drawn` and `marked` at most `total`.
 */
export function fisherUpper(hits: number, drawn: number, marked: number, total: number): number {
	const least = Math.max(0, drawn + marked - total);
	const most = Math.min(drawn, marked);
	if (hits <= least) return 1;
	if (hits > most) return 0;
	// Summed over the side without the mean, where terms only fall.
	const upper = hits > (drawn * marked) / total;
	let k = upper ? hits : hits - 1;
	let term = Math.exp(lnChoose(marked, k) + lnChoose(total - marked, drawn - k) - lnChoose(total, drawn));
	let sum = 0;
	while (k >= least && k <= most && term > sum * 1e-16) {
		sum += term;
		if (upper) {
			term *= ((marked - k) * (drawn - k)) / ((k + 1) * (total - marked - drawn + k + 1));
			k++;
		} else {
			term *= (k * (total - marked - drawn + k)) / ((marked - k + 1) * (drawn - k + 1));
			k--;
		}
	}
	return Math.min(1, Math.max(0, upper ? sum : 1 - sum));
}

/** The chance of at least `hits` among independent events of these chances; exact, in the square of their number. */
export function poissonBinomialUpper(hits: number, chances: readonly number[]): number {
	const at = new Float64Array(chances.length + 1);
	at[0] = 1;
	chances.forEach((p, i) => {
		for (let k = i + 1; k > 0; k--) at[k] = (at[k] as number) * (1 - p) + (at[k - 1] as number) * p;
		at[0] = (at[0] as number) * (1 - p);
	});
	let sum = 0;
	for (let k = chances.length; k >= Math.max(0, hits); k--) sum += at[k] as number;
	return Math.min(1, sum);
}

/**
 * Adjusted p-values (q) of `tests` hypotheses, of which only these p are known and the rest is 1: Y. Benjamini and
 * Y. Hochberg, "Controlling the False Discovery Rate", J. R. Stat. Soc. B 57 (1995). In the order given.
 */
export function benjaminiHochberg(p: readonly number[], tests: number = p.length): number[] {
	const order = p.map((_, i) => i).sort((a, b) => (p[b] as number) - (p[a] as number));
	const q = new Array<number>(p.length);
	let smallest = 1;
	order.forEach((index, i) => {
		const rank = p.length - i;
		smallest = Math.min(smallest, ((p[index] as number) * Math.max(tests, p.length)) / rank);
		q[index] = smallest;
	});
	return q;
}
