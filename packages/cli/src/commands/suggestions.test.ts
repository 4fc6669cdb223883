/** Advice that is followed up: what a person reads about it, and how what helped is said. */
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { cli, type TestStore, testStore } from "../testing/cli.ts";
import { errorRow, richError } from "../testing/seed.ts";

const HOUR = 3_600_000;
const now = Date.now();

let db: TestStore;
let fingerprint = "";
beforeAll(async () => {
	db = await testStore(inject("clickhouseUrl"));
	const rows = Array.from({ length: 96 }, (_, i) => errorRow(richError({ at: now - (170 - i) * HOUR })));
	fingerprint = rows[0]?.LogAttributes["errata.fingerprint"] ?? "";
	await db.store.insertLogs(rows);
});
afterAll(() => db.store.close());

const errata = (...args: string[]) => cli([...args, ...db.flags], { env: { USER: "ann" } });

test("before anything was resolved the ids are shown, and how to say what helped", async () => {
	const { code, stdout, stderr } = await errata("suggestions", fingerprint.slice(0, 8));
	expect(code).toBe(0);
	expect(stdout).toMatch(/^id +code +tried +fell +returned +suggestion\n[0-9a-f]{8} +[A-Z_]+ +0 +0 +0 +\S/u);
	expect(stderr).toContain("errata issues resolve <group> --suggestion <id>");
});

test("what helped is named when a group is resolved, and counted when the group has fallen", async () => {
	const [id] = /^[0-9a-f]{8}/mu.exec((await errata("suggestions", fingerprint)).stdout) ?? [""];
	const wrong = await errata("issues", "resolve", fingerprint, "--suggestion", "00000000");
	expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('no suggestion "00000000"') });
	await db.store.addIssueEvent({
		issueId: fingerprint,
		eventId: "three-days-ago",
		atMs: now - 72 * HOUR,
		actor: "ann",
		action: "resolve",
		detail: JSON.stringify({ suggestion: id, suggestionText: "" }),
	});
	const { stdout, stderr } = await errata("suggestions");
	expect(stdout).toMatch(new RegExp(`^${id} +[A-Z_]+ +1 +1 +0 `, "mu"));
	expect(stdout).toMatch(
		new RegExp(
			`${fingerprint.slice(0, 8)} +resolved by ann, ${id} helped +9\\d in \\d+h +0 in 7\\dh +<0\\.001 +fell`,
			"u",
		),
	);
	expect(stderr).toBe("1 outcome: 1 fell, 0 returned, 0 unclear.\n");
	const resolved = await errata("issues", "resolve", fingerprint, "--suggestion", id);
	expect(resolved).toMatchObject({ code: 0, stderr: "" });
	expect((await errata("issues", "history", fingerprint)).stdout).toContain(`"suggestion":"${id}"`);
});
