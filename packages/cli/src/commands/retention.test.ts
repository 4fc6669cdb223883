import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, expect, inject, test } from "vitest";
import { cli, type TestStore, temporaryDirectory, testStore } from "../testing/cli.ts";
import { logRow } from "../testing/seed.ts";
import { shapeDifferences } from "../testing/shape.ts";

const page = readFileSync(new URL("../../COMMANDS.md", import.meta.url), "utf8");
const example = (name: string): unknown =>
	JSON.parse(new RegExp(`<!-- json: ${name} -->\n\`\`\`json\n([^]*?)\n\`\`\``, "u").exec(page)?.[1] ?? "");

let db: TestStore;
let env: Record<string, string>;
beforeAll(async () => {
	db = await testStore(inject("clickhouseUrl"));
	const file = path.join(temporaryDirectory(), "retention.yaml");
	writeFileSync(
		file,
		"rules:\n  - { of: logs, severity: info, keep: 3d }\n  - { of: logs, tenant: acme, keep: 20d }\n",
	);
	env = { ERRATA_RETENTION: file };
	const at = (days: number) => Date.now() - days * 86_400_000;
	await db.store.insertLogs([0, 2, 5, 9].map((days) => logRow("a line", "checkout", at(days))));
	await db.store.insertLogs(
		[5].map((days) => ({ ...logRow("of acme", "s", at(days)), ResourceAttributes: { "errata.tenant": "acme" } })),
	);
});

test("show and --dry-run say what would go, apply lets it go, and then nothing is due", {
	timeout: 180_000,
}, async () => {
	const show = await cli(["retention", "show", "--json", ...db.flags], { env });
	expect(shapeDifferences(JSON.parse(show.stdout), example("retention show"))).toEqual([]);
	const due = [{ of: "logs", tenant: "", severity: "info", days: 3, rows: 2 }];
	expect(JSON.parse(show.stdout).due).toEqual(due);
	const dry = await cli(["retention", "apply", "--dry-run", ...db.flags], { env });
	expect([dry.code, dry.stderr]).toEqual([0, "2 rows would go.\n"]);
	const apply = await cli(["retention", "apply", "--json", ...db.flags], { env });
	expect(JSON.parse(apply.stdout)).toEqual({ dryRun: false, rows: due });
	expect(shapeDifferences(JSON.parse(apply.stdout), example("retention apply"))).toEqual([]);
	const again = await cli(["retention", "apply", ...db.flags], { env });
	expect(again.stderr).toBe("0 rows deleted.\n");
	expect(await db.store.tail({})).toHaveLength(2);
});

test("without a file, or with one that is none, it is exit code 2", async () => {
	expect(await cli(["retention", "show", ...db.flags])).toMatchObject({ code: 2, stdout: "" });
	const wrong = path.join(temporaryDirectory(), "r.yaml");
	writeFileSync(wrong, "rules:\n  - { of: logs, keep: 3 }\n");
	const { code, stderr } = await cli(["retention", "show", ...db.flags], { env: { ERRATA_RETENTION: wrong } });
	expect([code, stderr.includes("rules/0/keep")]).toEqual([2, true]);
});
