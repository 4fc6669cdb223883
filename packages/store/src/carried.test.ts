/** What a request carried, where only the first service of its trace, or of the trace that sent it a message, wrote it down. */
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { errorRow, nanoseconds, type TestDatabase, testDatabase, traceRow } from "./test-database.ts";

const NOW = Date.now();
const SPAN = { sinceMs: NOW - 600_000, untilMs: NOW };
const GROUP = "a".repeat(32);

let db: TestDatabase;
beforeAll(async () => {
	db = await testDatabase(inject("clickhouseUrl"));
	const span = (TraceId: string, SpanId: string, ParentSpanId: string, ServiceName: string, more: object = {}) =>
		traceRow({ TraceId, SpanId, ParentSpanId, ServiceName, Timestamp: nanoseconds(NOW - 60_000), ...more });
	const link = (trace: string, id: string) => ({
		...{ "Links.TraceId": [trace], "Links.SpanId": [id], "Links.TraceState": [""], "Links.Attributes": [{}] },
	});
	await db.store.insertTraces([
		span("called", "1", "", "gateway", { SpanAttributes: { "app.tenant.id": "acme", "http.route": "/buy" } }),
		span("called", "2", "1", "orders", { SpanAttributes: { "http.route": "/orders" } }),
		span("sent", "3", "", "mailer", {
			SpanKind: "Consumer",
			SpanAttributes: { "messaging.system": "kafka" },
			...link("called", "2"),
		}),
		span("sent", "4", "3", "orders", { SpanAttributes: {} }),
		span("torn", "6", "lost", "orders", { SpanAttributes: { "http.route": "/orders" } }),
	]);
	const error = (TraceId: string, ms: number, host: string) =>
		errorRow({
			...{ Fingerprint: GROUP, TraceId, ServiceName: "orders", Timestamp: nanoseconds(NOW - 50_000 + ms) },
			ResourceAttributes: { "host.name": host },
		});
	await db.store.insertErrors([
		...["called", "sent", "torn"].map((trace) => error(trace, 0, "one")),
		...Array.from({ length: 40 }, (_, i) =>
			["slow", "right"].map((host, k) => error(`twice${i}`, k * 3_000, host)),
		).flat(),
	]);
});
afterAll(() => db.drop());

test("a request has what the first span of its trace carried, and of the trace that its message came from", async () => {
	const { requests } = await db.store.attributeSamples(GROUP, SPAN);
	const by = Object.fromEntries(requests.map((one) => [one.traceId, one]));
	expect(by.called).toMatchObject({
		rootTrace: "called",
		attributes: { "app.tenant.id": "acme", "http.route": "/orders" },
	});
	expect(by.sent).toMatchObject({
		rootTrace: "called",
		attributes: { "app.tenant.id": "acme", "messaging.system": "kafka" },
	});
	expect(by.torn).toMatchObject({ rootTrace: "torn", attributes: { "http.route": "/orders" } });
	expect(requests.every((one) => one.failed)).toBe(true);
});

test("of a trace with several occurrences not always that of the slowest clock is taken", async () => {
	const { events } = await db.store.attributeSamples(GROUP, SPAN);
	const hosts = events.filter((one) => one.traceId.startsWith("twice")).map((one) => one.resource["host.name"]);
	expect(hosts).toHaveLength(40);
	expect(hosts.filter((host) => host === "right").length).toBeGreaterThan(5);
	expect(hosts.filter((host) => host === "slow").length).toBeGreaterThan(5);
});
