/** Actions as a person meets them: a file, a proposal, an approval, and a server that was told to run them. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { cli, ended, said, startCli, type TestStore, temporaryDirectory, testStore } from "../testing/cli.ts";
import { errorRow, richError } from "../testing/seed.ts";
import { shapeDifferences } from "../testing/shape.ts";

let db: TestStore;
let env: Record<string, string>;
let fingerprint = "";
let made = "";
beforeAll(async () => {
	db = await testStore(inject("clickhouseUrl"));
	const row = errorRow(richError());
	fingerprint = row.LogAttributes["errata.fingerprint"] ?? "";
	await db.store.insertLogs([row]);
	const home = temporaryDirectory();
	made = path.join(home, "made");
	const file = path.join(home, "actions.yaml");
	const code = `require("fs").writeFileSync(${JSON.stringify(made)}, process.argv[1])`;
	const note = { type: "command", argv: [process.execPath, "-e", code, "{{code}}"] };
	writeFileSync(file, JSON.stringify({ actions: { note } }));
	env = { HOME: home, ERRATA_ACTIONS: file, USER: "ann" };
});
afterAll(() => db.store.close());

const page = readFileSync(new URL("../../COMMANDS.md", import.meta.url), "utf8");
const example = (name: string): unknown =>
	JSON.parse(page.split(`<!-- json: ${name} -->\n\`\`\`json\n`)[1]?.split("```")[0] ?? "");
const json = async (args: string[]) => {
	const { stdout, stderr } = await cli([...args, "--json", ...db.flags], { env });
	expect(stderr).toBe("");
	return JSON.parse(stdout);
};

test("without a file nothing is proposed, and serve runs nothing", async () => {
	const off = { ...env, ERRATA_ACTIONS: undefined };
	const refused = await cli(["actions", "propose", fingerprint, "note", ...db.flags], { env: off });
	expect(refused).toMatchObject({ code: 4, stderr: expect.stringContaining("ERRATA_ACTIONS") });
	const serve = await cli(["serve", "--run-actions", "--port", "0", ...db.flags], { env: off });
	expect(serve).toMatchObject({ code: 2, stderr: expect.stringContaining("none are configured") });
});

test("proposed, approved, done by a server that was told to, and in the log", async () => {
	const proposed = await json(["actions", "propose", fingerprint, "note", "--reason", "try it"]);
	expect(shapeDifferences(proposed, example("actions propose"))).toEqual([]);
	const { id } = proposed.action as { id: string };
	const approved = await cli(["actions", "approve", id.slice(0, 8), ...db.flags], { env });
	expect(approved).toMatchObject({ code: 0, stdout: expect.stringContaining("is approved by ann") });
	const args = ["serve", "--port", "0", "--json", ...db.flags];
	const plain = startCli(args, { env });
	const plainEnd = ended(plain);
	await said(plain.stdout, "\n");
	const runner = startCli([...args, "--run-actions"], { env });
	const end = ended(runner);
	const { api } = JSON.parse(await said(runner.stdout, "\n")) as { api: string };
	const state = async () =>
		((await (await fetch(`${api}/actions/${id}`)).json()) as { action: { state: string } }).action.state;
	while ((await state()) !== "done") await sleep(100);
	expect(readFileSync(made, "utf8")).toMatch(/^[A-Z_]+$/u);
	const listed = await json(["actions", "list"]);
	expect(shapeDifferences(listed, example("actions list"))).toEqual([]);
	const logged = await json(["actions", "log", id]);
	expect(shapeDifferences(logged, example("actions log"))).toEqual([]);
	expect(logged.log.map(({ event }: { event: string }) => event)).toEqual(["proposed", "approved", "started", "done"]);
	for (const child of [plain, runner]) child.kill("SIGTERM");
	expect(await plainEnd).toMatchObject({ code: 0 });
	expect(await end).toMatchObject({ code: 0 });
});

test("a server without --run-actions does nothing, however long it is approved", async () => {
	const serve = startCli(["serve", "--port", "0", "--json", ...db.flags], {
		env: { ...env, HOME: temporaryDirectory() },
	});
	const end = ended(serve);
	const { api } = JSON.parse(await said(serve.stdout, "\n")) as { api: string };
	const post = async (at: string, body: object) =>
		(await (
			await fetch(`${api}${at}`, {
				method: "POST",
				body: JSON.stringify(body),
				headers: { "content-type": "application/json" },
			})
		).json()) as { action: { id: string; state: string } };
	const before = existsSync(made) ? readFileSync(made, "utf8") : "";
	writeFileSync(made, "untouched");
	const { action } = await post(`/issues/${fingerprint}/actions`, { action: "note" });
	expect((await post(`/actions/${action.id}/approve`, {})).action.state).toBe("approved");
	await sleep(2_500);
	expect(readFileSync(made, "utf8")).toBe("untouched");
	expect((await post(`/actions/${action.id}/cancel`, {})).action.state).toBe("cancelled");
	writeFileSync(made, before);
	serve.kill("SIGTERM");
	expect(await end).toMatchObject({ code: 0 });
});
