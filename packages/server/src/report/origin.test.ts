import type { ErrorEvent, TraceSpan } from "@errata/store";
import { describe, expect, test } from "vitest";
import { originOf, placeSpans } from "./origin.ts";

const event = (eventId: string, spanId: string, timestamp: string): ErrorEvent =>
	({ eventId, spanId, timestamp }) as ErrorEvent;
const span = (spanId: string, parentSpanId: string, timestamp = spanId): TraceSpan =>
	({ spanId, parentSpanId, timestamp, name: spanId }) as TraceSpan;

describe("the likely origin of a trace", () => {
	test("is nothing without errors, and the only one there is", () => {
		expect(originOf([], [])).toBeUndefined();
		expect(originOf([event("a", "", "1")], [])?.eventId).toBe("a");
	});

	test("is the earliest when nothing ties them", () => {
		expect(originOf([event("b", "", "2"), event("a", "", "1")], [])?.eventId).toBe("a");
	});

	test("is the deeper one when an outer span logged first", () => {
		const spans = [span("1", ""), span("2", "1"), span("3", "2")];
		const errors = [event("outer", "1", "1"), event("inner", "3", "2"), event("middle", "2", "3")];
		expect(originOf(errors, spans)?.eventId).toBe("inner");
	});

	test("is not a later error of another branch, however deep", () => {
		const spans = [span("1", ""), span("2", "1"), span("3", "1"), span("4", "3"), span("5", "4")];
		expect(originOf([event("first", "2", "1"), event("deep", "5", "2")], spans)?.eventId).toBe("first");
	});

	test("survives spans that are each other's parents", () => {
		const spans = [span("1", "2"), span("2", "1")];
		expect(originOf([event("a", "1", "1"), event("b", "2", "2")], spans)?.eventId).toBe("b");
	});
});

describe("spans in order", () => {
	test("children follow their parent, indented, in the order they started", () => {
		const spans = [span("c", "a", "3"), span("b", "a", "2"), span("d", "b", "4"), span("a", "", "1")];
		expect(placeSpans(spans, []).map(({ span: { spanId }, depth }) => `${depth}${spanId}`)).toEqual([
			"0a",
			"1b",
			"2d",
			"1c",
		]);
	});

	test("orphans are roots; loops are cut and still shown once", () => {
		const spans = [span("x", "missing"), span("1", "2"), span("2", "1"), span("s", "s")];
		const placed = placeSpans(spans, [event("e", "x", "1")]);
		expect(placed.map(({ span: { spanId } }) => spanId).toSorted()).toEqual(["1", "2", "s", "x"]);
		expect(placed.find(({ span: { spanId } }) => spanId === "x")).toMatchObject({ depth: 0, failed: true });
	});
});
