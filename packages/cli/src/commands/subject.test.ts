import { createRedactor } from "@errata/catalog";
import { beforeAll, expect, inject, test } from "vitest";
import { cli, type TestStore, testStore } from "../testing/cli.ts";
import { errorRow, logRow, richError } from "../testing/seed.ts";

const KEY = "a key of the pseudonyms, 32 bytes and more";
const ADDRESS = "ann@example.org";
const redactor = createRedactor({ mode: "pseudonym", pseudonymKey: KEY });
const ANN = redactor.text(ADDRESS);

let db: TestStore;
beforeAll(async () => {
	db = await testStore(inject("clickhouseUrl"));
	const error = richError({ message: redactor.text(`no mailbox ${ADDRESS}`), attributes: { "user.email": ANN } });
	await db.store.insertLogs([
		errorRow(error),
		logRow(redactor.text(`mail to ${ADDRESS.toUpperCase()}`), "mailer", Date.now()),
		logRow(redactor.text("mail to bob@example.org"), "mailer", Date.now()),
	]);
});

const counts = { errata_errors: 1, otel_logs: 2 };
const table = (out: string) =>
	Object.fromEntries([...out.matchAll(/^ +(\d+) {2}(\w+)$/gmu)].map(([, rows, name]) => [name, Number(rows)]));

test("a clear value is looked for by the pseudonyms that the key makes of it", { timeout: 180_000 }, async () => {
	expect(ANN).toMatch(/^\[PSEUDONYM:email:/u);
	const env = { ERRATA_PSEUDONYM_KEY: KEY };
	const { code, stdout } = await cli(["subject", "find", "--value", ...db.flags], { input: `${ADDRESS}\n`, env });
	expect([code, table(stdout)]).toEqual([0, counts]);
	const other = { ERRATA_PSEUDONYM_KEY: `${KEY} of another` };
	const none = await cli(["subject", "find", "--value", ...db.flags], { input: ADDRESS, env: other });
	expect([none.code, none.stdout, none.stderr]).toEqual([0, "", "No row names it.\n"]);
	expect((await cli(["subject", "find", "--value", ...db.flags], { input: ADDRESS })).code).toBe(2);
});

// Seven runs of the command, each a process: seconds, and more on a busy machine.
const LONG = { timeout: 180_000 };

test("all rows come out as NDJSON, nothing goes unasked, and 0 rows are left when it is done", LONG, async () => {
	const out = await cli(["subject", "export", "--pseudonym", ANN, ...db.flags]);
	const rows = out.stdout
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line));
	expect(rows.map((row) => row.table).toSorted()).toEqual(["errata_errors", "otel_logs", "otel_logs"]);
	expect(rows.every((row) => JSON.stringify(row.row).includes(ANN))).toBe(true);

	const dry = await cli(["subject", "erase", "--pseudonym", ANN, "--dry-run", ...db.flags]);
	expect([dry.code, table(dry.stdout)]).toEqual([0, counts]);
	const unasked = await cli(["subject", "erase", "--pseudonym", ANN, ...db.flags]);
	expect(unasked.code).toBe(2);
	expect(unasked.stderr).toContain("pass --yes");

	const done = await cli(["subject", "erase", "--pseudonym", ANN, "--yes", ...db.flags]);
	expect(done).toMatchObject({ code: 0 });
	// What was refused before had left all of them.
	expect(done.stdout).toContain("Erased 3 rows; 0 are left.");
	expect(done.stderr).toContain("Not reached: Backups");
	const trail = await db.store.listAudit({ sinceMs: 0, operation: "subjects.erase" });
	expect(trail.map(({ outcome }) => outcome)).toContain("done");
	expect(JSON.stringify(trail)).not.toContain(ANN);
	expect(table((await cli(["subject", "find", "--pseudonym", ANN, ...db.flags])).stdout)).toEqual({});
	const bob = redactor.text("bob@example.org");
	expect(table((await cli(["subject", "find", "--pseudonym", bob, ...db.flags])).stdout)).toEqual({ otel_logs: 1 });
});

test.each([
	["neither a pseudonym nor a value", []],
	["a pseudonym that is none", ["--pseudonym", "ann@example.org"]],
	["both", ["--pseudonym", ANN, "--value"]],
])("%s is exit code 2", async (_, flags) => {
	expect((await cli(["subject", "find", ...flags, ...db.flags])).code).toBe(2);
});
