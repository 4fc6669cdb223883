/** One world of a seed: a graph, its conditions, a day of it, a fault or none, and the rows its programs would leave. */
import type { OtelLogRow, OtelTraceRow } from "../../packages/store/src/types.ts";
import { type Background, backgroundOf } from "./background.ts";
import { type Dice, diceOf } from "./dice.ts";
import { type Fault, type FaultKind, faultOf, type Request } from "./faults.ts";
import { type Conditions, type Graph, graphOf, type Host, type Service } from "./graph.ts";
import { type Logged, type Spanned, type Traffic, trafficOf } from "./traffic.ts";

const HOUR = 3_600_000;
const REQUESTS = 300;
/** Traces that a fault must strike to be worth a question. */
const STRUCK = 12;

export interface World {
	readonly seed: number;
	readonly kind: FaultKind | "no fault";
	readonly graph: Graph;
	readonly conditions: Conditions;
	readonly fault: Fault | undefined;
	readonly traffic: Traffic;
	readonly background: Background;
	readonly logs: readonly OtelLogRow[];
	readonly spans: readonly OtelTraceRow[];
	readonly sinceMs: number;
	readonly untilMs: number;
}

/** `undefined` if no place for that fault was found in this graph that strikes enough requests. */
export function worldOf(seed: number, kind: World["kind"], now: number): World | undefined {
	const dice = diceOf(seed);
	const conditions: Conditions = {
		skew: dice.chance(0.4),
		dark: dice.chance(0.25),
		lost: dice.chance(0.25) ? 0.08 : 0,
		sampled: dice.chance(0.25) ? 0.4 : 1,
		untraced: dice.chance(0.3),
	};
	const graph = graphOf(dice, conditions);
	const untilMs = Math.floor(now / 60_000) * 60_000 - 180_000;
	const sinceMs = untilMs - 3 * HOUR;
	const requests = requestsOf(dice, graph, sinceMs, untilMs);
	const baggage = dice.chance(0.7);
	const found = struckBy(kind, graph, requests, dice, baggage, { sinceMs, untilMs });
	if (found === undefined) return undefined;
	const background = backgroundOf(dice, untilMs);
	return {
		...{ seed, kind, graph, conditions, ...found, background, sinceMs, untilMs },
		logs: [...found.traffic.logs, ...background.logs]
			.map((log) => logRow(log, sinceMs, 1))
			.concat(background.counted.map(({ log, count }) => logRow(log, sinceMs, count))),
		spans: kept(found.traffic.spans, conditions, dice).map((span) => spanRow(span, sinceMs)),
	};
}

function struckBy(
	kind: World["kind"],
	graph: Graph,
	requests: readonly Request[],
	dice: Dice,
	baggage: boolean,
	span: { sinceMs: number; untilMs: number },
) {
	const calm = trafficOf(graph, requests, undefined, dice, baggage);
	if (kind === "no fault") return { fault: undefined, traffic: calm };
	for (let tries = 0; tries < 12; tries++) {
		const fault = faultOf(kind, graph, calm.visits, dice, span);
		if (fault === undefined) return undefined;
		const traffic = trafficOf(graph, requests, fault, dice, baggage);
		if (traffic.struck.size >= STRUCK) return { fault, traffic };
	}
	return undefined;
}

function requestsOf(dice: Dice, graph: Graph, sinceMs: number, untilMs: number): Request[] {
	const routes = (graph.services[0] as Service).operations.length;
	const regions = [...graph.regions, graph.regions[0] as string];
	return Array.from({ length: REQUESTS }, () => {
		let at = sinceMs + dice() * (untilMs - sinceMs);
		// The day's shape: fewer in its troughs.
		while (dice() > 0.6 + 0.4 * Math.cos((at / HOUR / 24) * 2 * Math.PI)) at = sinceMs + dice() * (untilMs - sinceMs);
		return {
			at,
			region: dice.pick(regions),
			tenant: `tenant-${Math.ceil(12 * dice() ** 2)}`,
			flag: dice.chance(0.4) ? "on" : "off",
			route: Math.floor(routes * dice() ** 1.4),
			os: dice.pick(["ios", "android", "web"]),
			plan: dice.pick(["free", "free", "pro"]),
		};
	}).sort((a, b) => a.at - b.at);
}

/** Spans that got through: traces sampled at the head, single spans lost on the way. */
function kept(spans: readonly Spanned[], { sampled, lost }: Conditions, dice: Dice): Spanned[] {
	const traces = new Map<string, boolean>();
	return spans.filter(({ trace }) => {
		const keep = traces.get(trace) ?? dice.chance(sampled);
		traces.set(trace, keep);
		return keep && !dice.chance(lost);
	});
}

export function versionAt(service: Service, host: Host, at: number, sinceMs: number): string {
	return at - sinceMs >= service.rolloutMs ? host.next : host.version;
}

function resourceOf(service: Service, host: Host, at: number, sinceMs: number): Record<string, string> {
	return {
		"service.name": service.name,
		"service.version": versionAt(service, host, at, sinceMs),
		"service.instance.id": `${host.name}-1`,
		"host.name": host.name,
		"cloud.region": host.region,
		"deployment.environment.name": "production",
		"telemetry.sdk.language": service.language,
		"telemetry.sdk.name": "opentelemetry",
	};
}

const nanos = (ms: number): string => String(BigInt(Math.round(ms * 1000)) * 1000n);

function exceptionOf(said: Logged["said"], stack: string): Record<string, string> {
	if (said.type === "") return {};
	return {
		"exception.type": said.type,
		"exception.message": said.message,
		...(stack === "" ? {} : { "exception.stacktrace": stack }),
	};
}

function logRow(log: Logged, sinceMs: number, count: number): OtelLogRow {
	const { service, host, said, stack } = log;
	return {
		Timestamp: nanos(log.at + host.clockMs),
		TraceId: log.trace,
		SpanId: log.span,
		TraceFlags: log.trace === "" ? 0 : 1,
		SeverityText: "ERROR",
		SeverityNumber: 17,
		ServiceName: service.name,
		Body: said.message,
		ResourceSchemaUrl: "",
		ResourceAttributes: resourceOf(service, host, log.at, sinceMs),
		ScopeSchemaUrl: "",
		ScopeName: "app",
		ScopeVersion: "",
		ScopeAttributes: {},
		LogAttributes: {
			...exceptionOf(said, stack),
			"log.record.uid": log.uid,
			...(count > 1 ? { "errata.count": String(count) } : {}),
		},
		EventName: "",
	};
}

function spanRow(span: Spanned, sinceMs: number): OtelTraceRow {
	const { host, service, link } = span;
	const [linkTrace = "", linkSpan = ""] = link.split(" ");
	return {
		Timestamp: nanos(span.start + host.clockMs),
		TraceId: span.trace,
		SpanId: span.id,
		ParentSpanId: span.parent,
		TraceState: "",
		SpanName: span.name,
		SpanKind: span.kind,
		ServiceName: service.name,
		ResourceAttributes: resourceOf(service, host, span.start, sinceMs),
		ScopeName: "app",
		ScopeVersion: "",
		SpanAttributes: span.attributes,
		Duration: String(Math.round(span.ms * 1e6)),
		StatusCode: span.failed ? "Error" : "Unset",
		StatusMessage: "",
		"Events.Timestamp": span.events.map(({ at }) => nanos(at + host.clockMs)),
		"Events.Name": span.events.map(() => "exception"),
		"Events.Attributes": span.events.map(({ said, stack }) => ({
			"exception.type": said.type === "" ? "Error" : said.type,
			"exception.message": said.message,
			...(stack === "" ? {} : { "exception.stacktrace": stack }),
		})),
		"Links.TraceId": link === "" ? [] : [linkTrace],
		"Links.SpanId": link === "" ? [] : [linkSpan],
		"Links.TraceState": link === "" ? [] : [""],
		"Links.Attributes": link === "" ? [] : [{}],
	};
}
