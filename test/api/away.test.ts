/** What callers see while ClickHouse is away, hangs, or dies under a stream: a TCP proxy stands between, which a test bends. */
import { createServer, connect as dial, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { type Seeded, type Serving, seeded, serve } from "./seeded.ts";

type Mood = "through" | "away" | "hang";

interface Proxy {
	readonly url: string;
	become(mood: Mood): void;
	stop(): Promise<void>;
}

/** Lets bytes through, closes what comes, or takes it and answers nothing. A change of mood ends what is open. */
async function proxy(target: URL): Promise<Proxy> {
	let mood: Mood = "through";
	const open = new Set<Socket>();
	const server: Server = createServer((client) => {
		open.add(client);
		client.on("error", () => client.destroy()).on("close", () => open.delete(client));
		if (mood === "away") client.resetAndDestroy();
		if (mood !== "through") return;
		const upstream = dial(Number(target.port), target.hostname);
		upstream.on("error", () => client.destroy()).on("close", () => client.destroy());
		client.on("close", () => upstream.destroy());
		client.pipe(upstream).pipe(client);
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const url = new URL(target);
	url.port = String((server.address() as { port: number }).port);
	return {
		url: url.href,
		become(next) {
			mood = next;
			for (const socket of open) socket.destroy();
		},
		stop: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				for (const socket of open) socket.destroy();
			}),
	};
}

let data: Seeded;
let between: Proxy;
let server: Serving;
beforeAll(async () => {
	data = await seeded(inject("clickhouseUrl"));
	between = await proxy(new URL(inject("clickhouseUrl")));
	server = await serve(between.url, data.database);
});
afterAll(async () => {
	between.become("through");
	await server.stop();
	await between.stop();
	await data.drop();
});

const api = (path: string, init?: RequestInit) => fetch(`${server.url}/api/v1${path}`, init);
const comment = (text: string): RequestInit => ({
	method: "POST",
	body: JSON.stringify({ text }),
	headers: { "content-type": "application/json" },
});

async function expectAway(answer: Response): Promise<void> {
	const text = await answer.text();
	expect([503, 504], text).toContain(answer.status);
	expect(answer.headers.get("content-type")).toMatch(/^application\/problem\+json/u);
	const problem = JSON.parse(text) as Record<string, string>;
	expect(problem.code).toMatch(/^STORE_/u);
	expect(problem.remedy).not.toBe("");
	expect(text).not.toMatch(/SELECT|127\.0\.0\.1|ECONN|\.ts|errata_errors|password/iu);
}

test("away: every read and every deed is a problem, nothing is written, and it goes on when ClickHouse is back", async () => {
	between.become("away");
	for (const path of [
		"/health",
		"/issues",
		`/issues/${data.fingerprint}`,
		"/trends",
		"/tail",
		"/incidents",
		`/reports/issue/${data.fingerprint}`,
		`/reports/trace/${data.traceId}`,
		`/reports/incident/${data.fingerprint}`,
		`/traces/${data.traceId}`,
	])
		await expectAway(await api(path));
	await expectAway(await api(`/issues/${data.fingerprint}/comments`, comment("while away")));
	between.become("through");
	expect((await api("/issues")).status).toBe(200);
	const { history } = (await (await api(`/issues/${data.fingerprint}/history`)).json()) as { history: object[] };
	expect(history).toEqual([]);
	expect((await api(`/issues/${data.fingerprint}/comments`, comment("when back"))).status).toBe(200);
	expect(server.isUp()).toBe(true);
});

test("killed during a list: a problem, not half an answer", async () => {
	between.become("hang");
	const asked = api("/issues");
	await new Promise((resolve) => setTimeout(resolve, 300));
	between.become("through");
	const answer = await asked;
	// The client may ask again by itself: then the answer is whole.
	if (answer.status !== 200) await expectAway(answer);
	else expect(((await answer.json()) as { issues: object[] }).issues.length).toBeGreaterThan(0);
});

test("killed during a stream: it ends with a problem as an event, and the next one goes on", async () => {
	const following = await api("/tail", { headers: { accept: "text/event-stream" } });
	expect(following.status).toBe(200);
	between.become("away");
	const text = await following.text();
	expect(text).toContain("event: problem");
	expect(text).toContain('"code":"STORE_UNAVAILABLE"');
	expect(text).toContain('"remedy"');
	expect(text).not.toMatch(/SELECT|127\.0\.0\.1|ECONN/u);
	between.become("through");
	expect((await api("/health")).status).toBe(200);
	expect(server.isUp()).toBe(true);
});

test("one that hangs costs one answer 504 after its limit, while the server answers others", async () => {
	between.become("hang");
	const slow = api("/trends");
	const document = await api("/openapi.json");
	expect(document.status).toBe(200);
	await expectAway(await slow);
	between.become("through");
	expect((await api("/issues")).status).toBe(200);
});
