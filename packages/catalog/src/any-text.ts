/**
 * A value of any type as text, to the byte as the Collector's exporter stores it (pdata's AsString): so that an error
 * says the same in the program, in the receiver and when it is read back from ClickHouse. Which values are read is
 * `record.ts`.
 */
import type { AnyValue } from "./record.ts";
import { compareUtf8 } from "./utf8.ts";

/** Levels of lists and maps written out; what lies deeper is `"[DEPTH]"`. Receivers refuse such values. */
const DEPTH = 100;

/** Text of a value by itself: "" for none, lists and maps as Go's JSON with keys sorted by their bytes. */
export function anyText(value: AnyValue): string {
	if (typeof value === "string") return value;
	if (value === undefined || value === null) return "";
	if (typeof value === "number") return double(value);
	if (typeof value !== "object") return String(value);
	if (value instanceof Uint8Array) return base64(value);
	try {
		return json(value, 0);
	} catch (error) {
		// Go's encoder refuses NaN and the infinities, and what is left is nothing.
		if (error instanceof NotJson) return "";
		throw error;
	}
}

class NotJson extends Error {}

function json(value: AnyValue, depth: number): string {
	if (value === undefined || value === null) return "null";
	if (typeof value === "string") return quote(value);
	if (typeof value === "number") {
		if (!Number.isFinite(value)) throw new NotJson();
		return double(value);
	}
	if (typeof value !== "object") return String(value);
	// An empty byte slice is nil in Go.
	if (value instanceof Uint8Array) return value.length === 0 ? "null" : `"${base64(value)}"`;
	if (depth === DEPTH) return '"[DEPTH]"';
	if (Array.isArray(value)) return `[${(value as readonly AnyValue[]).map((v) => json(v, depth + 1)).join(",")}]`;
	const map = value as { readonly [key: string]: AnyValue };
	const members = Object.keys(map)
		.sort(compareUtf8)
		.map((key) => `${quote(key)}:${json(map[key], depth + 1)}`);
	return `{${members.join(",")}}`;
}

/** JSON.stringify agrees with Go but for two characters that Go always escapes. */
function quote(text: string): string {
	return JSON.stringify(text.toWellFormed()).replace(/[\u2028\u2029]/g, (c) =>
		c === "\u2028" ? "\\u2028" : "\\u2029",
	);
}

/** Go follows ECMAScript here, but keeps the sign of zero. */
function double(value: number): string {
	return Object.is(value, -0) ? "-0" : String(value);
}

function base64(bytes: Uint8Array): string {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
