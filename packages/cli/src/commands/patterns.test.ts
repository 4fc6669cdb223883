/** `patterns`, `catalog adopt`, `issues why`: what they show of real rows in a real ClickHouse, and of a log file. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { EXIT } from "../exit.ts";
import { cli, type TestStore, temporaryDirectory, testStore } from "../testing/cli.ts";
import { errorRow, logRow, richError } from "../testing/seed.ts";

const HOUR = 3_600_000;
const USERS = ["alice", "bruno", "chidi", "dana", "emre", "farah", "goran", "hana"];

interface Listed {
	readonly id: string;
	readonly text: string;
	readonly count: number;
	readonly firstSeen: string | null;
	readonly services: readonly string[];
	readonly entry: string;
}

let db: TestStore;

async function listed(...args: string[]): Promise<Listed[]> {
	const { code, stdout, stderr } = await cli(["patterns", "--json", ...args]);
	expect({ code, stderr }).toMatchObject({ code: 0 });
	return (JSON.parse(stdout) as { patterns: Listed[] }).patterns;
}

beforeAll(async () => {
	db = await testStore(inject("clickhouseUrl"));
	const now = Date.now();
	const rows = [errorRow(richError({ at: now - 1_000 }))];
	for (const [i, user] of USERS.entries()) {
		rows.push(logRow(`ledger closed for ${user} after ${i + 3} entries`, "ledger", now - i * 1_000));
		rows.push(logRow(`sweep of shelf ${i} done`, "stock", now - HOUR - i * 1_000));
		rows.push(
			errorRow({ type: "ShelfError", message: `shelf ${i} is crooked`, at: now - i * 1_000, service: "stock" }),
		);
	}
	rows.push(logRow("sweep of shelf 99 done", "stock", now - 500));
	await db.store.insertLogs(rows);
});

describe("errata patterns", () => {
	test("joins lines that differ in their values, counts them, and leaves out what an entry names", async () => {
		const found = await listed("--since", "30m", ...db.flags);
		expect(found.map(({ text, count, services }) => ({ text, count, services }))).toEqual([
			{ text: "ShelfError: shelf <*> is crooked", count: 8, services: ["stock"] },
			{ text: "ledger closed for <*> after <*> entries", count: 8, services: ["ledger"] },
			{ text: "sweep of shelf <*> done", count: 1, services: ["stock"] },
		]);
		for (const { id, firstSeen } of found) {
			expect(id).toMatch(/^[0-9a-f]{8}$/u);
			expect(Date.now() - Date.parse(firstSeen ?? "")).toBeLessThan(HOUR);
		}
	});

	test("--new leaves out what the same time before had", async () => {
		const found = await listed("--since", "45m", "--new", ...db.flags);
		expect(found.map(({ text }) => text)).toEqual([
			"ShelfError: shelf <*> is crooked",
			"ledger closed for <*> after <*> entries",
		]);
	});

	test("a table for a person, and what to do next", async () => {
		const { code, stdout, stderr } = await cli(["patterns", "--since", "30m", ...db.flags]);
		expect(code).toBe(0);
		expect(stdout).toMatch(/^pattern +count +first seen +service +text\n/u);
		expect(stdout).toMatch(/^[0-9a-f]{8} +8 +\S.* ago +ledger +ledger closed for <\*> after <\*> entries$/mu);
		expect(stderr).toMatch(/3 patterns in the last 30m\. Next: errata patterns [0-9a-f]{8} /u);
	});

	test("reads a log without any store", async () => {
		const lines = USERS.map((user) => `ledger closed for ${user} after 3 entries\n`).join("");
		const input = `${lines}Error: connect ECONNREFUSED 127.0.0.1:5432\n`;
		const { code, stdout } = await cli(["patterns", "--json", "--file", "-"], { input });
		expect(code).toBe(0);
		expect((JSON.parse(stdout) as { patterns: Listed[] }).patterns).toMatchObject([
			{ text: "ledger closed for <*> after <*> entries", count: 8, firstSeen: null },
		]);
		const missing = await cli(["patterns", "--file", "/does/not/exist.log"]);
		expect(missing.code).toBe(EXIT.usage);
		expect(missing.stderr).toContain("cannot read the log /does/not/exist.log");
	});
});

describe("errata catalog adopt", () => {
	test("writes an entry that passes the check, names the error from then on, and leaves the rest of the file alone", async () => {
		const home = temporaryDirectory();
		const file = path.join(home, "errors", "shop.yaml");
		const pattern = (await listed("--since", "30m", ...db.flags)).find(({ text }) => text.startsWith("ShelfError"));
		const adopt = (id: string) => cli(["catalog", "adopt", id, "--to", file, ...db.flags], { cwd: home });
		const made = await adopt(pattern?.id ?? "");
		expect(made).toMatchObject({ code: 0, stdout: expect.stringContaining("APP_SHELF_CROOKED") });
		expect((await cli(["catalog", "check", file])).code).toBe(0);
		const tried = await cli(["catalog", "test", file, "--json"], {
			input: "ShelfError: shelf 12 is crooked\n    at a\n",
		});
		expect(JSON.parse(tried.stdout)).toMatchObject({ code: "APP_SHELF_CROOKED", pattern: "app.shelf_crooked" });

		const commented = readFileSync(file, "utf8").replace("entries:", "# Ours.\nentries:");
		writeFileSync(file, commented);
		const env = { ERRATA_CATALOG: file };
		const left = await cli(["patterns", "--json", "--since", "30m", ...db.flags], { env });
		const ledger = (JSON.parse(left.stdout) as { patterns: Listed[] }).patterns.find(({ text }) =>
			text.startsWith("ledger"),
		);
		const second = await cli(["catalog", "adopt", ledger?.id.slice(0, 6) ?? "", ...db.flags], { cwd: home, env });
		expect(second.code).toBe(0);
		expect(readFileSync(file, "utf8").startsWith(commented.trimEnd())).toBe(true);
		expect((await cli(["catalog", "check", file])).code).toBe(0);
	});

	test("an unknown pattern: exit 4; no catalog: what to do", async () => {
		const none = await cli(["catalog", "adopt", "ffffffff", "--to", "x.yaml", ...db.flags]);
		expect(none.code).toBe(EXIT.notFound);
		const nowhere = await cli(["catalog", "adopt", "ffffffff", ...db.flags]);
		expect(nowhere).toMatchObject({ code: EXIT.usage, stderr: expect.stringContaining("--to errors/app.yaml") });
	});
});

describe("errata issues why", () => {
	test("says the rule, the parts and which frames count", async () => {
		const [issue] = await db.store.listIssues({ code: "NET_CONN_REFUSED" });
		const { code, stdout } = await cli(["issues", "why", issue?.fingerprint.slice(0, 8) ?? "", ...db.flags]);
		expect(code).toBe(0);
		expect(stdout).toContain(issue?.fingerprint);
		expect(stdout).toMatch(/^rule +stack: the stack has frames that count/mu);
		expect(stdout).toMatch(/^type +Error$/mu);
		expect(stdout).toMatch(/^frame +\S+#\S+$/mu);
		expect(stdout).toMatch(/^yes +app /mu);
		const json = await cli(["issues", "why", issue?.fingerprint ?? "", "--json", ...db.flags]);
		expect(JSON.parse(json.stdout)).toMatchObject({ rule: "stack", reproduced: true, version: 1 });
	});

	test("an unknown group: exit 4", async () => {
		expect((await cli(["issues", "why", "0000beef", ...db.flags])).code).toBe(EXIT.notFound);
	});
});
