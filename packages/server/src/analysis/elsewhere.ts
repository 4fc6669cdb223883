/**
 * What traces with spans teach about traces without: for each issue, where those began that it was part of. Head sampling
 * and lost batches leave records whose trace nobody kept; the same issue, minutes before or after, was seen whole. Pure.
 */
import type { SampledTrace, ServiceEdge } from "@errata/store";
import { LIMITS } from "../limits.ts";
import { type Elsewhere, originOf, type TraceRows } from "./origin.ts";

interface Seen {
	readonly atMs: number;
	readonly component: Elsewhere["component"];
	readonly fingerprint: string;
}

export function elsewhereOf(
	sample: readonly SampledTrace[],
	edges: readonly ServiceEdge[],
): NonNullable<TraceRows["elsewhere"]> {
	const seen = new Map<string, Seen[]>();
	for (const trace of sample) {
		const ids = new Set(trace.spans.map((span) => span.spanId));
		const origin = originOf({ ...trace, edges });
		if (origin === undefined || !ids.has(origin.spanId)) continue;
		const { component, fingerprint } = origin;
		const at = new Map(trace.errors.map((error) => [error.fingerprint, Date.parse(error.timestamp)]));
		for (const issue of new Set([fingerprint, ...origin.symptoms])) {
			if (issue === "") continue;
			const known = seen.get(issue) ?? [];
			known.push({ atMs: at.get(issue) ?? 0, component, fingerprint });
			seen.set(issue, known);
		}
	}
	return (fingerprint, atMs) => majority(seen.get(fingerprint) ?? [], atMs);
}

/** What more than half of the nearest in time say; of a single one nothing. */
function majority(seen: readonly Seen[], atMs: number): Elsewhere | undefined {
	const near = seen
		.toSorted((a, b) => Math.abs(a.atMs - atMs) - Math.abs(b.atMs - atMs))
		.slice(0, LIMITS.elsewhereTraces);
	const said = Map.groupBy(near, ({ component }) => `${component.kind} ${component.name}`);
	const most = [...said.values()].find((some) => some.length >= 2 && some.length * 2 > near.length);
	const [first] = most ?? [];
	return first === undefined
		? undefined
		: { component: first.component, fingerprint: first.fingerprint, traces: (most as Seen[]).length };
}
