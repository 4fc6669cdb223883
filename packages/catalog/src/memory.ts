/**
 * What was made of texts that come again and again: the stacks of one place are the same under every message. A memory
 * changes no answer, only who computes it. Bounded in entries and UTF-16 units, in two generations: what was not asked for
 * during one goes. What a text is made into is its users' business.
 */
import { MEMORY_LIMITS } from "./limits.ts";

export class Memory<T> {
	#young = new Map<string, T>();
	#old: ReadonlyMap<string, T> = new Map();
	#units = 0;

	/** What was put under `text`. */
	get(text: string): T | undefined {
		const young = this.#young.get(text);
		if (young !== undefined) return young;
		const old = this.#old.get(text);
		if (old !== undefined) this.put(text, old);
		return old;
	}

	/** Keeps `value`, which everybody who asks shares: nobody may write it. Answers it. */
	put(text: string, value: T): T {
		if (text.length > MEMORY_LIMITS.units / 8) return value;
		if (this.#young.size >= MEMORY_LIMITS.texts || this.#units + text.length > MEMORY_LIMITS.units) {
			this.#old = this.#young;
			this.#young = new Map();
			this.#units = 0;
		}
		this.#young.set(own(text), value);
		this.#units += text.length;
		return value;
	}
}

/** A copy: a part of a text would keep the whole text alive. */
function own(text: string): string {
	return Buffer.from(text, "utf16le").toString("utf16le");
}
