import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { openStore } from "@errata/store";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { errorRow, type Served, served } from "../testing/served.ts";
import { openWorkDatabase, type WorkDatabase } from "../work/database.ts";
import { checkRetention, readRetention } from "./retention-file.ts";
import { createSweep } from "./sweep.ts";

const DAY = 86_400_000;

describe("the file", () => {
	test("the page's example is one", () => {
		const dir = mkdtempSync(path.join(tmpdir(), "errata-retention-"));
		const file = path.join(dir, "retention.yaml");
		const page = readFileSync(new URL("../../RETENTION.md", import.meta.url), "utf8");
		writeFileSync(file, /```yaml\n([\s\S]*?)```/u.exec(page)?.[1] ?? "");
		expect(readRetention(file)).toEqual([
			{ of: "logs", days: 30 },
			{ of: "logs", severity: "debug", days: 3 },
			{ of: "errors", severity: "low", days: 14 },
			{ of: "errors", tenant: "acme", days: 7 },
			{ of: "logs", tenant: "acme", days: 7 },
			{ of: "traces", tenant: "acme", days: 7 },
			{ of: "errors", tenant: "acme", severity: "critical", days: 90 },
		]);
		rmSync(dir, { recursive: true });
	});

	test.each([
		["no rule", { rules: [] }, "rules"],
		["no days", { rules: [{ keep: "0d" }] }, "rules/0/keep"],
		["hours", { rules: [{ keep: "24h" }] }, "rules/0/keep"],
		["errors of one day", { rules: [{ of: "errors", keep: "1d" }] }, "rules/0/keep"],
		["a severity of nothing", { rules: [{ keep: "3d", severity: "low" }] }, "needs `of`"],
		["a severity of others", { rules: [{ of: "logs", keep: "3d", severity: "critical" }] }, "trace, debug"],
		["the same twice", { rules: [{ of: "logs", keep: "3d" }, { keep: "5d" }] }, "another rule"],
		["an unknown key", { rules: [{ keep: "3d", service: "x" }] }, "no such key"],
	])("%s is said with its place", (_, raw, said) => {
		expect(() => checkRetention(raw, "retention.yaml")).toThrow(said);
	});
});

describe("the daily sweep", () => {
	let s: Served;
	let database: WorkDatabase;
	beforeAll(async () => {
		s = await served(inject("clickhouseUrl"));
		database = openWorkDatabase(":memory:") as WorkDatabase;
		await s.store.insertLogs(
			[0, 5, 10].map((age) => errorRow({ message: "socket hang up", tenant: "acme", at: Date.now() - age * DAY })),
		);
	});
	afterAll(async () => {
		database.close();
		await s.stop();
	});

	test("deletes once a day by the rules, and goes on after a failure", async () => {
		const lines: string[] = [];
		const rules = checkRetention({ rules: [{ tenant: "acme", of: "logs", keep: "7d" }] }, "r.yaml");
		const away = openStore({ url: "http://127.0.0.1:1" });
		let store = away;
		const sweep = createSweep({ database, rules, store: () => store, log: (line) => lines.push(line) });
		const due = async () => (await s.store.dueRows(rules, Date.now())).map(({ rows }) => rows);
		expect(await due()).toEqual([1]);
		const at = Date.now();
		sweep.look(at);
		await sweep.settled();
		expect(lines).toEqual([expect.stringContaining("connection refused")]);
		store = s.store;
		sweep.look(at + 60_000);
		await sweep.settled();
		expect(await due()).toEqual([1]);
		sweep.look(at + 3_600_000);
		await sweep.settled();
		expect(lines.at(-1)).toBe("retention: 1 rows deleted");
		expect(await due()).toEqual([]);
		// The same day: not again, whatever is due.
		await s.store.insertLogs([errorRow({ message: "late", tenant: "acme", at: Date.now() - 10 * DAY })]);
		sweep.look(at + 3_600_001);
		await sweep.settled();
		expect(await due()).toEqual([1]);
		sweep.look(at + DAY + 3_600_000);
		await sweep.settled();
		expect(await due()).toEqual([]);
		await away.close();
	});
});
