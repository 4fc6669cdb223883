/** Proposals by the file's own rules: an issue that became new, came back or escalates proposes an action for itself. */
import { createHash } from "node:crypto";
import type { Issue, Store } from "@errata/store";
import { Failure } from "../failure.ts";
import { type Change, changesSince } from "../lifecycle/changes.ts";
import { LIMITS } from "../limits.ts";
import { outside, type ProposalRule } from "./actions-file.ts";
import type { ActionDesk } from "./desk.ts";
import { propose } from "./propose.ts";

export interface ProposalRules {
	/** One look, at most every `LIMITS.workMs`. */
	look(now: number): Promise<void>;
}

/** A change that was seen before proposes nothing: its request has the same id in the book. */
export function createProposalRules(
	desk: ActionDesk,
	store: (tenant: string) => Store,
	log: (line: string) => void,
): ProposalRules {
	const { rules } = desk.file;
	const tenants = [...new Set(rules.map(({ tenant }) => tenant ?? ""))];
	let seenMs: number | undefined;
	let nextMs = 0;

	function apply(rule: ProposalRule, change: Change, now: number): void {
		const { issue, state } = change;
		const tenant = rule.tenant ?? "";
		if (!rule.when.some((status) => status === state.status)) return;
		for (const service of servicesFor(rule, desk, issue)) {
			const { code, category, severity } = issue;
			if (outside(rule, { tenant, service, code, category, severity }) !== undefined) continue;
			const actor = `rule:${rule.name}`;
			const requestId = createHash("sha256")
				.update(`${rule.name}\0${change.id}\0${service}`)
				.digest("hex")
				.slice(0, 32);
			if (desk.book.hasRequest(tenant, requestId) || !desk.book.mayPropose(rule, now)) continue;
			const named = service === "" ? {} : { service };
			try {
				const reason = `${state.status}: ${state.reason}`;
				propose(desk, { issue, action: rule.action, tenant, actor, reason, requestId, ...named }, now);
			} catch (error) {
				if (!(error instanceof Failure)) throw error;
				log(`proposal rule ${rule.name} for ${issue.fingerprint}: ${error.message}`);
			}
		}
	}

	return {
		async look(now) {
			if (rules.length === 0 || now < nextMs) return;
			nextMs = now + LIMITS.workMs;
			const sinceMs = seenMs === undefined ? now - LIMITS.newMs : seenMs - LIMITS.changesLateMs;
			for (const tenant of tenants) {
				const changes = await changesSince(store(tenant), { sinceMs, nowMs: now, limit: LIMITS.ruleIssues });
				for (const change of changes)
					for (const rule of rules) if ((rule.tenant ?? "") === tenant) apply(rule, change, now);
			}
			seenMs = now;
		},
	};
}

/** Each service that the rule and its action are for; "" where the action needs none. */
function servicesFor(rule: ProposalRule, { file }: ActionDesk, issue: Issue): readonly string[] {
	const wanted = file.actions[rule.action]?.services ?? rule.services;
	if (wanted === undefined) return issue.services.length === 1 ? issue.services : [""];
	return issue.services.filter((service) => wanted.includes(service)).slice(0, LIMITS.ruleServices);
}
