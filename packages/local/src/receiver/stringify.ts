/**
 * Values as the Collector's exporter writes them into `Map(String, String)`: pdata's AsString, to the byte. Doubles as
 * Go's JSON prints them, bytes as base64, lists and maps as Go's JSON with sorted keys and without HTML escapes.
 */
import { type AnyValue, compareUtf8 } from "@errata/catalog";

/** Text of a value by itself. */
export function asString(value: AnyValue): string {
	if (typeof value === "string") return value;
	if (value === undefined || value === null) return "";
	if (typeof value === "boolean" || typeof value === "bigint") return String(value);
	if (typeof value === "number") return double(value);
	if (value instanceof Uint8Array) return base64(value);
	try {
		return json(value);
	} catch (error) {
		// Go's encoder refuses NaN and the infinities, and what is left is nothing.
		if (error instanceof NotJson) return "";
		throw error;
	}
}

/** A map's values as text, keys in their order. */
export function asStringMap(attributes: Readonly<Record<string, AnyValue>>): Record<string, string> {
	const map = Object.create(null) as Record<string, string>;
	for (const key in attributes) map[key] = asString(attributes[key]);
	return map;
}

class NotJson extends Error {}

function json(value: AnyValue): string {
	if (value === undefined || value === null) return "null";
	if (typeof value === "string") return quote(value);
	if (typeof value === "boolean" || typeof value === "bigint") return String(value);
	if (typeof value === "number") {
		if (!Number.isFinite(value)) throw new NotJson();
		return double(value);
	}
	// An empty byte slice is nil in Go.
	if (value instanceof Uint8Array) return value.length === 0 ? "null" : `"${base64(value)}"`;
	if (Array.isArray(value)) return `[${(value as readonly AnyValue[]).map(json).join(",")}]`;
	const map = value as { readonly [key: string]: AnyValue };
	const members = Object.keys(map)
		.sort(compareUtf8)
		.map((key) => `${quote(key)}:${json(map[key])}`);
	return `{${members.join(",")}}`;
}

/** JSON.stringify agrees with Go but for two characters that Go always escapes. */
function quote(text: string): string {
	return JSON.stringify(text).replace(/[\u2028\u2029]/g, (c) => (c === "\u2028" ? "\\u2028" : "\\u2029"));
}

/** Go follows ECMAScript here, but keeps the sign of zero. */
function double(value: number): string {
	return Object.is(value, -0) ? "-0" : String(value);
}

function base64(bytes: Uint8Array): string {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
