/**
 * Which rules a text can satisfy at all: one pass over the text finds every literal of every rule, so that a thousand
 * rules cost as much as the few whose words are there. It only narrows; what holds is decided in `match.ts`.
 */
import { lowerAscii } from "./stack/ascii.ts";

/** A lower-cased literal, where in it the three indexed characters begin, and the items that want it. */
interface Posting<T> {
	readonly literal: string;
	readonly offset: number;
	readonly items: readonly T[];
}

/** Items by the literals of which any text they want holds at least one. */
export class LiteralIndex<T> {
	readonly #literals = new Map<string, T[]>();
	#postings: ReadonlyMap<number, readonly Posting<T>[]> | undefined;
	/** By a small hash whether three characters may be indexed: most of a text is not. */
	readonly #maybe = new Uint8Array(SLOTS);

	/** Adds `item`, wanted when a text holds one of `literals` in any ASCII case; false without literals to index it by. */
	add(item: T, literals: readonly string[] | undefined): boolean {
		if (literals === undefined || literals.some((l) => l.length < 3)) return false;
		this.#postings = undefined;
		for (const literal of new Set(literals.map(lowerAscii))) {
			const items = this.#literals.get(literal);
			if (items === undefined) this.#literals.set(literal, [item]);
			else items.push(item);
		}
		return true;
	}

	/** Every item that `lower` (a text in ASCII lower case) may satisfy, each once, in no meaningful order. */
	candidates(lower: string): Iterable<T> {
		this.#postings ??= this.#build();
		const maybe = this.#maybe;
		let found: Set<Posting<T>> | undefined;
		let before = lower.charCodeAt(0);
		let middle = lower.charCodeAt(1);
		for (let i = 0; i + 2 < lower.length; i++) {
			const last = lower.charCodeAt(i + 2);
			const key = keyOf(before, middle, last);
			before = middle;
			middle = last;
			const postings = maybe[slotOf(key)] === 0 ? undefined : this.#postings.get(key);
			if (postings === undefined) continue;
			for (const one of postings) {
				if (found?.has(one) || !lower.startsWith(one.literal, i - one.offset)) continue;
				found ??= new Set();
				found.add(one);
			}
		}
		if (found === undefined) return [];
		const items = new Set<T>();
		for (const one of found) for (const item of one.items) items.add(item);
		return items;
	}

	/** Each literal under its rarest three characters, so that common words are compared seldom. */
	#build(): Map<number, Posting<T>[]> {
		const frequency = new Map<number, number>();
		for (const literal of this.#literals.keys())
			for (let i = 0; i + 2 < literal.length; i++) {
				const key = keyAt(literal, i);
				frequency.set(key, (frequency.get(key) ?? 0) + 1);
			}
		const postings = new Map<number, Posting<T>[]>();
		for (const [literal, items] of this.#literals) {
			let offset = 0;
			for (let i = 1; i + 2 < literal.length; i++)
				if ((frequency.get(keyAt(literal, i)) ?? 0) < (frequency.get(keyAt(literal, offset)) ?? 0)) offset = i;
			const key = keyAt(literal, offset);
			this.#maybe[slotOf(key)] = 1;
			const list = postings.get(key);
			if (list === undefined) postings.set(key, [{ literal, offset, items }]);
			else list.push({ literal, offset, items });
		}
		return postings;
	}
}

/** Three characters as one number; a collision costs a comparison, nothing else. */
function keyAt(text: string, at: number): number {
	return keyOf(text.charCodeAt(at), text.charCodeAt(at + 1), text.charCodeAt(at + 2));
}

function keyOf(first: number, second: number, third: number): number {
	return (first << 16) ^ (second << 8) ^ third;
}

const SLOTS = 1 << 14;

function slotOf(key: number): number {
	return Math.imul(key, 0x9e37_79b1) >>> 18;
}
