/**
 * One walk over a value as OTLP carries it. The visitor decides about strings, numbers and keys; the walk keeps the
 * shape, survives cycles, throwing getters and proxies, and stops at its depth.
 */
import { REDACTION_LIMITS } from "./limits.ts";

/** Answer of a visitor for an entry of a map that has to go with its key. */
export const DROP: unique symbol = Symbol("drop");

/** What is done to the leaves. `under` is whatever `enter` answered for the nearest key above. */
export interface Visitor<Under> {
	/** A string, number or bigint; answers what stands in its place, or DROP. */
	leaf(value: string | number | bigint, under: Under): unknown;
	/** Before the value of `key` of `map` is walked; `under` is what holds above. */
	enter(key: string, map: Readonly<Record<string, unknown>>, under: Under): Under;
	/** Before an item of a list is walked; `list` is read only through `String` items. */
	item(list: readonly unknown[], index: number, under: Under): Under;
}

/** A copy of `value` as `visitor` answers. Never throws. */
export function walk<Under>(value: unknown, under: Under, visitor: Visitor<Under>): unknown {
	return step(value, under, visitor, new Set(), 0);
}

function step<Under>(value: unknown, under: Under, visitor: Visitor<Under>, path: Set<object>, depth: number): unknown {
	if (typeof value === "string" || typeof value === "number" || typeof value === "bigint")
		return visitor.leaf(value, under);
	if (typeof value !== "object" || value === null)
		return typeof value === "function" || typeof value === "symbol" ? undefined : value;
	try {
		if (value instanceof Uint8Array || value instanceof Date) return value;
		// The path, not all that was seen: a value that stands twice side by side is no cycle.
		if (path.has(value)) return "[CYCLE]";
		if (depth >= REDACTION_LIMITS.depth) return "[DEPTH]";
		path.add(value);
		return Array.isArray(value) ? list(value, under, visitor, path, depth) : map(value, under, visitor, path, depth);
	} catch {
		return "[UNREADABLE]";
	} finally {
		path.delete(value);
	}
}

function list<Under>(
	value: readonly unknown[],
	under: Under,
	visitor: Visitor<Under>,
	path: Set<object>,
	depth: number,
): unknown[] {
	const out: unknown[] = [];
	for (let i = 0; i < value.length; i++) {
		const item = step(value[i], visitor.item(value, i, under), visitor, path, depth + 1);
		// Positions mean something in a list: what goes leaves its place.
		out.push(item === DROP ? "[REDACTED]" : item);
	}
	return out;
}

function map<Under>(value: object, under: Under, visitor: Visitor<Under>, path: Set<object>, depth: number): object {
	const out: Record<string, unknown> = {};
	for (const key of Object.keys(value)) {
		let item: unknown;
		try {
			const raw = (value as Record<string, unknown>)[key];
			item = step(raw, visitor.enter(key, value as Record<string, unknown>, under), visitor, path, depth + 1);
		} catch {
			item = "[UNREADABLE]";
		}
		// defineProperty: a key `__proto__` is a key.
		if (item !== DROP)
			Object.defineProperty(out, key, { value: item, enumerable: true, writable: true, configurable: true });
	}
	return out;
}
