import { builtinCatalog } from "@errata/catalog";
import { Client, InMemoryTransport, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { errorRow, type Served, served } from "../testing/served.ts";
import { createMcp } from "./tools.ts";

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

test("at most 8 tools, all descriptions together under 1,000 tokens, only one writes and says so", async () => {
	const { tools } = await client.listTools();
	expect(tools.length).toBeLessThanOrEqual(8);
	expect(
		countTokens(
			JSON.stringify(tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }))),
		),
	).toBeLessThan(1_000);
	const writing = tools.filter(({ annotations }) => annotations?.readOnlyHint !== true);
	expect(writing.map(({ name }) => name)).toEqual(["change"]);
	expect(writing[0]?.annotations).toMatchObject({ destructiveHint: true, openWorldHint: true });
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
});

test.each([
	["list_issues", { colour: "red" }, "list_issues: colour must NOT have additional properties."],
	["get_issue", {}, "get_issue: the input must have required property 'fingerprint'."],
	["get_issue", { fingerprint: "zz" }, "get_issue: fingerprint must match pattern"],
	["query", { operation: "issues.resolve" }, "query: operation must be equal to one of the allowed values: "],
	["query", { operation: "tail.list", input: { limit: "many" } }, "tail.list: limit must be integer."],
	["change", { operation: "issues.comment", input: { text: "seen" } }, "required property 'fingerprint'"],
	["change", { operation: "issues.comment", input: { fingerprint: "abcd", text: "a\0b" } }, "text holds a NUL"],
] as const)("input of %s that is not valid is a problem as in REST: %j", async (name, input, detail) => {
	const answer = await client.callTool({ name, arguments: input });
	expect(answer.isError).toBe(true);
	const { problem } = answer.structuredContent as { problem: { remedy: string } };
	expect(problem).toMatchObject({ code: "BAD_REQUEST", status: 400, detail: expect.stringContaining(detail) });
	expect(problem.remedy).not.toBe("");
	expect(answer.content).toEqual([{ type: "text", text: JSON.stringify(problem) }]);
});

test("what is changed by MCP is changed for all, once, and is in the history", async () => {
	const [{ issue }] = (await call("list_issues")).untrusted.issues as [{ issue: { fingerprint: string } }];
	const { fingerprint } = issue;
	const input = { fingerprint, comment: "the pool was too small", requestId: "mcp-test-1" };
	for (let i = 0; i < 2; i++) {
		const done = await call("change", { operation: "issues.resolve", input });
		expect(done.untrusted.state).toMatchObject({ status: "resolved", actor: "local" });
	}
	const { history } = (await call("query", { operation: "issues.history", input: { fingerprint } })).untrusted as {
		history: { action: string }[];
	};
	expect(history.map(({ action }) => action)).toEqual(["comment", "resolve"]);
	const rest = await fetch(`${s.server.url}/api/v1/issues/${fingerprint}`);
	expect(await rest.json()).toMatchObject({ state: { status: "resolved" } });
});

test("a model may propose an action, and not approve it unless the file says so", async () => {
	const [{ issue }] = (await call("list_issues")).untrusted.issues as [{ issue: { fingerprint: string } }];
	const { fingerprint } = issue;
	const states: unknown[] = [];
	for (const action of ["hook-1", "hook-4"]) {
		const proposed = await call("change", { operation: "actions.propose", input: { fingerprint, action } });
		const { id, proposedBy } = proposed.untrusted.action as { id: string; proposedBy: string };
		expect(proposedBy).toBe("local by MCP");
		const answer = await client.callTool({
			name: "change",
			arguments: { operation: "actions.approve", input: { id } },
		});
		states.push((answer.structuredContent as { problem?: { code: string } }).problem?.code ?? "approved");
	}
	expect(states).toEqual(["FORBIDDEN", "approved"]);
});

test("who may only read changes nothing by MCP", async () => {
	const [ours, theirs] = InMemoryTransport.createLinkedPair();
	const reader = new Client({ name: "reader", version: "1" });
	const viewer = { tenant: "", role: "viewer", actor: "stdio" } as const;
	const server = createMcp(() => ({
		store: s.store,
		catalog: builtinCatalog(),
		caller: viewer,
		now: () => Date.now(),
		signal: new AbortController().signal,
	}));
	await server.connect(theirs);
	await reader.connect(ours);
	const answer = await reader.callTool({
		name: "change",
		arguments: { operation: "alerts.silence", input: { for: "1h" } },
	});
	expect(answer.structuredContent).toMatchObject({ problem: { code: "FORBIDDEN", status: 403 } });
	await reader.close();
	expect(await s.store.listSilences(Date.now())).toEqual([]);
});
