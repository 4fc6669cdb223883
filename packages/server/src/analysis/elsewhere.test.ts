/** Traces without spans, told by those that have them. */
import type { OriginError, OriginSpan, SampledTrace } from "@errata/store";
import { expect, test } from "vitest";
import { elsewhereOf } from "./elsewhere.ts";
import { originOf } from "./origin.ts";
import { peerNamed } from "./span-tree.ts";

const at = (ms: number): string => new Date(1_795_420_800_000 + ms).toISOString();
const error = (trace: number, fingerprint: string, spanId: string, service: string, ms: number): OriginError => ({
	...{
		eventId: `${fingerprint}${trace}`,
		spanId,
		timestamp: at(trace * 60_000 + ms),
		fingerprint,
		code: "",
		category: "",
	},
	...{ service, traceId: `${trace}`, exceptionType: "Error", message: `${fingerprint} failed`, attributes: {} },
});
const span = (
	trace: number,
	spanId: string,
	parentSpanId: string,
	service: string,
	kind: string,
	host = "",
): OriginSpan => ({
	...{ spanId, parentSpanId, timestamp: at(trace * 60_000), name: spanId, kind, service, durationMs: 100 },
	...{ status: "Error", statusMessage: "", attributes: host === "" ? {} : { "server.address": host } },
});

/** orders calls a peer that is down; of some traces the spans were not kept. */
function trace(n: number, host: string, kept = true): SampledTrace {
	const spans = [
		span(n, "1", "", "web", "Server"),
		span(n, "2", "1", "orders", "Server"),
		span(n, "3", "2", "orders", "Client", host),
	];
	return { traceId: `${n}`, errors: [error(n, "called", "2", "orders", 50)], spans: kept ? spans : [] };
}

test("an issue in a trace without spans began where those nearest in time began that hold it, and says so", () => {
	const known = [...[1, 2, 3].map((n) => trace(n, "db-1")), ...[500, 501, 502].map((n) => trace(n, "mail-1"))];
	const elsewhere = elsewhereOf(known, []);
	const of = (n: number) => originOf({ ...trace(n, "", false), elsewhere });
	expect(of(5)?.component).toEqual({ kind: "peer", name: "db-1" });
	expect(of(5)?.reasons).toContainEqual({
		kind: "other_traces",
		text: "3 other traces with this issue, whose spans are known, began there",
	});
	expect(of(499)?.component).toEqual({ kind: "peer", name: "mail-1" });
	// What the trace itself shows is not overruled.
	expect(originOf({ ...trace(5, "cache-1"), elsewhere })?.component).toEqual({ kind: "peer", name: "cache-1" });
});

test("one other trace says nothing, and neither do those that disagree", () => {
	const alone = elsewhereOf([trace(1, "db-1")], []);
	expect(originOf({ ...trace(2, "", false), elsewhere: alone })?.component).toEqual({
		kind: "service",
		name: "orders",
	});
	const torn = elsewhereOf(
		[1, 2, 3, 4].map((n) => trace(n, `db-${n % 2}`)),
		[],
	);
	expect(originOf({ ...trace(5, "", false), elsewhere: torn })?.component).toEqual({ kind: "service", name: "orders" });
});

test("where a span on the way is missing, who calls whom tells which error follows from which", () => {
	const spans = [span(1, "1", "", "orders", "Server"), span(1, "9", "lost", "prices", "Server")];
	const errors = [error(1, "outer", "1", "orders", 90), error(1, "inner", "9", "prices", 10)];
	const edges = [{ caller: "orders", callee: "prices", calls: 10 }];
	expect(originOf({ errors, spans, edges })).toMatchObject({ fingerprint: "inner", symptoms: ["outer"] });
});

test("an address to read is no peer; one that was called is", () => {
	const named = (message: string, category = "timeout") => peerNamed({ message, category });
	const pool =
		"QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00 (Background on this error at: https://sqlalche.me/e/20/3o7r)";
	expect(named(pool)).toBe("");
	expect(named(pool.replace("Background", "X"), "connection_pool")).toBe("");
	expect(named("Timed out fetching a new connection. More info: https://pris.ly/d/connection-pool")).toBe("");
	expect(named('Get "http://stock:8080/list": context deadline exceeded')).toBe("stock");
	expect(named("HTTPConnectionPool(host='stock', port=8080): Read timed out. (read timeout=2.0)")).toBe("stock");
});
