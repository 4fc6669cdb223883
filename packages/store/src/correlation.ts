/**
 * What correlation, incidents and over-represented attributes are computed from: counts and samples, bounded, with what
 * the bounds left out. What they mean is the business of `@errata/server`.
 */
import type { Connection } from "./connection.ts";
import { LIMITS } from "./limits.ts";
import { dateTime } from "./time.ts";
import type { ErrorEvent, StringMap, TraceSpan } from "./types.ts";

/** Milliseconds since the epoch, `untilMs` exclusive. */
export interface TimeSpan {
	readonly sinceMs: number;
	readonly untilMs: number;
}

export interface GroupCount {
	readonly fingerprint: string;
	readonly count: number;
	/** Traces that hold it. */
	readonly traces: number;
}

/** Two groups, `a` < `b`, in the same traces. */
export interface TracePair {
	readonly a: string;
	readonly b: string;
	readonly traces: number;
	/** Those in which `a` failed first. */
	readonly aFirst: number;
}

export interface CorrelationCounts {
	/** Traces with an error. */
	readonly traces: number;
	/** The most frequent first. */
	readonly groups: readonly GroupCount[];
	/** Pairs in at least `LIMITS.pairSupport` traces. */
	readonly pairs: readonly TracePair[];
	/** Minutes, counted from `sinceMs`, in which each of the most frequent groups failed. */
	readonly minutes: readonly { readonly fingerprint: string; readonly minutes: readonly number[] }[];
	/** What the limits left out: true if there may be more groups or pairs, exact for groups of traces. */
	readonly cut: {
		readonly groups: boolean;
		readonly pairs: boolean;
		readonly tracesOver: number;
		readonly groupsOfTraces: number;
	};
}

/** Everything pairs are computed from, in four questions at once. */
export async function correlationCounts(connection: Connection, span: TimeSpan): Promise<CorrelationCounts> {
	const time = times(span);
	const [totals, groups, pairs, minutes] = await Promise.all([
		connection.select<{ traces: number; tracesCut: number; groupsCut: number }>("correlation-traces", {
			...time,
			perTrace: LIMITS.groupsPerTrace,
		}),
		connection.select<GroupCount>("correlation-groups", { ...time, limit: LIMITS.correlatedGroups }),
		connection.select<TracePair>("correlation-pairs", {
			...time,
			perTrace: LIMITS.groupsPerTrace,
			support: LIMITS.pairSupport,
			limit: LIMITS.pairs,
		}),
		connection.select<{ fingerprint: string; minutes: number[] }>("correlation-minutes", {
			...time,
			sinceMs: Math.trunc(span.sinceMs),
			limit: LIMITS.groupsByMinute,
		}),
	]);
	return {
		traces: totals[0]?.traces ?? 0,
		groups,
		pairs,
		minutes,
		cut: {
			groups: groups.length >= LIMITS.correlatedGroups,
			pairs: pairs.length >= LIMITS.pairs,
			tracesOver: totals[0]?.tracesCut ?? 0,
			groupsOfTraces: totals[0]?.groupsCut ?? 0,
		},
	};
}

/** What a group is called, and its exact totals between two times. */
export interface GroupName extends GroupCount {
	readonly code: string;
	readonly exceptionType: string;
	readonly message: string;
	readonly services: readonly string[];
	readonly firstSeen: string;
	readonly lastSeen: string;
}

/** Of groups that failed between two times, at most `LIMITS.rows`. */
export async function groupNames(
	connection: Connection,
	fingerprints: readonly string[],
	span: TimeSpan,
): Promise<GroupName[]> {
	const asked = chunks([...new Set(fingerprints)].slice(0, LIMITS.rows));
	const found = await Promise.all(
		asked.map((some) => connection.select<GroupName>("group-names", { ...times(span), fingerprints: some })),
	);
	return found.flat();
}

/** An occurrence with what finding an origin needs. */
export type OriginError = Pick<
	ErrorEvent,
	| "eventId"
	| "timestamp"
	| "fingerprint"
	| "code"
	| "category"
	| "service"
	| "traceId"
	| "spanId"
	| "exceptionType"
	| "message"
	| "attributes"
>;

export type OriginSpan = TraceSpan;

export interface SampledTrace {
	readonly traceId: string;
	readonly errors: readonly OriginError[];
	readonly spans: readonly OriginSpan[];
}

/** Traces with errors between two times: some for each of the most frequent groups. */
export async function sampledTraces(connection: Connection, span: TimeSpan): Promise<SampledTrace[]> {
	const ids = await connection.select<{ traceId: string }>("incident-traces", {
		...times(span),
		groups: LIMITS.sampledGroups,
		perGroup: LIMITS.tracesPerGroup,
		limit: LIMITS.sampledTraces,
	});
	// A trace that began before the window or ends after it is still read whole.
	const around = times({ sinceMs: span.sinceMs - LIMITS.traceMarginMs, untilMs: span.untilMs + LIMITS.traceMarginMs });
	const perTrace = LIMITS.rowsPerTrace;
	const parts = await Promise.all(
		chunks(ids.map(({ traceId }) => traceId)).map((traceIds) =>
			Promise.all([
				connection.select<OriginError>("sampled-errors", { ...around, traceIds, perTrace }),
				connection.select<OriginSpan & { traceId: string }>("sampled-spans", { ...around, traceIds, perTrace }),
			]),
		),
	);
	const errors = Map.groupBy(
		parts.flatMap(([some]) => some),
		(error) => error.traceId,
	);
	const spans = Map.groupBy(
		parts.flatMap(([, some]) => some),
		(one) => one.traceId,
	);
	return [...errors].map(([traceId, found]) => ({ traceId, errors: found, spans: spans.get(traceId) ?? [] }));
}

export interface ServiceEdge {
	readonly caller: string;
	readonly callee: string;
	readonly calls: number;
}

/** Which service calls which, by a sample of spans. */
export function serviceEdges(connection: Connection, span: TimeSpan): Promise<ServiceEdge[]> {
	return connection.select<ServiceEdge>("service-edges", { ...times(span), spans: LIMITS.edgeSpans });
}

/** What an occurrence or a request carried. */
export interface Carried {
	/** Milliseconds since the epoch. */
	readonly atMs: number;
	readonly traceId: string;
	readonly service: string;
	readonly attributes: StringMap;
	readonly resource: StringMap;
}

export interface CarriedRequest extends Carried {
	/** Whether its trace holds the group. */
	readonly failed: boolean;
	/** Where it came from: the trace of a message's sender, else its own. Deliveries of one message are one request. */
	readonly rootTrace: string;
}

export interface AttributeSamples {
	/** Of the group, one per trace. */
	readonly events: readonly Carried[];
	/** Entry spans of the services it was seen in: those of its own traces, and others. */
	readonly requests: readonly CarriedRequest[];
	/** Occurrences of other groups in the same services; of all services where these have too few. */
	readonly others: readonly Carried[];
	readonly otherServices: boolean;
}

/** A group and what it may be compared with. */
export async function attributeSamples(
	connection: Connection,
	fingerprint: string,
	span: TimeSpan,
): Promise<AttributeSamples> {
	const asked = { ...times(span), fingerprint, limit: LIMITS.attributeSample };
	const events = await connection.select<Carried>("attribute-events", asked);
	const services = [...new Set(events.map(({ service }) => service))].filter((name) => name !== "").slice(0, 20);
	const [requests, near] = await Promise.all([
		services.length === 0 ? [] : connection.select<CarriedRequest>("attribute-requests", { ...asked, services }),
		connection.select<Carried>("attribute-others", { ...asked, services }),
	]);
	const otherServices = near.length < LIMITS.attributeBackground && services.length > 0;
	const others = otherServices
		? await connection.select<Carried>("attribute-others", { ...asked, services: [] })
		: near;
	return { events, requests: requests.map((r) => ({ ...r, failed: Boolean(r.failed) })), others, otherServices };
}

function times(span: TimeSpan) {
	return { since: dateTime(span.sinceMs), until: dateTime(span.untilMs) };
}

/** Ids in lists that fit into a URL. */
function chunks(ids: readonly string[]): string[][] {
	const size = LIMITS.idsPerQuestion;
	return Array.from({ length: Math.ceil(ids.length / size) }, (_, i) => ids.slice(i * size, (i + 1) * size));
}
