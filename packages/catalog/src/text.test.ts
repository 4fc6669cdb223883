import fc from "fast-check";
import { expect, test } from "vitest";
import { eventId } from "./event-id.ts";
import { renderAll } from "./suggest.ts";
import { compareUtf8, cutUtf8, utf8Length } from "./utf8.ts";

test("cuts end between code points and never pass the limit", () => {
	fc.assert(
		fc.property(fc.string({ unit: "binary" }), fc.nat(40), (text, max) => {
			const cut = cutUtf8(text, max);
			const bytes = Buffer.byteLength(cut);
			expect(bytes).toBeLessThanOrEqual(max);
			expect(text.toWellFormed().startsWith(cut)).toBe(true);
			if (cut.length < text.length) expect(max - bytes).toBeLessThan(4);
			expect(utf8Length(text)).toBe(Buffer.byteLength(text.toWellFormed()));
		}),
	);
});

test("order is the order of UTF-8 bytes", () => {
	fc.assert(
		fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (a, b) => {
			expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
		}),
	);
});

test("suggestions: fallback, left out, bounded, no repeats", () => {
	const values = (name: string): string | undefined => (name === "host" ? "db" : undefined);
	expect(renderAll(["{{host}}:{{port|5432}}", "{{port}} only", "plain", "plain", "a", "b", "c", "d"], values)).toEqual([
		"db:5432",
		"plain",
		"a",
		"b",
		"c",
	]);
});

test("the event id is a fixed function of its fields", () => {
	const input = {
		timeUnixNano: "1700000000000000001",
		serviceName: "shop",
		traceId: "",
		spanId: "",
		body: "b",
		exceptionType: "E",
		exceptionMessage: "m",
		exceptionStacktrace: "",
	};
	expect(eventId(input)).toMatch(/^[0-9a-f]{32}$/);
	expect(eventId({ ...input, body: "", exceptionType: "bE" })).not.toBe(eventId(input));
});
