/** A random graph of services: who calls whom and how, what stands behind, on which hosts, releases and regions it runs. */
import type { Dice } from "./dice.ts";
import { bugOf, type Language, type Said, type System } from "./libraries.ts";

export interface Host {
	readonly name: string;
	readonly region: string;
	readonly version: string;
	/** Version after its service's rollout. */
	readonly next: string;
	/** Milliseconds its clock is ahead. */
	readonly clockMs: number;
}

export interface Call {
	readonly id: number;
	readonly to: { readonly service: number; readonly operation: number } | { readonly peer: number };
	readonly system: System;
	/** Its failure fails the operation; otherwise it is dealt with. */
	readonly critical: boolean;
	readonly attempts: number;
	readonly timeoutMs: number;
	/** By a queue: nobody waits. */
	readonly queue: boolean;
}

export interface Operation {
	readonly route: string;
	readonly calls: readonly Call[];
	/** Share of requests with an independent failure of its own. */
	readonly flaky: number;
	readonly bug: Said;
}

export interface Service {
	readonly name: string;
	readonly language: Language;
	readonly hosts: readonly Host[];
	readonly operations: readonly Operation[];
	/** How it tells of failures: a log record, an event of its span, or its span's status alone. */
	readonly tells: "log" | "event" | "status";
	/** Sends no spans and passes no context on. */
	readonly dark: boolean;
	/** Its records carry no trace. */
	readonly untraced: boolean;
	readonly port: number;
	readonly ip: string;
	/** Milliseconds into the window at which all its hosts change to the next version. */
	readonly rolloutMs: number;
}

export interface Peer {
	readonly host: string;
	readonly ip: string;
	readonly port: number;
	readonly system: System;
}

export interface Graph {
	readonly services: readonly Service[];
	readonly peers: readonly Peer[];
	readonly regions: readonly string[];
}

export interface Conditions {
	readonly skew: boolean;
	readonly dark: boolean;
	/** Share of spans lost on the way. */
	readonly lost: number;
	/** Share of traces whose spans are kept. */
	readonly sampled: number;
	readonly untraced: boolean;
}

const NOUNS = [
	"orders",
	"stock",
	"prices",
	"users",
	"cart",
	"search",
	"mail",
	"billing",
	"shipping",
	"fraud",
	"media",
	"reviews",
	"offers",
	"ledger",
	"tax",
	"points",
] as const;
const LANGUAGES: readonly Language[] = ["nodejs", "java", "python", "go"];
const SYSTEMS: readonly System[] = ["postgresql", "mysql", "redis", "mongodb", "http"];
const PORTS: Record<string, number> = { postgresql: 5432, mysql: 3306, redis: 6379, mongodb: 27_017, http: 443 };
const REGIONS = ["eu-west-1", "us-east-1", "ap-south-1"] as const;

export function graphOf(dice: Dice, conditions: Conditions): Graph {
	const count = dice.whole(5, 30);
	const regions = REGIONS.slice(0, dice.whole(2, 3));
	const peers = Array.from({ length: dice.whole(2, 2 + Math.ceil(count / 3)) }, (_, i): Peer => {
		const system = dice.pick(SYSTEMS);
		const host = system === "http" ? `api.partner${i}.example` : `${system}-${i}.internal`;
		return { host, ip: `10.0.${dice.whole(0, 250)}.${dice.whole(2, 250)}`, port: PORTS[system] as number, system };
	});
	const parent = Array.from({ length: count }, (_, i) =>
		i === 0 ? -1 : dice.whole(Math.max(0, Math.floor(i / 3) - 1), Math.floor((i - 1) / 2)),
	);
	const shapes = Array.from({ length: count }, (_, i) => (i === 0 ? dice.whole(3, 6) : dice.whole(1, 3)));
	let calls = 0;
	const services = Array.from({ length: count }, (_, i) => {
		const name =
			i === 0
				? "gateway"
				: `${NOUNS[(i - 1) % NOUNS.length]}${i > NOUNS.length ? `-${Math.ceil(i / NOUNS.length)}` : ""}`;
		const language = dice.pick(LANGUAGES);
		const children = parent.flatMap((p, child) => (p === i ? [child] : []));
		const extra = dice.chance(0.25) && i + 1 < count ? [dice.whole(i + 1, count - 1)] : [];
		const operations = Array.from({ length: shapes[i] as number }, (_, o): Operation => {
			const mine = [...children, ...extra].filter(
				(child, k) => (child !== undefined && (k + o) % (shapes[i] as number) === 0) || dice.chance(0.3),
			);
			const toServices = mine.slice(0, 3).map(
				(service): Call => ({
					...{ id: calls++, to: { service, operation: dice.whole(0, (shapes[service] as number) - 1) } },
					...{
						system: dice.chance(0.3) ? "grpc" : "http",
						critical: dice.chance(0.8),
						attempts: dice.chance(0.3) ? dice.whole(2, 3) : 1,
					},
					...{ timeoutMs: dice.pick([1000, 2000, 3000]), queue: i > 0 && dice.chance(0.15) },
				}),
			);
			const toPeers = dice.chance(i === 0 ? 0.1 : 0.75) ? [dice.whole(0, peers.length - 1)] : [];
			return {
				route: `/${name}/${["list", "{id}", "create", "check", "export", "sync"][o % 6]}`,
				calls: [
					...toPeers.map(
						(peer): Call => ({
							...{ id: calls++, to: { peer }, system: (peers[peer] as Peer).system, critical: dice.chance(0.85) },
							...{ attempts: 1, timeoutMs: dice.chance(0.5) ? 1500 : 60_000, queue: false },
						}),
					),
					...toServices,
				],
				flaky: dice.chance(0.3) ? dice.pick([0.003, 0.01, 0.03]) : 0,
				bug: bugOf(language, dice),
			};
		});
		return {
			name,
			language,
			operations,
			...deployment(dice, name, regions, conditions),
			port: 8080,
			ip: `10.1.0.${i + 2}`,
			tells: dice.pick(["log", "log", "log", "event", "status"] as const),
			dark: false,
			untraced: false,
			rolloutMs: dice.chance(0.15) ? dice() * 3 * 3_600_000 : Number.POSITIVE_INFINITY,
		};
	});
	return { services: marked(dice, services, conditions), peers, regions };
}

/** Which services are dark and which records carry no trace. The gateway is never dark: nothing would be left. */
function marked(dice: Dice, services: readonly Service[], conditions: Conditions): Service[] {
	const dark = conditions.dark ? dice.whole(1, services.length - 1) : -1;
	const untraced = conditions.untraced ? dice.whole(0, services.length - 1) : -1;
	return services.map((service, i) => ({ ...service, dark: i === dark, untraced: i === untraced || i === dark }));
}

function deployment(dice: Dice, name: string, regions: readonly string[], { skew }: Conditions) {
	const [old, fresh] = [`1.${dice.whole(2, 9)}.0`, `1.${dice.whole(10, 19)}.1`];
	const rollout = dice.pick([0, 0.3, 0.5]);
	const hosts = regions.flatMap((region) =>
		Array.from(
			{ length: 2 },
			(_, k): Host => ({
				name: `${name}-${dice.hex(5)}-${k}`,
				region,
				version: dice.chance(rollout) ? fresh : old,
				next: fresh,
				clockMs: skew && dice.chance(0.4) ? Math.round((dice() - 0.5) * 6000) : 0,
			}),
		),
	);
	return { hosts };
}
