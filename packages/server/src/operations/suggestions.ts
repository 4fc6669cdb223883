/** What became of suggestions: each with its tally, and the resolutions and releases behind it. */
import { suggestionsList } from "@errata/api";
import { madeOf, type Suggestion, sinks, suggestionsOf, type Tally, tallies } from "../analysis/suggestions.ts";
import { type Call, implement } from "../call.ts";
import { type JudgedDeed, releaseOutcomes, resolveOutcomes } from "../lifecycle/outcomes.ts";
import { entryOf } from "../report/entry.ts";
import { oneIssue } from "./issues.ts";

export const suggestions = implement(suggestionsList, async (input, call) => {
	const { store, now } = call;
	const issue = input.fingerprint === undefined ? undefined : await oneIssue(store, input.fingerprint);
	const code = input.code?.toUpperCase() ?? issue?.code;
	// Whether a suggestion helps is told by every group of its code.
	const all = (await resolveOutcomes(store, now())).filter((deed) => code === undefined || deed.code === code);
	const codes = code === undefined ? [...new Set(all.map((deed) => deed.code))].filter((c) => c !== "").sort() : [code];
	const own = issue === undefined ? all : all.filter((deed) => deed.issue === issue.fingerprint);
	const released = issue === undefined ? [] : await releaseOutcomes(store, issue, now());
	const deeds = [...own, ...released].sort((a, b) => b.atMs - a.atMs);
	const shown = codes.flatMap((one) => tallied(one, issue, all, call));
	return { suggestions: shown, outcomes: deeds.slice(0, input.limit ?? 50).map(wire) };
});

function tallied(
	code: string,
	issue: { code: string; immediate: readonly string[]; preventive: readonly string[] } | undefined,
	all: readonly JudgedDeed[],
	{ catalog }: Call,
) {
	const entry = entryOf(catalog, code);
	const tried = all.filter((deed) => deed.code === code);
	const known = suggestionsOf(
		code,
		entry?.suggestions ?? (issue?.code === code ? issue : { immediate: [], preventive: [] }),
	);
	const sums = tallies(known, tried);
	// What was said to help and the catalog words otherwise now.
	const others = tried.filter(({ suggestion }) => suggestion !== "" && !known.some(({ id }) => id === suggestion));
	const former = new Map(
		others.map(({ suggestion, text }): [string, Suggestion] => [
			suggestion,
			{ id: suggestion, kind: "immediate", text },
		]),
	);
	const lines = [...known, ...former.values()].map((one) => line(code, one, sums.get(one.id)));
	const kinds = ["immediate", "preventive"] as const;
	return kinds.flatMap((kind) =>
		lines.filter((one) => one.kind === kind).sort((a, b) => Number(a.sunk) - Number(b.sunk)),
	);
}

function line(code: string, { id, kind, text }: Suggestion, tally: Tally | undefined) {
	const { tried = 0, fell = 0, returned = 0, unclear = 0 } = tally ?? {};
	const round = (n: number): number => Math.round(n * 100) / 100;
	const sums = { tried: round(tried), fell: round(fell), returned: round(returned), unclear: round(unclear) };
	return { id, code, kind, text, ...sums, sunk: sinks(tally) };
}

function wire({ atMs, before, after, p, text: _, ...deed }: JudgedDeed) {
	const shown = ({ count, hours }: JudgedDeed["before"]) => ({ count, hours });
	return {
		...deed,
		at: new Date(atMs).toISOString(),
		before: shown(before),
		after: shown(after),
		p: Number(p.toPrecision(3)),
	};
}

/** The suggestion of an issue that has this id; of all of the code's, whether the issue shows it or not. */
export function suggestionOf(
	issue: { readonly code: string; readonly immediate: readonly string[]; readonly preventive: readonly string[] },
	id: string,
	{ catalog }: Call,
): Suggestion | undefined {
	const known = suggestionsOf(
		issue.code,
		entryOf(catalog, issue.code)?.suggestions ?? { immediate: [], preventive: [] },
	);
	const own = (["immediate", "preventive"] as const).flatMap((kind) =>
		issue[kind].map((text) => madeOf(issue.code, kind, text, known)),
	);
	return [...known, ...own].find((one) => one.id === id);
}
