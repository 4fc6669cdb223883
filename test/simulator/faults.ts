/** Faults with known truth: what happens to whom and when, and what an answer must say of it. */
import type { Dice } from "./dice.ts";
import type { Graph, Host, Service } from "./graph.ts";
import { bugOf, type Said, saidOf } from "./libraries.ts";

export const FAULTS = [
	"dependency down",
	"service down",
	"bad release",
	"only one place",
	"slow dependency",
	"pool exhausted",
	"poison message",
	"cascading retries",
] as const;
export type FaultKind = (typeof FAULTS)[number];

export interface Request {
	readonly at: number;
	readonly region: string;
	readonly tenant: string;
	readonly flag: string;
	readonly route: number;
	readonly os: string;
	readonly plan: string;
}

/** What happens inside a service. */
export interface Inside {
	readonly said?: Said;
	readonly slowMs?: number;
	readonly consumerOnly?: boolean;
}

export interface Fault {
	readonly kind: FaultKind;
	readonly cause: string;
	readonly component: { readonly kind: "service" | "peer"; readonly name: string };
	/** Service whose records show `attribute`; -1 if any. */
	readonly service: number;
	/** What the failure depends on. */
	readonly attribute: { readonly key: string; readonly value: string } | undefined;
	active(at: number): boolean;
	peer(peer: number, request: Request, at: number): "refused" | "slow" | undefined;
	arriving(service: number, at: number): "refused" | "overloaded" | undefined;
	inside(service: number, operation: number, host: Host, request: Request, at: number): Inside | undefined;
}

export interface Visits {
	/** Requests that reached it. */
	readonly services: readonly number[];
	readonly peers: readonly number[];
	readonly consumers: readonly number[];
	/** `service operation` */
	readonly operations: ReadonlyMap<string, number>;
}

const NOTHING = { peer: () => undefined, arriving: () => undefined, inside: () => undefined } as const;
const BUG_PLACE = 0.35;

/** `undefined` where this graph has no place for it. */
export function faultOf(kind: FaultKind, graph: Graph, visits: Visits, dice: Dice, span: Span): Fault | undefined {
	const active = windowsOf(dice, span);
	const base = { kind, cause: `fault ${kind}`, active, attribute: undefined, service: -1, ...NOTHING };
	const often = (counts: readonly number[], from = 0): number[] =>
		counts.flatMap((n, i) => (i >= from && n >= Math.max(30, (counts[0] ?? 0) * 0.05) ? [i] : []));
	const services = often(visits.services, 1).filter((i) => !(graph.services[i] as Service).dark);
	const peers = often(visits.peers);
	switch (kind) {
		case "dependency down":
		case "slow dependency": {
			if (peers.length === 0) return undefined;
			const target = dice.pick(peers);
			const { host } = graph.peers[target] as Graph["peers"][number];
			const effect = kind === "slow dependency" ? ("slow" as const) : ("refused" as const);
			return {
				...base,
				component: { kind: "peer", name: host },
				peer: (peer, _, at) => (peer === target && active(at) ? effect : undefined),
			};
		}
		case "service down":
		case "cascading retries": {
			if (services.length === 0) return undefined;
			const target = dice.pick(services);
			const effect = kind === "service down" ? ("refused" as const) : ("overloaded" as const);
			return {
				...base,
				component: component(graph, target),
				arriving: (service, at) => (service === target && active(at) ? effect : undefined),
			};
		}
		case "poison message": {
			const consumers = often(visits.consumers).filter((i) => !(graph.services[i] as Service).dark);
			if (consumers.length === 0) return undefined;
			const target = dice.pick(consumers);
			const { language } = graph.services[target] as Service;
			const said = saidOf(language, "parse", NO_TARGET);
			return inService(base, graph, target, (_, __, at) => (active(at) ? { said, consumerOnly: true } : undefined));
		}
		case "pool exhausted": {
			const users = services.filter((i) =>
				(graph.services[i] as Service).operations.some((o) => o.calls.some((c) => "peer" in c.to)),
			);
			if (users.length === 0) return undefined;
			const target = dice.pick(users);
			const said = saidOf((graph.services[target] as Service).language, "pool", NO_TARGET);
			const share = 0.4 + dice() * 0.5;
			return inService(base, graph, target, (_, __, at) => (active(at) && dice.chance(share) ? { said } : undefined));
		}
		case "bad release":
			return badRelease(base, graph, services, dice);
		case "only one place":
			return onePlace(base, graph, services, peers, dice);
	}
}

export interface Span {
	readonly sinceMs: number;
	readonly untilMs: number;
}

const NO_TARGET = { host: "", ip: "", port: 0, system: "http", path: "", timeoutMs: 0, status: 500 } as const;

/** One stretch of 30 to 100 minutes, or a fault that comes and goes. */
function windowsOf(dice: Dice, { sinceMs, untilMs }: Span): (at: number) => boolean {
	const long = (30 + dice() * 70) * 60_000;
	const start = sinceMs + dice() * (untilMs - sinceMs - long);
	const flaps = dice.chance(0.25);
	return (at) => at >= start && at < start + long && (!flaps || (at - start) % 900_000 < 360_000);
}

type Base = Omit<Fault, "component">;

function inService(
	base: Base,
	graph: Graph,
	target: number,
	happens: (host: Host, request: Request, at: number, operation: number) => Inside | undefined,
): Fault {
	return {
		...base,
		service: target,
		component: component(graph, target),
		inside: (service, operation, host, request, at) =>
			service === target ? happens(host, request, at, operation) : undefined,
	};
}

function badRelease(base: Base, graph: Graph, services: readonly number[], dice: Dice): Fault | undefined {
	const able = services.filter((i) => {
		const { hosts, rolloutMs } = graph.services[i] as Service;
		return new Set(hosts.map((h) => h.version)).size > 1 && rolloutMs === Number.POSITIVE_INFINITY;
	});
	if (able.length === 0) return undefined;
	const target = dice.pick(able);
	const service = graph.services[target] as Service;
	const value = (service.hosts[0] as Host).next;
	const said = bugOf(service.language, dice);
	const share = BUG_PLACE + dice() * (1 - BUG_PLACE);
	const made = inService(base, graph, target, (host, _, at) =>
		base.active(at) && host.version === value && dice.chance(share) ? { said } : undefined,
	);
	return { ...made, attribute: { key: "service.version", value } };
}

function onePlace(
	base: Base,
	graph: Graph,
	services: readonly number[],
	peers: readonly number[],
	dice: Dice,
): Fault | undefined {
	if (services.length === 0) return undefined;
	const where = dice.pick(["region", "host", "tenant", "flag"] as const);
	const target = dice.pick(services);
	const service = graph.services[target] as Service;
	const said = bugOf(service.language, dice);
	const region = dice.pick(graph.regions);
	const host = dice.pick(service.hosts);
	const tenant = `tenant-${dice.whole(1, 4)}`;
	const share = BUG_PLACE + dice() * (1 - BUG_PLACE);
	if (where === "region" && peers.length > 0 && dice.chance(0.5)) {
		const peer = dice.pick(peers);
		return {
			...base,
			component: { kind: "peer", name: (graph.peers[peer] as Graph["peers"][number]).host },
			attribute: { key: "cloud.region", value: region },
			peer: (p, request, at) => (p === peer && request.region === region && base.active(at) ? "refused" : undefined),
		};
	}
	const attribute = {
		region: { key: "cloud.region", value: region },
		host: { key: "host.name", value: host.name },
		tenant: { key: "app.tenant.id", value: tenant },
		flag: { key: "app.flag.new_flow", value: "on" },
	}[where];
	const hit = (h: Host, r: Request): boolean =>
		({ region: h.region === region, host: h === host, tenant: r.tenant === tenant, flag: r.flag === "on" })[where];
	const made = inService(base, graph, target, (h, r, at) =>
		base.active(at) && hit(h, r) && dice.chance(share) ? { said } : undefined,
	);
	return { ...made, attribute };
}

function component(graph: Graph, service: number): Fault["component"] {
	return { kind: "service", name: (graph.services[service] as Service).name };
}
