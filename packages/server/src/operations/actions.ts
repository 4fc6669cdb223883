/** Actions: proposed, decided, listed. Nothing is done here: that is `actions/runner.ts`, in a process that was told to. */
import { randomUUID } from "node:crypto";
import {
	type Action,
	type Answer,
	actionsApprove,
	actionsCancel,
	actionsGet,
	actionsList,
	actionsLog,
	actionsPropose,
	actionsReject,
	type InputOf,
} from "@errata/api";
import type { ActionEntry, Issue } from "@errata/store";
import { type ActionsFile, type Definition, digestOf, mayRepeat, outside } from "../actions/actions-file.ts";
import type { ActionRow } from "../actions/book.ts";
import type { ActionDesk } from "../actions/desk.ts";
import { renderArgv, type Values } from "../actions/placeholders.ts";
import { titleOf } from "../actions/requests.ts";
import { type Call, implement, ranks } from "../call.ts";
import { Failure, notFound, quoted } from "../failure.ts";
import { LIMITS } from "../limits.ts";
import { cutText, safeLine } from "../text/index.ts";
import { windowMs } from "../window.ts";
import { oneIssue } from "./issues.ts";

const roleOf = (definition: Definition): "member" | "admin" => definition.approve ?? "admin";

export const listActions = implement(actionsList, async (input, call) => {
	const desk = call.actions;
	if (desk === undefined) return { actions: [], configured: [] };
	desk.book.expire(call.now());
	const issue = input.fingerprint === undefined ? "" : (await oneIssue(call.store, input.fingerprint)).fingerprint;
	const rows = desk.book.list(call.caller.tenant, { state: input.state ?? "", issue, limit: input.limit ?? 50 });
	const configured = Object.entries(desk.file.actions)
		.filter(([, { tenant }]) => tenant === undefined || tenant === call.caller.tenant)
		.map(([name, definition]) => ({
			name,
			kind: definition.type,
			approve: roleOf(definition),
			attempted: mayRepeat(definition) ? ("at-least-once" as const) : ("at-most-once" as const),
			policies: desk.file.policies.filter(({ actions }) => actions.includes(name)).map((policy) => policy.name),
		}));
	return { actions: rows.map(wire), configured };
});

export const getAction = implement(actionsGet, async ({ id }, call) => ({
	action: wire(oneAction(deskOf(call), id, call)),
}));

export const proposeAction = implement(actionsPropose, async (input, call) => {
	const desk = deskOf(call);
	const { caller, now } = call;
	const definition = definitionOf(desk.file, input.action, caller.tenant);
	const issue = await oneIssue(call.store, input.fingerprint);
	const id = randomUUID();
	const values = valuesOf(id, issue, input, desk);
	const { code, category, severity } = issue;
	const service = values.service ?? "";
	const key = outside(definition, { tenant: caller.tenant, service, code, category, severity });
	if (key !== undefined)
		throw new Failure(
			"CONFLICT",
			`${input.action} is not for issues like this: its ${key} say so.`,
			"Take another action, or change the configuration.",
		);
	if (desk.book.open(caller.tenant) >= LIMITS.actionsOpen)
		throw new Failure("CONFLICT", `${LIMITS.actionsOpen} actions wait already.`, "Decide about some of them first.");
	const preview = previewOf(definition, values);
	const expiresAt = now() + expiryMs(definition);
	const common = {
		id,
		tenant: caller.tenant,
		action: input.action,
		kind: definition.type,
		digest: digestOf(definition),
	};
	const about = {
		issue: issue.fingerprint,
		service,
		code,
		subject: JSON.stringify(values),
		preview,
		reason: values.reason ?? "",
	};
	const requestId = input.requestId ?? id;
	const { row, fresh } = desk.book.propose(
		{ ...common, ...about, requestId, proposedBy: caller.actor, expiresAt },
		now(),
	);
	const approved = fresh ? byPolicy(desk, row, definition, { service, code, category, severity }, now()) : undefined;
	await tell(desk, call);
	return { action: wire(approved ?? row), fresh };
});

/** The first policy that is for it and has not approved too many. */
function byPolicy(
	desk: ActionDesk,
	row: ActionRow,
	definition: Definition,
	subject: { service: string; code: string; category: string; severity: string },
	now: number,
) {
	for (const policy of desk.file.policies) {
		if (!policy.actions.includes(row.action) || outside(policy, { ...subject, tenant: row.tenant }) !== undefined)
			continue;
		const done = desk.book.approveByPolicy(row, policy, now + expiryMs(definition), now);
		if (done !== undefined) return done;
	}
	return undefined;
}

export const approveAction = implement(actionsApprove, async (input, call) => {
	const desk = deskOf(call);
	const row = oneAction(desk, input.id, call);
	const definition = definitionOf(desk.file, row.action, row.tenant);
	const role = roleOf(definition);
	if (!ranks(call.caller.role, role))
		throw new Failure("FORBIDDEN", `Approving ${row.action} needs the role ${role}.`, "Ask somebody of that role.");
	if (digestOf(definition) !== row.digest)
		throw new Failure(
			"CONFLICT",
			`${row.action} was changed after it was proposed.`,
			"Reject this one and propose it again.",
		);
	return decided(desk, row, "approved", input.reason, call, call.now() + expiryMs(definition));
});

export const rejectAction = implement(actionsReject, async (input, call) => {
	const desk = deskOf(call);
	return decided(desk, oneAction(desk, input.id, call), "rejected", input.reason, call);
});

export const cancelAction = implement(actionsCancel, async (input, call) => {
	const desk = deskOf(call);
	return decided(desk, oneAction(desk, input.id, call), "cancelled", input.reason, call);
});

async function decided(
	desk: ActionDesk,
	row: ActionRow,
	to: "approved" | "rejected" | "cancelled",
	reason: string | undefined,
	call: Call,
	expiresAt?: number,
) {
	const detail = cleaned(reason ?? "", desk);
	const by = { actor: call.caller.actor, detail, ...(expiresAt === undefined ? {} : { expiresAt }) };
	const done = desk.book.decide(row, to, by, call.now());
	if (done === undefined) {
		const { state } = desk.book.get(row.tenant, row.id) ?? row;
		throw new Failure(
			"CONFLICT",
			`It is ${state} and cannot be ${to}.`,
			"actions.list shows what waits for a decision.",
		);
	}
	await tell(desk, call);
	return { action: wire(done) };
}

export const actionLog = implement(actionsLog, async (input, call) => {
	const desk = deskOf(call);
	const row = oneAction(desk, input.id, call);
	// Asked first: an entry that is on its way is in one of both.
	const pending = desk.book.pending(row.tenant, row.id);
	const stored = await call.store.actionEvents(row.id);
	const known = new Set(stored.map(({ eventId }) => eventId));
	const waiting = pending.filter(({ eventId }) => !known.has(eventId));
	const log = [
		...stored.map((entry) => logged(entry, Date.parse(entry.timestamp))),
		...waiting.map((entry) => logged(entry, entry.at)),
	];
	return { id: row.id, log: log.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)) };
});

function logged({ event, actor, attempt, exitCode, status, detail, output }: ActionEntry, atMs: number) {
	return { at: new Date(atMs).toISOString(), event, actor, attempt, exitCode, status, detail, output };
}

function deskOf({ actions }: Call): ActionDesk {
	if (actions !== undefined) return actions;
	throw new Failure(
		"NOT_FOUND",
		"No actions are configured, so nothing is done.",
		"Name a file of actions in ERRATA_ACTIONS.",
	);
}

function definitionOf(file: ActionsFile, name: string, tenant: string): Definition {
	const found = Object.hasOwn(file.actions, name) ? file.actions[name] : undefined;
	if (found !== undefined && (found.tenant === undefined || found.tenant === tenant)) return found;
	throw new Failure("NOT_FOUND", `No action is named ${quoted(name)}.`, "actions.list says which are configured.");
}

function oneAction({ book }: ActionDesk, id: string, { caller, now }: Call): ActionRow {
	book.expire(now());
	const exact = book.get(caller.tenant, id);
	if (exact !== undefined) return exact;
	const found = book.list(caller.tenant, { limit: LIMITS.actionsKept }).filter((row) => row.id.startsWith(id));
	const [only] = found;
	if (only === undefined) throw notFound("action");
	if (found.length === 1) return only;
	throw new Failure("AMBIGUOUS", `${found.length} actions begin with it.`, "Give more of its id.");
}

/** What stands for the placeholders, as it is at this moment: what is approved is what runs. */
function valuesOf(id: string, issue: Issue, input: InputOf<typeof actionsPropose>, desk: ActionDesk): Values {
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

function cleaned(text: string, { redactor }: ActionDesk): string {
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

function expiryMs({ expires }: Definition): number {
	return windowMs(expires, LIMITS.actionExpiresMs);
}

/** ClickHouse is told; what it does not take now waits in the file. */
async function tell({ book }: ActionDesk, { store, caller }: Call): Promise<void> {
	await book.flush((_, rows) => store.appendActionEvents(rows), caller.tenant).catch(() => undefined);
}

const time = (ms: number): string => new Date(ms).toISOString();

function wire(row: ActionRow): Answer<Action> {
	const {
		id,
		action,
		kind,
		issue,
		service,
		code,
		state,
		preview,
		reason,
		proposedBy,
		decidedBy,
		attempts,
		detail,
		link,
	} = row;
	return {
		...{
			id,
			action,
			kind,
			issue,
			service,
			code,
			state,
			preview,
			reason,
			proposedBy,
			decidedBy,
			attempts,
			detail,
			link,
		},
		proposedAt: time(row.proposedAt),
		expiresAt: time(row.expiresAt),
		decidedAt: row.decidedAt === 0 ? null : time(row.decidedAt),
		nextAt: state === "approved" ? time(row.nextAt) : null,
	};
}
