/** What alerts did and who silenced them, and the two questions that only alert rules ask. Rules themselves are the server's. */
import type { Connection } from "./connection.ts";
import { insert } from "./insert.ts";
import { clampRows } from "./limits.ts";
import { dateTime } from "./time.ts";

export const ALERT_KINDS = ["new", "regressed", "escalating", "rate", "anomaly", "absence"] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

/** One entry of `errata_alert_events`. Entries with the same time and ids are one. */
export interface AlertEventRow {
	/** Milliseconds since the epoch. */
	readonly at: number;
	readonly alertId: string;
	readonly eventId: string;
	readonly event: "fired" | "resolved" | "flapping" | "calm" | "delivered" | "failed" | "unknown";
	readonly rule: string;
	readonly kind: string;
	readonly subject: string;
	readonly issue: string;
	readonly service: string;
	readonly code: string;
	readonly severity: string;
	readonly summary: string;
	readonly channel: string;
	readonly deliveryId: string;
	readonly attempts: number;
	readonly detail: string;
}

export interface AlertDelivery {
	readonly at: string;
	readonly channel: string;
	readonly id: string;
	readonly outcome: string;
	readonly attempts: number;
	readonly detail: string;
}

/** An alert from its firing to its end. Times are ISO 8601. */
export interface AlertRecord {
	readonly id: string;
	readonly rule: string;
	readonly kind: string;
	readonly subject: string;
	readonly issue: string;
	readonly service: string;
	readonly code: string;
	readonly severity: string;
	readonly summary: string;
	readonly state: "firing" | "resolved";
	/** It fires and resolves too often to be told each time. */
	readonly flapping: boolean;
	readonly firedAt: string;
	readonly resolvedAt: string | null;
	/** The latest ones, oldest first. */
	readonly deliveries: readonly AlertDelivery[];
}

export interface AlertFilter {
	readonly state?: "firing" | "resolved" | undefined;
	readonly rule?: string | undefined;
	readonly issue?: string | undefined;
	/** Milliseconds since the epoch: how far back an alert may have ended. */
	readonly sinceMs?: number | undefined;
	readonly limit?: number | undefined;
}

export interface SilenceRow {
	readonly id: string;
	readonly actor: string;
	readonly rule: string;
	readonly issue: string;
	readonly service: string;
	readonly code: string;
	/** Milliseconds since the epoch. */
	readonly untilMs: number;
	readonly comment: string;
}

export interface Silence {
	readonly id: string;
	readonly actor: string;
	/** "" in rule, issue, service or code means any. */
	readonly rule: string;
	readonly issue: string;
	readonly service: string;
	readonly code: string;
	readonly until: string;
	readonly comment: string;
}

export interface RateQuestion {
	readonly by: "all" | "service" | "issue";
	readonly sinceMs: number;
	readonly untilMs: number;
	/** Only keys with more occurrences. */
	readonly over: number;
	readonly services: readonly string[];
	readonly environments: readonly string[];
	readonly codes: readonly string[];
	readonly severities: readonly string[];
	readonly limit: number;
}

export interface Rate {
	/** Service or fingerprint, "" for all. */
	readonly key: string;
	readonly count: number;
	readonly code: string;
	/** "" if several. */
	readonly service: string;
}

export async function appendAlertEvents(connection: Connection, rows: readonly AlertEventRow[]): Promise<void> {
	return insert(
		connection,
		"errata_alert_events",
		rows.map((row) => ({
			Timestamp: dateTime(row.at),
			Tenant: connection.tenant,
			AlertId: row.alertId,
			EventId: row.eventId,
			Event: row.event,
			Rule: row.rule,
			Kind: row.kind,
			Subject: row.subject,
			IssueId: row.issue,
			ServiceName: row.service,
			Code: row.code,
			Severity: row.severity,
			Summary: row.summary,
			Channel: row.channel,
			DeliveryId: row.deliveryId,
			Attempts: row.attempts,
			Detail: row.detail,
		})),
	);
}

/** Firing ones, and those that ended since; the latest first. */
export function listAlerts(connection: Connection, filter: AlertFilter = {}): Promise<AlertRecord[]> {
	return connection.select<AlertRecord>("alerts", {
		state: filter.state ?? "",
		rule: filter.rule ?? "",
		issue: filter.issue ?? "",
		since: dateTime(filter.sinceMs ?? 0),
		limit: clampRows(filter.limit, 50),
	});
}

export async function appendSilence(connection: Connection, row: SilenceRow, atMs: number): Promise<void> {
	return insert(connection, "errata_alert_silences", [
		{
			Timestamp: dateTime(atMs),
			Tenant: connection.tenant,
			SilenceId: row.id,
			Actor: row.actor,
			Rule: row.rule,
			IssueId: row.issue,
			ServiceName: row.service,
			Code: row.code,
			Until: dateTime(row.untilMs),
			Comment: row.comment,
		},
	]);
}

/** Silences that hold at `nowMs`. */
export function listSilences(connection: Connection, nowMs: number): Promise<Silence[]> {
	return connection.select<Silence>("alert-silences", { now: dateTime(nowMs) });
}

/** The most frequent first. */
export function alertRate(connection: Connection, question: RateQuestion): Promise<Rate[]> {
	return connection.select<Rate>("alert-rate", {
		by: question.by,
		since: dateTime(question.sinceMs),
		until: dateTime(question.untilMs),
		over: question.over,
		services: question.services,
		environments: question.environments,
		codes: question.codes,
		severities: question.severities,
		limit: clampRows(question.limit, 100),
	});
}

/** Which of `services` sent any log or span since then. */
export async function servicesHeard(
	connection: Connection,
	question: { readonly services: readonly string[]; readonly sinceMs: number },
): Promise<string[]> {
	const rows = await connection.select<{ service: string }>("services-heard", {
		services: question.services,
		since: dateTime(question.sinceMs),
	});
	return rows.map((row) => row.service);
}
