/** Draft of an incident's report: what is the origin, why it is thought so, what follows from it, how to go on. Pure. */
import type { ErrorEvent, GroupName, TimeSpan, TraceSpan } from "@errata/store";
import { type Incident, nameOf } from "../analysis/incidents.ts";
import { type GroupInput, hex, issueFacts, silent, time } from "./draft.ts";
import type { Draft, Item, Section } from "./model.ts";
import { docsSection, promptsSection } from "./own-sections.ts";
import {
	breadcrumbsSection,
	brief,
	causesSection,
	clip,
	codeSection,
	contextSection,
	errorsSection,
	spansSection,
	stackSection,
	suggestionsSection,
	systemSection,
	type Tools,
	whatText,
} from "./sections.ts";
import { apartSection, changesSection, standingFacts } from "./standing.ts";
import { placeSpans } from "./trace.ts";

export interface IncidentInput {
	readonly incident: Incident;
	/** The window it was looked for in. */
	readonly span: TimeSpan;
	/** Its groups, by fingerprint. */
	readonly names: ReadonlyMap<string, GroupName>;
	/** The group it began with; absent where a span failed without a record. */
	readonly origin: GroupInput | undefined;
	/** Of a trace that shows it. */
	readonly errors: readonly ErrorEvent[];
	readonly spans: readonly TraceSpan[];
}

export function incidentDraft(input: IncidentInput, tools: Tools): Draft {
	const { incident, origin, errors, spans } = input;
	const entry = origin?.entry;
	return {
		kind: "incident",
		id: hex(incident.id),
		title: entry === undefined ? `Incident ${hex(incident.id)}` : `Incident: ${entry.code}, ${entry.title}`,
		description: entry?.description ?? "",
		facts: incidentFacts(input),
		sections: [
			beganSection(input, tools),
			...(origin === undefined ? [] : [suggestionsSection(origin.issue, entry, tools)]),
			symptomsSection(input, tools),
			causesSection(origin?.event, tools),
			codeSection(origin?.event, tools),
			stackSection(origin?.event, tools),
			promptsSection(origin?.issue.retryable ?? null),
			...(origin === undefined
				? []
				: [changesSection(origin.issue, origin.event, origin.suspects, tools), apartSection(origin.apart, tools)]),
			errorsSection(errors, "Errors of a trace that shows it", tools),
			spansSection(placeSpans(spans, errors), tools),
			breadcrumbsSection(origin?.event, origin?.traceLogs ?? [], tools),
			contextSection(origin?.event, tools),
			systemSection(origin?.event, tools),
			docsSection(entry, origin?.event),
		].map(silent),
	};
}

function incidentFacts({ incident, span, origin, names }: IncidentInput): Draft["facts"] {
	const { origins, symptoms, component, confidence } = incident;
	const began = origins.flatMap((group) => names.get(group) ?? []);
	const first = began.map(({ firstSeen }) => firstSeen).sort()[0] ?? "";
	const last =
		began
			.map(({ lastSeen }) => lastSeen)
			.sort()
			.at(-1) ?? "";
	const sum = (groups: readonly string[]): number =>
		groups.reduce((all, group) => all + (names.get(group)?.count ?? 0), 0);
	return [
		{ key: "origins", label: "groups it began with", value: origins.length },
		{ key: "symptoms", label: "groups that follow from them", value: symptoms.length },
		{ key: "confidence", label: "confidence in the origin, 0 to 1", value: confidence },
		{ key: "component", label: "began in", value: component.kind === "peer" ? "what a service called" : "a service" },
		{ key: "originCount", label: "occurrences of the origin", value: sum(origins) },
		{ key: "symptomCount", label: "of what follows", value: sum(symptoms.map(({ fingerprint }) => fingerprint)) },
		{ key: "windowFrom", label: "window from", value: time(new Date(span.sinceMs).toISOString()) },
		{ key: "windowTo", label: "to", value: time(new Date(span.untilMs).toISOString()) },
		...(first === "" ? [] : [{ key: "began", label: "first seen in it", value: time(first) }]),
		...(last === "" ? [] : [{ key: "ended", label: "last seen in it", value: time(last) }]),
		{ key: "sampled", label: "traces of the sample that show it", value: incident.traces },
		{ key: "traceId", label: "one of them", value: hex(incident.traceId) },
		...(origin === undefined
			? []
			: [
					...issueFacts(origin.issue, origin.entry).filter(({ key }) =>
						["fingerprint", "code", "category", "severity", "retryable"].includes(key),
					),
					...standingFacts(origin).filter(({ key }) => key === "state" || key === "lastHour"),
				]),
	];
}

function beganSection(input: IncidentInput, tools: Tools): Section {
	const { incident } = input;
	const name = clip(incident.component.name, tools);
	const reasons = incident.reasons.map(({ text }) => text);
	return {
		key: "origin",
		form: "list",
		title: "Likely origin",
		lead: `Why: ${reasons.join("; ")}.`,
		items: [
			{ text: `in: ${name}`, value: { in: name } },
			...incident.origins.map((group) => groupItem(group, undefined, input, tools)),
		],
		prefer: "first",
		voice: "telemetry",
		share: 3,
	};
}

function symptomsSection(input: IncidentInput, tools: Tools): Section {
	return {
		key: "symptoms",
		form: "list",
		title: "What follows from it",
		lead: "Groups that come to nothing of their own in these traces: leave them until the origin is dealt with. The share is that of their sampled traces in which they follow from it.",
		items: input.incident.symptoms.map(({ fingerprint, share }) => groupItem(fingerprint, share, input, tools)),
		prefer: "first",
		voice: "telemetry",
		share: 5,
	};
}

function groupItem(group: string, share: number | undefined, { names }: IncidentInput, tools: Tools): Item {
	const { code, exceptionType, message, services, count } = nameOf(names, group);
	const what = brief(whatText(exceptionType, message), tools);
	const where = clip(services.join(", "), tools);
	const id = clip(group, tools);
	const named = clip(code, tools);
	const part = share === undefined ? "" : `, ${Math.round(share * 100)}%`;
	return {
		text: `${named} ${what} (${where}, ${count} times${part}) [${id.slice(0, 8)}]`,
		value: {
			fingerprint: id,
			code: named,
			error: what,
			services: where,
			count,
			...(share === undefined ? {} : { share }),
		},
	};
}
