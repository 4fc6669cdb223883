/** Outcomes of resolutions and releases over HTTP, from counts in a real store, and the order of suggestions that follows. */
import {
	ApiError,
	createClient,
	issuesGet,
	issuesHistory,
	issuesResolve,
	reportsGet,
	suggestionsList,
} from "@errata/api";
import { builtinCatalog } from "@errata/catalog";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { suggestionsOf } from "../analysis/suggestions.ts";
import { entryOf } from "../report/entry.ts";
import { errorRow, type SeedError, type Served, served } from "../testing/served.ts";

const HOUR = 3_600_000;
const CODE = "NET_CONN_REFUSED";
const KNOWN = suggestionsOf(CODE, entryOf(builtinCatalog(), CODE)?.suggestions ?? { immediate: [], preventive: [] });
const [FIRST, , , GOOD] = KNOWN.map(({ id }) => id) as [string, string, string, string];

let s: Served;
const groups = new Map<string, string>();
const fingerprint = (name: string): string => groups.get(name) as string;
const now = Date.now();

/** An hour apart, from so many hours ago to so many hours ago. */
function hourly(name: string, from: number, until: number, each = 2, release = "1.0"): SeedError[] {
	const rows: SeedError[] = [];
	for (let ago = from; ago > until; ago--)
		for (let i = 0; i < each; i++) {
			const message = `connect ECONNREFUSED 10.0.3.7:5432 while doing ${name}`;
			rows.push({ message, service: name, release, at: now - ago * HOUR + i * 60_000 });
		}
	return rows;
}

const resolved = (name: string, hoursAgo: number, detail: object) =>
	s.store.addIssueEvent({
		issueId: fingerprint(name),
		eventId: `resolve-${name}-${hoursAgo}`,
		atMs: now - hoursAgo * HOUR,
		actor: "ann",
		action: "resolve",
		detail: JSON.stringify(detail),
	});

beforeAll(async () => {
	s = await served(inject("clickhouseUrl"));
	const seeds = [
		...hourly("mended", 240, 72),
		...hourly("again", 240, 0),
		...hourly("still", 240, 0),
		...hourly("ever", 240, 0),
		...hourly("rare", 100, 98, 1),
		...hourly("unnamed", 240, 72),
		...hourly("waited", 240, 48),
		...hourly("burst", 74, 73, 200),
	];
	const rows = seeds.map((seed) => ({ seed, row: errorRow(seed) }));
	for (const { seed, row } of rows) groups.set(seed.service ?? "", row.LogAttributes["errata.fingerprint"] ?? "");
	expect(new Set(groups.values()).size).toBe(8);
	const plain = (release: string, hoursAgo: number) => ({
		...errorRow({ message: "fine", service: "waited", release, at: now - hoursAgo * HOUR }),
		SeverityText: "INFO",
		SeverityNumber: 9,
		LogAttributes: {},
		EventName: "",
	});
	await s.store.insertLogs([...rows.map(({ row }) => row), plain("1.0", 240), plain("2.0", 49), plain("2.0", 1)]);
	await resolved("mended", 72, { suggestion: GOOD, suggestionText: "x" });
	for (const name of ["again", "still", "ever"]) await resolved(name, 72, { suggestion: FIRST, suggestionText: "x" });
	await resolved("rare", 72, {});
	await resolved("unnamed", 72, {});
	await resolved("waited", 72, { inNextRelease: true });
	await resolved("burst", 72, {});
});
afterAll(() => s.stop());

const client = () => createClient({ url: s.server.url });

test("each resolution is judged by the hours before and after it", async () => {
	const { outcomes } = await client().call(suggestionsList, { code: CODE });
	const verdicts = Object.fromEntries(
		[...groups].map(([name, id]) => [name, outcomes.find(({ issue }) => issue === id)?.verdict]),
	);
	expect(verdicts).toEqual({
		mended: "fell",
		again: "returned",
		still: "returned",
		ever: "returned",
		rare: "unclear",
		unnamed: "fell",
		waited: "fell",
		// 200 at once are one event, not a rate that fell.
		burst: "unclear",
	});
	const mended = outcomes.find(({ issue }) => issue === fingerprint("mended"));
	expect(mended).toMatchObject({ kind: "resolve", actor: "ann", suggestion: GOOD, before: { count: 336, hours: 168 } });
	expect(mended?.after.count).toBe(0);
	expect(mended?.after.hours).toBeGreaterThanOrEqual(70);
	expect(mended?.p).toBeLessThan(1e-20);
	expect(outcomes.find(({ issue }) => issue === fingerprint("waited"))).toMatchObject({
		service: "waited",
		release: "2.0",
	});
});

test("a suggestion that was named counts whole, one that was not a part", async () => {
	const { suggestions } = await client().call(suggestionsList, { code: CODE.toLowerCase() });
	const part = Math.round((2 / KNOWN.length) * 100) / 100;
	const found = (id: string) => suggestions.find((one) => one.id === id);
	expect(found(FIRST)).toMatchObject({ kind: "immediate", fell: part, returned: 3 });
	expect(found(GOOD)).toMatchObject({ fell: Math.round((1 + 2 / KNOWN.length) * 100) / 100, returned: 0, sunk: false });
	expect(suggestions.map(({ id }) => id).toSorted()).toEqual(KNOWN.map(({ id }) => id).toSorted());
});

test("a release is judged as well, for one group", async () => {
	const { outcomes, suggestions } = await client().call(suggestionsList, { fingerprint: fingerprint("waited") });
	expect(outcomes.map(({ kind, release, verdict }) => [kind, release, verdict]).toSorted()).toEqual([
		["release", "2.0", "fell"],
		["resolve", "2.0", "fell"],
	]);
	expect(suggestions.map(({ id }) => id).toSorted()).toEqual(KNOWN.map(({ id }) => id).toSorted());
});

test("what failed to help over and over is shown last, in the issue and in its report", async () => {
	// More returns outweigh the parts that unnamed resolutions gave it.
	for (let i = 0; i < 9; i++)
		await resolved(["again", "still", "ever"][i % 3] as string, 100 + i, { suggestion: FIRST, suggestionText: "x" });
	const { suggestions } = await client().call(suggestionsList, { code: CODE });
	const own = suggestions.filter(({ kind }) => kind === "immediate");
	expect(own.at(-1)).toMatchObject({ id: FIRST, sunk: true });
	expect(own.slice(0, -1).some(({ sunk }) => sunk)).toBe(false);
	const { issue } = await client().call(issuesGet, { fingerprint: fingerprint("mended") });
	const listens = (text: string): boolean => text.includes("something listens on 10.0.3.7:5432");
	expect(issue.immediate.length).toBeGreaterThan(1);
	expect(issue.immediate.findIndex(listens)).toBe(issue.immediate.length - 1);
	const { text } = await client().call(reportsGet, { kind: "issue", id: fingerprint("mended") });
	const lines = text.split("\n").filter((line) => /now: /u.test(line));
	expect(lines.findIndex(listens)).toBe(lines.length - 1);
});

test("a resolution names what helped, and only what the group's code has", async () => {
	const input = { fingerprint: fingerprint("rare") };
	await client().call(issuesResolve, { ...input, suggestion: GOOD });
	const { history } = await client().call(issuesHistory, input);
	const text = KNOWN.find(({ id }) => id === GOOD)?.text;
	expect(history[0]).toMatchObject({ action: "resolve", detail: { suggestion: GOOD, suggestionText: text } });
	const wrong = await client()
		.call(issuesResolve, { ...input, suggestion: "0123abcd" })
		.catch((error: unknown) => error);
	expect(wrong).toBeInstanceOf(ApiError);
	expect((wrong as ApiError).problem).toMatchObject({
		code: "BAD_REQUEST",
		detail: `${CODE} has no suggestion "0123abcd".`,
	});
});
