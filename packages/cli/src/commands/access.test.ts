import { createHash, randomBytes } from "node:crypto";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { cli, type TestStore, testStore } from "../testing/cli.ts";

let db: TestStore;
beforeAll(async () => {
	db = await testStore(inject("clickhouseUrl"));
});

const PASSWORD = "correct horse battery";
const HASH = createHash("sha256").update(PASSWORD).digest("hex");
const ANN = ["access", "sql", "--tenant", "acme", "--user", "ann"];

async function databases(): Promise<string> {
	const { origin, username, password } = new URL(inject("clickhouseUrl"));
	const authorization = `Basic ${btoa(`${username}:${decodeURIComponent(password)}`)}`;
	return (await fetch(origin, { method: "POST", body: "SHOW DATABASES", headers: { authorization } })).text();
}

describe("errata access sql", () => {
	test("prints the SQL of a reader; the password comes from a pipe or a variable, and only its hash goes out", async () => {
		const piped = await cli(ANN, { input: `${PASSWORD}\n` });
		const told = await cli(ANN, { env: { ERRATA_ACCESS_PASSWORD: PASSWORD } });
		expect(piped).toMatchObject({ code: 0, stderr: "" });
		expect(told.stdout).toBe(piped.stdout);
		expect(piped.stdout).toContain(`CREATE USER IF NOT EXISTS \`ann\` IDENTIFIED WITH sha256_hash BY '${HASH}';`);
		expect(piped.stdout).toContain("USING Tenant = 'acme' TO `errata_rows_acme`;");
		expect(piped.stdout).not.toContain(PASSWORD);
	});

	test("prints a users file, and says what is left to do", async () => {
		const { code, stdout, stderr } = await cli([...ANN, "--users-file"], { input: PASSWORD });
		expect(code).toBe(0);
		expect(stdout).toContain(`<password_sha256_hex>${HASH}</password_sha256_hex>`);
		expect(stderr).toContain("--views --apply");
		const views = await cli(["access", "sql", "--tenant", "acme", "--views"]);
		expect(views.stdout).toMatch(/^CREATE DATABASE IF NOT EXISTS `errata_acme`;/u);
	});

	test("a server that keeps its users in files is told how, not half changed", async () => {
		const { code, stderr } = await cli([...ANN, "--apply", ...db.flags], { input: PASSWORD });
		expect(code).toBe(1);
		expect(stderr).toContain("it refused CREATE ROLE");
		expect(stderr).toContain("--users-file");
		expect(await databases()).not.toContain("errata_acme");
	});

	test("views whose user is in no file are refused, and no database of theirs is left", async () => {
		const tenant = `t${randomBytes(4).toString("hex")}`;
		const { code, stderr } = await cli(["access", "sql", "--tenant", tenant, "--views", "--apply", ...db.flags]);
		expect(stderr).toContain("--users-file");
		expect(code).toBe(1);
		expect(await databases()).not.toContain(`errata_${tenant}`);
	});

	test.each([
		["no password", ANN, "", "it is empty"],
		["a reader of nobody", ["access", "sql", "--user", "ann"], PASSWORD, "--tenant"],
		["a name that is markup", ["access", "sql", "--tenant", "a", "--user", "<x>"], PASSWORD, "expected a letter"],
		["flags that do not go together", ["access", "sql", "--users-file"], PASSWORD, "--users-file needs --user"],
	])("%s is exit code 2", async (_, args, input, said) => {
		const { code, stderr, stdout } = await cli(args, { input });
		expect(stderr).toContain(said);
		expect([code, stdout]).toEqual([2, ""]);
	});
});
