/** A bad release in one region and a database that is down, among errors that have nothing to do with them. */
import { correlationsGet, createClient, incidentsList, issuesAttributes, reportsGet, tracesGet } from "@errata/api";
import type { OtelLogRow, OtelTraceRow } from "@errata/store";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
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
	const [db, bug] = [group.refused, group.bug].map((origin) =>
		incidents.find((one) => one.origins.some(({ fingerprint }) => fingerprint === origin)),
	);
	expect(db?.component).toEqual({ kind: "peer", name: "postgresql db-1" });
	expect(bug?.component).toEqual({ kind: "service", name: "orders" });
	expect(db?.origins.map((one) => one.fingerprint)).toEqual([group.refused]);
	expect(bug?.origins.map((one) => one.fingerprint)).toEqual([group.bug]);
	for (const one of [db, bug])
		expect(one?.symptoms.map((symptom) => symptom.group.fingerprint)).toEqual([group.upstream]);
	expect(incidents.flatMap((one) => one.symptoms.map((symptom) => symptom.group.fingerprint))).not.toContain(
		group.stray,
	);
});

test("an incident's report says what is the origin, why, and what only follows from it, within any budget", async () => {
	const { incidents } = await client().call(incidentsList, { window: "2h" });
	const db = incidents.find((one) => one.component.name === "postgresql db-1");
	const asked = { kind: "incident", window: "2h", id: db?.id ?? "" } as const;
	const { text, id, cut } = await client().call(reportsGet, asked);
	expect(id).toBe(db?.id);
	expect(cut).toEqual([]);
	for (const part of [
		"# Incident: NET_CONN_REFUSED, Connection refused",
		"- groups it began with: 1",
		"- groups that follow from them: 1",
		"- began in: what a service called",
		"in: postgresql db-1",
		"Why: ",
		"## What follows from it",
		`[${group.upstream?.slice(0, 8)}]`,
		"## Suggestions",
		"## Spans",
	])
		expect(text).toContain(part);
	expect(text.slice(0, text.indexOf("## Prompts"))).not.toContain(group.stray?.slice(0, 8));
	// The first screen is the answer.
	expect(text.indexOf("in: postgresql db-1")).toBeLessThan(2_000);
	const byGroup = await client().call(reportsGet, { ...asked, id: group.refused as string });
	expect(byGroup.text).toBe(text);
	for (const budget of [512, 700, 1_000])
		for (const format of ["md", "json"] as const) {
			const short = await client().call(reportsGet, { ...asked, budget, format });
			expect(countTokens(short.text)).toBe(short.tokens);
			expect(short.tokens).toBeLessThanOrEqual(budget);
			expect(short.text).toContain("postgresql db-1");
		}
});

test("a group that follows from two incidents names both; a stray one and a window of a trace are problems", async () => {
	const ask = (input: object) => client().call(reportsGet, { window: "2h", kind: "incident", ...input } as never);
	await expect(ask({ id: group.upstream })).rejects.toMatchObject({ problem: { code: "AMBIGUOUS" } });
	await expect(ask({ id: "f".repeat(32) })).rejects.toMatchObject({ problem: { code: "NOT_FOUND" } });
	await expect(ask({ id: hex(4, 32), kind: "trace" })).rejects.toMatchObject({ problem: { code: "BAD_REQUEST" } });
	await expect(ask({ id: group.bug, window: "30d" })).rejects.toMatchObject({ problem: { code: "BAD_REQUEST" } });
});

test("the report of a group says what sets its occurrences apart", async () => {
	const { text } = await client().call(reportsGet, { kind: "issue", id: group.bug as string });
	expect(text).toContain("## What sets it apart");
	expect(text).toContain("cloud.region = eu-west: 100% of its occurrences");
	expect(text).toContain("service.version = 2.3: 100% of its occurrences");
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
