/** How issues behaved around the times at which somebody resolved them or a release came. What follows from it is the server's. */
import type { Connection } from "./connection.ts";
import { clampRows, LIMITS } from "./limits.ts";
import { dateTime, wholeSeconds } from "./time.ts";

/** Times are milliseconds since the epoch. */
export interface Resolve {
	readonly issueId: string;
	readonly eventId: string;
	readonly atMs: number;
	/** When it was next resolved, ignored or reopened; 0 if it was not. */
	readonly nextMs: number;
	readonly actor: string;
	/** JSON text. */
	readonly detail: string;
}

export interface IssueHours {
	readonly issueId: string;
	/** Code of the latest hour. */
	readonly code: string;
	/** First occurrence of all that are kept. */
	readonly firstMs: number;
	/** Unix seconds of the hour's start, service, release, count; by time. */
	readonly points: readonly (readonly [hour: number, service: string, release: string, count: number])[];
}

const HOUR = 3_600_000;

/** The latest first. */
export function resolves(
	connection: Connection,
	options: { readonly sinceMs: number; readonly issue?: string | undefined; readonly limit?: number | undefined },
): Promise<Resolve[]> {
	return connection.select<Resolve>("resolves", {
		since: dateTime(options.sinceMs),
		issue: options.issue ?? "",
		limit: clampRows(options.limit, 200),
	});
}

/** Counts per hour of issues in the hours within `aroundMs` of a time; an issue may have several. */
export async function issueHours(
	connection: Connection,
	around: readonly { readonly issueId: string; readonly atMs: number }[],
	aroundMs: number,
): Promise<IssueHours[]> {
	const found = new Map<string, IssueHours>();
	const all = [...Map.groupBy(around, ({ issueId }) => issueId).values()];
	// Ids travel in the URL: some at a time, all times of an issue together.
	for (let i = 0; i < all.length; i += LIMITS.classifyIds / 2) {
		const part = all.slice(i, i + LIMITS.classifyIds / 2).flat();
		const times = part.map(({ atMs }) => atMs);
		const rows = await connection.select<IssueHours>("issue-hours", {
			issues: part.map(({ issueId }) => issueId),
			times: part.map(({ atMs }) => String(Math.trunc(atMs / 1000))),
			around: Math.trunc(aroundMs / 1000),
			since: wholeSeconds(Math.floor((Math.min(...times) - aroundMs) / HOUR) * HOUR),
			until: wholeSeconds(Math.ceil((Math.max(...times) + aroundMs) / HOUR) * HOUR),
		});
		for (const row of rows) found.set(row.issueId, row);
	}
	return [...found.values()];
}
