/**
 * OTLP/JSON to the model: hex ids, base64 bytes, 64-bit integers as string or number, enums as number or name, unknown
 * fields ignored. Walks schema.ts.
 */
import type { AnyValue } from "@errata/catalog";
import { LIMITS } from "../limits.ts";
import type { Attributes } from "./model.ts";
import { type Field, Malformed, type Message } from "./schema.ts";

/** Throws Malformed for anything that is not this message. */
export function readJson<T>(bytes: Buffer, type: Message<T>): T {
	const result = type.create();
	readMessage(parse(bytes.toString("utf8")), type as Message, result as Record<string, unknown>, type.name);
	return result;
}

/** An integer that JSON.parse would round. */
const LONG_NUMBER = /[:[,]\s*-?[0-9]{16}/;

function parse(text: string): unknown {
	try {
		if (!LONG_NUMBER.test(text)) return JSON.parse(text);
		return JSON.parse(text, exactIntegers as (key: string, value: unknown) => unknown);
	} catch (error) {
		throw new Malformed(`not JSON: ${error instanceof Error ? error.message : "unreadable"}`);
	}
}

/** Keeps a long integer as its digits, which every 64-bit field takes. */
function exactIntegers(_key: string, value: unknown, context: { readonly source?: string }): unknown {
	if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
	const { source = "" } = context;
	return /^-?[0-9]+$/.test(source) ? source : value;
}

type Json = Readonly<Record<string, unknown>>;

function readMessage(json: unknown, type: Message, target: Record<string, unknown>, at: string): void {
	for (const [name, value] of Object.entries(objectAt(json, at))) {
		const field = type.byName.get(name);
		if (field === undefined || value === null) continue;
		const where = `${at}.${name}`;
		if (field.type === "attributes") readAttributes(value, target[field.name] as Attributes, where, 0);
		else if (typeof field.type !== "object") target[field.name] = readScalar(value, field, where);
		else if (!field.repeated) readMessage(value, field.type, target[field.name] as Record<string, unknown>, where);
		else
			for (const item of arrayAt(value, where)) {
				const inner = field.type.create() as Record<string, unknown>;
				readMessage(item, field.type, inner, where);
				(target[field.name] as unknown[]).push(inner);
			}
	}
}

function readScalar(value: unknown, field: Field, at: string): unknown {
	switch (field.type) {
		case "string":
			return stringAt(value, at);
		case "id":
			return idAt(value, at);
		case "fixed64":
			return BigInt.asUintN(64, integerAt(value, at));
		case "value":
			return readValue(value, at, 1);
		case "enum":
			return enumAt(value, field, at);
		default:
			return Number(BigInt.asUintN(32, integerAt(value, at)));
	}
}

/**
 * Of a key that comes twice an attribute keeps the first, as a reader of the Collector's rows sees it, and a map within a
 * value (depth over 0) the last, as the Collector's JSON has it.
 */
function readAttributes(json: unknown, into: Attributes, at: string, depth: number): void {
	for (const item of arrayAt(json, at)) {
		const { key, value } = objectAt(item, at);
		const name = key === undefined ? "" : stringAt(key, `${at}.key`);
		const read = value === undefined || value === null ? undefined : readValue(value, `${at}.value`, depth + 1);
		if (depth > 0 || !(name in into)) into[name] = read;
	}
}

function readValue(json: unknown, at: string, depth: number): AnyValue {
	if (depth > LIMITS.valueDepth) throw new Malformed(`${at} is nested over ${LIMITS.valueDepth} levels deep`);
	let result: AnyValue;
	for (const [name, value] of Object.entries(objectAt(json, at))) {
		if (value === null) continue;
		if (name === "stringValue" || name === "string_value") result = stringAt(value, at);
		else if (name === "boolValue" || name === "bool_value") result = booleanAt(value, at);
		else if (name === "intValue" || name === "int_value") result = BigInt.asIntN(64, integerAt(value, at));
		else if (name === "doubleValue" || name === "double_value") result = doubleAt(value, at);
		else if (name === "bytesValue" || name === "bytes_value") result = bytesAt(value, at);
		else if (name === "arrayValue" || name === "array_value")
			result = arrayAt(objectAt(value, at).values ?? [], at).map((item) => readValue(item, at, depth + 1));
		else if (name === "kvlistValue" || name === "kvlist_value") {
			const map = Object.create(null) as Attributes;
			readAttributes(objectAt(value, at).values ?? [], map, at, depth);
			result = map;
		}
	}
	return result;
}

function objectAt(value: unknown, at: string): Json {
	if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong(at, "an object");
	return value as Json;
}

function arrayAt(value: unknown, at: string): readonly unknown[] {
	if (!Array.isArray(value)) throw wrong(at, "an array");
	return value;
}

function stringAt(value: unknown, at: string): string {
	if (typeof value !== "string") throw wrong(at, "a string");
	return value.toWellFormed();
}

function booleanAt(value: unknown, at: string): boolean {
	if (typeof value !== "boolean") throw wrong(at, "true or false");
	return value;
}

function integerAt(value: unknown, at: string): bigint {
	if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);
	if (typeof value === "string" && /^-?[0-9]{1,20}$/.test(value)) return BigInt(value);
	throw wrong(at, "a 64-bit integer, as number or string");
}

function doubleAt(value: unknown, at: string): number {
	if (typeof value === "number") return value;
	if (value === "NaN" || value === "Infinity" || value === "-Infinity") return Number(value);
	if (typeof value === "string" && value.trim() !== "" && !Number.isNaN(Number(value))) return Number(value);
	throw wrong(at, "a number");
}

function bytesAt(value: unknown, at: string): Buffer {
	const text = stringAt(value, at);
	if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(text)) throw wrong(at, "base64");
	return Buffer.from(text, "base64");
}

function idAt(value: unknown, at: string): string {
	const text = stringAt(value, at).toLowerCase();
	return /^0*$/.test(text) ? "" : text;
}

function enumAt(value: unknown, field: Field, at: string): number {
	if (typeof value === "string") {
		const index = field.names?.indexOf(value) ?? -1;
		if (index >= 0) return index;
	}
	return Number(BigInt.asIntN(32, integerAt(value, at)));
}

function wrong(at: string, wanted: string): Malformed {
	return new Malformed(`${at} must be ${wanted}`);
}
