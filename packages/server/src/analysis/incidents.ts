/** Groups that are symptoms of one origin as one incident: the origins of a sample of traces, counted. Pure. */
import { createHash } from "node:crypto";
import type { GroupName, SampledTrace, ServiceEdge } from "@errata/store";
import { LIMITS } from "../limits.ts";
import { elsewhereOf } from "./elsewhere.ts";
import { type Origin, originOf, type Reason } from "./origin.ts";

export interface Incident {
	/** Stays while the origin does: 16 hex digits of a hash over component and, for a service, group. */
	readonly id: string;
	/** One that shows it: that of the surest origin. */
	readonly traceId: string;
	readonly component: Origin["component"];
	/** Groups it began with, the most frequent first; none for spans that failed without a record. */
	readonly origins: readonly string[];
	/** Groups that follow from it, with the share of their sampled traces in which they do. */
	readonly symptoms: readonly { readonly fingerprint: string; readonly share: number }[];
	readonly traces: number;
	readonly confidence: number;
	readonly reasons: readonly Reason[];
}

interface Found {
	readonly traces: SampledTrace[];
	readonly origins: Origin[];
}

/** Incidents of a sample, those that strike the most traces first. */
export function incidentsOf(sample: readonly SampledTrace[], edges: readonly ServiceEdge[]): Incident[] {
	const found = new Map<string, Found>();
	const held = new Map<string, number>();
	const elsewhere = elsewhereOf(sample, edges);
	for (const trace of sample) {
		for (const group of new Set(trace.errors.map((error) => error.fingerprint)))
			held.set(group, (held.get(group) ?? 0) + 1);
		const origin = originOf({ ...trace, edges, elsewhere });
		if (origin === undefined) continue;
		const id = idOf(origin);
		const at = found.get(id) ?? { traces: [], origins: [] };
		at.traces.push(trace);
		at.origins.push(origin);
		found.set(id, at);
	}
	return [...found]
		.map(([id, at]) => incident(id, at, held))
		.sort((a, b) => b.traces - a.traces || b.symptoms.length - a.symptoms.length || (a.id < b.id ? -1 : 1));
}

/** A peer that does not answer is one trouble, whoever calls it and however each caller's stack looks. */
function idOf({ component, fingerprint }: Origin): string {
	const told = component.kind === "peer" ? `peer:${component.name}` : `service:${component.name}:${fingerprint}`;
	return createHash("sha256").update(told).digest("hex").slice(0, 16);
}

function incident(id: string, { traces, origins }: Found, held: ReadonlyMap<string, number>): Incident {
	const began = counted(origins.map((origin) => origin.fingerprint)).filter(([group]) => group !== "");
	const first = new Set(began.map(([group]) => group));
	const follows = counted(origins.flatMap((origin) => origin.symptoms))
		.filter(([group, n]) => !first.has(group) && n >= LIMITS.symptomTraces)
		.map(([fingerprint, n]) => ({ fingerprint, share: round(n / (held.get(fingerprint) ?? n)) }))
		.slice(0, LIMITS.symptoms);
	const kinds = counted(origins.flatMap((origin) => origin.reasons.map((reason) => reason.kind)));
	const at = origins.reduce((best, one, i) => (one.confidence > (origins[best] as Origin).confidence ? i : best), 0);
	const surest = origins[at] as Origin;
	return {
		id,
		traceId: (traces[at] as SampledTrace).traceId,
		component: surest.component,
		origins: began.map(([group]) => group).slice(0, LIMITS.symptoms),
		symptoms: follows,
		traces: traces.length,
		confidence: round(origins.reduce((sum, origin) => sum + origin.confidence, 0) / origins.length),
		reasons: surest.reasons.toSorted((a, b) => rank(kinds, a) - rank(kinds, b)),
	};
}

function rank(kinds: readonly (readonly [string, number])[], reason: Reason): number {
	return kinds.findIndex(([kind]) => kind === reason.kind);
}

function counted(texts: readonly string[]): [string, number][] {
	const counts = new Map<string, number>();
	for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
	return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

function round(value: number): number {
	return Math.round(value * 100) / 100;
}

/** What an answer shows of a group. */
export function nameOf(names: ReadonlyMap<string, GroupName>, fingerprint: string) {
	const { code = "", exceptionType = "", message = "", services = [], count = 0 } = names.get(fingerprint) ?? {};
	return { fingerprint, code, exceptionType, message, services, count };
}
