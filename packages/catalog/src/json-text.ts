/**
 * JSON texts as values of OTLP: maps and lists come back from ClickHouse so, and loggers write whole records so. Bounded
 * by depth; what is no JSON is nothing.
 */
import type { AnyValue } from "./record.ts";

/** Lists and maps one in the other that are read of a JSON text: as many as receivers take of a value. */
const JSON_DEPTH = 100;

/** A value's map. */
export type Fields = { readonly [key: string]: AnyValue };

/** A list as OTLP carries it, or its JSON text as ClickHouse does; empty if it is neither. */
export function listOf(value: AnyValue): readonly AnyValue[] {
	const list = typeof value === "string" && value.startsWith("[") ? parsed(value) : value;
	return Array.isArray(list) ? (list as readonly AnyValue[]) : [];
}

/** A map as OTLP carries it, or its JSON text as ClickHouse does; empty if it is neither. */
export function mapOf(value: AnyValue): Fields {
	const map = typeof value === "string" && value.startsWith("{") ? parsed(value) : value;
	return typeof map === "object" && map !== null && !Array.isArray(map) && !(map instanceof Uint8Array)
		? (map as Fields)
		: {};
}

function parsed(text: string): AnyValue {
	try {
		const value = JSON.parse(text) as AnyValue;
		return isDeeper(value, JSON_DEPTH) ? undefined : value;
	} catch {
		return undefined;
	}
}

function isDeeper(value: AnyValue, levels: number): boolean {
	if (typeof value !== "object" || value === null) return false;
	return levels === 0 || Object.values(value).some((v) => isDeeper(v, levels - 1));
}
