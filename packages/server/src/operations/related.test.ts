/** A bad release in one region and a database that is down, among errors that have nothing to do with them. */
import { correlationsGet, createClient, incidentsList, issuesAttributes, tracesGet } from "@errata/api";
import type { OtelLogRow, OtelTraceRow } from "@errata/store";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { errorRow, type Served, served } from "../testing/served.ts";

const MINUTE = 60_000;
const hex = (n: number, digits: number): string => n.toString(16).padStart(digits, "0");
let s: Served;
const spans: OtelTraceRow[] = [];
const logs: OtelLogRow[] = [];
/** Of the groups, by what happened. */
const group: Record<string, string> = {};

interface SpanInput {
	readonly trace: number;
	readonly id: number;
	readonly parent?: number;
	readonly service: string;
	readonly kind: string;
	readonly at: number;
	readonly ms: number;
	readonly failed?: boolean;
	readonly resource?: Record<string, string>;
	readonly attributes?: Record<string, string>;
}

const spanId = (trace: number, id: number): string => hex(trace * 16 + id + 1, 16);

function span(one: SpanInput): void {
	spans.push({
		Timestamp: String(BigInt(one.at) * 1_000_000n),
		TraceId: hex(one.trace + 1, 32),
		SpanId: spanId(one.trace, one.id),
		ParentSpanId: one.parent === undefined ? "" : spanId(one.trace, one.parent),
		TraceState: "",
		SpanName: `${one.service} ${one.kind}`,
		SpanKind: one.kind,
		ServiceName: one.service,
		ResourceAttributes: { "service.name": one.service, ...one.resource },
		ScopeName: "",
		ScopeVersion: "",
		SpanAttributes: one.attributes ?? {},
		Duration: String(one.ms * 1_000_000),
		StatusCode: one.failed === true ? "Error" : "Unset",
		StatusMessage: "",
		"Events.Timestamp": [],
		"Events.Name": [],
		"Events.Attributes": [],
		"Links.TraceId": [],
		"Links.SpanId": [],
		"Links.TraceState": [],
		"Links.Attributes": [],
	});
}

function failure(
	name: string,
	trace: number,
	id: number,
	service: string,
	message: string,
	at: number,
	type = "Error",
): void {
	const row = errorRow({
		message,
		type,
		service,
		at,
		traceId: hex(trace + 1, 32),
		spanId: spanId(trace, id),
		release: releaseOf(trace),
	});
	group[name] = row.LogAttributes["errata.fingerprint"] as string;
	logs.push(row);
}

const releaseOf = (trace: number): string => (trace % 2 === 0 ? "2.3" : "2.2");

/** web -> orders -> (postgres), orders in two releases and two regions. */
function request(trace: number, at: number): void {
	const resource = {
		"service.version": releaseOf(trace),
		"cloud.region": trace % 4 < 2 ? "eu-west" : "us-east",
	};
	const down = trace % 10 === 3;
	const bad = trace % 4 === 0 && trace % 3 === 0;
	const failed = down || bad;
	span({ trace, id: 0, service: "web", kind: "Server", at, ms: 100, failed });
	span({
		trace,
		id: 1,
		parent: 0,
		service: "web",
		kind: "Client",
		at: at + 5,
		ms: 90,
		failed,
		attributes: { "server.address": "orders" },
	});
	// Its clock is two seconds ahead.
	span({ trace, id: 2, parent: 1, service: "orders", kind: "Server", at: at + 2_010, ms: 70, failed, resource });
	span({
		...{ trace, id: 3, parent: 2, service: "orders", kind: "Client", at: at + 2_020, ms: 10, failed: down, resource },
		attributes: { "db.system.name": "postgresql", "server.address": "db-1" },
	});
	if (down) failure("refused", trace, 3, "orders", "connect ECONNREFUSED 10.0.3.7:5432", at + 2_030);
	else if (bad)
		failure(
			"bug",
			trace,
			2,
			"orders",
			"Cannot read properties of undefined (reading 'total')",
			at + 2_040,
			"TypeError",
		);
	if (failed) failure("upstream", trace, 0, "web", "Request failed with status code 500", at + 98, "AxiosError");
	if (trace % 37 === 5) failure("stray", trace, 0, "web", "cannot write the audit file", at + 1, "AuditError");
}

beforeAll(async () => {
	s = await served(inject("clickhouseUrl"));
	const start = Date.now() - 60 * MINUTE;
	for (let trace = 0; trace < 400; trace++) request(trace, start + trace * 8_000);
	await s.store.insertLogs(logs);
	await s.store.insertTraces(spans);
});
afterAll(() => s.stop());

const client = () => createClient({ url: s.server.url });

test("a trace says where it began, though a clock is wrong: the database that refused, not the error that came first", async () => {
	const { origin } = await client().call(tracesGet, { traceId: hex(4, 32) });
	expect(origin).toMatchObject({ fingerprint: group.refused, component: { kind: "peer", name: "postgresql db-1" } });
	expect(origin?.symptoms).toEqual([group.upstream]);
	expect(origin?.reasons.map((reason) => reason.kind)).toContain("deepest_span");
});

test("two incidents, each with its origin; the same symptom is shared between them by what it follows from", async () => {
	const { incidents } = await client().call(incidentsList, { window: "2h" });
	const [db, bug] = ["peer:postgresql db-1", `service:orders:${group.bug}`].map((id) =>
		incidents.find((i) => i.id === id),
	);
	expect(db?.origins.map((one) => one.fingerprint)).toEqual([group.refused]);
	expect(bug?.origins.map((one) => one.fingerprint)).toEqual([group.bug]);
	for (const one of [db, bug])
		expect(one?.symptoms.map((symptom) => symptom.group.fingerprint)).toEqual([group.upstream]);
	expect(incidents.flatMap((one) => one.symptoms.map((symptom) => symptom.group.fingerprint))).not.toContain(
		group.stray,
	);
});

test("what fails together beyond chance is told, and what does so by chance is not", async () => {
	const { correlations, base } = await client().call(correlationsGet, {
		fingerprint: group.bug as string,
		window: "2h",
	});
	expect(correlations.map((one) => [one.kind, one.group.fingerprint])).not.toContainEqual(["trace", group.stray]);
	expect(base.traces).toBeGreaterThan(60);
	const stray = await client().call(correlationsGet, { fingerprint: group.stray as string, window: "2h" });
	expect(stray.correlations).toEqual([]);
});

test("only on 2.3 in eu-west is said without being asked", async () => {
	const found = await client().call(issuesAttributes, { fingerprint: group.bug as string, window: "2h" });
	expect(found.base).toBe("requests");
	expect(found.only.toSorted((a, b) => (a.key < b.key ? -1 : 1))).toEqual([
		{ key: "cloud.region", value: "eu-west" },
		{ key: "service.version", value: "2.3" },
	]);
	expect(found.onlyShare).toBe(1);
	const refused = await client().call(issuesAttributes, { fingerprint: group.refused as string, window: "2h" });
	expect(refused.only.map((one) => one.key)).not.toContain("cloud.region");
});
