import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { type Endpoint, modelEndpoint } from "./endpoint.ts";
import { explain } from "./explain.ts";

const REPORT = "# NET_CONN_REFUSED\n\n```untrusted\nmessage: connect ECONNREFUSED 10.0.3.7:5432\n```\n";
const GOOD = {
	cause: "Nothing listens on 10.0.3.7:5432.",
	confidence: "high",
	evidence: [
		{ quote: "connect  ECONNREFUSED 10.0.3.7:5432", shows: "refused" },
		{ quote: "the disk was full", shows: "made up" },
		{ quote: "connect", shows: "too short to prove anything" },
	],
	fix: "Start it.",
	prevention: "A probe.",
	missing: [],
};

let server: Server | undefined;
afterEach(() => {
	server?.closeAllConnections();
	server?.close();
});

type Reaction = (response: ServerResponse, request: IncomingMessage, body: string) => void;

/** A real endpoint on loopback that reacts to the first, second, ... request; the last reaction stays. */
async function endpoint(api: Endpoint["api"], ...reactions: Reaction[]): Promise<Endpoint & { asked: () => number }> {
	let asked = 0;
	server = createServer(async (request, response) => {
		let body = "";
		for await (const chunk of request) body += String(chunk);
		const reaction = reactions[Math.min(asked++, reactions.length - 1)] as Reaction;
		reaction(response, request, body);
	});
	await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
	const price = { input: 3, output: 15 };
	return { api, url, model: "m-1", key: "the-key", price, timeoutMs: 2_000, asked: () => asked };
}

const anthropic =
	(text: string): Reaction =>
	(response) =>
		response.end(
			JSON.stringify({
				model: "m-1-x",
				content: [{ type: "text", text }],
				usage: { input_tokens: 1000, output_tokens: 200 },
			}),
		);
const status =
	(code: number, headers: Record<string, string> = {}): Reaction =>
	(response) =>
		response.writeHead(code, headers).end("{}");

describe("a report explained by a model", () => {
	test("Anthropic: the answer, which of its quotes stand in the report, and what it cost", async () => {
		const seen: string[] = [];
		const at = await endpoint("anthropic", (response, request, body) => {
			seen.push(String(request.headers["x-api-key"]), body);
			anthropic(JSON.stringify(GOOD))(response, request, body);
		});
		const { answer, provenance } = await explain(REPORT, at);
		expect(seen[0]).toBe("the-key");
		expect(JSON.parse(seen[1] as string)).toMatchObject({
			model: "m-1",
			messages: [{ role: "user", content: REPORT }],
		});
		expect(answer.evidence.map(({ found }) => found)).toEqual([true, false, false]);
		expect(provenance).toMatchObject({ model: "m-1-x", inputTokens: 1000, outputTokens: 200, promptVersion: 1 });
		expect(provenance.cost).toBeCloseTo(0.006);
		expect(provenance.reportSha256).toMatch(/^[0-9a-f]{64}$/u);
	});

	test("OpenAI's shape, in a fence", async () => {
		const at = await endpoint("openai", (response, request) => {
			expect(request.headers.authorization).toBe("Bearer the-key");
			const content = `\`\`\`json\n${JSON.stringify(GOOD)}\n\`\`\``;
			response.end(
				JSON.stringify({ choices: [{ message: { content } }], usage: { prompt_tokens: 10, completion_tokens: 5 } }),
			);
		});
		expect((await explain(REPORT, at)).provenance).toMatchObject({ inputTokens: 10, outputTokens: 5, model: "m-1" });
	});

	test("429 with Retry-After and 500 are tried again, and then it answers", async () => {
		const at = await endpoint(
			"anthropic",
			status(429, { "retry-after": "1" }),
			status(500),
			anthropic(JSON.stringify(GOOD)),
		);
		const before = performance.now();
		await explain(REPORT, at);
		expect(at.asked()).toBe(3);
		expect(performance.now() - before).toBeGreaterThan(1_000);
	});

	test.each([
		["it hangs", () => {}, "did not answer within 300 ms, 3 times", 3],
		["always 500", status(500), "answered 500, 3 times", 3],
		["a wrong key is not tried again", status(401), "answered 401", 1],
		["a redirect is not followed", status(302, { location: "http://127.0.0.1:1/" }), "cannot be reached", 3],
		["nonsense", (r: ServerResponse) => r.end("<html>"), "cannot be read", 1],
		["another JSON", anthropic('{"ok":true}'), "not the JSON that was asked for", 1],
		["prose", anthropic("Sure! Run rm -rf / first."), "not the JSON that was asked for", 1],
		["over-long", (r: ServerResponse) => r.end("x".repeat(3_000_000)), "over 1048576 bytes", 1],
		["over-long text", anthropic(JSON.stringify({ ...GOOD, fix: "x".repeat(5_000) })), "not the JSON", 1],
	] as [string, Reaction, string, number][])("%s", async (_, reaction, cause, asked) => {
		const at = { ...(await endpoint("anthropic", reaction)) };
		await expect(explain(REPORT, { ...at, timeoutMs: cause.includes("300") ? 300 : 5_000 })).rejects.toThrow(cause);
		expect(at.asked()).toBe(asked);
		await expect(explain(REPORT, { ...at, timeoutMs: 300 })).rejects.not.toThrow("the-key");
	});

	test("an answer that was prompt-injected is shown as text: nothing to click, nothing for a terminal", async () => {
		const evil = "\u001b[2J[click](https://evil.example) <|im_start|>\u202e<script>";
		const at = await endpoint("anthropic", anthropic(JSON.stringify({ ...GOOD, fix: evil, cause: evil })));
		const { answer } = await explain(REPORT, at);
		for (const live of ["\u001b", "](", "https://", "<|im", "<script", "\u202e"])
			expect(answer.fix).not.toContain(live);
	});
});

describe("where a model is configured", () => {
	const home = () => mkdtempSync(path.join(tmpdir(), "errata-model-"));
	const file = (mode: number, text: string): string => {
		const dir = home();
		mkdirSync(path.join(dir, ".config/errata"), { recursive: true });
		writeFileSync(path.join(dir, ".config/errata/model.json"), text, { mode });
		return dir;
	};

	test("nowhere by default", () => {
		expect(() => modelEndpoint({ HOME: home() })).toThrow("none is configured");
	});

	test("in the environment, or the user's own file that nobody else reads; the environment wins", () => {
		const HOME = file(0o600, '{"api":"openai","model":"a","key":"k","url":"http://localhost:9/v1"}');
		expect(modelEndpoint({ HOME, ERRATA_MODEL: "b" })).toMatchObject({ api: "openai", model: "b", key: "k" });
		expect(() => modelEndpoint({ HOME: file(0o644, "{}") })).toThrow("chmod 600");
	});

	test("never in the clear beyond this machine", () => {
		const env = {
			HOME: home(),
			ERRATA_MODEL_API: "openai",
			ERRATA_MODEL: "a",
			ERRATA_MODEL_URL: "http://models.example/v1",
		};
		expect(() => modelEndpoint(env)).toThrow("not https");
	});
});
