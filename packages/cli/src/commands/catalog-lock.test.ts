/** `errata catalog lock`: real modules, a real lock file, the real command. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { cli, temporaryDirectory } from "../testing/cli.ts";

const NODE_PACKAGE = new URL("../../../node/src/define-errors.ts", import.meta.url).href;
const REGISTER = new URL("../../../node/src/register-errors.ts", import.meta.url).href;
const env = { NODE_OPTIONS: "--conditions=errata-source" };

let cwd: string;
beforeAll(() => {
	cwd = temporaryDirectory();
});

function module(definitions: string, name = "errors.ts"): void {
	writeFileSync(
		path.join(cwd, name),
		`import { defineErrors } from ${JSON.stringify(NODE_PACKAGE)};
console.log("a module may print");
export const Task: unknown = defineErrors("TASK", ${definitions});\n`,
	);
}

const lock = (...args: string[]) => cli(["catalog", "lock", "errors.ts", ...args], { cwd, env });
const file = () => readFileSync(path.join(cwd, "errata.lock.json"), "utf8");
const changes = (stdout: string) => (JSON.parse(stdout) as { changes: unknown }).changes;

describe("errata catalog lock", () => {
	test("writes new codes, is the same bytes again, and --check agrees", async () => {
		module('{ NOT_FOUND: { message: "Task {{id}} not found", category: "not_found", status: 404, retryable: false } }');
		expect((await lock("--check")).code).toBe(1);
		expect(existsSync(path.join(cwd, "errata.lock.json"))).toBe(false);
		const first = await lock();
		expect(first).toMatchObject({ code: 0, stdout: "added         TASK_NOT_FOUND\n" });
		expect(first.stderr).toContain("1 code locked in errata.lock.json. Commit it.");
		expect(JSON.parse(file())).toEqual({
			format: 1,
			codes: { TASK_NOT_FOUND: { category: "not_found", retryable: false, status: 404, parameters: ["id"] } },
		});
		const before = file();
		expect(await lock("--json")).toMatchObject({ code: 0 });
		expect(file()).toBe(before);
		expect((await lock("--check")).code).toBe(0);
	});

	test("better words are fine; another meaning is refused until it is accepted", async () => {
		module(
			'{ NOT_FOUND: { message: "There is no task {{id}}", severity: "low", category: "not_found", status: 404, retryable: false } }',
		);
		expect((await lock("--check")).code).toBe(0);
		module(
			'{ NOT_FOUND: { message: "{{kind}} {{id}}", category: "not_found", status: 410, retryable: true }, NEW: { message: "" } }',
		);
		const before = file();
		const refused = await lock("--json");
		expect(refused.code).toBe(1);
		expect(changes(refused.stdout)).toEqual([
			{ code: "TASK_NEW", kind: "added", what: "" },
			{
				code: "TASK_NOT_FOUND",
				kind: "changed",
				what: 'retryable was false, is true; status was 404, is 410; parameters was ["id"], is ["id","kind"]',
			},
		]);
		expect(refused.stderr).toContain("--accept CODE");
		expect(file()).toBe(before);
		expect((await lock("--accept", "TASK_NOT_FOUND")).code).toBe(0);
		expect(JSON.parse(file()).codes.TASK_NOT_FOUND.status).toBe(410);
	});

	test("a code that is gone stays, and cannot come back as something else", async () => {
		module('{ NEW: { message: "" } }');
		expect((await lock("--check")).code).toBe(1);
		expect((await lock()).stdout).toBe("retired       TASK_NOT_FOUND\n");
		expect(JSON.parse(file()).codes.TASK_NOT_FOUND).toMatchObject({ retired: true, status: 410 });
		module('{ NEW: { message: "" }, NOT_FOUND: { message: "x" } }');
		expect((await lock()).code).toBe(1);
		module(
			'{ NEW: { message: "" }, NOT_FOUND: { message: "{{kind}} {{id}}", category: "not_found", status: 410, retryable: true } }',
		);
		expect((await lock()).stdout).toBe("returned      TASK_NOT_FOUND\n");
	});

	test("adopted classes and the application's catalog count too; two meanings of one code are refused", async () => {
		writeFileSync(
			path.join(cwd, "adopted.ts"),
			`import { registerErrors } from ${JSON.stringify(REGISTER)};
class Stale extends Error {}
registerErrors("SHOP", { STALE: { error: Stale, status: 503 } });\n`,
		);
		writeFileSync(
			path.join(cwd, "shop.yaml"),
			`format: 1\nname: shop\nversion: "1.0.0"\nentries:
  - code: SHOP_STALE
    id: shop.stale
    title: Price list is stale
    description: The price list is older than a day.
    category: conflict
    severity: high
    match: [{ message: 'price list is stale' }]
    suggestions: { immediate: ["Reload it."], preventive: ["Reload it every hour."] }
    since: "1.0.0"\n`,
		);
		const alone = await cli(["catalog", "lock", "adopted.ts", "--file", "shop.lock.json"], { cwd, env });
		expect(alone.stdout).toBe("added         SHOP_STALE\n");
		const both = await cli(["catalog", "lock", "adopted.ts", "--file", "other.json"], {
			cwd,
			env: { ...env, ERRATA_CATALOG: "shop.yaml" },
		});
		expect(both).toMatchObject({ code: 1 });
		expect(both.stdout).toContain('two meanings  SHOP_STALE  category was "conflict", is not given');
		expect(existsSync(path.join(cwd, "other.json"))).toBe(false);
	});

	test("what cannot be done says why and what to do", async () => {
		writeFileSync(path.join(cwd, "broken.ts"), 'throw new RangeError("no database here");\n');
		const broken = await cli(["catalog", "lock", "broken.ts"], { cwd, env });
		expect(broken.code).toBe(1);
		expect(broken.stderr).toContain("cannot load the codes of broken.ts: RangeError: no database here");
		const missing = await cli(["catalog", "lock", "nowhere.ts"], { cwd, env });
		expect(missing.stderr).toMatch(/Cannot find module .*nowhere\.ts/);
		const none = await cli(["catalog", "lock"], { cwd, env });
		expect(none.code).toBe(2);
		expect(none.stderr).toContain("Name the modules");
		writeFileSync(path.join(cwd, "errata.lock.json"), "{ not json");
		const invalid = await lock();
		expect(invalid.code).toBe(1);
		expect(invalid.stderr).toContain("Take the file from version control again");
		expect(file()).toBe("{ not json");
	});
});
