/** The spans of one trace as a tree, with clocks that disagree set right. Pure; broken parents and loops are normal input. */
import type { OriginError, OriginSpan, StringMap } from "@errata/store";

export interface SpanTree {
	get(spanId: string): OriginSpan | undefined;
	/** Spans above, the nearest first, up to one that is missing. */
	above(spanId: string): readonly OriginSpan[];
	below(spanId: string): readonly OriginSpan[];
	/** Milliseconds of a time of that service's clock by the clock of the root's. */
	corrected(timestamp: string, service: string): number;
	readonly spans: readonly OriginSpan[];
}

export function spanTree(spans: readonly OriginSpan[]): SpanTree {
	const byId = new Map(spans.map((span) => [span.spanId, span]));
	const children = Map.groupBy(spans, (span) => span.parentSpanId);
	const offsets = clockOffsets(spans, byId);
	return {
		spans,
		get: (id) => byId.get(id),
		below: (id) => (id === "" ? [] : (children.get(id) ?? [])),
		above: (id) => {
			const found: OriginSpan[] = [];
			for (let at = byId.get(byId.get(id)?.parentSpanId ?? ""); at !== undefined; at = byId.get(at.parentSpanId)) {
				if (at.spanId === id || found.includes(at)) break;
				found.push(at);
			}
			return found;
		},
		corrected: (timestamp, service) => Date.parse(timestamp) + (offsets.get(service) ?? 0),
	};
}

/**
 * What to add to each service's clock so that a span lies within the span that called it: half of the room goes before it,
 * half after. As Jaeger's clock skew adjuster does, for a whole service at once.
 */
function clockOffsets(spans: readonly OriginSpan[], byId: ReadonlyMap<string, OriginSpan>): Map<string, number> {
	const offsets = new Map<string, number>();
	for (let round = 0; round < 16; round++) {
		let moved = false;
		for (const span of spans) {
			const parent = byId.get(span.parentSpanId);
			if (parent === undefined || parent.service === span.service || offsets.has(span.service)) continue;
			const start = Date.parse(span.timestamp);
			const from = Date.parse(parent.timestamp) + (offsets.get(parent.service) ?? 0);
			const room = parent.durationMs - span.durationMs;
			if (start >= from && (start + span.durationMs <= from + parent.durationMs || room < 0)) continue;
			offsets.set(span.service, from + Math.max(0, room / 2) - start);
			moved = true;
		}
		if (!moved) break;
	}
	return offsets;
}

/** What an error or a span called: a service's name, else a host, else the system. "" if it called nothing. */
export function peerOf(one: Pick<OriginSpan | OriginError, "attributes">): string {
	const a: StringMap = one.attributes;
	const named = a["service.peer.name"] || a["peer.service"];
	if (named) return named;
	const host = a["server.address"] || a["net.peer.name"] || hostOf(a["url.full"] || a["http.url"] || "");
	const system = a["db.system.name"] || a["db.system"] || a["messaging.system"] || "";
	return [system, host].filter((part) => part !== "").join(" ");
}

/** Spans of calls out of a service: what they name is another one. */
export function isOutgoing({ kind }: Pick<OriginSpan, "kind">): boolean {
	return kind === "Client" || kind === "Producer";
}

/** Categories of failures of the program itself or of what it holds: an address in such a message is no peer. */
const OWN = /bug|validation|parse|configuration|module_load|query_syntax|concurrency|connection_pool|resource_/u;

/** What announces an address for the reader: the documentation, not the one that was called. */
const TO_READ =
	/\b(?:see|visit|read|learn|more|background|info(?:rmation)?|details|docs?|documentation|help|guide|troubleshoot\w*|report)\b[^\n]{0,60}$/iu;

/** Host of the address that the message of a failed call names, as most clients' do; "" if none. */
export function peerNamed({ message, category }: Pick<OriginError, "message" | "category">): string {
	if (OWN.test(category)) return "";
	const found = /\bhttps?:\/\/[^\s"'<>)]{1,200}/u.exec(message);
	if (found !== null && !TO_READ.test(message.slice(0, found.index))) return hostOf(found[0]);
	return /\bhost='(?<host>[\w.-]{1,100})'/u.exec(message)?.groups?.host ?? "";
}

function hostOf(url: string): string {
	return URL.canParse(url) ? new URL(url).hostname : "";
}

/** Whether a peer's name means that service: itself, or the first label of its host. */
export function meansService(peer: string, service: string): boolean {
	const host = (peer.split(" ").at(-1) ?? "").toLowerCase();
	const name = service.toLowerCase();
	return name !== "" && (host === name || host.split(".")[0] === name);
}
