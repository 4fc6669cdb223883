/**
 * Any JavaScript value to what OTLP carries, within limits: strings, numbers, booleans, null, lists and maps. Cycles,
 * throwing getters, proxies, null prototypes, other realms and endless lists are normal input. Depth is counted on the
 * path, never across siblings. What is cut is counted. Errors are not described here (see `normalize.ts`).
 */
import { types } from "node:util";
import { type AnyValue, cutUtf8 } from "@errata/catalog";
import { NODE_LIMITS } from "./limits.ts";

export interface ValueLimits {
	/** Bytes of UTF-8 of one string. */
	readonly stringBytes: number;
	readonly depth: number;
	/** Entries of one list or map. */
	readonly items: number;
}

/** One value being converted. */
interface Conversion extends ValueLimits {
	readonly dropped: Dropped;
	/** Bytes that may still be added, roughly. */
	left: number;
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
	if (cut.length === text.length) return cut;
	count(dropped, limit);
	return detached(cut);
}

/** V8's slices refer to the whole text: a cut of ten megabytes would hold them for as long as the cut is kept. */
export function detached(cut: string): string {
	return ` ${cut}`.slice(1);
}

/** Runs `read`; what it throws, from a getter or a proxy's trap, becomes `fallback`. */
export function attempt<T>(read: () => T, fallback: T): T {
	try {
		return read();
	} catch {
		return fallback;
	}
}

/** Own enumerable entries of whatever an application hands over as fields; what throws when it is read is left out. */
export function fieldsOf(source: unknown): Record<string, unknown> {
	const fields: Record<string, unknown> = {};
	if (typeof source !== "object" || source === null) return fields;
	for (const key of attempt(() => Object.keys(source), []).slice(0, NODE_LIMITS.fields)) {
		const value = attempt(() => (source as Record<string, unknown>)[key], undefined);
		if (value !== undefined) set(fields, key, value);
	}
	return fields;
}

/** Bytes, depth and items of a field that goes through the SDK as an attribute: as the SDK would take it, bounded. */
const ATTRIBUTE_LIMITS = { stringBytes: 4_096, depth: 4, items: 50 };

/** Fields as attributes the SDK takes without reading the application's objects again. `without` is left out. */
export function attributesOf(fields: unknown, without?: unknown): Record<string, AnyValue> {
	const attributes: Record<string, AnyValue> = {};
	for (const [key, value] of Object.entries(fieldsOf(fields))) {
		if (value === without || typeof value === "function") continue;
		// Strings are cut where all attributes are, by the limits an application sets.
		set(attributes, key, typeof value === "string" ? value : toAnyValue(value, ATTRIBUTE_LIMITS, {}));
	}
	return attributes;
}

/** `value` as OTLP carries it, at most `bytes` of it. Never throws; calls no method of the value, getters excepted. */
export function toAnyValue(
	value: unknown,
	limits: ValueLimits,
	dropped: Dropped,
	bytes: number = NODE_LIMITS.valueBytes,
): AnyValue {
	return convert(value, { ...limits, dropped, left: bytes }, limits.depth, []);
}

function convert(value: unknown, limits: Conversion, depth: number, path: object[]): AnyValue {
	limits.left -= 10;
	if (limits.left <= 0) {
		count(limits.dropped, "value_bytes");
		return null;
	}
	switch (typeof value) {
		case "string": {
			const text = cutText(value, Math.min(limits.stringBytes, limits.left), "string_bytes", limits.dropped);
			limits.left -= text.length;
			return text;
		}
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
			return value === null ? null : convertObject(value as object, limits, depth, path);
	}
}

function convertObject(value: object, limits: Conversion, depth: number, path: object[]): AnyValue {
	if (path.includes(value)) return "[Circular]";
	const { dropped } = limits;
	const scalar = toScalar(value, limits);
	if (scalar !== undefined) return scalar;
	if (depth <= 0) {
		count(dropped, "depth");
		return attempt(() => Array.isArray(value), false) ? "[Array]" : "[Object]";
	}
	path.push(value);
	try {
		if (types.isMap(value)) return convertEntries(value, limits, depth, path);
		if (types.isSet(value)) return convertList(Array.from(firstOf(value, limits.items + 1)), limits, depth, path);
		if (Array.isArray(value)) return convertList(value, limits, depth, path);
		return convertMap(value, limits, depth, path);
	} catch {
		count(dropped, "unreadable");
		return "[Unreadable]";
	} finally {
		path.pop();
	}
}

/** Objects that are one value. Only internal slots are asked, so a proxy cannot answer for them. */
function toScalar(value: object, limits: Conversion): AnyValue {
	if (types.isDate(value)) return attempt(() => Date.prototype.toISOString.call(value), "Invalid Date");
	if (types.isRegExp(value)) return attempt(() => String(value), "[RegExp]").slice(0, 200);
	if (types.isNativeError(value)) {
		const text = attempt(() => `${value.name}: ${value.message}`, "[Error]");
		return cutText(text, limits.stringBytes, "string_bytes", limits.dropped);
	}
	if (types.isBoxedPrimitive(value))
		return attempt(() => convert((value as number).valueOf(), limits, 0, []), "[Boxed]");
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

function convertList(list: readonly unknown[], limits: Conversion, depth: number, path: object[]) {
	const length = Math.min(list.length, limits.items);
	if (list.length > length) count(limits.dropped, "items", list.length - length);
	const result: AnyValue[] = [];
	for (let i = 0; i < length; i++) {
		const item = attempt(() => list[i], "[Unreadable]");
		result.push(convert(item, limits, depth - 1, path) ?? null);
		if (limits.left > 0) continue;
		count(limits.dropped, "value_bytes");
		break;
	}
	return result;
}

function convertEntries(map: ReadonlyMap<unknown, unknown>, limits: Conversion, depth: number, path: object[]) {
	const result: Record<string, AnyValue> = {};
	let left = limits.items;
	for (const [key, item] of Map.prototype.entries.call(map)) {
		if (left-- <= 0) {
			count(limits.dropped, "items", map.size - limits.items);
			break;
		}
		if (limits.left <= 0) {
			count(limits.dropped, "value_bytes");
			break;
		}
		const name = typeof key === "object" && key !== null ? "[Object]" : String(key);
		limits.left -= Math.min(name.length, 256);
		set(result, name, convert(item, limits, depth - 1, path));
	}
	return result;
}

function convertMap(value: object, limits: Conversion, depth: number, path: object[]) {
	const result: Record<string, AnyValue> = {};
	const keys = Object.keys(value);
	if (keys.length > limits.items) count(limits.dropped, "items", keys.length - limits.items);
	for (const key of keys.slice(0, limits.items)) {
		const item = attempt(() => (value as Record<string, unknown>)[key], "[Unreadable]");
		if (typeof item === "function") continue;
		if (limits.left <= 0) {
			count(limits.dropped, "value_bytes");
			break;
		}
		limits.left -= Math.min(key.length, 256);
		set(result, key, convert(item, limits, depth - 1, path));
	}
	return result;
}

/** `__proto__` is a key like any other. */
export function set<T>(target: Record<string, T>, key: string, value: T): void {
	const name = key.length <= 85 ? key.toWellFormed() : detached(cutUtf8(key.slice(0, 256), 256));
	Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}
