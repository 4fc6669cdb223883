import type { OriginError, OriginSpan } from "@errata/store";
import { describe, expect, test } from "vitest";
import { originOf } from "./origin.ts";

const at = (ms: number): string => new Date(1_795_420_800_000 + ms).toISOString();
const error = (eventId: string, spanId: string, ms: number, over: Partial<OriginError> = {}): OriginError => ({
	...{ eventId, spanId, timestamp: at(ms), fingerprint: eventId, code: "", category: "", service: "shop" },
	...{ traceId: "t", exceptionType: "Error", message: eventId, attributes: {} },
	...over,
});
const span = (spanId: string, parentSpanId: string, over: Partial<OriginSpan> = {}): OriginSpan => ({
	...{ spanId, parentSpanId, timestamp: at(0), name: spanId, kind: "Internal", service: "shop", durationMs: 100 },
	...{ status: "Error", statusMessage: "", attributes: {} },
	...over,
});

describe("the likely origin of a trace", () => {
	test("is nothing without errors, and the only one there is", () => {
		expect(originOf({ errors: [], spans: [] })).toBeUndefined();
		expect(originOf({ errors: [error("a", "", 1)], spans: [] })?.eventId).toBe("a");
	});

	test("is the earliest when nothing ties them", () => {
		expect(originOf({ errors: [error("b", "", 2), error("a", "", 1)], spans: [] })?.eventId).toBe("a");
	});

	test("is the deeper one when an outer span logged first", () => {
		const spans = [span("1", ""), span("2", "1"), span("3", "2")];
		const errors = [error("outer", "1", 1), error("inner", "3", 2), error("middle", "2", 3)];
		expect(originOf({ errors, spans })?.eventId).toBe("inner");
	});

	test("is not a later error of another branch, however deep", () => {
		const spans = [span("1", ""), span("2", "1"), span("3", "1"), span("4", "3"), span("5", "4")];
		expect(originOf({ errors: [error("first", "2", 1), error("deep", "5", 2)], spans: spans })?.eventId).toBe("first");
	});

	test("survives spans that are each other's parents", () => {
		const spans = [span("1", "2"), span("2", "1")];
		expect(originOf({ errors: [error("a", "1", 1), error("b", "2", 2)], spans: spans })).toBeDefined();
	});

	test("is how the connection failed, not the call that gave up, wherever the client reports it", () => {
		const call = span("2", "1", {
			kind: "Client",
			attributes: { "db.system.name": "redis", "server.address": "cache.internal" },
		});
		const spans = [span("1", "", { kind: "Server" }), call];
		const refused = {
			message: "connect ECONNREFUSED cache.internal:6379",
			code: "NET_CONN_REFUSED",
			category: "network",
		};
		const gaveUp = { message: "Reached the max retries", code: "REDIS_MAX_RETRIES", category: "network" };
		const errors = [error("lost", "1", 1, refused), error("gave up", "2", 5, gaveUp), error("again", "1", 9, refused)];
		expect(originOf({ errors, spans })).toMatchObject({
			eventId: "lost",
			symptoms: ["gave up", "again"],
			reasons: expect.arrayContaining([expect.objectContaining({ kind: "lower_layer" })]),
		});
		// Another host's connection explains nothing.
		const other = { ...refused, message: "connect ECONNREFUSED mail.internal:25" };
		const unrelated = [error("lost", "1", 1, other), error("gave up", "2", 5, gaveUp)];
		expect(originOf({ errors: unrelated, spans })?.eventId).toBe("gave up");
	});

	test("that left no record is told as a span", () => {
		const call = span("3", "2", { kind: "Client", service: "stock", attributes: { "server.address": "db-1" } });
		const spans = [span("1", ""), span("2", "1", { kind: "Server", service: "stock" }), call];
		const errors = [error("outer", "1", 90)];
		const silent = originOf({ errors, spans });
		expect(silent).toMatchObject({ eventId: "", spanId: "3", component: { kind: "peer", name: "db-1" } });
	});
});
