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
	readonly #always: T[] = [];
	readonly #literals = new Map<string, T[]>();
	#postings: ReadonlyMap<number, readonly Posting<T>[]> | undefined;

	/** Adds `item`, wanted when a text holds one of `literals` in any ASCII case; without literals it is always wanted. */
	add(item: T, literals: readonly string[] | undefined): void {
		if (literals === undefined || literals.some((l) => l.length < 3)) {
			this.#always.push(item);
			return;
		}
		this.#postings = undefined;
		for (const literal of new Set(literals.map(lowerAscii))) {
			const items = this.#literals.get(literal);
			if (items === undefined) this.#literals.set(literal, [item]);
			else items.push(item);
		}
	}

	/** Every item that `lower` (a text in ASCII lower case) may satisfy, each once, in no meaningful order. */
	candidates(lower: string): Iterable<T> {
		this.#postings ??= this.#build();
		let found: Set<Posting<T>> | undefined;
		for (let i = 0; i + 2 < lower.length; i++) {
			const postings = this.#postings.get(keyAt(lower, i));
			if (postings === undefined) continue;
			for (const one of postings) {
				if (found?.has(one) || !lower.startsWith(one.literal, i - one.offset)) continue;
				found ??= new Set();
				found.add(one);
			}
		}
		if (found === undefined) return this.#always;
		const items = new Set(this.#always);
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
			const list = postings.get(key);
			if (list === undefined) postings.set(key, [{ literal, offset, items }]);
			else list.push({ literal, offset, items });
		}
		return postings;
	}
}

/** Three characters as one number; a collision costs a comparison, nothing else. */
function keyAt(text: string, at: number): number {
	return (text.charCodeAt(at) << 16) ^ (text.charCodeAt(at + 1) << 8) ^ text.charCodeAt(at + 2);
}
