import { afterAll, beforeAll, expect, inject, test } from "vitest";
import type { Store } from "./store.ts";
import { type TestDatabase, testDatabase } from "./test-database.ts";

const NOW = Date.now();
const DAY = 86_400_000;

let db: TestDatabase;
let a: Store;
let b: Store;
beforeAll(async () => {
	db = await testDatabase(inject("clickhouseUrl"));
	a = db.store.forTenant("a");
	b = db.store.forTenant("b");
});
afterAll(() => db.drop());

test("a tenant has one store, so that what is kept of it is found again", () => {
	expect(db.store.forTenant("a")).toBe(a);
	expect(b.forTenant("a")).toBe(a);
	expect(a).not.toBe(b);
});

const key = (id: string) => ({
	id,
	name: "the gateway's",
	role: "member",
	secretSha256: "5e".repeat(32),
	expiresMs: NOW + DAY,
	actor: "ann",
});

test("a key is found by its id alone, with its tenant; created, used, revoked", async () => {
	expect(await db.store.keysAlive()).toBe(0);
	await a.addKey(key("k1"), NOW);
	expect(await b.findKey("k1")).toEqual({
		id: "k1",
		tenant: "a",
		role: "member",
		secretSha256: "5e".repeat(32),
		expiresMs: NOW + DAY,
		revoked: false,
		usedMs: 0,
	});
	expect(await db.store.keysAlive()).toBe(1);
	await a.keyUsed("k1", NOW + 5);
	await a.keyUsed("k1", NOW + 9);
	await a.revokeKey("k1", "bob", NOW + 20);
	expect(await a.findKey("k1")).toMatchObject({ revoked: true, usedMs: NOW + 9, role: "member" });
	expect(await a.listKeys()).toEqual([
		{
			id: "k1",
			name: "the gateway's",
			role: "member",
			createdBy: "ann",
			createdMs: NOW,
			expiresMs: NOW + DAY,
			revokedMs: NOW + 20,
			revokedBy: "bob",
			usedMs: NOW + 9,
		},
	]);
	expect(await db.store.keysAlive()).toBe(0);
});

test("a key that expired is not alive, one that does not exist is not found, another tenant's is not listed", async () => {
	await a.addKey({ ...key("k2"), expiresMs: NOW - 1 }, NOW - DAY);
	expect(await db.store.keysAlive()).toBe(0);
	expect(await db.store.findKey("nobody")).toBeUndefined();
	expect(await db.store.findKey("' OR 1 = 1 --")).toBeUndefined();
	expect(await b.listKeys()).toEqual([]);
	expect(await b.listKeys({ id: "k1" })).toEqual([]);
});

test("a key that was used or revoked and never created is none", async () => {
	await a.keyUsed("ghost", NOW);
	await a.revokeKey("ghost", "bob", NOW);
	expect(await a.findKey("ghost")).toBeUndefined();
});

test("an entry of the audit trail begins and ends, and pages go on behind it", async () => {
	const entry = (id: string, outcome: string, atMs: number) => ({
		id,
		atMs,
		actor: "ann",
		operation: "issues.resolve",
		subject: "3f2a",
		outcome,
		address: "10.0.0.9",
	});
	await a.addAudit([entry("1", "begun", NOW - 3), entry("2", "begun", NOW - 2)]);
	await a.addAudit([entry("1", "done", NOW - 3), { ...entry("3", "UNAUTHENTICATED", NOW - 1), count: 7 }]);
	const all = await a.listAudit({ sinceMs: NOW - DAY });
	expect(all.map(({ id, outcome, count }) => [id, outcome, count])).toEqual([
		["3", "UNAUTHENTICATED", 7],
		["2", "begun", 1],
		["1", "done", 1],
	]);
	const [first] = await a.listAudit({ sinceMs: NOW - DAY, limit: 1 });
	const rest = await a.listAudit({ sinceMs: NOW - DAY, before: first as { timestamp: string; id: string } });
	expect(rest.map(({ id }) => id)).toEqual(["2", "1"]);
	expect(await a.listAudit({ sinceMs: NOW - DAY, actor: "bob" })).toEqual([]);
	expect(await b.listAudit({ sinceMs: NOW - DAY })).toEqual([]);
});
