import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { cli, type TestStore, testStore } from "../testing/cli.ts";
import { errorRow, richError } from "../testing/seed.ts";

let store: TestStore;
let server: Server;
let asked = 0;
/** What the endpoint answers instead, if anything; `undefined` in it means that it says nothing. */
let odd: string | undefined;
let isOdd = false;
beforeAll(async () => {
	store = await testStore(inject("clickhouseUrl"));
	await store.store.insertLogs([errorRow(richError())]);
	const answer = {
		cause: "Nothing listens.",
		confidence: "high",
		evidence: [
			{ quote: "connect ECONNREFUSED 127.0.0.1:5432", shows: "refused" },
			{ quote: "the moon was full", shows: "nothing" },
		],
		fix: "Start it.",
		prevention: "A probe.",
		missing: [],
	};
	server = createServer((_, response) => {
		asked++;
		if (isOdd) {
			if (odd !== undefined) response.end(odd);
			return;
		}
		response.end(
			JSON.stringify({
				content: [{ type: "text", text: JSON.stringify(answer) }],
				usage: { input_tokens: 1000, output_tokens: 100 },
			}),
		);
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
	server.closeAllConnections();
	server.close();
	await store.store.close();
});

test("a model is asked only when told to, its evidence is checked, and its answer is kept", async () => {
	const [issue] = await store.store.listIssues();
	const fingerprint = issue?.fingerprint ?? "";
	const model = {
		ERRATA_MODEL_API: "anthropic",
		ERRATA_MODEL: "m-1",
		ERRATA_MODEL_KEY: "k",
		ERRATA_MODEL_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
		ERRATA_MODEL_INPUT_PRICE: "3",
		ERRATA_MODEL_OUTPUT_PRICE: "15",
	};
	const before = await cli(["explain", fingerprint, ...store.flags], { env: model });
	expect(before.code).toBe(4);
	expect(before.stderr).toContain("none was asked yet");
	expect(asked).toBe(0);
	const unset = await cli(["explain", fingerprint, "--model", ...store.flags]);
	expect(unset.stderr).toContain("none is configured");
	const told = await cli(["explain", fingerprint, "--model", ...store.flags], { env: model });
	expect(told.stderr).toContain("1,000 tokens in, 100 out, $0.0045");
	expect(told.stdout).toContain('"connect ECONNREFUSED 127.0.0.1:5432": refused');
	expect(told.stdout).toContain('NOT IN THE REPORT: "the moon was full"');
	const again = await cli(["explain", fingerprint, ...store.flags]);
	expect(again.stdout).toBe(told.stdout);
	expect(asked).toBe(1);
});

test.each([
	["nonsense", "<html>502 SELECT * FROM errata_errors at /srv/model.ts:1</html>", "its answer cannot be read"],
	["an answer to another question", '{"content":[{"type":"text","text":"{}"}]}', "not the JSON that was asked for"],
	["nothing at all", undefined, "did not answer within 200 ms"],
])("an endpoint that answers %s: exit 1, a reason, and nothing is kept", async (_, answer, reason) => {
	const event =
		(await store.store.issueEvents((await store.store.listIssues())[0]?.fingerprint ?? ""))[0]?.eventId ?? "";
	[isOdd, odd] = [true, answer];
	const model = {
		ERRATA_MODEL_API: "anthropic",
		ERRATA_MODEL: "m-1",
		ERRATA_MODEL_KEY: "the-secret-key",
		ERRATA_MODEL_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
		ERRATA_MODEL_TIMEOUT_MS: "200",
	};
	const told = await cli(["explain", event, "--kind", "error", "--model", ...store.flags], { env: model });
	isOdd = false;
	expect(told.code).toBe(1);
	expect(told.stdout).toBe("");
	expect(told.stderr).toContain(reason);
	expect(told.stderr).not.toMatch(/the-secret-key|SELECT|model\.ts|<html>/u);
	expect(await store.store.answers("error", event)).toEqual([]);
});

test("a report is redacted as configured, also by the API's operation", async () => {
	const [issue] = await store.store.listIssues();
	const input = JSON.stringify({ kind: "issue", id: issue?.fingerprint });
	const plain = await cli(["api", "reports.get", input, ...store.flags]);
	expect(plain.stdout).toContain("http.route: /orders");
	const env = { ERRATA_REDACTION_DENY: "http.route" };
	const denied = await cli(["api", "reports.get", input, ...store.flags], { env });
	expect(denied.code).toBe(0);
	expect(denied.stdout).not.toContain("http.route: /orders");
	const command = await cli(["report", "issue", issue?.fingerprint ?? "", ...store.flags], { env });
	expect(command.stdout).not.toContain("http.route: /orders");
});
