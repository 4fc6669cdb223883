import {
	ApiError,
	createClient,
	issuesAssign,
	issuesComment,
	issuesEvents,
	issuesGet,
	issuesHistory,
	issuesIgnore,
	issuesList,
	issuesMerge,
	issuesReopen,
	issuesResolve,
	issuesSplit,
} from "@errata/api";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { errorRow, type SeedError, type Served, served } from "../testing/served.ts";
import { escalates, type Known, stateOf } from "./state.ts";

const HOUR = 3_600_000;

let s: Served;
beforeAll(async () => {
	s = await served(inject("clickhouseUrl"));
});
afterAll(() => s.stop());

const client = () => createClient({ url: s.server.url });
const insert = (...errors: SeedError[]) => s.store.insertLogs(errors.map(errorRow));

/** The issue of the one service that says it, with its state. */
async function only(service: string) {
	const { issues } = await client().call(issuesList, { service, window: "30d" });
	expect(issues).toHaveLength(1);
	return issues[0] as (typeof issues)[number];
}

describe("from new to regressed, by what is stored alone", () => {
	test("new, resolved, regressed, reopened; each deed and who did it stay in the history", async () => {
		await insert({ service: "life", message: "connect ECONNREFUSED 10.0.3.7:5432", at: Date.now() - 2 * HOUR });
		const { issue, state } = await only("life");
		expect(state).toMatchObject({ status: "new", assignee: "", comments: 0 });
		const { fingerprint } = issue;
		const resolved = await client().call(issuesResolve, {
			fingerprint: fingerprint.slice(0, 12),
			comment: "pool raised",
		});
		expect(resolved.state).toMatchObject({ status: "resolved", actor: "local", comments: 1 });
		await insert({ service: "life", message: "connect ECONNREFUSED 10.0.3.7:5432" });
		expect((await only("life")).state).toMatchObject({ status: "regressed", reason: "1 since it was resolved" });
		expect((await client().call(issuesReopen, { fingerprint })).state).toMatchObject({ status: "ongoing" });
		await client().call(issuesAssign, { fingerprint, assignee: "ann" });
		expect((await client().call(issuesComment, { fingerprint, text: "again" })).state).toMatchObject({
			assignee: "ann",
			comments: 2,
		});
		const { history } = await client().call(issuesHistory, { fingerprint });
		expect(history.map(({ action }) => action)).toEqual(["comment", "assign", "reopen", "comment", "resolve"]);
		expect(history.at(-1)).toMatchObject({ actor: "local", detail: {} });
	});

	test("resolved in the next release: the old one going on is no regression, a later one is", async () => {
		const error = { service: "next", message: "x is not a function", type: "TypeError" };
		await insert({ ...error, release: "1.0.0", at: Date.now() - 30 * HOUR });
		const { fingerprint } = (await only("next")).issue;
		expect((await only("next")).state.status).toBe("ongoing");
		await client().call(issuesResolve, { fingerprint, inNextRelease: true });
		await insert({ ...error, release: "1.0.0" });
		expect((await only("next")).state.status).toBe("resolved");
		await insert({ ...error, release: "1.1.0" });
		expect((await only("next")).state).toMatchObject({ status: "regressed" });
		expect((await only("next")).state.reason).toContain("1.1.0");
	});

	test("ignored until a count, and the list filters by state", async () => {
		await insert({ service: "quiet", message: "socket hang up" });
		const { fingerprint } = (await only("quiet")).issue;
		expect((await client().call(issuesIgnore, { fingerprint, count: 2 })).state).toMatchObject({
			status: "ignored",
			reason: "until 2 more",
		});
		expect((await client().call(issuesList, { service: "quiet", status: "open" })).issues).toEqual([]);
		expect((await client().call(issuesList, { service: "quiet", status: "ignored" })).issues).toHaveLength(1);
		await insert({ service: "quiet", message: "socket hang up" }, { service: "quiet", message: "socket hang up" });
		expect((await only("quiet")).state).toMatchObject({ reason: "2 since it was ignored" });
		await expect(client().call(issuesIgnore, { fingerprint, until: "2001-01-01T00:00:00Z" })).rejects.toThrow(
			"no time to come",
		);
	});
});

test("merged groups count as one, answer to each id, and part again; no row of theirs changes", async () => {
	await insert(
		{ service: "merged", message: "connect ETIMEDOUT 10.0.0.1:443", at: Date.now() - HOUR },
		{ service: "merged", message: "getaddrinfo ENOTFOUND db.internal" },
		{ service: "merged", message: "getaddrinfo ENOTFOUND db.internal" },
	);
	const before = await client().call(issuesList, { service: "merged" });
	expect(before.issues.map(({ issue }) => issue.count)).toEqual([2, 1]);
	const [other, into] = before.issues.map(({ issue }) => issue.fingerprint) as [string, string];
	const { issue } = await client().call(issuesMerge, { fingerprint: into, others: [other] });
	expect(issue).toMatchObject({ fingerprint: into, count: 3, members: [other] });
	expect((await only("merged")).issue.count).toBe(3);
	expect((await client().call(issuesGet, { fingerprint: other })).issue.fingerprint).toBe(into);
	expect((await client().call(issuesEvents, { fingerprint: into })).events).toHaveLength(3);
	await expect(client().call(issuesMerge, { fingerprint: into, others: [other] })).rejects.toThrow(ApiError);
	await client().call(issuesSplit, { fingerprint: into, members: [other] });
	const after = await client().call(issuesList, { service: "merged" });
	expect(after.issues.map((found) => found.issue)).toEqual(before.issues.map((found) => found.issue));
});

test("the same request twice is one deed", async () => {
	await insert({ service: "twice", message: "read ECONNRESET" });
	const { fingerprint } = (await only("twice")).issue;
	for (let i = 0; i < 2; i++)
		await client().call(issuesComment, { fingerprint, text: "once", requestId: "request-0001" });
	expect((await only("twice")).state.comments).toBe(1);
	expect((await client().call(issuesHistory, { fingerprint })).history).toHaveLength(1);
});

describe("escalation", () => {
	const week = (lastWeek: number, busyHours: number, lastHour: number) => ({
		issueId: "a",
		since: 0,
		sinceLastMs: 0,
		releases: [],
		lastHour,
		lastWeek,
		busyHours,
		firstMs: 0,
	});

	test.each([
		["nothing before, much now: that is new, no escalation", week(0, 0, 500), false],
		["twice the usual", week(16_800, 168, 200), true],
		["a little more than usual", week(16_800, 168, 120), false],
		["few are few", week(168, 168, 9), false],
		["ten times a small rate", week(168, 168, 12), true],
		["a nightly burst is compared with its nights", week(7_000, 7, 1_100), false],
	])("%s", (_, activity, expected) => {
		expect(escalates(activity)).toBe(expected);
	});

	test("ends an ignoring that was to last until then", () => {
		const actions = {
			issueId: "a",
			action: "ignore",
			detail: '{"escalation":true}',
			actor: "ann",
			atMs: 1,
			assigned: "",
			comments: 0,
		} as const;
		const known: Known = { actions, activity: week(168, 168, 100), firstMs: 1, releases: new Map(), nowMs: 10 * HOUR };
		expect(stateOf(known)).toMatchObject({ status: "escalating", reason: "it escalates while it was ignored" });
		expect(stateOf({ ...known, activity: week(168, 168, 2) }).status).toBe("ignored");
	});
});
