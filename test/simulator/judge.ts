/** Answers beside the truth. What counts as one decision is said here, once; ANALYSIS.md repeats it in words. */
import type { Answers } from "./asking.ts";
import type { Fault } from "./faults.ts";
import type { Service } from "./graph.ts";
import type { World } from "./world.ts";

export const QUESTIONS = [
	"origin of an incident",
	"origin of a trace",
	"attribute found",
	"attribute found, beyond chance",
	"false pair",
	"false incident",
	"false attribute",
	"false anomaly",
	"anomaly found",
] as const;
export type Question = (typeof QUESTIONS)[number];

export interface Decision {
	readonly question: Question;
	/** True for what the question names: a right origin, a found attribute, a false alarm. */
	readonly yes: boolean;
	readonly note: string;
}

interface Group {
	events: number;
	/** How often each cause stands behind it. */
	readonly causes: Map<string, number>;
	/** Requests in which an event of the fault was told by the one it happened to. */
	readonly first: Set<number>;
}

export function judge(world: World, answers: Answers): Decision[] {
	const groups = groupsOf(world, answers);
	return [
		...origins(world, answers, groups),
		...pairs(answers, groups),
		...incidents(answers, groups),
		...attributes(world, answers, groups),
		...anomalies(world, answers, groups),
	];
}

function groupsOf(world: World, { rows }: Answers): Map<string, Group> {
	const groups = new Map<string, Group>();
	for (const { fingerprint, key } of rows) {
		const why = world.traffic.why.get(key) ?? world.background.why.get(key);
		if (why === undefined) throw new Error(`seed ${world.seed}: an error of errata_errors that nobody told: ${key}`);
		const group = groups.get(fingerprint) ?? { events: 0, causes: new Map<string, number>(), first: new Set<number>() };
		groups.set(fingerprint, group);
		group.events++;
		group.causes.set(why.cause, (group.causes.get(why.cause) ?? 0) + 1);
		if (why.first && why.cause === world.fault?.cause) group.first.add(why.request);
	}
	return groups;
}

/** What the failure of a fault's own groups is mostly. */
function ofFault(group: Group | undefined, fault: Fault): boolean {
	return group !== undefined && (group.causes.get(fault.cause) ?? 0) * 2 > group.events;
}

function sameComponent(named: { kind: string; name: string }, fault: Fault): boolean {
	return named.name === fault.component.name || named.name.split(" ").at(-1) === fault.component.name;
}

/** The first incident of the list that has a group of the fault names the component; each trace that it struck does. */
function origins(world: World, { incidents: list, traces }: Answers, groups: ReadonlyMap<string, Group>): Decision[] {
	const { fault } = world;
	if (fault === undefined) return [];
	const about = list.incidents.find((one) =>
		[...one.origins.map((o) => o.fingerprint), ...one.symptoms.map((s) => s.group.fingerprint)].some((f) =>
			ofFault(groups.get(f), fault),
		),
	);
	const truth = `${fault.component.kind} ${fault.component.name}`;
	const decisions: Decision[] = [];
	// Incidents are of errors: a fault that nobody wrote a record of can be seen in its traces alone.
	if ([...groups.values()].some(({ causes }) => causes.has(fault.cause)))
		decisions.push({
			question: "origin of an incident",
			yes: about !== undefined && sameComponent(about.component, fault),
			note: `${truth}: ${about === undefined ? "no incident" : `${about.component.kind} ${about.component.name} (${about.reasons.map((r) => r.kind).join(", ")})`}`,
		});
	for (const { origin, traceId } of traces)
		decisions.push({
			question: "origin of a trace",
			yes: origin !== null && sameComponent(origin.component, fault),
			note: `${truth}: ${origin === null ? "none" : `${origin.component.kind} ${origin.component.name} (${origin.reasons.map((r) => r.kind).join(", ")})`} ${traceId}`,
		});
	return decisions;
}

function related(a: Group | undefined, b: Group | undefined): boolean {
	if (a === undefined || b === undefined) return false;
	for (const cause of a.causes.keys()) if (b.causes.has(cause)) return true;
	return false;
}

function pairs({ groups: asked }: Answers, groups: ReadonlyMap<string, Group>): Decision[] {
	const seen = new Set<string>();
	const decisions: Decision[] = [];
	for (const [fingerprint, { correlations }] of asked)
		for (const one of correlations.correlations) {
			const id = `${one.kind} ${[fingerprint, one.group.fingerprint].sort().join(" ")}`;
			if (seen.has(id)) continue;
			seen.add(id);
			const no = !related(groups.get(fingerprint), groups.get(one.group.fingerprint));
			decisions.push({
				question: "false pair",
				yes: no,
				note: `${id} support ${one.support} lift ${one.lift.toFixed(1)} q ${one.q.toExponential(1)} ${[...(groups.get(fingerprint)?.causes.keys() ?? [])].slice(0, 2)} / ${[...(groups.get(one.group.fingerprint)?.causes.keys() ?? [])].slice(0, 2)}`,
			});
		}
	return decisions;
}

/** An incident puts groups together: false if one of them shares no cause with what it is said to follow from. */
function incidents({ incidents: list }: Answers, groups: ReadonlyMap<string, Group>): Decision[] {
	return list.incidents
		.filter((one) => one.symptoms.length > 0 && one.origins.length > 0)
		.map((one) => {
			const stranger = one.symptoms.find(
				(s) => !one.origins.some((o) => related(groups.get(o.fingerprint), groups.get(s.group.fingerprint))),
			);
			return {
				question: "false incident" as const,
				yes: stranger !== undefined,
				note: `${one.id}: ${stranger?.group.message ?? ""}`,
			};
		});
}

const OF_OPERATION = /^(?:http\.|rpc\.|messaging\.|db\.|server\.|network\.|url\.)/u;
const OF_PLACE = new Set(["host.name", "cloud.region", "service.version"]);

function attributes(world: World, { groups: asked }: Answers, groups: ReadonlyMap<string, Group>): Decision[] {
	const { fault } = world;
	const decisions: Decision[] = [];
	const main =
		[...asked.keys()].sort((a, b) => (groups.get(b)?.first.size ?? 0) - (groups.get(a)?.first.size ?? 0))[0] ?? "";
	for (const [fingerprint, { attributes: answer }] of asked) {
		const group = groups.get(fingerprint) as Group;
		const share = fault === undefined ? 0 : (group.causes.get(fault.cause) ?? 0) / group.events;
		const key = share >= 0.1 ? fault?.attribute?.key : undefined;
		const allowed = (name: string): boolean =>
			OF_OPERATION.test(name) || name === key || (key !== undefined && OF_PLACE.has(key) && OF_PLACE.has(name));
		const wrong = answer.attributes.find((one) => !one.implied && !allowed(one.key));
		decisions.push({
			question: "false attribute",
			yes: wrong !== undefined,
			note:
				wrong === undefined
					? ""
					: `${wrong.key}=${wrong.value} share ${wrong.share.toFixed(2)} background ${wrong.background.toFixed(2)} q ${wrong.q.toExponential(1)} base ${answer.base} of ${answer.occurrences} against ${answer.compared}; causes ${[...group.causes.keys()].slice(0, 2)}`,
		});
		if (fingerprint === main && fault?.attribute !== undefined && group.first.size >= 8) {
			const right = sameAs(world, fault);
			const found = answer.attributes.find((one) => !one.implied && right(one.key, one.value));
			const decision = {
				yes: found !== undefined,
				note: `${fault.attribute.key}=${fault.attribute.value}: ${answer.attributes.map((one) => `${one.key}=${one.value}${one.implied ? " (implied)" : ""}`).join(", ")} base ${answer.base} of ${answer.occurrences} against ${answer.compared}, requests ${group.first.size} of ${group.events}`,
			};
			decisions.push({ question: "attribute found", ...decision });
			if (usualShare(world, fault) ** group.first.size <= BY_CHANCE)
				decisions.push({ question: "attribute found, beyond chance", ...decision });
		}
	}
	return decisions;
}

/** Chance that all failures have the attribute though they have nothing to do with it, from which on data can tell. */
const BY_CHANCE = 0.001;

/** Share of the requests that have the attribute: those of its service for what its hosts are, else of all. */
function usualShare({ traffic, graph }: World, { attribute, service }: Fault): number {
	const { key, value } = attribute as NonNullable<Fault["attribute"]>;
	const place = OF_PLACE.has(key);
	const asked = place && service >= 0 ? graph.services[service] : graph.services[0];
	const entries = traffic.spans.filter(
		(span) => /^(?:Server|Consumer)$/u.test(span.kind) && (span.service === asked || (place && service < 0)),
	);
	const has = entries.filter(({ host, attributes: own }) =>
		place
			? { "host.name": host.name, "cloud.region": host.region, "service.version": host.version }[key] === value
			: own[key] === value,
	);
	return has.length / Math.max(1, entries.length);
}

/** The attribute itself, or another that names the very same hosts of the service. */
function sameAs({ graph }: World, { attribute, service }: Fault): (key: string, value: string) => boolean {
	const hosts = service < 0 ? [] : (graph.services[service] as Service).hosts;
	const named = (key: string, value: string): string =>
		hosts
			.filter((h) => ({ "host.name": h.name, "cloud.region": h.region, "service.version": h.version })[key] === value)
			.map((h) => h.name)
			.join(" ");
	const wanted = attribute === undefined ? "" : named(attribute.key, attribute.value);
	return (key, value) =>
		(key === attribute?.key && value === attribute.value) || (wanted !== "" && named(key, value) === wanted);
}

const HOUR = 3_600_000;

function anomalies(world: World, { anomalies: list, rows }: Answers, groups: ReadonlyMap<string, Group>): Decision[] {
	const busy = new Set<string>();
	for (const { fingerprint, key, at } of rows)
		if (world.traffic.why.has(key))
			busy.add(`${fingerprint} ${Math.floor(Date.parse(`${at.replace(" ", "T")}Z`) / HOUR)}`);
	const causeOf = (fingerprint: string): string =>
		[...(groups.get(fingerprint)?.causes ?? [])].sort((a, b) => b[1] - a[1])[0]?.[0] ?? "";
	const told = new Set<string>();
	const decisions: Decision[] = list.anomalies.map((one) => {
		const hour = Date.parse(one.hour) / HOUR;
		told.add(`${causeOf(one.key)} ${hour}`);
		const real = world.background.outbreaks.has(`${causeOf(one.key)} ${hour}`) || busy.has(`${one.key} ${hour}`);
		return {
			question: "false anomaly",
			yes: !real,
			note: `${causeOf(one.key)} ${one.hour} ${one.count} for ${one.expected}`,
		};
	});
	for (const outbreak of world.background.outbreaks)
		decisions.push({ question: "anomaly found", yes: told.has(outbreak), note: outbreak });
	return decisions;
}
