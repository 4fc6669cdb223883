/** The door as callers meet it over HTTP: keys, roles, limits, the audit trail. */
import { request as httpRequest } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import {
	ApiError,
	auditList,
	createClient,
	healthGet,
	issuesList,
	issuesResolve,
	keysCreate,
	keysList,
	keysRevoke,
	OPERATIONS,
	PROBLEMS,
} from "@errata/api";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { LIMITS } from "../limits.ts";
import { errorRow, type Served, served } from "../testing/served.ts";
import { newKey } from "./key.ts";

let s: Served;
beforeAll(async () => {
	s = await served(inject("clickhouseUrl"), { requireKey: true, requestsPerMinute: 200 });
	await s.store.insertLogs([errorRow({ message: "connect ECONNREFUSED 10.0.3.7:5432", tenant: "a" })]);
});
afterAll(() => s.stop());

const DAY = 86_400_000;

/** Makes a key straight in the store, as a first one is made on the command line. */
async function keyOf(tenant: string, role: string, expiresMs = Date.now() + DAY): Promise<string> {
	const { id, text, secretSha256 } = newKey();
	await s.store.forTenant(tenant).addKey({ id, name: role, role, secretSha256, expiresMs, actor: "test" }, Date.now());
	return text;
}

const idOf = (key: string): string => key.split("_")[1] as string;
const clientOf = (key: string) => createClient({ url: s.server.url, key });

async function ask(path: string, init: RequestInit & { key?: string } = {}) {
	const { key, ...rest } = init;
	const authorization = key === undefined ? {} : { authorization: `Bearer ${key}` };
	const answer = await fetch(`${s.server.url}${path}`, { ...rest, headers: { ...rest.headers, ...authorization } });
	const text = await answer.text();
	return { status: answer.status, headers: answer.headers, body: text === "" ? undefined : JSON.parse(text) };
}

async function trail(tenant: string) {
	const entries = await s.store.forTenant(tenant).listAudit({ sinceMs: Date.now() - DAY, limit: 500 });
	return entries.map(({ actor, operation, subject, outcome, count }) => ({
		actor,
		operation,
		subject,
		outcome,
		count,
	}));
}

describe("who may come in", () => {
	test("no key, a wrong one, an expired one, a revoked one: 401 with a code, a remedy and a challenge", async () => {
		const good = await keyOf("a", "viewer");
		const revoked = await keyOf("a", "viewer");
		await s.store.forTenant("a").revokeKey(idOf(revoked), "test", Date.now());
		const wrong = `errata_${idOf(good)}_${"0".repeat(64)}`;
		const cases: [string | undefined, RegExp][] = [
			[undefined, /no key/u],
			[wrong, /not one of this server/u],
			[newKey().text, /not one of this server/u],
			["errata_nonsense", /not one of this server/u],
			["e30.e30.e30", /not one of this server/u],
			[await keyOf("a", "viewer", Date.now() - 1), /expired/u],
			[revoked, /revoked/u],
		];
		for (const [key, said] of cases) {
			const answer = await ask("/api/v1/issues", key === undefined ? {} : { key });
			expect(answer.status).toBe(401);
			expect(answer.headers.get("content-type")).toContain("application/problem+json");
			expect(answer.headers.get("www-authenticate")).toBe(
				`Bearer realm="errata"${key === undefined ? "" : ', error="invalid_token"'}`,
			);
			expect(answer.body).toMatchObject({ code: "UNAUTHENTICATED", title: PROBLEMS.UNAUTHENTICATED.title });
			expect(answer.body.detail).toMatch(said);
			expect(answer.body.remedy).not.toBe("");
		}
		expect((await ask("/api/v1/issues", { key: good })).status).toBe(200);
	});

	test("schemes other than Bearer, and headers that are no text of a key, are nobody", async () => {
		for (const authorization of ["Basic YTpi", "Bearer", "Bearer  ", `Bearer ${"x".repeat(9_000)}`, "errata_1_2"])
			expect(await ask("/api/v1/health", { headers: { authorization } })).toMatchObject({ status: 401 });
	});

	test("every operation asks for a key before it looks at what it is asked", async () => {
		for (const { method, path } of OPERATIONS) {
			const url = `/api/v1${path.replace(/\{[a-zA-Z]+\}/gu, "%00nonsense")}${method === "POST" ? "" : "?colour=red"}`;
			const body = method === "POST" ? { body: "{no json", headers: { "content-type": "application/json" } } : {};
			expect((await ask(url, { method, ...body })).status, `${method} ${url}`).toBe(401);
		}
		expect((await ask("/trends?colour=red")).status).toBe(401);
		expect((await ask("/mcp", { method: "POST", body: "{no json" })).status).toBe(401);
		expect((await ask("/api/v1/issues", { method: "HEAD" })).status).toBe(401);
		const stream = await ask("/api/v1/tail", { headers: { accept: "text/event-stream" } });
		expect(stream.status).toBe(401);
	});

	test("a role that is too small: 403, also before the input is checked, and in MCP", async () => {
		const viewer = await keyOf("a", "viewer");
		const member = await keyOf("a", "member");
		const post = { method: "POST", body: '{"colour":"red"}', headers: { "content-type": "application/json" } };
		const refused = await ask("/api/v1/issues/ffff/resolve", { ...post, key: viewer });
		expect(refused).toMatchObject({ status: 403, body: { code: "FORBIDDEN" } });
		expect((await ask("/api/v1/issues/ffff/resolve", { ...post, key: member })).status).toBe(400);
		expect((await ask("/api/v1/keys", { key: member })).status).toBe(403);
		const mcp = new Client({ name: "test", version: "1" });
		const requestInit = { headers: { authorization: `Bearer ${viewer}` } };
		await mcp.connect(new StreamableHTTPClientTransport(new URL("/mcp", s.server.url), { requestInit }));
		const answer = await mcp.callTool({ name: "change", arguments: { operation: "issues.resolve", input: { no: 1 } } });
		expect(JSON.stringify(answer.content)).toContain("FORBIDDEN");
		await mcp.close();
	});

	test("the document is for everybody, and says what a refusal is", async () => {
		const { status, body } = await ask("/api/v1/openapi.json");
		expect(status).toBe(200);
		const { responses } = body.paths["/api/v1/issues"].get;
		expect(Object.keys(responses)).toEqual(expect.arrayContaining(["200", "401", "403", "429"]));
		expect(Object.keys(responses[429].headers)).toContain("retry-after");
		expect(Object.keys(responses[200].headers)).toContain("ratelimit-remaining");
	});

	test("a page of another origin is refused even with a key, and no header lets it read", async () => {
		const key = await keyOf("a", "viewer");
		const foreign = await ask("/api/v1/health", { key, headers: { origin: "https://evil.example" } });
		expect(foreign.status).toBe(403);
		const own = await ask("/api/v1/health", { key });
		expect([...own.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
	});

	test("a foreign Host on loopback is refused: a rebound name reads nothing", async () => {
		const { port } = s.server;
		const status = await new Promise((resolve, reject) => {
			const headers = { host: `evil.example:${port}` };
			httpRequest({ host: "127.0.0.1", port, path: "/api/v1/health", headers }, (answer) => {
				answer.resume();
				resolve(answer.statusCode);
			})
				.on("error", reject)
				.end();
		});
		expect(status).toBe(403);
	});
});

describe("keys over the API", () => {
	test("an admin makes, lists and revokes keys of its own tenant, and the secret is told once", async () => {
		const admin = clientOf(await keyOf("a", "admin"));
		const { key, secret } = await admin.call(keysCreate, { name: "ci", role: "member", for: "30d" });
		expect(secret.startsWith(`errata_${key.id}_`)).toBe(true);
		expect(Date.parse(key.expires) - Date.parse(key.created)).toBe(30 * DAY);
		const member = clientOf(secret);
		expect((await member.call(issuesList, {})).issues).toHaveLength(1);
		const { keys } = await admin.call(keysList, {});
		expect(keys.find(({ id }) => id === key.id)).toMatchObject({ name: "ci", role: "member", revoked: null });
		expect(JSON.stringify(keys)).not.toContain(secret.split("_")[2]);
		const stored = await s.store.findKey(key.id);
		expect(stored?.secretSha256).toMatch(/^[0-9a-f]{64}$/u);
		expect(stored?.secretSha256).not.toBe(secret.split("_")[2]);

		const other = clientOf(await keyOf("b", "admin"));
		await expect(other.call(keysRevoke, { id: key.id })).rejects.toMatchObject({ problem: { code: "NOT_FOUND" } });
		expect((await other.call(keysList, {})).keys.map(({ id }) => id)).not.toContain(key.id);

		await admin.call(keysRevoke, { id: key.id });
		// At once: the server that revoked does not wait until it looks again.
		await expect(member.call(healthGet, {})).rejects.toMatchObject({ problem: { code: "UNAUTHENTICATED" } });
		await admin.call(keysRevoke, { id: key.id });
	});

	test("a key for too long is refused", async () => {
		const admin = clientOf(await keyOf("a", "admin"));
		const error = await admin.call(keysCreate, { name: "for ever", for: "9999d" }).catch((caught: unknown) => caught);
		expect(error).toBeInstanceOf(ApiError);
		expect((error as ApiError).problem.code).toBe("BAD_REQUEST");
	});

	test("when a key was last used is noted, not at every request", async () => {
		const key = await keyOf("a", "viewer");
		for (let i = 0; i < 5; i++) await clientOf(key).call(healthGet, {});
		while ((await s.store.findKey(idOf(key)))?.usedMs === 0) await sleep(20);
		const first = (await s.store.findKey(idOf(key)))?.usedMs;
		await clientOf(key).call(healthGet, {});
		expect((await s.store.findKey(idOf(key)))?.usedMs).toBe(first);
	});
});

describe("the audit trail", () => {
	test("says who changed what, and how it ended, of the own tenant alone", async () => {
		const key = await keyOf("a", "admin");
		const admin = clientOf(key);
		const [found] = (await admin.call(issuesList, {})).issues;
		const fingerprint = found?.issue.fingerprint as string;
		await admin.call(issuesResolve, { fingerprint });
		await expect(admin.call(issuesResolve, { fingerprint: "ffff0000" })).rejects.toBeInstanceOf(ApiError);
		const { entries } = await admin.call(auditList, { actor: `key:${idOf(key)}` });
		expect(entries.map(({ operation, subject, outcome }) => [operation, subject, outcome])).toEqual([
			["issues.resolve", "ffff0000", "NOT_FOUND"],
			["issues.resolve", fingerprint, "done"],
		]);
		for (const { address } of entries) expect(address).toMatch(/127\.0\.0\.1|::1/u);
		const other = clientOf(await keyOf("b", "admin"));
		expect((await other.call(auditList, {})).entries.map(({ actor }) => actor)).not.toContain(`key:${idOf(key)}`);
		const page = await admin.call(auditList, { limit: 1, actor: `key:${idOf(key)}` });
		const next = await admin.call(auditList, { cursor: page.next ?? "", actor: `key:${idOf(key)}` });
		expect(next.entries.map(({ subject }) => subject)).toEqual([fingerprint]);
	});

	test("refusals are in it, equal ones counted; of a known key in its tenant, of nobody in the empty one", async () => {
		const key = await keyOf("counted", "viewer");
		for (let i = 0; i < 6; i++) await ask("/api/v1/keys", { key });
		await ask("/api/v1/health");
		let rows = await trail("counted");
		while (rows.reduce((sum, { count }) => sum + count, 0) < 6) {
			await sleep(100);
			rows = await trail("counted");
		}
		expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(6);
		expect(rows.length).toBeLessThan(6);
		expect(rows[0]).toMatchObject({ actor: `key:${idOf(key)}`, operation: "keys.list", outcome: "FORBIDDEN" });
		expect(
			(await trail("")).some(({ operation, outcome }) => operation === "health.get" && outcome === "UNAUTHENTICATED"),
		).toBe(true);
	});
});

describe("how often", () => {
	test("a caller that asks too much gets 429 with Retry-After, and others go on", async () => {
		const key = await keyOf("a", "viewer");
		const first = await ask("/api/v1/health", { key });
		expect(first.headers.get("ratelimit-limit")).toBe("200");
		expect(first.headers.get("ratelimit-remaining")).toBe("199");
		let last = first;
		for (let i = 0; i < 200; i++) last = await ask("/api/v1/health", { key });
		expect(last.status).toBe(429);
		expect(last.body).toMatchObject({ code: "RATE_LIMITED", status: 429 });
		expect(Number(last.headers.get("retry-after"))).toBeGreaterThan(0);
		expect((await ask("/api/v1/health", { key: await keyOf("a", "viewer") })).status).toBe(200);
	});

	test("streams of one key are counted by connection", async () => {
		const key = await keyOf("a", "viewer");
		const headers = { accept: "text/event-stream", authorization: `Bearer ${key}` };
		const gone = new AbortController();
		const open = () => fetch(`${s.server.url}/api/v1/tail`, { headers, signal: gone.signal });
		for (let i = 0; i < LIMITS.streamsOfCaller; i++) expect((await open()).status).toBe(200);
		expect((await open()).status).toBe(429);
		gone.abort();
		let status = 429;
		while (status === 429) {
			await sleep(100);
			const again = new AbortController();
			status = (await fetch(`${s.server.url}/api/v1/tail`, { headers, signal: again.signal })).status;
			again.abort();
		}
		expect(status).toBe(200);
	});

	test("an address that guesses keys waits, while keys that are known to be right go on", async () => {
		const key = await keyOf("a", "viewer");
		expect((await ask("/api/v1/health", { key })).status).toBe(200);
		let status = 401;
		for (let i = 0; i < LIMITS.refusedPerMinute + 2 && status === 401; i++)
			status = (await ask("/api/v1/health", { key: newKey().text })).status;
		expect(status).toBe(429);
		expect((await ask("/api/v1/health", { key: newKey().text })).headers.get("retry-after")).not.toBeNull();
		expect((await ask("/api/v1/health", { key })).status).toBe(200);
	});
});
