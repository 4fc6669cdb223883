/** What people and rules did to issues, and how the issues behaved since: rows are only ever added. */
import type { Connection } from "./connection.ts";
import { dateTime64, insert } from "./insert.ts";
import { clampRows, LIMITS } from "./limits.ts";
import { dateTime } from "./time.ts";

export type IssueAction = "resolve" | "ignore" | "reopen" | "assign" | "comment" | "merge" | "split";

export interface IssueEventInput {
	readonly issueId: string;
	/** The same id again adds nothing. */
	readonly eventId: string;
	/** Milliseconds since the epoch. */
	readonly atMs: number;
	readonly actor: string;
	readonly action: IssueAction;
	/** JSON text. */
	readonly detail: string;
}

/** One thing that was done to an issue. */
export interface IssueHistoryRow {
	readonly timestamp: string;
	readonly eventId: string;
	readonly actor: string;
	readonly action: IssueAction;
	readonly detail: string;
}

/** What was last done to an issue; `action` is "" if nothing was. */
export interface IssueActions {
	readonly issueId: string;
	readonly action: "" | "resolve" | "ignore" | "reopen";
	readonly detail: string;
	readonly actor: string;
	readonly atMs: number;
	/** Detail of the latest `assign`. */
	readonly assigned: string;
	readonly comments: number;
}

export interface IssueActivity {
	readonly issueId: string;
	/** Occurrences since it was last resolved, ignored or reopened; all of them if it never was. */
	readonly since: number;
	/** Time of the latest of these; 0 if there is none. */
	readonly sinceLastMs: number;
	/** Service and release of these. */
	readonly releases: readonly (readonly [service: string, release: string])[];
	readonly lastHour: number;
	/** Occurrences in the seven days before the last hour, and in how many hours of it. */
	readonly lastWeek: number;
	readonly busyHours: number;
	/** The earliest within the time that was looked at. */
	readonly firstMs: number;
}

export interface Release {
	readonly service: string;
	readonly release: string;
	readonly firstSeen: string;
	readonly lastSeen: string;
	readonly firstMs: number;
	readonly count: number;
	readonly issues: number;
}

const HOUR = 3_600_000;
const WEEK = 7 * 24 * HOUR;

export async function addIssueEvent(connection: Connection, event: IssueEventInput): Promise<void> {
	const { atMs, issueId, eventId, actor, action, detail } = event;
	await insert(connection, "errata_issue_events", [
		{
			Timestamp: dateTime64(String(BigInt(Math.trunc(atMs)) * 1_000_000n)),
			Tenant: connection.tenant,
			IssueId: issueId,
			EventId: eventId,
			Actor: actor,
			Action: action,
			Detail: detail,
		},
	]);
}

/** From now on these groups belong to `issueId`; to themselves again if it is their own. */
export async function mapIssues(
	connection: Connection,
	fingerprints: readonly string[],
	issueId: string,
	actor: string,
): Promise<void> {
	const rows = fingerprints.map((Fingerprint) => ({
		Tenant: connection.tenant,
		Fingerprint,
		IssueId: issueId === "" ? Fingerprint : issueId,
		Actor: actor,
	}));
	await insert(connection, "errata_issue_map", rows);
}

export function issueHistory(
	connection: Connection,
	issueId: string,
	options: { readonly limit?: number | undefined } = {},
): Promise<IssueHistoryRow[]> {
	return connection.select<IssueHistoryRow>("issue-history", { issue: issueId, limit: clampRows(options.limit, 100) });
}

/** What was last done to each issue; those to which nothing was done are absent. */
export async function issueActions(connection: Connection, issues: readonly string[]): Promise<IssueActions[]> {
	return byParts(issues, (part) => connection.select<IssueActions>("issue-actions", { issues: part }));
}

/** How each issue behaved; those without an occurrence since `sinceMs` are absent. */
export async function issueActivity(
	connection: Connection,
	issues: readonly string[],
	options: { readonly sinceMs: number; readonly nowMs: number },
): Promise<IssueActivity[]> {
	const times = {
		since: dateTime(Math.min(options.sinceMs, options.nowMs - WEEK - HOUR)),
		until: dateTime(options.nowMs + 24 * HOUR),
		hour: dateTime(options.nowMs - HOUR),
		week: dateTime(options.nowMs - WEEK - HOUR),
	};
	return byParts(issues, (part) => connection.select<IssueActivity>("issue-activity", { ...times, issues: part }));
}

/** Releases that failed, the newest first. */
export function releases(
	connection: Connection,
	options: { readonly service?: string | undefined; readonly limit?: number | undefined } = {},
): Promise<Release[]> {
	return connection.select<Release>("releases", {
		service: options.service ?? "",
		limit: clampRows(options.limit, 100),
	});
}

/** Ids travel in the URL: some at a time. */
async function byParts<Row>(ids: readonly string[], ask: (part: readonly string[]) => Promise<Row[]>): Promise<Row[]> {
	const rows: Row[] = [];
	for (let i = 0; i < ids.length; i += LIMITS.classifyIds)
		rows.push(...(await ask(ids.slice(i, i + LIMITS.classifyIds))));
	return rows;
}
