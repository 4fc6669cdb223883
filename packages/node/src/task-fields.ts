/** Task context as attributes `errata.context.<key>`: fields of `withContext` and of the call, merged and bounded. */
import type { AnyValue } from "@errata/catalog";
import { isObject } from "./state.ts";
import { attempt, count, type Dropped, set, toAnyValue, type ValueLimits } from "./values.ts";

/** Maps that are written out, so that `{ task: { id } }` is the `task.id` of the record's table. */
const WRITTEN_OUT = new Set(["task", "job", "execution"]);

/** The fields of all `layers`, later ones over earlier ones. No key is a leaf and a namespace at once. */
export function taskFields(
	layers: readonly (Readonly<Record<string, unknown>> | undefined)[],
	limits: ValueLimits,
	dropped: Dropped,
): Record<string, AnyValue> {
	const merged = new Map<string, unknown>();
	for (const layer of layers) for (const [key, value] of entriesOf(layer)) merged.set(key, value);
	const fields: Record<string, AnyValue> = {};
	for (const key of [...merged.keys()].sort()) {
		if (Object.keys(fields).length >= limits.items) {
			count(dropped, "context_keys");
			continue;
		}
		if (hasParent(key, fields)) {
			count(dropped, "context_keys");
			continue;
		}
		const value = toAnyValue(merged.get(key), limits, dropped);
		if (value !== undefined) set(fields, key, value);
	}
	return fields;
}

function* entriesOf(layer: Readonly<Record<string, unknown>> | undefined): Generator<[string, unknown]> {
	if (!isObject(layer)) return;
	for (const key of attempt(() => Object.keys(layer), [])) {
		const value = attempt(() => layer[key], undefined);
		const name = key.slice(0, 128);
		if (WRITTEN_OUT.has(key) && isObject(value) && !attempt(() => Array.isArray(value), true)) {
			for (const inner of attempt(() => Object.keys(value), []).slice(0, 50))
				yield [`${name}.${inner.slice(0, 128)}`, attempt(() => (value as Record<string, unknown>)[inner], undefined)];
		} else if (name !== "") yield [name, value];
	}
}

/** True if `a` is a field already and the key is `a.b`: sorted order brings the parent first. */
function hasParent(key: string, fields: Record<string, AnyValue>): boolean {
	for (let dot = key.indexOf("."); dot > 0; dot = key.indexOf(".", dot + 1))
		if (Object.hasOwn(fields, key.slice(0, dot))) return true;
	return false;
}

/** Task maps that a logger's child carries: `child({ task: { id: 7 } })`. */
export function loggerFields(attributes: Readonly<Record<string, unknown>>): Record<string, unknown> {
	const fields: Record<string, unknown> = {};
	for (const name of WRITTEN_OUT) {
		const value = attributes[name];
		if (typeof value === "object" && value !== null && !Array.isArray(value)) fields[name] = value;
	}
	return fields;
}
