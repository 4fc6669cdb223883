/** The score's short form: worlds of fixed seeds, one per kind of answer. The long form is `npm run score:analysis`. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { type Asking, asking } from "./asking.ts";
import { judge, QUESTIONS, type Question } from "./judge.ts";
import { missed, wilson } from "./table.ts";
import { type World, worldOf } from "./world.ts";

const BAD = new Set(["false pair", "false incident", "false attribute", "false anomaly"]);
let asked: Asking;
beforeAll(async () => {
	asked = await asking(inject("clickhouseUrl"));
});
afterAll(() => asked.stop());

/** The first world from that seed on in which the fault has a place. */
function worldFrom(seed: number, kind: World["kind"]): World {
	for (let at = seed; at < seed + 50; at++) {
		const world = worldOf(at, kind, Date.now());
		if (world !== undefined) return world;
	}
	throw new Error(`no world of ${kind} from seed ${seed} on`);
}

test("a seed makes the same world twice", () => {
	const now = Date.now();
	expect(worldOf(7, "no fault", now)?.logs).toEqual(worldOf(7, "no fault", now)?.logs);
});

test("of worlds with known truth origins are found and nothing much is made up", async () => {
	const decisions = [];
	for (const [seed, kind] of [
		[500_000, "dependency down"],
		[500_200, "no fault"],
	] as const) {
		const world = worldFrom(seed, kind);
		decisions.push(...judge(world, await asked.ask(world)));
	}
	const right = decisions.filter((one) => one.question === "origin of an incident" && one.yes);
	expect(
		right.length,
		JSON.stringify(decisions.filter((one) => one.question.startsWith("origin"))),
	).toBeGreaterThanOrEqual(1);
	const alarms = decisions.filter((one) => BAD.has(one.question));
	const wrong = alarms.filter((one) => one.yes);
	expect(wrong.length / alarms.length, JSON.stringify(wrong)).toBeLessThanOrEqual(0.1);
}, 300_000);

test("Wilson's interval is that of the tables", () => {
	const [low, high] = wilson(9, 10);
	expect([low, high].map((share) => Number(share.toFixed(3)))).toEqual([0.596, 0.982]);
});

test("the figures of ANALYSIS.md are what their counts say, one for each question", () => {
	const page = readFileSync(new URL("../../packages/server/ANALYSIS.md", import.meta.url), "utf8");
	const rows = [...page.matchAll(/^\| ([a-z, ]+) \| (\d+) \| (\d+) \| (\S+) \| (\S+ to \S+) \| (.*?) ?\|$/gmu)];
	expect(rows.map(([, question]) => question)).toEqual([...QUESTIONS, ...QUESTIONS]);
	for (const [, question = "", yes, of, share, interval, aim = ""] of rows) {
		const [hits, all] = [Number(yes), Number(of)];
		const percent = (value: number): string => `${(100 * value).toFixed(1)}%`;
		expect([share, interval], question).toEqual([percent(hits / all), wilson(hits, all).map(percent).join(" to ")]);
		const decisions = Array.from({ length: all }, (_, i) => ({
			question: question as Question,
			yes: i < hits,
			note: "",
		}));
		expect(missed([{ kind: "", decisions }]).length === 1, question).toBe(aim.endsWith("MISSED"));
	}
});
