/** Keys as a person meets them: made on the command line, sent to `errata serve --host`, seen in the audit trail, revoked. */
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, inject, test } from "vitest";
import { cli, ended, said, startCli, type TestStore, temporaryDirectory, testStore } from "../testing/cli.ts";
import { errorRow, richError } from "../testing/seed.ts";

let db: TestStore;
const env = { HOME: temporaryDirectory(), USER: "ann" };
beforeAll(async () => {
	db = await testStore(inject("clickhouseUrl"));
	await db.store.insertLogs([errorRow(richError({ traceId: "a".repeat(32), spanId: "b".repeat(16) }))]);
});

const run = (...args: readonly string[]) => cli([...args, ...db.flags], { env });

test("beyond this machine it does not start without a key, and says how to make one", async () => {
	const { code, stderr } = await run("serve", "--host", "0.0.0.0", "--port", "0");
	expect(code).toBe(2);
	expect(stderr).toContain("errata keys create");
});

test("an issuer without an audience, over plain HTTP, or with shared secrets stops it", async () => {
	const serve = (over: Record<string, string>) =>
		cli(["serve", "--port", "0", ...db.flags], { env: { ...env, ...over } });
	const issuer = { ERRATA_OIDC_ISSUER: "https://login.example.com" };
	for (const [over, said] of [
		[issuer, "audience"],
		[{ ERRATA_OIDC_ISSUER: "http://login.example.com", ERRATA_OIDC_AUDIENCE: "errata" }, "https://"],
		[{ ...issuer, ERRATA_OIDC_AUDIENCE: "errata", ERRATA_OIDC_ALGORITHMS: "HS256" }, "RS256"],
		[{ ...issuer, ERRATA_OIDC_AUDIENCE: "errata", ERRATA_OIDC_ROLES: "sre=root" }, "viewer, member or admin"],
	] as const) {
		const { code, stderr } = await serve(over);
		expect(code).toBe(2);
		expect(stderr).toContain(said);
	}
});

test("a key is made, lets its holder in, is seen, and is refused once revoked", async () => {
	const made = await run("keys", "create", "the dashboard", "--for", "1d");
	expect(made.code).toBe(0);
	const key = made.stdout.trim();
	expect(key).toMatch(/^errata_[0-9a-f]{16}_[0-9a-f]{64}$/u);
	expect(made.stderr).not.toContain(key);
	const id = key.split("_")[1] as string;

	const serve = startCli(["serve", "--host", "0.0.0.0", "--port", "0", "--json", ...db.flags], { env });
	const end = ended(serve);
	const { api } = JSON.parse(await said(serve.stdout, "\n")) as { api: string };
	const issues = (headers: Record<string, string>) => fetch(`${api}/issues`, { headers });
	const authorization = `Bearer ${key}`;
	expect((await issues({})).status).toBe(401);
	const answer = await issues({ authorization });
	expect(answer.status).toBe(200);
	expect(((await answer.json()) as { issues: unknown[] }).issues).toHaveLength(1);

	const { stdout } = await run("keys", "list");
	expect(stdout).toContain(id);
	expect(stdout).not.toContain(key.split("_")[2]);
	const revoked = await run("keys", "revoke", id, "--json");
	expect(JSON.parse(revoked.stdout)).toMatchObject({ key: { id, revokedBy: "ann" } });
	while ((await issues({ authorization })).status === 200) await sleep(200);
	serve.kill("SIGTERM");
	expect((await end).code).toBe(0);

	const audit = JSON.parse((await run("audit", "--json")).stdout) as {
		entries: { actor: string; operation: string; subject: string; outcome: string }[];
	};
	const told = audit.entries.map(({ actor, operation, subject, outcome }) => [actor, operation, subject, outcome]);
	expect(told).toContainEqual(["ann", "keys.create", id, "done"]);
	expect(told).toContainEqual(["ann", "keys.revoke", id, "done"]);
	expect(told).toContainEqual(["", "issues.list", "", "UNAUTHENTICATED"]);
	expect(told).toContainEqual([`key:${id}`, "issues.list", "", "UNAUTHENTICATED"]);
});

test("keys of another tenant are not seen, nor revoked", async () => {
	const made = JSON.parse((await run("keys", "create", "theirs", "--tenant", "acme", "--json")).stdout);
	expect((await run("keys", "list", "--json")).stdout).not.toContain(made.key.id);
	expect((await run("keys", "revoke", made.key.id)).code).toBe(4);
	expect((await run("keys", "list", "--tenant", "acme")).stdout).toContain("theirs");
});
