/** Bytes on the wire: what the SDK's own serializer writes of the same records. */
import { ProtobufLogsSerializer } from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import fc from "fast-check";
import { expect, it } from "vitest";
import { LogsSerializer } from "./otlp-logs.ts";

const text = fc.oneof(
	fc.string({ unit: "binary", maxLength: 40 }),
	fc.string({ unit: "grapheme-ascii", maxLength: 40 }),
	fc.constantFrom(
		"",
		"é".repeat(63),
		"é".repeat(64),
		"x".repeat(127),
		"x".repeat(128),
		"x".repeat(16_384),
		"\ud800",
		"€".repeat(9_000),
	),
);
const { value } = fc.letrec((tie) => ({
	value: fc.oneof(
		{ maxDepth: 4, depthIdentifier: "value" },
		text,
		fc.double(),
		fc.integer(),
		fc.constantFrom(
			0,
			-0,
			-1,
			2 ** 31,
			2 ** 53,
			-(2 ** 53),
			2 ** 63,
			-(2 ** 63),
			1e300,
			127,
			128,
			Number.NaN,
			null,
			undefined,
		),
		fc.boolean(),
		fc.uint8Array({ maxLength: 200 }),
		fc.array(tie("value"), { maxLength: 5 }),
		fc.dictionary(text, tie("value"), { maxKeys: 5 }),
	),
}));
const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));
const time = fc.tuple(fc.integer({ min: 0, max: 4e9 }), fc.integer({ min: 0, max: 999_999_999 }));
const resources = [
	{
		...resourceFromAttributes({ "service.name": "shop", "process.pid": 7 }),
		schemaUrl: "https://opentelemetry.io/schemas/1",
	},
	resourceFromAttributes({ "service.name": "é" }),
].map((resource) => ({ attributes: resource.attributes ?? { "service.name": "shop" }, schemaUrl: resource.schemaUrl }));
const scopes = [
	{ name: "a", version: "1", schemaUrl: "s" },
	{ name: "" },
	{ name: "b", attributes: { x: 1 }, droppedAttributesCount: 3 },
];
const record = fc.record({
	hrTime: time,
	hrTimeObserved: time,
	severityNumber: fc.constantFrom(undefined, 0, 9, 17),
	severityText: fc.option(text, { nil: undefined }),
	body: value,
	attributes: fc.dictionary(text, value, { maxKeys: 8 }),
	droppedAttributesCount: fc.constantFrom(0, 1, 300),
	spanContext: fc.option(fc.record({ traceId: hex(32), spanId: hex(16), traceFlags: fc.constantFrom(0, 1) }), {
		nil: undefined,
	}),
	eventName: fc.option(text, { nil: undefined }),
	resource: fc.constantFrom(...resources),
	instrumentationScope: fc.constantFrom(...scopes),
});

it("writes the bytes that the SDK writes, of any record", () => {
	fc.assert(
		fc.property(fc.array(record, { maxLength: 6 }), (list) => {
			const records = list as unknown as ReadableLogRecord[];
			const want = Buffer.from(ProtobufLogsSerializer.serializeRequest(records) ?? []);
			expect(Buffer.from(LogsSerializer.serializeRequest(records) ?? []).equals(want)).toBe(true);
		}),
		{ numRuns: 500, seed: 6 },
	);
});

it("goes on after a record whose attribute throws", () => {
	const good = fc.sample(record, { numRuns: 1, seed: 1 })[0] as unknown as ReadableLogRecord;
	const bad = {
		...good,
		attributes: {
			get x(): string {
				throw new Error("no");
			},
		},
	};
	expect(() => LogsSerializer.serializeRequest([bad])).toThrow("no");
	expect(LogsSerializer.serializeRequest([good])).toEqual(ProtobufLogsSerializer.serializeRequest([good]));
});
