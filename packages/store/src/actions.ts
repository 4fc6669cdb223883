/** The audit trail of actions: entries are only ever added. What is open is the server's own state. */
import type { Connection } from "./connection.ts";
import { insert } from "./insert.ts";
import { clampRows } from "./limits.ts";
import { dateTime } from "./time.ts";

export interface ActionEntry {
	readonly eventId: string;
	readonly event:
		| "proposed"
		| "approved"
		| "rejected"
		| "cancelled"
		| "expired"
		| "started"
		| "later"
		| "done"
		| "failed"
		| "unknown";
	readonly actor: string;
	/** 0 for what was decided. */
	readonly attempt: number;
	readonly exitCode: number | null;
	readonly status: number | null;
	readonly detail: string;
	readonly output: string;
}

/** One entry of `errata_action_events`. Entries with the same time and ids are one. */
export interface ActionEventRow extends ActionEntry {
	/** Milliseconds since the epoch. */
	readonly at: number;
	readonly actionId: string;
	readonly action: string;
	readonly kind: string;
	readonly issue: string;
	readonly service: string;
	readonly code: string;
}

export interface StoredActionEntry extends ActionEntry {
	readonly timestamp: string;
}

export async function appendActionEvents(connection: Connection, rows: readonly ActionEventRow[]): Promise<void> {
	return insert(
		connection,
		"errata_action_events",
		rows.map((row) => ({
			Timestamp: dateTime(row.at),
			Tenant: connection.tenant,
			ActionId: row.actionId,
			EventId: row.eventId,
			Event: row.event,
			Action: row.action,
			Kind: row.kind,
			IssueId: row.issue,
			ServiceName: row.service,
			Code: row.code,
			Actor: row.actor,
			Attempt: row.attempt,
			ExitCode: row.exitCode,
			Status: row.status,
			Detail: row.detail,
			Output: row.output,
		})),
	);
}

/** The earliest first. */
export function actionEvents(connection: Connection, action: string, limit?: number): Promise<StoredActionEntry[]> {
	return connection.select<StoredActionEntry>("action-events", { action, limit: clampRows(limit, 200) });
}
