/** Alerts as a person meets them: a file of rules, `errata serve`, something fails, a message arrives. */
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { cli, ended, said, startCli, type TestStore, temporaryDirectory, testStore } from "../testing/cli.ts";
import { errorRow, richError } from "../testing/seed.ts";
import { shapeDifferences } from "../testing/shape.ts";

const bodies: string[] = [];
const arrived: (() => void)[] = [];
const slack = createServer((request, response) => {
	let text = "";
	request.setEncoding("utf8").on("data", (chunk: string) => {
		text += chunk;
	});
	request.on("end", () => {
		bodies.push(text);
		response.end("ok");
		for (const wake of arrived.splice(0)) wake();
	});
});

let db: TestStore;
let env: Record<string, string>;
beforeAll(async () => {
	slack.listen(0, "127.0.0.1");
	await once(slack, "listening");
	db = await testStore(inject("clickhouseUrl"));
	const home = temporaryDirectory();
	const file = path.join(home, "alerts.yaml");
	writeFileSync(
		file,
		`channels:\n  ops: { type: slack, url: "$${"{SLACK_URL}"}" }\nrules:\n  - { name: new errors, when: new, to: [ops] }\n`,
	);
	const { port } = slack.address() as AddressInfo;
	env = { HOME: home, ERRATA_ALERTS: file, SLACK_URL: `http://127.0.0.1:${port}/hook`, USER: "ann" };
});
afterAll(async () => {
	slack.close();
	await db.store.close();
});

test("a channel is tried by hand", async () => {
	const text = await cli(["alerts", "test", "ops", ...db.flags], { env });
	expect(text).toMatchObject({
		code: 0,
		stdout: expect.stringMatching(/^ops \(slack\): accepted after \d+ ms: 200\n$/u),
	});
	expect(bodies.pop()).toContain("This is a test: nothing is wrong.");
	const { stdout } = await cli(["alerts", "test", "ops", "--json", ...db.flags], { env });
	const page = readFileSync(new URL("../../COMMANDS.md", import.meta.url), "utf8");
	const example = /<!-- json: alerts test -->\n```json\n([\s\S]*?)\n```/u.exec(page)?.[1] ?? "";
	expect(shapeDifferences(JSON.parse(example), JSON.parse(stdout))).toEqual([]);
	expect(await cli(["alerts", "test", "nobody", ...db.flags], { env })).toMatchObject({
		code: 4,
		stderr: expect.stringContaining('No channel is named "nobody". There are: ops.'),
	});
	bodies.length = 0;
});

test("serve tells the channel what fails; the list says so; a silence is kept and ended", async () => {
	await db.store.insertLogs([errorRow(richError())]);
	const told = new Promise<void>((resolve) => arrived.push(resolve));
	const server = startCli(["serve", "--port", "0", ...db.flags], { env });
	const done = ended(server);
	await said(server.stdout, "is ready");
	await told;
	expect(bodies[0]).toContain("New error NET_CONN_REFUSED in checkout: connect ECONNREFUSED 127.0.0.1:5432");
	server.kill("SIGTERM");
	expect((await done).code).toBe(0);
	const list = await cli(["alerts", "list", ...db.flags], { env });
	expect(list.stdout).toMatch(/firing +new errors .* ops +New error NET_CONN_REFUSED/u);
	expect(list.stderr).toBe("1 alert; 1 rule watched by `errata serve`.\n");

	const silenced = await cli(["alerts", "silence", "--service", "checkout", "--comment", "deploying", ...db.flags], {
		env,
	});
	const id = /([0-9a-f-]{36})\n$/u.exec(silenced.stdout)?.[1] ?? "";
	expect(silenced.stdout).toMatch(/^silenced until .*: service checkout \(deploying\)/u);
	const shown = await cli(["alerts", "list", "--json", ...db.flags], { env });
	expect(JSON.parse(shown.stdout).silences).toMatchObject([{ id, actor: "ann", service: "checkout" }]);
	expect((await cli(["alerts", "silence", "--end", id, ...db.flags], { env })).code).toBe(0);
	expect((await cli(["alerts", "silence", "--end", id, ...db.flags], { env })).code).toBe(4);
	expect(JSON.parse((await cli(["alerts", "list", "--json", ...db.flags], { env })).stdout).silences).toEqual([]);
});

test("a file of rules that is wrong stops serve with the place", async () => {
	const file = path.join(env.HOME as string, "wrong.yaml");
	writeFileSync(file, "channels: {}\nrules:\n  - { name: a, when: new, to: [ops] }\n");
	expect(await cli(["serve", ...db.flags], { env: { ...env, ERRATA_ALERTS: file } })).toMatchObject({
		code: 2,
		stderr: expect.stringContaining(`${file} at rules/0/to: no channel is named ops`),
	});
});
