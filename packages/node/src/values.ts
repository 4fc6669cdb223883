/**
 * Any JavaScript value to what OTLP carries, within limits: strings, numbers, booleans, null, lists and maps. Cycles,
 * throwing getters, proxies, null prototypes, other realms and endless lists are normal input. Depth is counted on the
 * path, never across siblings. What is cut is counted. Errors are not described here (see `normalize.ts`).
 */
import { types } from "node:util";
import { type AnyValue, cutUtf8 } from "@errata/catalog";

export interface ValueLimits {
	/** Bytes of UTF-8 of one string. */
	readonly stringBytes: number;
	readonly depth: number;
	/** Entries of one list or map. */
	readonly items: number;
}

/** Limit to how often it cut: what becomes `errata.dropped`. */
export type Dropped = Record<string, number>;

export function count(dropped: Dropped, limit: string, by = 1): void {
	dropped[limit] = (dropped[limit] ?? 0) + by;
}

/** `text` within `bytes` of UTF-8, well-formed; a cut is counted under `limit`. A long tail is never walked. */
export function cutText(text: string, bytes: number, limit: string, dropped: Dropped): string {
	// A UTF-16 unit is at least one byte, so nothing beyond `bytes` units can stay.
	const head = text.length > bytes ? text.slice(0, bytes) : text;
	const cut = cutUtf8(head, bytes);
	if (cut.length < text.length) count(dropped, limit);
	return cut;
}

/** Runs `read`; what it throws, from a getter or a proxy's trap, becomes `fallback`. */
export function attempt<T>(read: () => T, fallback: T): T {
	try {
		return read();
	} catch {
		return fallback;
	}
}

/** `value` as OTLP carries it. Never throws; calls no method of the value, getters excepted. */
export function toAnyValue(value: unknown, limits: ValueLimits, dropped: Dropped): AnyValue {
	return convert(value, limits, dropped, limits.depth, []);
}

function convert(value: unknown, limits: ValueLimits, dropped: Dropped, depth: number, path: object[]): AnyValue {
	switch (typeof value) {
		case "string":
			return cutText(value, limits.stringBytes, "string_bytes", dropped);
		case "number":
			return Number.isFinite(value) ? value : String(value);
		case "boolean":
			return value;
		case "bigint":
			return String(value).slice(0, 64);
		case "undefined":
			return undefined;
		case "symbol":
			return attempt(() => value.toString(), "Symbol()").slice(0, 100);
		case "function":
			return `[Function ${attempt(() => String(value.name), "").slice(0, 100)}]`;
		default:
			return value === null ? null : convertObject(value as object, limits, dropped, depth, path);
	}
}

function convertObject(value: object, limits: ValueLimits, dropped: Dropped, depth: number, path: object[]): AnyValue {
	if (path.includes(value)) return "[Circular]";
	const scalar = toScalar(value, limits, dropped);
	if (scalar !== undefined) return scalar;
	if (depth <= 0) {
		count(dropped, "depth");
		return attempt(() => Array.isArray(value), false) ? "[Array]" : "[Object]";
	}
	path.push(value);
	try {
		if (types.isMap(value)) return convertEntries(value, limits, dropped, depth, path);
		if (types.isSet(value))
			return convertList(Array.from(firstOf(value, limits.items + 1)), limits, dropped, depth, path);
		if (Array.isArray(value)) return convertList(value, limits, dropped, depth, path);
		return convertMap(value, limits, dropped, depth, path);
	} catch {
		count(dropped, "unreadable");
		return "[Unreadable]";
	} finally {
		path.pop();
	}
}

/** Objects that are one value. Only internal slots are asked, so a proxy cannot answer for them. */
function toScalar(value: object, limits: ValueLimits, dropped: Dropped): AnyValue {
	if (types.isDate(value)) return attempt(() => Date.prototype.toISOString.call(value), "Invalid Date");
	if (types.isRegExp(value)) return attempt(() => String(value), "[RegExp]").slice(0, 200);
	if (types.isNativeError(value)) {
		const text = attempt(() => `${value.name}: ${value.message}`, "[Error]");
		return cutText(text, limits.stringBytes, "string_bytes", dropped);
	}
	if (types.isBoxedPrimitive(value))
		return attempt(() => convert((value as number).valueOf(), limits, dropped, 0, []), "[Boxed]");
	if (types.isAnyArrayBuffer(value) || ArrayBuffer.isView(value))
		return `[${attempt(() => value.constructor.name, "Buffer").slice(0, 40)} ${value.byteLength} bytes]`;
	if (types.isPromise(value)) return "[Promise]";
	if (types.isWeakMap(value) || types.isWeakSet(value)) return "[Weak]";
	return undefined;
}

function* firstOf(set: ReadonlySet<unknown>, limit: number): Generator<unknown> {
	let left = limit;
	for (const item of Set.prototype.values.call(set)) {
		if (left-- <= 0) return;
		yield item;
	}
}

function convertList(list: readonly unknown[], limits: ValueLimits, dropped: Dropped, depth: number, path: object[]) {
	const length = Math.min(list.length, limits.items);
	if (list.length > length) count(dropped, "items", list.length - length);
	const result: AnyValue[] = [];
	for (let i = 0; i < length; i++) {
		const item = attempt(() => list[i], "[Unreadable]");
		result.push(convert(item, limits, dropped, depth - 1, path) ?? null);
	}
	return result;
}

function convertEntries(
	map: ReadonlyMap<unknown, unknown>,
	limits: ValueLimits,
	dropped: Dropped,
	depth: number,
	path: object[],
) {
	const result: Record<string, AnyValue> = {};
	let left = limits.items;
	for (const [key, item] of Map.prototype.entries.call(map)) {
		if (left-- <= 0) {
			count(dropped, "items", map.size - limits.items);
			break;
		}
		const name = typeof key === "object" && key !== null ? "[Object]" : String(key);
		set(result, name, convert(item, limits, dropped, depth - 1, path));
	}
	return result;
}

function convertMap(value: object, limits: ValueLimits, dropped: Dropped, depth: number, path: object[]) {
	const result: Record<string, AnyValue> = {};
	const keys = Object.keys(value);
	if (keys.length > limits.items) count(dropped, "items", keys.length - limits.items);
	for (const key of keys.slice(0, limits.items)) {
		const item = attempt(() => (value as Record<string, unknown>)[key], "[Unreadable]");
		if (typeof item === "function") continue;
		set(result, key, convert(item, limits, dropped, depth - 1, path));
	}
	return result;
}

/** `__proto__` is a key like any other. */
function set(target: Record<string, AnyValue>, key: string, value: AnyValue): void {
	const name = cutUtf8(key.slice(0, 256), 256);
	Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}
