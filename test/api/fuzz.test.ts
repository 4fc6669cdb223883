import { randomInt } from "node:crypto";
import { OPERATIONS } from "@errata/api";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { fuzz, fuzzer } from "./fuzzer.ts";
import { type Seeded, type Serving, seeded, serve } from "./seeded.ts";

/** Seconds of each phase; `npm run fuzz:api` goes on for longer. */
const SECONDS = 20;

let data: Seeded;
let server: Serving;
beforeAll(async () => {
	await fuzzer((line) => console.log(line));
	data = await seeded(inject("clickhouseUrl"));
	server = await serve(inject("clickhouseUrl"), data.database);
}, 240_000);
afterAll(async () => {
	await server.stop();
	await data.drop();
});

test("a fuzzer finds no 5xx and no answer beside the document, whatever it sends", async () => {
	const seed = randomInt(1_000_000);
	console.log(`fuzz: seed ${seed} (npm run fuzz:api -- --seed ${seed})`);
	const ended = await fuzz({ url: server.url, seed, examples: 10, seconds: SECONDS });
	expect(ended.code, `seed ${seed}\n${ended.stdout}${ended.stderr}\n${server.said()}`).toBe(0);
	expect(ended.stdout).toContain(`${OPERATIONS.length} selected`);
	expect(server.isUp()).toBe(true);
	expect(server.said()).toBe("");
}, 240_000);

interface Wrong {
	readonly status: number;
	readonly code: string;
	readonly path: string;
	readonly init?: RequestInit;
}

const json = (body: string): RequestInit => ({
	method: "POST",
	body,
	headers: { "content-type": "application/json" },
});

const WRONG: readonly Wrong[] = [
	{ status: 405, code: "METHOD_NOT_ALLOWED", path: "/issues", init: { method: "DELETE" } },
	{ status: 405, code: "METHOD_NOT_ALLOWED", path: "/health", init: { method: "PUT", body: "x" } },
	{ status: 400, code: "BAD_REQUEST", path: "/issues?limit=1&limit=2" },
	{ status: 400, code: "BAD_REQUEST", path: "/issues?limit=99999999999999999999" },
	{ status: 400, code: "BAD_REQUEST", path: "/issues?colour=red" },
	{ status: 400, code: "BAD_REQUEST", path: "/issues?service=%00" },
	{ status: 400, code: "BAD_REQUEST", path: "/issues?window=99999d" },
	{ status: 400, code: "BAD_REQUEST", path: "/issues/%" },
	{ status: 400, code: "BAD_REQUEST", path: "/issues/%ff" },
	{ status: 400, code: "BAD_CURSOR", path: "/issues?cursor=zz" },
	{ status: 400, code: "BAD_CURSOR", path: "/tail?after=zz" },
	{
		status: 400,
		code: "BAD_CURSOR",
		path: "/tail",
		init: { headers: { accept: "text/event-stream", "last-event-id": "zz" } },
	},
	{ status: 404, code: "NOT_FOUND", path: "/nothing" },
	{ status: 404, code: "NOT_FOUND", path: "/issues/0000/comments", init: json('{"text":"x"}') },
	{ status: 400, code: "BAD_REQUEST", path: "/issues/0000/comments", init: json('{"text":"\\ud800"}') },
	{ status: 400, code: "BAD_REQUEST", path: "/issues/0000/comments", init: json('{"text":1}') },
	{ status: 400, code: "BAD_REQUEST", path: "/issues/0000/comments", init: json("{") },
	{ status: 400, code: "BAD_REQUEST", path: "/issues/0000/comments", init: json("") },
	{ status: 400, code: "BAD_REQUEST", path: "/issues/0000/resolve", init: json('{"inNextRelease":"true"}') },
	{
		status: 413,
		code: "TOO_LARGE",
		path: "/issues/0000/comments",
		init: json(JSON.stringify({ text: "x".repeat(2_000_000) })),
	},
	{ status: 415, code: "UNSUPPORTED_MEDIA", path: "/issues/0000/comments", init: { method: "POST", body: "text" } },
];

test.for(WRONG)("$status $code for $path", async ({ status, code, path, init }) => {
	const answer = await fetch(`${server.url}/api/v1${path}`, init);
	expect(answer.headers.get("content-type")).toMatch(/^application\/problem\+json/u);
	const problem = (await answer.json()) as Record<string, unknown>;
	expect(problem).toMatchObject({ status, code, type: `urn:errata:problem:${code.toLowerCase()}` });
	expect(answer.status).toBe(status);
	expect(problem.remedy).not.toBe("");
	expect(JSON.stringify(problem)).not.toMatch(/SELECT|\.ts:|node_modules|ClickHouse\w*Error/u);
	if (status === 405) expect(answer.headers.get("allow")).toMatch(/GET|POST/u);
});

test("HEAD has no body, OPTIONS tells the methods, and the same bytes are not sent twice", async () => {
	const head = await fetch(`${server.url}/api/v1/health`, { method: "HEAD" });
	expect([head.status, await head.text()]).toEqual([200, ""]);
	const options = await fetch(`${server.url}/api/v1/issues`, { method: "OPTIONS" });
	expect([options.status, options.headers.get("allow")]).toEqual([204, "GET, HEAD, OPTIONS"]);
	const first = await fetch(`${server.url}/api/v1/issues/${data.fingerprint}`);
	const again = await fetch(`${server.url}/api/v1/issues/${data.fingerprint}`, {
		headers: { "if-none-match": first.headers.get("etag") ?? "" },
	});
	expect([first.status, again.status]).toEqual([200, 304]);
});
