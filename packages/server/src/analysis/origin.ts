/**
 * Where the trouble of one trace began, and why errata thinks so. Each pair of errors is asked whether one is a symptom of
 * the other: by cause chains, by the tree of spans, by who called whom. The origin is what explains the most and is itself
 * explained by nothing. Pure.
 */
import type { OriginError, OriginSpan, ServiceEdge } from "@errata/store";
import { LIMITS } from "../limits.ts";
import { isOutgoing, meansService, peerNamed, peerOf, type SpanTree, spanTree } from "./span-tree.ts";

export interface Reason {
	readonly kind:
		| "cause_chain"
		| "deepest_span"
		| "peer"
		| "service_edge"
		| "lower_layer"
		| "earliest"
		| "propagates"
		| "only_error"
		| "slow"
		| "other_traces";
	readonly text: string;
}

export interface Origin {
	/** "" for a span that failed without an error record. */
	readonly eventId: string;
	readonly fingerprint: string;
	readonly service: string;
	readonly spanId: string;
	/** What to look at: the service that failed, or what it called and got no answer from. */
	readonly component: { readonly kind: "service" | "peer"; readonly name: string };
	/** 0 to 1: how far it is ahead of the next candidate. */
	readonly confidence: number;
	readonly reasons: readonly Reason[];
	/** Groups of the trace that it explains. */
	readonly symptoms: readonly string[];
}

/** What other traces, whose spans are known, say of an issue: where those began that it was part of. */
export interface Elsewhere {
	readonly component: Origin["component"];
	/** Issue they began with; "" for spans that failed without a record. */
	readonly fingerprint: string;
	readonly traces: number;
}

export interface TraceRows {
	readonly errors: readonly OriginError[];
	readonly spans: readonly OriginSpan[];
	/** Who calls whom, learnt from other traces: for traces whose spans are missing. */
	readonly edges?: readonly ServiceEdge[];
	/** The same for issues, nearest in time; for the same traces. */
	readonly elsewhere?: (fingerprint: string, atMs: number) => Elsewhere | undefined;
}

type Weights = ReadonlyMap<Reason["kind"], number>;

interface Node {
	readonly error: OriginError;
	readonly at: number;
	readonly depth: number;
	readonly above: readonly OriginSpan[];
	/** Only where the trace itself does not show what it did: neither its span nor a call below it. */
	readonly elsewhere: Elsewhere | undefined;
}

interface Link {
	readonly why: Reason["kind"];
	readonly weight: number;
}

/** `undefined` where nothing failed. */
export function originOf({ errors, spans, edges = [], elsewhere }: TraceRows): Origin | undefined {
	const tree = spanTree(spans.slice(0, LIMITS.originRows));
	const nodes = nodesOf(errors.slice(0, LIMITS.originRows / 5), tree, elsewhere);
	if (nodes.length === 0) return undefined;
	const reaches = reachable(edges);
	const links = linksOf(nodes, tree, reaches);
	const scored = nodes
		.map((node, i) => ({ node, ...scoreOf(i, nodes, links, tree) }))
		.sort(
			(a, b) =>
				b.score - a.score ||
				b.node.depth - a.node.depth ||
				a.node.at - b.node.at ||
				(a.node.error.eventId < b.node.error.eventId ? -1 : 1),
		);
	const best = scored[0] as (typeof scored)[number];
	const { error } = best.node;
	const next = scored.find(({ node }) => node.error.fingerprint !== error.fingerprint);
	const component = componentOf(best.node, tree);
	return {
		eventId: error.eventId,
		fingerprint: error.fingerprint,
		service: error.service,
		spanId: error.spanId,
		component: component.component,
		confidence: next === undefined ? 1 : round(best.score / (best.score + Math.max(0, next.score))),
		reasons: [...reasonsOf(best, nodes), ...component.reasons],
		symptoms: [...new Set(best.explained.map((i) => (nodes[i] as Node).error.fingerprint))].filter(
			(fingerprint) => fingerprint !== "" && fingerprint !== error.fingerprint,
		),
	};
}

/** Errors, and spans that failed without one of them or of their service's above them. */
function nodesOf(errors: readonly OriginError[], tree: SpanTree, elsewhere: TraceRows["elsewhere"]): Node[] {
	const told = new Set(errors.map((error) => error.spanId));
	const silent = tree.spans.filter(
		(span) =>
			span.status === "Error" &&
			!told.has(span.spanId) &&
			tree.below(span.spanId).every((child) => child.status !== "Error") &&
			!tree.above(span.spanId).some((parent) => parent.service === span.service && told.has(parent.spanId)),
	);
	return [...errors, ...silent.map(asError)].map((error) => {
		const above = tree.above(error.spanId);
		const placed = tree.get(error.spanId) !== undefined || tree.below(error.spanId).length > 0;
		const known = placed ? undefined : elsewhere?.(error.fingerprint, Date.parse(error.timestamp));
		const at = tree.corrected(error.timestamp, error.service);
		return { error, above, depth: above.length, at, elsewhere: known };
	});
}

function asError(span: OriginSpan): OriginError {
	const end = new Date(Date.parse(span.timestamp) + span.durationMs).toISOString();
	const { spanId, service } = span;
	// What an entry span names (its queue, its own address) is no peer of it.
	const attributes = isOutgoing(span) ? span.attributes : {};
	return {
		...{ eventId: "", fingerprint: "", code: "", category: "", traceId: "", exceptionType: "" },
		...{ timestamp: end, spanId, service, attributes, message: span.statusMessage },
	};
}

/** `links[y].get(x)`: error x is a symptom of y. Of two that explain each other the stronger stays. */
function linksOf(nodes: readonly Node[], tree: SpanTree, reaches: Reaches): Map<number, Link>[] {
	const links = nodes.map(() => new Map<number, Link>());
	for (let y = 0; y < nodes.length; y++)
		for (let x = y + 1; x < nodes.length; x++) {
			const a = nodes[y] as Node;
			const b = nodes[x] as Node;
			const forward = linkOf(a, b, tree, reaches);
			const back = linkOf(b, a, tree, reaches);
			if ((forward?.weight ?? 0) > (back?.weight ?? 0)) links[y]?.set(x, forward as Link);
			else if ((back?.weight ?? 0) > (forward?.weight ?? 0)) links[x]?.set(y, back as Link);
		}
	return links;
}

/** How strongly `x` is a symptom of `y`. */
function linkOf(y: Node, x: Node, tree: SpanTree, reaches: Reaches): Link | undefined {
	const found: Link[] = [];
	const add = (why: Reason["kind"], weight: number): void => void (weight > 0 && found.push({ why, weight }));
	if (namesCause(x.error, y.error)) add("cause_chain", 5);
	const below = y.above.findIndex((span) => span.spanId === x.error.spanId);
	if (below >= 0) add("deepest_span", pathWeight(y, y.above.slice(0, below), tree));
	if (y.error.service !== x.error.service) {
		const called = [peerOf(x.error), peerNamed(x.error), ...failedCalls(x, tree).map(peerOf)];
		if (called.some((peer) => peer !== "" && meansService(peer, y.error.service))) add("peer", 2.5);
		if (!(rooted(x, tree) && rooted(y, tree)) && reaches(x.error.service, y.error.service)) add("service_edge", 1.5);
	}
	const began = x.elsewhere?.fingerprint;
	if (began !== undefined && began !== "" && began === y.error.fingerprint && began !== x.error.fingerprint)
		add("other_traces", 2);
	if (liesBeneath(y, x, tree)) add("lower_layer", 4);
	if (y.error.spanId !== "" && y.error.spanId === x.error.spanId && y.at < x.at) add("earliest", 1);
	return found.sort((a, b) => b.weight - a.weight)[0];
}

/** Whether the tree shows all that is above it: no span on the way is missing. */
function rooted({ error, above }: Node, tree: SpanTree): boolean {
	const top = above.at(-1) ?? tree.get(error.spanId);
	return top !== undefined && top.parentSpanId === "";
}

/** What failed all the way up was passed on; what ended well in between was dealt with. */
function pathWeight(y: Node, between: readonly OriginSpan[], tree: SpanTree): number {
	// Instrumentation that never sets a status says nothing by leaving it unset.
	if (tree.spans.every((span) => span.status !== "Error")) return 1;
	const own = tree.get(y.error.spanId);
	if (own !== undefined && own.status !== "Error" && failedCalls(y, tree).length === 0) return 0.4;
	if (between.every((span) => span.status === "Error")) return 3;
	return between.some((span) => span.status === "Ok") ? 0.3 : 1;
}

function namesCause(x: OriginError, y: OriginError): boolean {
	const causes = x.attributes["errata.causes"] ?? "";
	if (causes === "" || y.message.length < 4) return false;
	return causes.includes(JSON.stringify(y.message).slice(1, -1)) && x.message !== y.message;
}

/** Codes of what lies below a client's own failures: the name, the connection, the certificate. A timeout tells no layer. */
function layer({ code, category }: OriginError): number {
	if (category === "timeout") return 2;
	return code.startsWith("DNS_") ? 0 : /^(?:NET|TLS)_/u.test(code) ? 1 : 2;
}

/**
 * Clients report a connection they cannot make twice: as it failed (ENOTFOUND), mostly beside the call, and as the call that
 * gave up, in its span. The first is why.
 */
function liesBeneath(y: Node, x: Node, tree: SpanTree): boolean {
	if (y.error.service !== x.error.service || y.at > x.at || layer(y.error) >= layer(x.error)) return false;
	const hosts = [peerOf(x.error), peerNamed(x.error), ...failedCalls(x, tree).map(peerOf)].map(hostName);
	return hosts.some((host) => host !== "" && (hostName(peerOf(y.error)) === host || y.error.message.includes(host)));
}

/** `sessions.cache` of `redis sessions.cache`; "" for what is too short to be told from other words. */
function hostName(peer: string): string {
	const host = peer.split(" ").at(-1) ?? "";
	return host.length < LIMITS.hostChars ? "" : host;
}

/** Failed calls out of the span of an error: itself, or its children in the same service. */
function failedCalls(node: Node, tree: SpanTree): OriginSpan[] {
	const own = tree.get(node.error.spanId);
	const near = [...(own === undefined ? [] : [own]), ...tree.below(node.error.spanId)];
	return near.filter((span) => isOutgoing(span) && span.status === "Error" && span.service === node.error.service);
}

type Reaches = (from: string, to: string) => boolean;

function reachable(edges: readonly ServiceEdge[]): Reaches {
	const callees = Map.groupBy(edges, (edge) => edge.caller);
	const known = new Map<string, Set<string>>();
	return (from, to) => {
		let found = known.get(from);
		if (found === undefined) {
			found = new Set<string>();
			const open = [from];
			for (let at = open.pop(); at !== undefined; at = open.pop())
				for (const { callee } of callees.get(at) ?? []) {
					if (!found.has(callee)) open.push(callee);
					found.add(callee);
				}
			known.set(from, found);
		}
		return found.has(to) && from !== to;
	};
}

interface Scored {
	readonly node: Node;
	readonly score: number;
	readonly weights: Weights;
	readonly explained: readonly number[];
}

function scoreOf(
	i: number,
	nodes: readonly Node[],
	links: readonly Map<number, Link>[],
	tree: SpanTree,
): Omit<Scored, "node"> {
	const node = nodes[i] as Node;
	const weights = new Map<Reason["kind"], number>();
	const explained = new Set<number>();
	const open = [i];
	let score = 1;
	for (let at = open.pop(); at !== undefined; at = open.pop())
		for (const [x, { why, weight }] of links[at] ?? []) {
			if (weight < 1 || x === i || explained.has(x)) continue;
			explained.add(x);
			open.push(x);
			weights.set(why, (weights.get(why) ?? 0) + 1);
			score += weight;
		}
	const strongest = Math.max(0, ...links.map((from) => from.get(i)?.weight ?? 0));
	// What is explained itself is no origin, however much it explains.
	if (strongest >= 1) score /= 1 + strongest * 4;
	const parent = tree.get(node.error.spanId) === undefined ? undefined : node.above[0];
	if (parent?.status === "Error" || tree.get(node.error.spanId)?.status === "Error") {
		weights.set("propagates", 1);
		score += 2;
	}
	if (nodes.every((other) => node.at <= other.at)) {
		weights.set("earliest", 1);
		score += 0.5;
	}
	return { score, weights, explained: [...explained] };
}

const WORDS: Readonly<Record<Reason["kind"], (n: number) => string>> = {
	cause_chain: (n) => `${n} of the other errors name it as their cause`,
	deepest_span: (n) => `it is the deepest failure below the spans of ${n} other errors`,
	peer: (n) => `${n} other errors come from calls to its service`,
	service_edge: (n) => `the services of ${n} other errors call its service`,
	lower_layer: (n) => `it is how the connection failed beneath ${n} other errors of calls to the same peer`,
	earliest: () => "it is the earliest error, clocks set right",
	propagates: () => "its span failed and was not dealt with",
	only_error: () => "it is the only group of errors in the trace",
	slow: () => "what it called was still working when the caller gave up",
	other_traces: (n) => `${n} other traces with this issue, whose spans are known, began there`,
};

function reasonsOf({ weights, node }: Scored, nodes: readonly Node[]): Reason[] {
	const reasons = [...weights].map(([kind, n]) => ({ kind, text: WORDS[kind](n) }));
	if (nodes.every((other) => other.error.fingerprint === node.error.fingerprint))
		reasons.unshift({ kind: "only_error", text: WORDS.only_error(1) });
	return reasons;
}

/** The service, or what it called: where a call failed and nothing of the other side is known, the other side. */
function componentOf(node: Node, tree: SpanTree): { component: Origin["component"]; reasons: readonly Reason[] } {
	const service = { component: { kind: "service" as const, name: node.error.service }, reasons: [] };
	const { elsewhere } = node;
	if (elsewhere !== undefined)
		return {
			component: elsewhere.component,
			reasons: [{ kind: "other_traces", text: WORDS.other_traces(elsewhere.traces) }],
		};
	const [call] = failedCalls(node, tree);
	const waited = call === undefined ? undefined : slowest(call, tree);
	if (waited !== undefined) return { component: waited, reasons: [{ kind: "slow", text: WORDS.slow(1) }] };
	const peer = (call === undefined ? "" : peerOf(call)) || peerOf(node.error) || peerNamed(node.error);
	if (peer === "") return service;
	const known = tree.spans.find((span) => meansService(peer, span.service))?.service;
	const name = known ?? peer;
	return { component: { kind: known === undefined ? "peer" : "service", name }, reasons: [] };
}

/** Down the longest calls from one that was given up, to what took the time. `undefined` if the other side sent no span. */
function slowest(call: OriginSpan, tree: SpanTree): Origin["component"] | undefined {
	let at = call;
	const seen = new Set<OriginSpan>();
	for (;;) {
		seen.add(at);
		const longest = tree.below(at.spanId).toSorted((a, b) => b.durationMs - a.durationMs)[0];
		if (longest === undefined || seen.has(longest) || longest.durationMs < at.durationMs / 2) break;
		at = longest;
	}
	if (at === call) return undefined;
	const peer = isOutgoing(at) ? peerOf(at) : "";
	return peer === "" ? { kind: "service", name: at.service } : { kind: "peer", name: peer };
}

function round(value: number): number {
	return Math.round(value * 100) / 100;
}
