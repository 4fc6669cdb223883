import { setTimeout as sleep } from "node:timers/promises";
import {
	actionsPropose,
	alertsSilence,
	createClient,
	type Issue,
	issuesList,
	keysCreate,
	OPERATIONS,
	PROBLEMS,
} from "@errata/api";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { errorRow, type Served, served } from "../testing/served.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SUBJECT = "[PSEUDONYM:email:0a1b2c3d:0123456789abcdef]";
const ajv = new Ajv2020({ strict: false });

let s: Served;
beforeAll(async () => {
	s = await served(inject("clickhouseUrl"));
	const kinds = ["connect ECONNREFUSED 10.0.3.7:5432", "x is not a function", "socket hang up"];
	await s.store.insertLogs(
		Array.from({ length: 30 }, (_, i) =>
			errorRow({
				message: kinds[i % 3] as string,
				type: i % 3 === 1 ? "TypeError" : "Error",
				at: Date.now() - i * 1000,
				traceId: i === 0 ? TRACE : "",
				spanId: i === 0 ? "00f067aa0ba902b7" : "",
			}),
		),
	);
});
afterAll(() => s.stop());

async function get(path: string, headers: Record<string, string> = {}) {
	const answer = await fetch(`${s.server.url}${path}`, { headers, redirect: "manual" });
	const text = await answer.text();
	return { status: answer.status, headers: answer.headers, body: text === "" ? undefined : JSON.parse(text) };
}

describe("every operation", () => {
	test.each(OPERATIONS.map((o) => [o.name, o] as const))("%s: its example is of its schemas", (_, o) => {
		expect(ajv.validate(JSON.parse(JSON.stringify(o.input)), o.example.input), ajv.errorsText()).toBe(true);
		expect(ajv.validate(JSON.parse(JSON.stringify(o.output)), o.example.output), ajv.errorsText()).toBe(true);
	});

	test("answers what its schema says, without a key that it does not name", async () => {
		const { body } = await get("/api/v1/issues?limit=2");
		const [fingerprint, other] = body.issues.map((found: { issue: Issue }) => found.issue.fingerprint) as string[];
		const { eventId } = (await get(`/api/v1/issues/${fingerprint}/events`)).body.events[0];
		const client = createClient({ url: s.server.url });
		const { silence } = await client.call(alertsSilence, { for: "1h", code: "NET_DNS" });
		const propose = async (action: string) =>
			(await client.call(actionsPropose, { fingerprint: fingerprint as string, action })).action.id;
		const ids = [await propose("hook-1"), await propose("hook-2"), await propose("hook-3")];
		const { key } = await client.call(keysCreate, { name: "another test", for: "1h" });
		const inputs: Record<string, object> = {
			"issues.get": { fingerprint },
			"issues.suspects": { fingerprint },
			"issues.complete": { query: "is:" },
			"issues.events": { fingerprint },
			"issues.history": { fingerprint },
			"issues.resolve": { fingerprint },
			"issues.ignore": { fingerprint, count: 3 },
			"issues.reopen": { fingerprint, comment: "not yet" },
			"issues.assign": { fingerprint, assignee: "ann" },
			"issues.comment": { fingerprint, text: "seen" },
			"issues.merge": { fingerprint, others: [other] },
			"issues.split": { fingerprint, members: [other] },
			"correlations.get": { fingerprint },
			"issues.attributes": { fingerprint },
			"traces.get": { traceId: TRACE },
			"errors.analysis": { eventId },
			"reports.get": { kind: "issue", id: fingerprint },
			"alerts.silence": { for: "1h", fingerprint, comment: "deploying" },
			"alerts.unsilence": { id: silence.id },
			"alerts.test": { channel: "ops" },
			"actions.get": { id: ids[0] },
			"actions.propose": { fingerprint, action: "hook-4", reason: "it is stuck" },
			"actions.approve": { id: ids[0] },
			"actions.reject": { id: ids[1] },
			"actions.cancel": { id: ids[2] },
			"actions.log": { id: ids[0] },
			"subjects.find": { subject: SUBJECT },
			"subjects.export": { subject: SUBJECT, limit: 5 },
			"subjects.erase": { subject: SUBJECT },
			"keys.create": { name: "a test" },
			"keys.revoke": { id: key.id },
		};
		for (const o of OPERATIONS) {
			const answer = await client.call(o as never, (inputs[o.name] ?? {}) as never);
			expect(ajv.validate(JSON.parse(JSON.stringify(o.output)), answer), `${o.name}: ${ajv.errorsText()}`).toBe(true);
		}
	}, 180_000);

	test("is in the OpenAPI document, and nothing else is", async () => {
		const { body } = await get("/api/v1/openapi.json");
		expect(body.openapi).toBe("3.1.0");
		const listed = Object.entries(body.paths as Record<string, Record<string, { operationId: string }>>).flatMap(
			([path, methods]) =>
				Object.entries(methods).map(([method, { operationId }]) => `${operationId} ${method} ${path}`),
		);
		const real = OPERATIONS.map((o) => `${o.name} ${o.method.toLowerCase()} /api/v1${o.path}`);
		expect(listed.toSorted()).toEqual(real.toSorted());
	});
});

test("pages go on where the last one ended, without overlap", async () => {
	const client = createClient({ url: s.server.url });
	const seen: string[] = [];
	let cursor: string | undefined;
	do {
		const page = await client.call(issuesList, { limit: 1, ...(cursor === undefined ? {} : { cursor }) });
		seen.push(...page.issues.map(({ issue }) => issue.fingerprint));
		cursor = page.next ?? undefined;
	} while (cursor !== undefined);
	expect(seen).toHaveLength(3);
	expect(new Set(seen).size).toBe(3);
});

describe("what cannot be asked is a problem with a code and a remedy", () => {
	test.each([
		["/api/v1/issues?colour=red", 400, "BAD_REQUEST"],
		["/api/v1/issues?limit=0", 400, "BAD_REQUEST"],
		["/api/v1/issues?limit=many", 400, "BAD_REQUEST"],
		["/api/v1/issues?window=9999d", 400, "BAD_REQUEST"],
		["/api/v1/issues?window=1%27%20OR%201", 400, "BAD_REQUEST"],
		["/api/v1/issues?cursor=bm9wZQ", 400, "BAD_CURSOR"],
		["/api/v1/issues/ffffffffffffffffffffffffffffffff", 404, "NOT_FOUND"],
		["/api/v1/issues/zz", 400, "BAD_REQUEST"],
		[`/api/v1/traces/${"0".repeat(32)}`, 404, "NOT_FOUND"],
		["/api/v1/nothing", 404, "NOT_FOUND"],
		[`/api/v1/issues?service=${"x".repeat(300)}`, 400, "BAD_REQUEST"],
	])("%s", async (path, status, code) => {
		const { status: got, headers, body } = await get(path);
		expect(got).toBe(status);
		expect(headers.get("content-type")).toContain("application/problem+json");
		expect(body).toMatchObject({ code, status, title: PROBLEMS[code as keyof typeof PROBLEMS].title });
		expect(body.remedy).not.toBe("");
		expect(JSON.stringify(body)).not.toMatch(/SELECT|errata_errors|node_modules|\/src\//u);
	});

	test("a body that is no JSON, and one that is too large", async () => {
		const post = (body: string) =>
			fetch(`${s.server.url}/mcp`, { method: "POST", body, headers: { "content-type": "application/json" } });
		expect(await (await post("{nope")).json()).toMatchObject({ code: "BAD_REQUEST" });
		expect(await (await post(`"${"x".repeat(1_100_000)}"`)).json()).toMatchObject({ code: "TOO_LARGE" });
	});

	test("a foreign page and a foreign Host are refused", async () => {
		for (const headers of [{ origin: "https://evil.example" }, { "sec-fetch-site": "cross-site" }])
			expect(await get("/api/v1/health", headers as never)).toMatchObject({ status: 403, body: { code: "FORBIDDEN" } });
	});
});

test("what did not change is not sent again", async () => {
	const first = await get("/api/v1/health");
	const tag = first.headers.get("etag") ?? "";
	expect(tag).toMatch(/^W\/"/u);
	expect(await get("/api/v1/health", { "if-none-match": tag })).toMatchObject({ status: 304, body: undefined });
});

test("the first errata's names still answer", async () => {
	expect((await get("/trends?window=1h&by=code")).body.trends.length).toBeGreaterThan(0);
	const { body } = await get("/api/v1/issues?limit=1");
	const { fingerprint } = body.issues[0].issue;
	const { eventId } = (await get(`/api/v1/issues/${fingerprint}/events`)).body.events[0];
	const answer = await get(`/analysis/error/${eventId}`);
	expect(answer.status).toBe(307);
	expect(answer.headers.get("location")).toBe(`/api/v1/errors/${eventId}/analysis`);
});

test("the tail streams what comes, and ends when the client goes", async () => {
	const gone = new AbortController();
	const answer = await fetch(`${s.server.url}/api/v1/tail?errorOnly=true`, {
		headers: { accept: "text/event-stream" },
		signal: gone.signal,
	});
	expect(answer.headers.get("content-type")).toBe("text/event-stream");
	const reader = (answer.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
	let text = "";
	await s.store.insertLogs([errorRow({ message: "a new thing broke", service: "streamed" })]);
	while (!text.includes("streamed")) text += (await reader.read()).value ?? "";
	expect(text).toMatch(/id: \d+\.\d+\nevent: record\ndata: \{.*"service":"streamed"/u);
	gone.abort();
	expect(s.lines).toEqual([]);
});

test("what a stock Collector writes is described while the server runs", async () => {
	const row = errorRow({ message: "getaddrinfo ENOTFOUND db.internal", service: "stock" });
	await s.store.insertLogs([
		{ ...row, LogAttributes: { "exception.type": "Error", "exception.message": "getaddrinfo ENOTFOUND db.internal" } },
	]);
	const client = createClient({ url: s.server.url });
	let found: { issue: Issue }[] = [];
	while (found.length === 0) {
		await sleep(200);
		found = (await client.call(issuesList, { service: "stock" })).issues;
	}
	expect(found[0]?.issue).toMatchObject({ code: "DNS_NOT_FOUND", count: 1 });
});
