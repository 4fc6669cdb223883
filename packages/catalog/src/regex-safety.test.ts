import { readdirSync, readFileSync } from "node:fs";
import { checkSync } from "recheck";
import { expect, test } from "vitest";
import { parse } from "yaml";
import type { CatalogSource } from "./types.ts";

// `recheck` (Weideman et al., "Analyzing Matching Time Behavior of Backtracking Regular Expression Matchers") decides
// by automata whether a backtracking engine can be made slow. Its pure JavaScript form needs no binary, and in this thread
// no worker, whose answer may come after it was waited for.
process.env.RECHECK_BACKEND = "pure";
process.env.RECHECK_SYNC_BACKEND = "pure";

const folder = new URL("../entries/", import.meta.url);
const expressions = readdirSync(folder).flatMap((file) =>
	(parse(readFileSync(new URL(file, folder), "utf8")) as CatalogSource).entries.flatMap((entry) =>
		[...entry.match, ...(entry.captures ?? [])]
			.flatMap((rule) => [rule.message, rule.stack])
			.filter((source) => source !== undefined)
			.map((source) => ({ code: entry.code, source })),
	),
);

test("no expression of the built-in catalog can be made slow by a hostile message", { timeout: 300_000 }, () => {
	const unique = new Map(expressions.map((e) => [e.source, e]));
	expect(unique.size).toBeGreaterThan(1000);
	const unsafe = [...unique.values()].flatMap(({ code, source }) => {
		const fold = source.startsWith("(?i)");
		const verdict = checkSync(fold ? source.slice(4) : source, fold ? "iu" : "u", {
			checker: "automaton",
			timeout: 20_000,
		});
		return verdict.status === "safe" ? [] : [`${code} ${verdict.status}: ${source}`];
	});
	expect(unsafe).toEqual([]);
});

test("the checker tells a slow expression from a fast one", () => {
	expect(checkSync("^(?:a+)+$", "u", { checker: "automaton" }).status).toBe("vulnerable");
});
