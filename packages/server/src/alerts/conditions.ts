/** What each kind of rule sees now. Asks the store, remembers nothing. */
import type { Issue, Store } from "@errata/store";
import { statesOf } from "../lifecycle/states.ts";
import { LIMITS } from "../limits.ts";
import { windowMs } from "../window.ts";
import type { Condition } from "./alert-state.ts";
import type { Rule } from "./rules-file.ts";
import type { Unusual, UnusualBy } from "./unusual.ts";

/** A group with its place in the life cycle. */
export interface LivingIssue {
	readonly issue: Issue;
	readonly status: string;
}

/** What one look sees of a tenant, each question asked once. */
export function lookAt(store: Store, now: number, quiet: number, unusual: Look["unusual"]): Look {
	let issues: Promise<readonly LivingIssue[]> | undefined;
	const read = async (): Promise<readonly LivingIssue[]> => {
		const found = await store.listIssues({ sinceMs: now - quiet, limit: LIMITS.ruleIssues });
		const states = await statesOf(store, found, now);
		return found.map((issue) => ({ issue, status: states.get(issue.fingerprint)?.status ?? "ongoing" }));
	};
	return {
		store,
		now,
		unusual,
		issues: () => {
			issues ??= read();
			return issues;
		},
	};
}

/** What all rules of one tenant see in one look; each part is asked for once. */
export interface Look {
	readonly store: Store;
	readonly now: number;
	/** Groups with an occurrence in the longest quiet time of any rule. */
	readonly issues: () => Promise<readonly LivingIssue[]>;
	readonly unusual: (by: UnusualBy) => Promise<readonly Unusual[]>;
}

type IssueRule = Extract<Rule, { when: "new" | "regressed" | "escalating" }>;

const HOUR = 3_600_000;
const SEVERITIES = ["low", "medium", "high", "critical"];
const CLOSED = new Set(["resolved", "ignored"]);

export function quietMs(rule: Rule): number {
	return windowMs("quiet" in rule ? rule.quiet : undefined, HOUR);
}

/** Everything that the rule sees at this moment. Rejects with the store's error: then nothing is known. */
export async function conditionsOf(rule: Rule, look: Look): Promise<Condition[]> {
	switch (rule.when) {
		case "new":
		case "regressed":
		case "escalating":
			return (await look.issues()).flatMap((living) => ofIssue(rule, living, look.now));
		case "rate":
			return rates(rule, look);
		case "absence":
			return absences(rule, look);
		case "anomaly":
			return anomalies(rule, look);
	}
}

function ofIssue(rule: IssueRule, { issue, status }: LivingIssue, now: number): Condition[] {
	if (!matches(rule, issue) || CLOSED.has(status)) return [];
	const last = Date.parse(issue.lastSeen);
	if (last <= now - quietMs(rule)) return [];
	const begins = rule.when === "new" ? Date.parse(issue.firstSeen) > now - LIMITS.newMs : status === rule.when;
	return [
		{
			subject: `issue:${issue.fingerprint}`,
			issue: issue.fingerprint,
			service: issue.services.length === 1 ? (issue.services[0] as string) : "",
			code: issue.code,
			severity: issue.severity,
			summary: `${SAID[rule.when]} ${issue.code}${where(issue.services)}: ${issue.message}`,
			begins,
		},
	];
}

const SAID = { new: "New error", regressed: "It is back:", escalating: "Escalating:" } as const;

function where(services: readonly string[]): string {
	return services.length === 0 ? "" : ` in ${services.slice(0, 3).join(", ")}`;
}

function matches(rule: IssueRule, issue: Issue): boolean {
	const some = (wanted: readonly string[] | undefined, has: readonly string[]): boolean =>
		wanted === undefined || wanted.length === 0 || has.some((name) => wanted.includes(name));
	return (
		some(rule.services, issue.services) &&
		some(rule.environments, issue.environments) &&
		some(rule.codes, [issue.code]) &&
		some(severities(rule), [issue.severity])
	);
}

function severities(rule: Rule): readonly string[] {
	return rule.severity === undefined ? [] : SEVERITIES.slice(SEVERITIES.indexOf(rule.severity));
}

async function rates(rule: Extract<Rule, { when: "rate" }>, { store, now }: Look): Promise<Condition[]> {
	const ms = windowMs(rule.window, LIMITS.rateMs);
	const by = rule.by ?? "all";
	const found = await store.alertRate({
		by,
		sinceMs: now - ms,
		untilMs: now,
		over: rule.over,
		services: rule.services ?? [],
		environments: rule.environments ?? [],
		codes: rule.codes ?? [],
		severities: severities(rule),
		limit: LIMITS.ruleIssues,
	});
	return found.map(({ key, count, code, service }) => ({
		subject: by === "all" ? "all" : `${by}:${key}`,
		issue: by === "issue" ? key : "",
		service,
		code: by === "issue" ? code : "",
		severity: rule.severity ?? "",
		summary: `${count} errors in ${rule.window ?? "5m"}, more than ${rule.over}${by === "issue" ? `, of ${code}` : ""}${where(service === "" ? [] : [service])}`,
		begins: true,
	}));
}

/** `services` chooses among services, `codes` among groups. */
async function anomalies(rule: Extract<Rule, { when: "anomaly" }>, look: Look): Promise<Condition[]> {
	const byIssue = rule.by === "issue";
	const wanted = byIssue ? rule.codes : rule.services;
	const found = await look.unusual(byIssue ? "fingerprint" : "service");
	return found
		.filter(({ score }) => score >= (rule.score ?? 0))
		.filter(({ key, code }) => wanted === undefined || wanted.length === 0 || wanted.includes(byIssue ? code : key))
		.map(({ key, code, count, expected }) => ({
			subject: `${byIssue ? "issue" : "service"}:${key}`,
			issue: byIssue ? key : "",
			service: byIssue ? "" : key,
			code: byIssue ? code : "",
			severity: rule.severity ?? "",
			summary: `Unusual: ${count} errors in an hour ${byIssue ? `of ${code}` : `in ${key}`}, about ${Math.round(expected)} were expected`,
			begins: true,
		}));
}

async function absences(rule: Extract<Rule, { when: "absence" }>, { store, now }: Look): Promise<Condition[]> {
	const ms = windowMs(rule.window, HOUR);
	const heard = new Set(await store.servicesHeard({ services: rule.services, sinceMs: now - ms }));
	return rule.services
		.filter((service) => !heard.has(service))
		.map((service) => ({
			subject: `service:${service}`,
			issue: "",
			service,
			code: "",
			severity: rule.severity ?? "high",
			summary: `Nothing heard from ${service} for ${rule.window}`,
			begins: true,
		}));
}
