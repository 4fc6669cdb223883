/**
 * Two tenants in one database. A, an admin with a real key, asks every operation with B's ids, cursors and crafted filters,
 * over REST, its streams and MCP: no byte of B comes back, B's ids are not there, and B's rows stay as they were.
 */
import { createClient, issuesEvents, issuesGet, issuesList, keysCreate, OPERATIONS, tailList } from "@errata/api";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { CHANGES, QUERIES, TOOLS } from "../mcp/tools.ts";
import { errorRow, type Served, served } from "../testing/served.ts";
import { newKey } from "./key.ts";

const MARK = "zebra-of-b";
const TRACE = "b".repeat(32);
const SPAN = "b".repeat(16);
const SUBJECT = "[PSEUDONYM:email:0b0b0b0b:0b0b0b0b0b0b0b0b]";
const TIMEOUT = 300_000;

/** What B has. */
interface Others {
	fingerprint: string;
	eventId: string;
	keyId: string;
	silenceId: string;
	actionId: string;
	cursor: string;
	tailCursor: string;
	auditCursor: string;
}

let s: Served;
let keyA: string;
let keyB: string;
let own: string;
let b: Others;

async function adminOf(tenant: string): Promise<string> {
	const { id, text, secretSha256 } = newKey();
	const key = { id, name: "admin", role: "admin", secretSha256, expiresMs: Date.now() + 3_600_000, actor: "test" };
	await s.store.forTenant(tenant).addKey(key, Date.now());
	return text;
}

async function rest(key: string, name: string, input: Record<string, unknown>) {
	const operation = OPERATIONS.find((o) => o.name === name) as (typeof OPERATIONS)[number];
	const rest = { ...input };
	const path = operation.path.replace(/\{([a-zA-Z]+)\}/gu, (_, part: string) => {
		const value = encodeURIComponent(String(rest[part]));
		delete rest[part];
		return value;
	});
	const url = new URL(`/api/v1${path}`, s.server.url);
	const headers: Record<string, string> = { authorization: `Bearer ${key}` };
	const post = operation.method === "POST";
	if (post) headers["content-type"] = "application/json";
	else for (const [part, value] of Object.entries(rest)) url.searchParams.set(part, String(value));
	const answer = await fetch(url, {
		method: operation.method,
		headers,
		...(post ? { body: JSON.stringify(rest) } : {}),
	});
	return { status: answer.status, text: await answer.text() };
}

beforeAll(async () => {
	s = await served(inject("clickhouseUrl"), { requireKey: true });
	keyA = await adminOf("a");
	keyB = await adminOf("b");
	const of = (tenant: string, service: string, message: string, more = {}) => ({
		...errorRow({ tenant, service, message, release: `${service}-1`, ...more }),
	});
	const theirs = of("b", MARK, `connect ECONNREFUSED 10.0.3.7:5432 ${MARK} ${SUBJECT}`, {
		traceId: TRACE,
		spanId: SPAN,
	});
	await s.store.insertLogs([
		of("a", "ours", "x is not a function", { type: "TypeError" }),
		of("a", "ours", "ours alone broke"),
		// The same failure in both: the groups have one fingerprint, and not one count.
		of("a", "ours", "the same thing broke"),
		...[1, 2, 3].map(() => of("b", MARK, "the same thing broke")),
		theirs,
		{ ...of("b", MARK, `${MARK} wrote a line that nobody knows`), SeverityNumber: 9, EventName: "", LogAttributes: {} },
	]);
	const client = createClient({ url: s.server.url, key: keyB });
	const listed = (await client.call(issuesList, { limit: 1, service: MARK })).next;
	const { issues } = await client.call(issuesList, { query: "ECONNREFUSED" });
	const fingerprint = issues[0]?.issue.fingerprint as string;
	const { events } = await client.call(issuesEvents, { fingerprint });
	const { rows } = await client.call(tailList, { errorOnly: true, limit: 1 });
	const made = async (name: string, input: Record<string, unknown>) => JSON.parse((await rest(keyB, name, input)).text);
	const text = MARK;
	await made("issues.comment", { fingerprint, text });
	await made("issues.assign", { fingerprint, assignee: MARK });
	const silence = await made("alerts.silence", { for: "1h", service: MARK, comment: MARK });
	const action = await made("actions.propose", { fingerprint, action: "hook-1", reason: MARK });
	const { key } = await client.call(keysCreate, { name: MARK });
	b = {
		fingerprint,
		eventId: events[0]?.eventId as string,
		keyId: key.id,
		silenceId: silence.silence.id,
		actionId: action.action.id,
		cursor: listed as string,
		tailCursor: rows[0]?.cursor as string,
		auditCursor: (await made("audit.list", { limit: 1 })).next,
	};
	for (const [name, id] of Object.entries(b)) expect(id, name).toBeTruthy();
	const mine = createClient({ url: s.server.url, key: keyA });
	own = (await mine.call(issuesList, { query: "alone" })).issues[0]?.issue.fingerprint as string;
	expect(own).toMatch(/^[0-9a-f]{32}$/u);
}, TIMEOUT);
afterAll(() => s.stop());

/** Inputs of A with what is B's. `gone`: an id of B, which is not there for A. */
type Case = readonly [input: Record<string, unknown>, gone?: "gone" | "conflict"];

const HOSTILE = ["' OR 1=1 --", "') OR Tenant = 'b' --", "\\' OR Tenant='b", "*", "{tenant:String}", "b"];

function cases(): Record<string, readonly Case[]> {
	const { fingerprint, eventId } = b;
	const prefix = fingerprint.slice(0, 8);
	const gone = (input: Record<string, unknown>): Case => [{ fingerprint, ...input }, "gone"];
	const both: readonly Case[] = [gone({}), [{ fingerprint: prefix }, "gone"]];
	const reports = [
		["issue", fingerprint],
		["error", eventId],
		["trace", TRACE],
	].map(([kind, id]): Case => [{ kind, id }, "gone"]);
	const queries = ["service:*", "zebra", "-service:ours", "tenant:b", "release:*", "is:assigned", ...HOSTILE];
	return {
		"health.get": [[{}]],
		"issues.list": [
			[{}],
			[{ cursor: b.cursor }],
			[{ window: "366d", limit: 500 }],
			...HOSTILE.map((service): Case => [{ service }]),
			[{ service: MARK }],
			...queries.map((query): Case => [{ query }]),
		],
		"issues.complete": [
			[{ query: "service:" }],
			[{ query: "service:z" }],
			[{ query: "release:" }],
			[{ query: "assignee:" }],
		],
		"issues.suspects": both,
		"issues.changes": [[{}]],
		"issues.get": both,
		"issues.events": both,
		"issues.history": both,
		"issues.resolve": [gone({})],
		"issues.ignore": [gone({ count: 1 })],
		"issues.reopen": [gone({})],
		"issues.assign": [gone({ assignee: "a" })],
		"issues.comment": [gone({ text: "a" })],
		"issues.merge": [gone({ others: [own] }), [{ fingerprint: own, others: [fingerprint] }, "gone"]],
		"issues.split": [gone({ members: [own] }), [{ fingerprint: own, members: [fingerprint] }, "conflict"]],
		"correlations.get": both,
		"issues.attributes": both,
		"incidents.list": [[{}]],
		"releases.list": [[{}], [{ service: MARK }], ...HOSTILE.map((service): Case => [{ service }])],
		"traces.get": [[{ traceId: TRACE }, "gone"]],
		"trends.get": ["fingerprint", "code", "service", "task"].map((by): Case => [{ by, window: "7d" }]),
		"anomalies.list": [[{}]],
		"patterns.list": [[{}]],
		"suggestions.list": [[{}]],
		"tail.list": [[{}], [{ errorOnly: true }], [{ after: b.tailCursor }], [{ errorOnly: true, after: "1.0" }]],
		"errors.analysis": [[{ eventId }, "gone"]],
		"reports.get": reports,
		"alerts.list": [[{}], [{ fingerprint }, "gone"]],
		"alerts.silence": [[{ for: "1h", fingerprint }, "gone"]],
		"alerts.unsilence": [[{ id: b.silenceId }, "gone"]],
		"alerts.test": [[{ channel: "ops" }]],
		"actions.list": [[{}], [{ fingerprint }, "gone"]],
		"actions.get": [[{ id: b.actionId }, "gone"]],
		"actions.propose": [gone({ action: "hook-1" })],
		"actions.approve": [[{ id: b.actionId }, "gone"]],
		"actions.reject": [[{ id: b.actionId }, "gone"]],
		"actions.cancel": [[{ id: b.actionId }, "gone"]],
		"actions.log": [[{ id: b.actionId }, "gone"]],
		"subjects.find": [[{ subject: SUBJECT }]],
		"subjects.export": [[{ subject: SUBJECT }]],
		"subjects.erase": [[{ subject: SUBJECT }]],
		"keys.list": [[{}]],
		"keys.create": [[{ name: "another of a", for: "1h" }]],
		"keys.revoke": [[{ id: b.keyId }, "gone"]],
		"audit.list": [[{}], [{ cursor: b.auditCursor }], [{ actor: "local" }], [{ actor: `key:${keyB.split("_")[1]}` }]],
	};
}

/** Whatever is B's, but what the question itself said. */
function ofB(text: string, input: object, operation = ""): string[] {
	const said = JSON.stringify(input);
	// What A asked for by B's ids stands in A's own trail.
	const ids = operation === "audit.list" ? [] : [TRACE, SUBJECT, ...Object.values(b)];
	const things = [MARK, keyB.split("_")[1] as string, ...ids];
	return things.filter((thing) => text.includes(thing) && !said.includes(thing));
}

test("every operation has a case here", () => {
	expect(Object.keys(cases()).toSorted()).toEqual(OPERATIONS.map(({ name }) => name as string).toSorted());
});

test(
	"B itself sees what A must not: the test would notice",
	async () => {
		for (const [name, input] of [
			["issues.list", {}],
			["issues.get", { fingerprint: b.fingerprint }],
			["tail.list", {}],
			["traces.get", { traceId: TRACE }],
			["trends.get", { by: "service" }],
			["releases.list", {}],
			["patterns.list", {}],
			["alerts.list", {}],
			["actions.list", {}],
			["keys.list", {}],
			["audit.list", {}],
			["subjects.export", { subject: SUBJECT }],
		] as const)
			expect(ofB((await rest(keyB, name, input)).text, input, name), name).not.toEqual([]);
	},
	TIMEOUT,
);

test(
	"over REST nothing of B appears, and B's ids are not there",
	async () => {
		const wrong: string[] = [];
		for (const [name, list] of Object.entries(cases()))
			for (const [input, outcome] of list) {
				const { status, text } = await rest(keyA, name, input);
				const seen = ofB(text, input, name);
				const expected = outcome === "gone" ? [404] : outcome === "conflict" ? [409] : [200, 400];
				const label = `${name} ${JSON.stringify(input)}: ${status}`;
				if (seen.length > 0) wrong.push(`${label} shows ${seen.join(", ")}`);
				if (!expected.includes(status)) wrong.push(`${label} ${text.slice(0, 200)}`);
				if (outcome !== undefined && text.includes(MARK)) wrong.push(`${label} says ${MARK}`);
			}
		expect(wrong).toEqual([]);
	},
	TIMEOUT,
);

test(
	"a group that both have is counted for each alone",
	async () => {
		const counts = async (key: string) => {
			const { issues } = await createClient({ url: s.server.url, key }).call(issuesList, { query: '"same thing"' });
			return issues.map(({ issue }) => [issue.fingerprint, issue.count, issue.services]);
		};
		const [ofA, ofOther] = [await counts(keyA), await counts(keyB)];
		expect(ofA).toEqual([[ofOther[0]?.[0], 1, ["ours"]]]);
		expect(ofOther).toEqual([[ofA[0]?.[0], 3, [MARK]]]);
	},
	TIMEOUT,
);

test(
	"over MCP nothing of B appears",
	async () => {
		const client = new Client({ name: "test", version: "1" });
		const requestInit = { headers: { authorization: `Bearer ${keyA}` } };
		await client.connect(new StreamableHTTPClientTransport(new URL("/mcp", s.server.url), { requestInit }));
		const wrong: string[] = [];
		for (const [operation, list] of Object.entries(cases())) {
			const [input, outcome] = list[0] as Case;
			const tool = TOOLS.find((one) => one.operation === operation);
			const any = QUERIES.includes(operation) ? "query" : "change";
			if (tool === undefined && any === "change") expect(CHANGES).toContain(operation);
			const asked =
				tool === undefined ? { name: any, arguments: { operation, input } } : { name: tool.name, arguments: input };
			const answer = await client.callTool(asked);
			const text = JSON.stringify(answer);
			const seen = ofB(text, input, operation);
			if (seen.length > 0) wrong.push(`${operation} shows ${seen.join(", ")}`);
			if (outcome === "gone" && !text.includes("NOT_FOUND")) wrong.push(`${operation} is there: ${text.slice(0, 200)}`);
		}
		await client.close();
		expect(wrong).toEqual([]);
	},
	TIMEOUT,
);

/** A stream, read all the time; `until` waits for a text in it. */
async function streamed(key: string, path: string) {
	const gone = new AbortController();
	const headers = { accept: "text/event-stream", authorization: `Bearer ${key}` };
	const answer = await fetch(`${s.server.url}${path}`, { headers, signal: gone.signal });
	expect(answer.status).toBe(200);
	const reader = (answer.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
	let text = "";
	return {
		seen: () => text,
		until: async (part: string) => {
			while (!text.includes(part)) {
				const { value, done } = await reader.read();
				if (done) throw new Error(`the stream ended before ${part}: ${text.slice(-500)}`);
				text += value;
			}
		},
		close: () => gone.abort(),
	};
}

test(
	"streams of A and B, open at once and fed at once, each show their own alone",
	async () => {
		const paths = ["/api/v1/tail", "/api/v1/issues/changes"];
		const ofA = await Promise.all(paths.map((path) => streamed(keyA, path)));
		const ofOther = await Promise.all(paths.map((path) => streamed(keyB, path)));
		// The same failure in both, so the issues have one fingerprint; then what is each one's own.
		const row = (tenant: string, service: string, message: string, type: string) =>
			errorRow({ tenant, service, message, type });
		for (let round = 0; round < 4; round++) {
			const shared = `giraffe${"abcd"[round]} is not defined`;
			await Promise.all([
				s.store.insertLogs([row("a", `own-of-a-${round}`, shared, `Shared${"ABCD"[round]}Error`)]),
				s.store.insertLogs([row("b", MARK, shared, `Shared${"ABCD"[round]}Error`)]),
				s.store.insertLogs([row("b", MARK, `ostrich broke ${MARK}`, `Ostrich${"ABCD"[round]}Error`)]),
			]);
		}
		await Promise.all([
			s.store.insertLogs([row("a", "last-of-a", "the last of a", "LastAError")]),
			s.store.insertLogs([row("b", `${MARK}-last`, "the last of b", "LastBError")]),
		]);
		await Promise.all([
			...ofA.map((stream) => stream.until("last-of-a")),
			...ofOther.map((stream) => stream.until(`${MARK}-last`)),
		]);
		for (const stream of ofA) {
			expect(ofB(stream.seen(), {})).toEqual([]);
			expect(stream.seen()).toContain("own-of-a-3");
		}
		for (const stream of ofOther) {
			expect(stream.seen()).not.toMatch(/own-of-a|last-of-a/u);
			expect(stream.seen()).toContain("giraffed is not defined");
		}
		for (const stream of [...ofA, ...ofOther]) stream.close();
	},
	TIMEOUT,
);

test(
	"afterwards B has all that it had",
	async () => {
		const client = createClient({ url: s.server.url, key: keyB });
		const { issue, state } = await client.call(issuesGet, { fingerprint: b.fingerprint });
		expect(issue).toMatchObject({ count: 1, members: [] });
		expect(state).toMatchObject({ assignee: MARK, comments: 1 });
		expect(state.status).not.toBe("resolved");
		const [found] = (await client.call(issuesEvents, { fingerprint: b.fingerprint })).events;
		expect(found?.message).toContain(SUBJECT);
		const { text } = await rest(keyB, "keys.list", {});
		expect(JSON.parse(text).keys.find(({ id }: { id: string }) => id === b.keyId).revoked).toBeNull();
		const alerts = await rest(keyB, "alerts.list", {});
		expect(alerts.text).toContain(b.silenceId);
		expect(JSON.parse((await rest(keyB, "actions.get", { id: b.actionId })).text).action.state).toBe("proposed");
	},
	TIMEOUT,
);
