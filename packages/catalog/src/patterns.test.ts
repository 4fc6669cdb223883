import { describe, expect, it } from "vitest";
import { createPatterns } from "./patterns.ts";

const USERS = "alice bruno chidi dana emre farah goran hana".split(" ");

function textsOf(lines: readonly string[]): string[] {
	const patterns = createPatterns();
	for (const line of lines) patterns.add(line);
	return patterns.list().map(({ text, count }) => `${count} ${text}`);
}

describe("patterns", () => {
	it("numbers, addresses, paths and key=value are values at the first sight", () => {
		expect(
			textsOf([
				"slot 3 of node-17 freed after 12 ms, mode=fast path=/var/a",
				"slot 41 of node-2 freed after 1.5 s, mode=slow path=/srv/b",
			]),
		).toEqual(
			["2 slot <*> freed after <*>, mode=<*> path=<*>"].map((text) => text.replace("<*> freed", "<*> of <*> freed")),
		);
	});

	it("plain words are values where enough of them stand in one place", () => {
		expect(textsOf(USERS.map((user) => `ledger of region closed for ${user}`))).toEqual([
			"8 ledger of region closed for <*>",
		]);
		expect(textsOf(USERS.slice(0, 2).map((user) => `ledger of region closed for ${user}`))).toHaveLength(2);
	});

	it("a name behind `user` is one at the second", () => {
		expect(textsOf(["session closed for user alice", "session closed for user bruno"])).toEqual([
			"2 session closed for user <*>",
		]);
		expect(textsOf(["access for user denied", "access for user granted"])).toHaveLength(2);
	});

	it("what happened stays, however many things did", () => {
		const states = "started stopped paused resumed terminated migrated".split(" ");
		expect(textsOf(states.map((state) => `machine of the tenant was ${state}`))).toHaveLength(6);
		expect(
			textsOf(["GET", "POST", "PUT", "DELETE"].map((method) => `10.0.0.1 ${method} /v2/x HTTP/1.1 200`)),
		).toHaveLength(4);
	});

	it("states in capitals are values where three are seen, in both places at once", () => {
		const moves = ["NEW to QUEUED", "QUEUED to RUNNING", "RUNNING to CLEAN_UP", "CLEAN_UP to DONE"];
		expect(textsOf(moves.map((move) => `job moved from ${move}`))).toEqual(["4 job moved from <*> to <*>"]);
	});

	it("the same lines in another order give the same patterns with the same ids", () => {
		const lines = USERS.flatMap((user, i) => [`ledger of region closed for ${user}`, `sweep ${i} done`, "idle"]);
		const ids = (all: readonly string[]): string[] => {
			const patterns = createPatterns();
			for (const line of all) patterns.add(line);
			return patterns.list().map(({ id, count }) => `${id} ${count}`);
		};
		expect(ids([...lines].reverse())).toEqual(ids(lines));
	});

	it("a line asks for its pattern, which may have grown meanwhile", () => {
		const patterns = createPatterns();
		const first = patterns.add("ledger of region closed for alice");
		expect(patterns.of(first).text).toBe("ledger of region closed for alice");
		for (const user of USERS.slice(1)) patterns.add(`ledger of region closed for ${user}`);
		expect(patterns.of(first)).toMatchObject({ text: "ledger of region closed for <*>", count: 8, forms: 8 });
	});

	it("knows when, how often and by whom", () => {
		const patterns = createPatterns();
		patterns.add("sweep 1 done", { count: 5, firstMs: 2_000, lastMs: 9_000, service: "stock" });
		patterns.add("sweep 2 done", { firstMs: 1_000, service: "ledger" });
		expect(patterns.list()[0]).toMatchObject({
			count: 6,
			firstMs: 1_000,
			lastMs: 9_000,
			services: ["ledger", "stock"],
		});
	});

	it("private values are in no pattern and no example", () => {
		const patterns = createPatterns();
		const mail = ["ana.gomez", "shop.example"].join("@");
		patterns.add(`signup failed for ${mail}`);
		expect(JSON.stringify(patterns.list())).not.toContain("gomez");
	});

	it("holds what it was told to hold and counts what it drops", () => {
		const patterns = createPatterns({ rows: 64 });
		const word = (n: number): string => [...String(n)].map((digit) => "abcdefghij"[Number(digit)]).join("");
		for (let i = 0; i < 40; i++) for (let n = 0; n < 3; n++) patterns.add("the one that stays around");
		for (let i = 0; i < 500; i++) patterns.add(`${word(i)} ${word(i * 7)} ${word(i * 13)}`);
		const list = patterns.list();
		expect(list.length).toBeLessThanOrEqual(64);
		expect(list[0]).toMatchObject({ text: "the one that stays around", count: 120 });
		expect(list.reduce((sum, { count }) => sum + count, 0) + patterns.dropped).toBe(620);
	});
});
