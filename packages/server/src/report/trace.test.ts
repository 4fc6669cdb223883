import type { ErrorEvent, TraceSpan } from "@errata/store";
import { describe, expect, test } from "vitest";
import { placeSpans } from "./trace.ts";

const event = (eventId: string, spanId: string, timestamp: string): ErrorEvent =>
	({ eventId, spanId, timestamp }) as ErrorEvent;
const span = (spanId: string, parentSpanId: string, timestamp = spanId): TraceSpan =>
	({ spanId, parentSpanId, timestamp, name: spanId }) as TraceSpan;

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
