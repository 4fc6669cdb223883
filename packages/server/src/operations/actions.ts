/** Actions: proposed, decided, listed. Nothing is done here: that is `actions/runner.ts`, in a process that was told to. */
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
} from "@errata/api";
import type { ActionEntry } from "@errata/store";
import { type Definition, digestOf, mayRepeat } from "../actions/actions-file.ts";
import type { ActionRow } from "../actions/book.ts";
import type { ActionDesk } from "../actions/desk.ts";
import { cleaned, definitionOf, expiryMs, propose } from "../actions/propose.ts";
import { type Call, implement, ranks } from "../call.ts";
import { Failure, notFound } from "../failure.ts";
import { LIMITS } from "../limits.ts";
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
	const { tenant } = call.caller;
	definitionOf(desk.file, input.action, tenant);
	const issue = await oneIssue(call.store, input.fingerprint);
	const { row, fresh } = propose(desk, { ...input, issue, tenant, actor: actorOf(call) }, call.now());
	await tell(desk, call);
	return { action: wire(row), fresh };
});

export const approveAction = implement(actionsApprove, async (input, call) => {
	const desk = deskOf(call);
	const row = oneAction(desk, input.id, call);
	const definition = definitionOf(desk.file, row.action, row.tenant);
	const role = roleOf(definition);
	if (!ranks(call.caller.role, role))
		throw new Failure("FORBIDDEN", `Approving ${row.action} needs the role ${role}.`, "Ask somebody of that role.");
	if (call.byModel === true && definition.modelsApprove !== true)
		throw new Failure(
			"FORBIDDEN",
			`Approving ${row.action} is for people, and not by MCP.`,
			`Ask a person to run: errata actions approve ${row.id.slice(0, 8)}`,
		);
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
	const by = { actor: actorOf(call), detail, ...(expiresAt === undefined ? {} : { expiresAt }) };
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

function actorOf({ caller, byModel }: Call): string {
	return byModel === true ? `${caller.actor} by MCP` : caller.actor;
}

function deskOf({ actions }: Call): ActionDesk {
	if (actions !== undefined) return actions;
	throw new Failure(
		"NOT_FOUND",
		"No actions are configured, so nothing is done.",
		"Name a file of actions in ERRATA_ACTIONS.",
	);
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

/** ClickHouse is told; what it does not take now waits in the file. */
async function tell({ book }: ActionDesk, { store, caller }: Call): Promise<void> {
	await book.flush((_, rows) => store.appendActionEvents(rows), caller.tenant).catch(() => undefined);
}

const time = (ms: number): string => new Date(ms).toISOString();

/** What a caller sees of a row; what the action is made of stays here. */
function wire(row: ActionRow): Answer<Action> {
	return {
		id: row.id,
		action: row.action,
		kind: row.kind,
		issue: row.issue,
		service: row.service,
		code: row.code,
		state: row.state,
		preview: row.preview,
		reason: row.reason,
		proposedBy: row.proposedBy,
		decidedBy: row.decidedBy,
		attempts: row.attempts,
		detail: row.detail,
		link: row.link,
		proposedAt: time(row.proposedAt),
		expiresAt: time(row.expiresAt),
		decidedAt: row.decidedAt === 0 ? null : time(row.decidedAt),
		nextAt: row.state === "approved" ? time(row.nextAt) : null,
	};
}
