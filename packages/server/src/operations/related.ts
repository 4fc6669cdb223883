/** What fails with a group, what it follows from, what is special about it. */
import { correlationsGet, incidentsList, issuesAttributes } from "@errata/api";
import { overRepresented } from "../analysis/attributes.ts";
import type { Pair } from "../analysis/correlate.ts";
import { type Incident, nameOf } from "../analysis/incidents.ts";
import { implement } from "../call.ts";
import { Failure, quoted } from "../failure.ts";
import { LIMITS } from "../limits.ts";
import { windowMs } from "../window.ts";
import { closedWindow, correlationsOf, incidentsIn } from "../work/analyses.ts";
import { oneIssue } from "./issues.ts";

const DAY = 86_400_000;

export const correlations = implement(correlationsGet, async (input, { store, now }) => {
	const { fingerprint } = await oneIssue(store, input.fingerprint);
	const span = analysed(input.window, now());
	const { pairs, base, tested, cut } = await correlationsOf(store, span);
	const mine = pairs.filter((pair) => pair.from === fingerprint || pair.to === fingerprint);
	const told = mine.slice(0, input.limit ?? 20);
	const other = (pair: Pair): string => (pair.from === fingerprint ? pair.to : pair.from);
	const names = await namesOf(store, told.map(other), span);
	return {
		...span,
		base,
		tested,
		cut,
		correlations: told.map((pair) => ({
			kind: pair.kind,
			direction: pair.from === fingerprint ? ("after" as const) : ("before" as const),
			group: nameOf(names, other(pair)),
			support: pair.support,
			confidence: pair.confidence,
			lift: pair.lift,
			q: pair.q,
		})),
	};
});

export const incidents = implement(incidentsList, async (input, { store, now }) => {
	const span = analysed(input.window, now());
	const found = await incidentsIn(store, span);
	const told = found.incidents.slice(0, Math.min(input.limit ?? 20, LIMITS.incidents));
	const names = await namesOf(
		store,
		told.flatMap((one) => [...one.origins, ...one.symptoms.map((symptom) => symptom.fingerprint)]),
		span,
	);
	const wire = (one: Incident) => {
		const began = one.origins.flatMap((fingerprint) => names.get(fingerprint) ?? []);
		return {
			...one,
			origins: one.origins.map((fingerprint) => nameOf(names, fingerprint)),
			symptoms: one.symptoms.map(({ fingerprint, share }) => ({ group: nameOf(names, fingerprint), share })),
			firstSeen: began.map((name) => name.firstSeen).sort()[0] ?? "",
			lastSeen:
				began
					.map((name) => name.lastSeen)
					.sort()
					.at(-1) ?? "",
		};
	};
	return { ...span, sampled: found.sampled, incidents: told.map(wire), left: found.incidents.length - told.length };
});

export const attributes = implement(issuesAttributes, async (input, { store, now }) => {
	const { fingerprint } = await oneIssue(store, input.fingerprint);
	const sinceMs = now() - windowMs(input.window, DAY);
	// Nothing is counted against what is still under way, so the window may end now.
	const span = { sinceMs, untilMs: now() };
	return { ...span, ...overRepresented(await store.attributeSamples(fingerprint, span)) };
});

function analysed(window: string | undefined, now: number) {
	const ms = windowMs(window, DAY);
	if (ms <= LIMITS.analysisDays * DAY) return closedWindow(now, ms);
	throw new Failure(
		"BAD_REQUEST",
		`window ${quoted(window ?? "")} is longer than the ${LIMITS.analysisDays} days that are compared.`,
		"Pass a duration such as 1h, 24h or 7d.",
	);
}

async function namesOf(
	store: Parameters<typeof correlationsOf>[0],
	fingerprints: readonly string[],
	span: ReturnType<typeof closedWindow>,
) {
	const found = await store.groupNames(fingerprints, span);
	return new Map(found.map((name) => [name.fingerprint, name]));
}
