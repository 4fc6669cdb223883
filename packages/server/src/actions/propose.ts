/**
 * A proposal: whether the action is for the issue, what it would do, and whether a policy approves it at once. Asked by
 * people through the operation, and by the rules of the file through `rules.ts`.
 */
import { randomUUID } from "node:crypto";
import type { Issue } from "@errata/store";
import { Failure, quoted } from "../failure.ts";
import { LIMITS } from "../limits.ts";
import { cutText, safeLine } from "../text/index.ts";
import { windowMs } from "../window.ts";
import { type ActionsFile, type Definition, digestOf, outside } from "./actions-file.ts";
import type { ActionRow } from "./book.ts";
import type { ActionDesk } from "./desk.ts";
import { renderArgv, type Values } from "./placeholders.ts";
import { titleOf } from "./requests.ts";

export interface Proposal {
	readonly issue: Issue;
	readonly action: string;
	readonly tenant: string;
	readonly actor: string;
	readonly service?: string | undefined;
	readonly environment?: string | undefined;
	readonly reason?: string | undefined;
	readonly requestId?: string | undefined;
}

/** Throws a Failure if the action is not for the issue, or if its command may not get what the issue has. */
export function propose(desk: ActionDesk, proposal: Proposal, now: number): { row: ActionRow; fresh: boolean } {
	const { issue, tenant, action } = proposal;
	const definition = definitionOf(desk.file, action, tenant);
	const id = randomUUID();
	const values = valuesOf(id, proposal, desk);
	const { code, category, severity } = issue;
	const service = values.service ?? "";
	const subject = { tenant, service, code, category, severity };
	const key = outside(definition, subject);
	if (key !== undefined)
		throw new Failure(
			"CONFLICT",
			`${action} is not for issues like this: its ${key} say so.`,
			"Take another action, or change the configuration.",
		);
	const preview = previewOf(definition, values);
	if (desk.book.open(tenant) >= LIMITS.actionsOpen)
		throw new Failure("CONFLICT", `${LIMITS.actionsOpen} actions wait already.`, "Decide about some of them first.");
	const what = { id, tenant, action, kind: definition.type, digest: digestOf(definition), preview };
	const about = {
		issue: issue.fingerprint,
		service,
		code,
		subject: JSON.stringify(values),
		reason: values.reason ?? "",
	};
	const by = { requestId: proposal.requestId ?? id, proposedBy: proposal.actor, expiresAt: now + expiryMs(definition) };
	const { row, fresh } = desk.book.propose({ ...what, ...about, ...by }, now);
	return { row: (fresh ? byPolicy(desk, row, definition, subject, now) : undefined) ?? row, fresh };
}

/** The first policy that is for it and has not approved too many. */
function byPolicy(
	{ file, book }: ActionDesk,
	row: ActionRow,
	definition: Definition,
	subject: Parameters<typeof outside>[1],
	now: number,
): ActionRow | undefined {
	for (const policy of file.policies) {
		if (!policy.actions.includes(row.action) || outside(policy, subject) !== undefined) continue;
		const done = book.approveByPolicy(row, policy, now + expiryMs(definition), now);
		if (done !== undefined) return done;
	}
	return undefined;
}

export function definitionOf(file: ActionsFile, name: string, tenant: string): Definition {
	const found = Object.hasOwn(file.actions, name) ? file.actions[name] : undefined;
	if (found !== undefined && (found.tenant === undefined || found.tenant === tenant)) return found;
	throw new Failure("NOT_FOUND", `No action is named ${quoted(name)}.`, "actions.list says which are configured.");
}

/** What stands for the placeholders, as it is at this moment: what is approved is what runs. */
function valuesOf(id: string, input: Proposal, desk: ActionDesk): Values {
	const { issue } = input;
	const link = desk.file.link === "" ? "" : `${desk.file.link.replace(/\/$/u, "")}/issues/${issue.fingerprint}`;
	return {
		id,
		fingerprint: issue.fingerprint,
		code: issue.code,
		category: issue.category,
		severity: issue.severity,
		service: oneOf("service", input.service, issue.services),
		environment: oneOf("environment", input.environment, issue.environments),
		release: issue.lastRelease,
		message: cleaned(issue.message, desk),
		link,
		reason: cleaned(input.reason ?? "", desk),
	};
}

/** The one that was asked for, or the only one; "" if there are several and none was named. */
function oneOf(key: string, asked: string | undefined, known: readonly string[]): string {
	if (asked === undefined) return known.length === 1 ? (known[0] as string) : "";
	if (known.includes(asked)) return asked;
	throw new Failure(
		"BAD_REQUEST",
		`${quoted(asked)} is no ${key} of this issue.`,
		`It has ${known.map(quoted).join(", ") || "none"}.`,
	);
}

export function cleaned(text: string, { redactor }: ActionDesk): string {
	return cutText(redactor.text(safeLine(text)), LIMITS.messageChars);
}

/** Throws a Failure for a value that its command may not get: it is refused before anybody is asked. */
function previewOf(definition: Definition, values: Values): string {
	if ("argv" in definition && definition.argv !== undefined) {
		const argv = JSON.stringify(renderArgv(definition.argv, values));
		return definition.type === "agent" ? `${argv} with the report on its input` : argv;
	}
	const host = (url: string | undefined, preset: string): string => new URL(url ?? preset).host;
	switch (definition.type) {
		case "github":
			return `issue in ${definition.repository} at ${host(definition.url, "https://api.github.com")}: ${titleOf(definition, values)}`;
		case "gitlab":
			return `issue in ${definition.project} at ${host(definition.url, "https://gitlab.com")}: ${titleOf(definition, values)}`;
		case "agent":
			return `the report to ${host(definition.url, "")}`;
		case "tracker":
		case "webhook":
			return `POST to ${host(definition.url, "")}: ${titleOf(definition, values)}`;
		default:
			return definition.type;
	}
}

export function expiryMs({ expires }: Definition): number {
	return windowMs(expires, LIMITS.actionExpiresMs);
}
