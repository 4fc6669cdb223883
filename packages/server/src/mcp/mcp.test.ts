import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { errorRow, type Served, served } from "../testing/served.ts";

let s: Served;
let client: Client;
beforeAll(async () => {
	s = await served(inject("clickhouseUrl"));
	await s.store.insertLogs([errorRow({ message: "connect ECONNREFUSED 10.0.3.7:5432", traceId: "a".repeat(32) })]);
	client = new Client({ name: "test", version: "1" });
	await client.connect(new StreamableHTTPClientTransport(new URL("/mcp", s.server.url)));
});
afterAll(async () => {
	await client.close();
	await s.stop();
});

interface Answer {
	readonly untrusted: Record<string, unknown>;
	readonly next: string;
}

async function call(name: string, input: Record<string, unknown> = {}): Promise<Answer> {
	const answer = await client.callTool({ name, arguments: input });
	expect(answer.isError, JSON.stringify(answer.content)).not.toBe(true);
	return answer.structuredContent as unknown as Answer;
}

test("at most 8 tools, all descriptions together under 1,000 tokens, none writes", async () => {
	const { tools } = await client.listTools();
	expect(tools.length).toBeLessThanOrEqual(8);
	expect(
		countTokens(
			JSON.stringify(tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }))),
		),
	).toBeLessThan(1_000);
	for (const tool of tools) expect(tool.annotations?.readOnlyHint).toBe(true);
});

test("from the list to the trace, each answer saying what to call next", async () => {
	const list = await call("list_issues", { window: "1h" });
	const [listed] = list.untrusted.issues as { issue: { fingerprint: string; code: string } }[];
	const issue = listed?.issue;
	expect(issue?.code).toBe("NET_CONN_REFUSED");
	expect(list.next).toContain("get_issue");
	expect((await call("get_issue", { fingerprint: issue?.fingerprint })).untrusted.issue).toMatchObject({
		retryable: true,
	});
	const { events } = (await call("list_occurrences", { fingerprint: issue?.fingerprint })).untrusted as {
		events: { traceId: string }[];
	};
	const trace = await call("get_trace", { traceId: events[0]?.traceId });
	expect(trace.untrusted.errors).toHaveLength(1);
	expect((await call("get_trends", { by: "code" })).untrusted.trends).toMatchObject([
		{ key: "NET_CONN_REFUSED", count: 1 },
	]);
	expect((await call("query", { operation: "tail.list", input: { errorOnly: true } })).untrusted.rows).toHaveLength(1);
});

test("what cannot be asked says why and what to do", async () => {
	const unknown = await client.callTool({ name: "get_issue", arguments: { fingerprint: "ffff0000" } });
	expect(unknown.isError).toBe(true);
	expect(JSON.stringify(unknown.content)).toContain("NOT_FOUND");
	const bad = await client.callTool({ name: "list_issues", arguments: { colour: "red" } });
	expect(bad.isError).toBe(true);
});
