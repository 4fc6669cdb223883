/** A row of counts as a line of blocks. */

const BLOCKS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

/**
 * One character per bucket, oldest first, scaled to the largest; an empty bucket is a dot, so that "nothing" and "a
 * little" differ. More buckets than `columns` are added up in equal shares.
 */
export function sparkline(buckets: readonly number[], columns = 24): string {
	const values = fold(buckets, columns);
	const top = Math.max(0, ...values);
	return values
		.map((value) => (value <= 0 ? "·" : (BLOCKS[Math.ceil((value / top) * BLOCKS.length) - 1] ?? BLOCKS[0])))
		.join("");
}

function fold(buckets: readonly number[], columns: number): readonly number[] {
	if (buckets.length <= columns) return buckets;
	const out: number[] = Array.from({ length: columns }, () => 0);
	buckets.forEach((value, i) => {
		const at = Math.floor((i * columns) / buckets.length);
		out[at] = (out[at] ?? 0) + value;
	});
	return out;
}
