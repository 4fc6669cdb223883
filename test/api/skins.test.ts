/** The lists of the three skins, compared: what exists, exists by REST, by the command line and by MCP. */
import { OPERATIONS } from "@errata/api";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { TOOLS } from "../../packages/server/src/mcp/tools.ts";
import { cleanEnv, root, run } from "../setup/processes.ts";
import { type Seeded, type Serving, seeded, serve } from "./seeded.ts";

let data: Seeded;
let server: Serving;
beforeAll(async () => {
	data = await seeded(inject("clickhouseUrl"));
	server = await serve(inject("clickhouseUrl"), data.database);
});
afterAll(async () => {
	await server.stop();
	await data.drop();
});

const MAIN = `${root}/packages/cli/src/main.ts`;
const errata = (...args: string[]) =>
	run(
		process.execPath,
		[
			"--conditions=errata-source",
			MAIN,
			...args,
			"--clickhouse-url",
			inject("clickhouseUrl"),
			"--database",
			data.database,
		],
		{ env: cleanEnv() },
	);
const rest = async (path: string): Promise<unknown> => (await fetch(`${server.url}/api/v1${path}`)).json();

const NAMES = OPERATIONS.map(({ name }) => name as string).toSorted();

test("REST's document lists exactly the operations", async () => {
	const document = (await rest("/openapi.json")) as { paths: Record<string, Record<string, { operationId: string }>> };
	const listed = Object.values(document.paths).flatMap((methods) =>
		Object.values(methods).map(({ operationId }) => operationId),
	);
	expect(listed.toSorted()).toEqual(NAMES);
});

test("the command line lists exactly the operations, and says so for another", async () => {
	const { code, stderr } = await errata("api", "nothing.at.all");
	expect(code).toBe(2);
	for (const name of NAMES) expect(stderr).toContain(name);
});

test("MCP has every operation, each once: what reads apart from what changes", async () => {
	const client = new Client({ name: "test", version: "1" });
	await client.connect(new StreamableHTTPClientTransport(new URL("/mcp", server.url)));
	const { tools } = await client.listTools();
	const named = (tool: string): string[] => {
		const properties = tools.find(({ name }) => name === tool)?.inputSchema.properties ?? {};
		const { description } = properties.operation as { readonly description: string };
		// `issues.{resolve,ignore} alerts.silence`
		return description.split(" ").flatMap((part) => {
			const [noun, verbs = ""] = part.split(".");
			return verbs
				.replace(/[{}]/gu, "")
				.split(",")
				.map((verb) => `${noun}.${verb}`);
		});
	};
	const single = TOOLS.map(({ operation }) => operation);
	expect([...single, ...named("query"), ...named("change")].toSorted()).toEqual(NAMES);
	expect(tools.map(({ name }) => name).toSorted()).toEqual(
		[...TOOLS.map(({ name }) => name), "query", "change"].toSorted(),
	);
	const reads = OPERATIONS.filter(({ method }) => method === "GET").map(({ name }) => name as string);
	expect([...single, ...named("query")].toSorted()).toEqual(reads.toSorted());
	const answer = await client.callTool({
		name: "query",
		arguments: { operation: "releases.list", input: { limit: 5 } },
	});
	expect((answer.structuredContent as { untrusted: unknown }).untrusted).toEqual(await rest("/releases?limit=5"));
	const wrong = await client.callTool({
		name: "query",
		arguments: { operation: "releases.list", input: { colour: "red" } },
	});
	expect(JSON.stringify(wrong.content)).toContain("It takes service, limit");
	const { fingerprint } = data;
	const text = "the same deed by MCP";
	await client.callTool({ name: "change", arguments: { operation: "issues.comment", input: { fingerprint, text } } });
	expect(await rest(`/issues/${fingerprint}/history`)).toMatchObject({
		history: [{ action: "comment", detail: { text } }],
	});
	await client.close();
});

test("the bodies of the command line are those of REST", async () => {
	for (const [name, input, path] of [
		["issues.get", { fingerprint: data.fingerprint }, `/issues/${data.fingerprint}`],
		["releases.list", { limit: 5 }, "/releases?limit=5"],
		["traces.get", { traceId: data.traceId }, `/traces/${data.traceId}`],
	] as const) {
		const { stdout, stderr } = await errata("api", name, JSON.stringify(input));
		expect(JSON.parse(stdout || stderr)).toEqual(await rest(path));
	}
	const history = await errata("issues", "history", data.fingerprint, "--json");
	expect(JSON.parse(history.stdout)).toEqual(await rest(`/issues/${data.fingerprint}/history`));
});

test("an input that an operation does not take is said with what it takes", async () => {
	const { code, stderr } = await errata("api", "issues.list", '{"colour":"red"}');
	expect(code).toBe(2);
	expect(stderr).toContain("It takes window");
});
