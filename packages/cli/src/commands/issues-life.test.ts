import { beforeAll, expect, inject, test } from "vitest";
import { cli, type TestStore, testStore } from "../testing/cli.ts";
import { errorRow, richError } from "../testing/seed.ts";

let db: TestStore;
let group = "";
let other = "";
beforeAll(async () => {
	db = await testStore(inject("clickhouseUrl"));
	const rows = [richError(), richError({ type: "TypeError", message: "x is not a function", stacktrace: "" })].map(
		errorRow,
	);
	await db.store.insertLogs(rows);
	[group, other] = rows.map((row) => (row.LogAttributes["errata.fingerprint"] ?? "").slice(0, 10)) as [string, string];
});

const errata = (...args: string[]) => cli([...args, ...db.flags], { env: { USER: "ann" } });

test("resolve, see it in the list, reopen, ignore, assign; the history says who and why", async () => {
	const resolved = await errata("issues", "resolve", group, "--comment", "pool raised");
	expect(resolved).toMatchObject({ code: 0, stderr: "" });
	expect(resolved.stdout).toMatch(/is resolved \(now\)\n$/u);
	expect((await errata("issues", "list")).stdout).toMatch(/NET_CONN_REFUSED +resolved/u);
	await db.store.insertLogs([errorRow(richError())]);
	expect((await errata("issues", "list")).stdout).toMatch(/NET_CONN_REFUSED +regressed/u);
	expect((await errata("issues", "reopen", group)).stdout).toContain("is ongoing (reopened)");
	expect((await errata("issues", "ignore", group, "--for", "7d", "--count", "100")).stdout).toMatch(
		/is ignored \(until 20\d\d-[^ ]+Z or until 100 more\)/u,
	);
	expect((await errata("issues", "assign", group, "bob")).stdout).toContain("assigned to bob");
	const { stdout } = await errata("issues", "history", group);
	expect(stdout.split("\n").filter((line) => line.includes("ann"))).toHaveLength(5);
	expect(stdout).toContain("pool raised");
	expect((await errata("issues", "view", group)).stderr).toContain("ignored: until");
});

test("merge and split", async () => {
	expect((await errata("issues", "merge", group, other)).stdout).toContain("with 1 merged");
	expect((await errata("issues", "list")).stderr).toContain("1 group in");
	const again = await errata("issues", "merge", group, other);
	expect(again).toMatchObject({ code: 1 });
	expect(again.stderr).toContain("All of them belong to this issue already. Pass groups of other issues.");
	const view = JSON.parse((await errata("issues", "view", group, "--json")).stdout) as { issue: { members: string[] } };
	expect((await errata("issues", "split", group, view.issue.members[0] as string)).code).toBe(0);
	expect((await errata("issues", "list")).stderr).toContain("2 groups in");
});

test("a group that is not there is said as everywhere", async () => {
	const { code, stderr } = await errata("issues", "resolve", "ffff0000");
	expect(code).toBe(4);
	expect(stderr).toContain("No group of that id");
});
