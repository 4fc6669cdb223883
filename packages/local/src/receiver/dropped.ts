/** What limits cut off a record, told on it in `errata.dropped`. Which times are moved is the store's. */
import type { Attributes } from "./model.ts";

/** Adds to the map that says what limits cut off. Something else under its name gives way. */
export function countDropped(attributes: Attributes, what: string, count: number): void {
	const found = attributes["errata.dropped"];
	const map = Object.create(null) as Attributes;
	if (isMap(found)) Object.assign(map, found);
	map[what] = BigInt(count);
	attributes["errata.dropped"] = map;
}

function isMap(value: unknown): value is Attributes {
	return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}
