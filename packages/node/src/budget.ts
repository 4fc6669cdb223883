/** How much enrichment may add to one record: blocks are added until the bytes are used up, the rest is counted. */
import type { AnyValue } from "@errata/catalog";
import { count, type Dropped } from "./values.ts";

export class Budget {
	#left: number;
	readonly #dropped: Dropped;

	constructor(bytes: number, dropped: Dropped) {
		this.#left = bytes;
		this.#dropped = dropped;
	}

	/** `value` if it fits, `undefined` otherwise. */
	take(value: AnyValue): AnyValue {
		const size = sizeOf(value);
		if (size <= this.#left) {
			this.#left -= size;
			return value;
		}
		count(this.#dropped, "record_bytes");
		return undefined;
	}

	/** The items that fit, the last ones first: in crumbs and related errors the latest say most. */
	takeLast(list: readonly AnyValue[]): AnyValue[] {
		return this.#take([...list].reverse()).reverse();
	}

	/** The items that fit, the first ones first: the direct cause says more than the tenth. */
	takeFirst(list: readonly AnyValue[]): AnyValue[] {
		return this.#take(list);
	}

	#take(list: readonly AnyValue[]): AnyValue[] {
		const kept: AnyValue[] = [];
		for (const item of list) {
			if (this.take(item) === undefined) break;
			kept.push(item);
		}
		return kept;
	}
}

/** Bytes a value takes on the wire, roughly: UTF-16 units stand for bytes. */
function sizeOf(value: AnyValue): number {
	if (typeof value === "string") return value.length + 4;
	if (value === null || typeof value !== "object") return 10;
	if (value instanceof Uint8Array) return value.byteLength + 4;
	if (Array.isArray(value)) return value.reduce((sum: number, item: AnyValue) => sum + sizeOf(item), 4);
	let size = 4;
	for (const [key, item] of Object.entries(value as Record<string, AnyValue>)) size += key.length + 4 + sizeOf(item);
	return size;
}
