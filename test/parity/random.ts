/** Chance that can be repeated: everything the parity test makes comes from one seed. */

export interface Random {
	/** 0 to `below` - 1. */
	below(below: number): number;
	/** True once in `n` times. */
	once(n: number): boolean;
	pick<T>(items: readonly T[]): T;
}

/** mulberry32: 32 bits of state, the same on every machine. */
export function createRandom(seed: number): Random {
	let state = seed >>> 0;
	const next = (): number => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return (mixed ^ (mixed >>> 14)) >>> 0;
	};
	const below = (limit: number): number => next() % Math.max(1, limit);
	return { below, once: (n) => below(n) === 0, pick: (items) => items[below(items.length)] as never };
}
