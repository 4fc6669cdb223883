/** What both interpreters must read of a record: vectors/record.jsonl, find.jsonl and event-id.jsonl. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type EventIdInput, eventId } from "./event-id.ts";
import { findError } from "./find.ts";
import { type AnyValue, factsFromRecord, type RecordInput } from "./record.ts";
import type { ErrorFacts } from "./types.ts";

interface RecordVector {
	readonly name: string;
	readonly record: Partial<RecordInput>;
	/** Null: no error. */
	readonly expect: ErrorFacts | null;
}

interface FindVector {
	readonly name: string;
	readonly record: Partial<RecordInput>;
	readonly expect: Record<string, string>;
}

interface EventIdVector {
	readonly name: string;
	readonly input: EventIdInput;
	/** The body is so many times the input's. */
	readonly repeat?: number;
	readonly expect: string;
}

function vectorsOf<T>(name: string): [string, T][] {
	return readFileSync(new URL(`../vectors/${name}`, import.meta.url), "utf8")
		.split("\n")
		.filter((line) => line !== "")
		.map((line) => JSON.parse(line) as T & { name: string })
		.map((vector) => [vector.name, vector]);
}

/** What JSON cannot say: `{"$int": "1"}`, `{"$double": "NaN"}`, `{"$bytes": base64}`. */
function typed(value: unknown): AnyValue {
	if (Array.isArray(value)) return value.map(typed);
	if (typeof value !== "object" || value === null) return value as AnyValue;
	const { $int, $double, $bytes } = value as Record<string, unknown>;
	if (typeof $int === "string") return BigInt($int);
	if (typeof $double === "string") return Number($double);
	if (typeof $bytes === "string") return new Uint8Array(Buffer.from($bytes, "base64"));
	return typedMap(value);
}

function typedMap(value: object): Record<string, AnyValue> {
	return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, typed(v)]));
}

function inputOf(record: Partial<RecordInput>): RecordInput {
	return {
		eventName: record.eventName ?? "",
		severityNumber: record.severityNumber ?? 0,
		language: record.language ?? "",
		body: typed(record.body ?? null),
		attributes: typedMap(record.attributes ?? {}),
	};
}

test.each(vectorsOf<RecordVector>("record.jsonl"))("facts: %s", (_, { record, expect: wanted }) => {
	const facts = factsFromRecord(inputOf(record));
	expect(facts === undefined ? null : { ...facts, attributes: { ...facts.attributes } }).toEqual(wanted);
});

test.each(vectorsOf<FindVector>("find.jsonl"))("find: %s", (_, { record, expect: wanted }) => {
	const input = { ...inputOf(record), severityNumber: 17 };
	const found = findError(input);
	expect(found).toEqual(wanted);
	const written = { ...input, attributes: { ...input.attributes, ...found } };
	expect(findError(written), "a second look finds nothing").toEqual({});
	expect(factsFromRecord(written), "written or not, the facts are the same").toEqual(factsFromRecord(input));
});

test.each(vectorsOf<EventIdVector>("event-id.jsonl"))("event id: %s", (_, { input, repeat, expect: wanted }) => {
	expect(eventId({ ...input, body: input.body.repeat(repeat ?? 1) })).toBe(wanted);
});
