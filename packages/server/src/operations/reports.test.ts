import { createClient, errorsAnalysis, issuesEvents, issuesList, reportsGet } from "@errata/api";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { errorRow, REFUSED_STACK, richError, spanRow } from "../../../cli/src/testing/seed.ts";
import { type Served, served } from "../testing/served.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

let s: Served;
let fingerprint: string;
let eventId: string;
const client = () => createClient({ url: s.server.url });

beforeAll(async () => {
	s = await served(inject("clickhouseUrl"));
	const at = Date.now() - 60_000;
	const resource = { "service.version": "1.4.1", "vcs.ref.head.revision": "a".repeat(40) };
	await s.store.insertLogs([
		errorRow({
			type: "TypeError",
			message: "x is not a function",
			at: at - 3_600_000,
			resource: { "service.version": "1.4.0" },
		}),
		errorRow({ ...richError({ resource, traceId: TRACE, spanId: "3".repeat(16), at }) }),
		errorRow({
			type: "Error",
			message: "order failed",
			stacktrace: REFUSED_STACK,
			traceId: TRACE,
			spanId: "1".repeat(16),
			at: at + 5,
		}),
	]);
	await s.store.insertTraces([
		spanRow({ traceId: TRACE, spanId: "1".repeat(16), name: "POST /orders", at, failed: true }),
		spanRow({
			traceId: TRACE,
			spanId: "3".repeat(16),
			parentSpanId: "1".repeat(16),
			name: "pg.connect",
			at,
			failed: true,
		}),
	]);
	const { issues } = await client().call(issuesList, { code: "NET_CONN_REFUSED" });
	fingerprint = issues[0]?.issue.fingerprint ?? "";
	const { events } = await client().call(issuesEvents, { fingerprint });
	eventId = events[0]?.eventId ?? "";
});
afterAll(() => s.stop());

test("an issue, one error of it and its trace are reported, each within its budget and the same twice", async () => {
	for (const [kind, id] of [
		["issue", fingerprint.slice(0, 10)],
		["error", eventId],
		["trace", TRACE],
	] as const)
		for (const [format, budget] of [
			["md", 512],
			["json", 4_096],
		] as const) {
			const input = { kind, id, format, budget };
			const made = await client().call(reportsGet, input);
			expect(made).toMatchObject({ kind, format, budget });
			expect(countTokens(made.text)).toBe(made.tokens);
			expect(made.tokens).toBeLessThanOrEqual(budget);
			expect(await client().call(reportsGet, input)).toEqual(made);
			expect(made.text).toContain("ECONNREFUSED");
			if (format === "json") expect(JSON.parse(made.text)).toMatchObject({ kind, budget, id: made.id });
			if (budget === 512) expect(made.cut.length).toBeGreaterThan(0);
		}
});

test("the report of an error says when it was, what changed, and what to ask", async () => {
	const { text, id } = await client().call(reportsGet, { kind: "error", id: eventId });
	expect(id).toBe(eventId);
	for (const part of [
		"- this occurrence: 20",
		"- caught: true",
		"- state: new",
		"- in the last hour: 1",
		"where: src/orders.ts:42 in createOrder",
		"checkout: came with 1.4.1 (first heard of ",
		", commit aaaaaaaaaaaa); not in 1.4.0 (first heard of ",
		`vcs.ref.head.revision: ${"a".repeat(40)}`,
		"- diagnosis: Name the root cause",
		"A retry may succeed",
		"## Other errors of the same trace",
	])
		expect(text).toContain(part);
});

test("one error's analysis names its group, meaning, causes and what failed with it", async () => {
	const found = await client().call(errorsAnalysis, { eventId });
	expect(found).toMatchObject({
		error: { eventId, fingerprint },
		issue: { fingerprint },
		title: "Connection refused",
		similar24h: 1,
		causes: [{ depth: 1, code: "ECONNREFUSED" }],
		origin: null,
	});
});

test("an id that is not there is a problem, not a report", async () => {
	for (const [kind, id] of [
		["issue", "f".repeat(32)],
		["error", "f".repeat(32)],
		["trace", "f".repeat(32)],
	] as const)
		await expect(client().call(reportsGet, { kind, id })).rejects.toMatchObject({ problem: { code: "NOT_FOUND" } });
	await expect(client().call(errorsAnalysis, { eventId: "nope" })).rejects.toMatchObject({
		problem: { code: "NOT_FOUND" },
	});
});
