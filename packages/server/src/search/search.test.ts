/** The search language against real rows over HTTP: what it finds, what it refuses and where, what it completes. */
import { ApiError, createClient, issuesComplete, issuesList, issuesResolve } from "@errata/api";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { Failure } from "../failure.ts";
import { errorRow, type Served, served } from "../testing/served.ts";
import { compileQuery } from "./compile.ts";

const HOUR = 3_600_000;

let s: Served;
beforeAll(async () => {
	s = await served(inject("clickhouseUrl"));
	const now = Date.now();
	const refused = { message: "connect ECONNREFUSED 10.0.3.7:5432", release: "1.4.0" };
	await s.store.insertLogs(
		[
			{ ...refused, service: "checkout", at: now - 30 * HOUR },
			{ ...refused, service: "checkout", at: now - 1_000 },
			{ ...refused, service: "stock", at: now - 2_000 },
			{
				message: "cart.total is not a function",
				type: "TypeError",
				service: "checkout",
				release: "1.5.0",
				at: now - 3_000,
			},
			{ message: "it's 100% 'odd' \\ here_now", type: "ShelfError", service: "stock", at: now - 4_000 },
			{ message: "secret of another tenant", service: "foreign", tenant: "b" },
		].map(errorRow),
	);
});
afterAll(() => s.stop());

const client = () => createClient({ url: s.server.url });
const find = async (query: string): Promise<string[]> => {
	const { issues } = await client().call(issuesList, { query, window: "7d" });
	return issues.map(({ issue }) => issue.exceptionType).toSorted();
};

describe("finds", () => {
	test.each([
		["", ["Error", "ShelfError", "TypeError"]],
		["service:checkout", ["Error", "TypeError"]],
		["service:checkout service:stock", ["Error", "ShelfError", "TypeError"]],
		["-service:stock", ["TypeError"]],
		["service:CHECK*", ["Error", "TypeError"]],
		["code:NET_* count:>2", ["Error"]],
		["-code:NET_*", ["ShelfError", "TypeError"]],
		["type:typeerror", ["TypeError"]],
		["release:1.5.0", ["TypeError"]],
		["is:new", ["ShelfError", "TypeError"]],
		["-is:new", ["Error"]],
		["first:>24h", ["Error"]],
		["-first:>24h last:<1h", ["ShelfError", "TypeError"]],
		['"not a function"', ["TypeError"]],
		["not function -cart", []],
		["econnrefused", ["Error"]],
		["100%", ["ShelfError"]],
		["1%5", []],
		["'odd'", ["ShelfError"]],
		['"\\\\ here_now"', ["ShelfError"]],
		["hereXnow", []],
		['"*"', []],
		["secret", []],
		["service:foreign", []],
		["is:handled retryable:true", ["Error"]],
	])("%s", async (query, types) => {
		expect(await find(query)).toEqual(types);
	});

	test("by state, page by page", async () => {
		const { issues } = await client().call(issuesList, { query: "type:ShelfError" });
		await client().call(issuesResolve, { fingerprint: issues[0]?.issue.fingerprint as string });
		expect(await find("is:resolved")).toEqual(["ShelfError"]);
		expect(await find("is:open")).toEqual(["Error", "TypeError"]);
		const first = await client().call(issuesList, { query: "service:*", window: "7d", limit: 2 });
		const rest = await client().call(issuesList, { query: "service:*", cursor: first.next as string, limit: 2 });
		expect([...first.issues, ...rest.issues].map(({ issue }) => issue.exceptionType)).toEqual([
			"Error",
			"TypeError",
			"ShelfError",
		]);
		expect(rest.next).toBeNull();
	});
});

describe("refuses, with the place and what to write", () => {
	test.each([
		["colour:red", "At character 1: there is no key"],
		["service:a severity:urgent", "At character 11:"],
		["is:broken", "no value of is"],
		['x "open', "At character 3: the quote does not end"],
		["service:", "has no value"],
		["first:24h", "needs > or <"],
		["first:>soon", "needs > or <"],
		["count:many", "is no number"],
		["service:>a", "no more or less"],
		["a ".repeat(30), "more than 24 terms"],
	])("%s", async (query, says) => {
		const failure = await client()
			.call(issuesList, { query })
			.catch((error: unknown) => error);
		expect(failure).toBeInstanceOf(ApiError);
		const { problem } = failure as ApiError;
		expect(problem).toMatchObject({ code: "BAD_QUERY", status: 400 });
		expect(problem.detail).toContain(says);
		expect(problem.remedy).not.toBe("");
	});
});

test("any text either compiles or is a BAD_QUERY; hostile ones find nothing and break nothing", async () => {
	fc.assert(
		fc.property(fc.string({ unit: "binary", maxLength: 200 }), (query) => {
			try {
				compileQuery(query);
			} catch (error) {
				expect(error).toBeInstanceOf(Failure);
				expect((error as Failure).code).toBe("BAD_QUERY");
			}
		}),
	);
	for (const query of [
		"' OR 1=1 --",
		"service:') OR 1=1 --",
		"type:x');DROP",
		"\\",
		"service:\\",
		"%",
		"_",
		"{tenant:String}",
		"\ud800",
	])
		await expect(client().call(issuesList, { query: query.toWellFormed() })).resolves.toMatchObject({ next: null });
	await expect(client().call(issuesList, { query: "a\u0000b" })).rejects.toThrow("query holds a NUL");
	expect(s.lines).toEqual([]);
});

test("completes keys, closed values and what the store has seen", async () => {
	const texts = async (query: string) => {
		const { from, completions } = await client().call(issuesComplete, { query });
		return completions.map(({ text }) => query.slice(0, from) + text);
	};
	expect(await texts("is:new se")).toEqual(["is:new service:", "is:new severity:"]);
	expect(await texts("-is:re")).toEqual(["-is:resolved", "-is:regressed"]);
	expect(await texts("severity:h")).toEqual(["severity:high"]);
	expect((await texts("service:")).toSorted()).toEqual(["service:checkout", "service:stock"]);
	expect(await texts("type:Shelf")).toEqual(["type:ShelfError"]);
	expect(await texts("nothing:")).toEqual([]);
	expect(await texts("service:fore")).toEqual([]);
	for (const text of await texts("code:")) expect(await find(text)).not.toEqual([]);
});
