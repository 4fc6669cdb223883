/** Groups of errors: the list, one of them, how often, and with what. */
import type { Connection } from "./connection.ts";
import { clampRows, LIMITS } from "./limits.ts";
import { settledDays, unsettled } from "./settled.ts";
import { dateTime, isoTime } from "./time.ts";
import type { Issue, RelatedGroup } from "./types.ts";

export interface IssueFilter {
	/** Milliseconds since the epoch; default: everything that is kept. */
	readonly sinceMs?: number | undefined;
	/** Milliseconds since the epoch, exclusive; default: everything, also a day ahead. */
	readonly untilMs?: number | undefined;
	readonly service?: string | undefined;
	readonly code?: string | undefined;
	/** `errata.run.id`: what one `errata run` met. */
	readonly runId?: string | undefined;
	/** Only these issues; at most 100, since they travel in the URL. */
	readonly issues?: readonly string[] | undefined;
	/** Groups behind this one in the order of the list; `lastSeen` as the list gave it. */
	readonly before?: { readonly lastSeen: string; readonly fingerprint: string } | undefined;
	/** Default 50, at most 1,000. */
	readonly limit?: number | undefined;
}

/** Groups with at least one occurrence in the time asked for, latest first. */
export function listIssues(connection: Connection, filter: IssueFilter = {}): Promise<Issue[]> {
	return issues(connection, filter, "");
}

/** Groups whose fingerprint begins with the given text, latest first; none for "". */
export async function getIssue(connection: Connection, fingerprintOrPrefix: string): Promise<Issue[]> {
	return fingerprintOrPrefix === "" ? [] : issues(connection, { limit: 20 }, fingerprintOrPrefix);
}

/** What one pass over the occurrences says of an issue. */
type Totals = Pick<
	Issue,
	"fingerprint" | "count" | "unhandled" | "services" | "environments" | "lastSeen" | "lastRelease" | "traces"
> & { readonly latestGroup: string };
type Names = Pick<Issue, "fingerprint" | "members" | "firstSeen" | "firstRelease">;
type Latest = Omit<Issue, keyof Totals | keyof Names> & { readonly latestGroup: string };

async function issues(connection: Connection, filter: IssueFilter, prefix: string): Promise<Issue[]> {
	const [sinceMs, untilMs] = [filter.sinceMs ?? 0, filter.untilMs ?? Number.POSITIVE_INFINITY];
	const runId = filter.runId ?? "";
	const totals = await connection.select<Totals>("issues", {
		// A settled day does not know its runs.
		...(runId === "" ? await settledDays(connection, sinceMs, untilMs) : unsettled(sinceMs, untilMs)),
		prefix,
		service: filter.service ?? "",
		code: filter.code ?? "",
		runId,
		issues: filter.issues ?? [],
		beforeTime: isoTime(filter.before?.lastSeen ?? "1970-01-01T00:00:00Z"),
		beforeId: filter.before?.fingerprint ?? "",
		limit: clampRows(filter.limit, 50),
	});
	const found: Issue[] = [];
	for (let i = 0; i < totals.length; i += LIMITS.namedIssues)
		found.push(...(await named(connection, filter, totals.slice(i, i + LIMITS.namedIssues))));
	return found;
}

/** Reads what the issues of a page are called: of these groups alone, by the key of the table. */
async function named(connection: Connection, filter: IssueFilter, totals: readonly Totals[]): Promise<Issue[]> {
	const [names, latest] = await Promise.all([
		connection.select<Names>("issue-names", { issues: totals.map(({ fingerprint }) => fingerprint) }),
		connection.select<Latest>("issue-latest", {
			groups: totals.map(({ latestGroup }) => latestGroup),
			times: totals.map(({ lastSeen }) => lastSeen),
			service: filter.service ?? "",
			code: filter.code ?? "",
			runId: filter.runId ?? "",
		}),
	]);
	const nameOf = new Map(names.map((row) => [row.fingerprint, row]));
	const latestOf = new Map(latest.map((row) => [row.latestGroup, row]));
	return totals.flatMap(({ latestGroup, ...total }) => {
		const name = nameOf.get(total.fingerprint);
		const said = latestOf.get(latestGroup);
		// Erased between the questions.
		if (name === undefined || said === undefined) return [];
		const { latestGroup: _, ...words } = said;
		return [{ ...total, ...words, ...name }];
	});
}

/** Occurrences of a group in the last `windowMs`. */
export async function similarCount(
	connection: Connection,
	fingerprint: string,
	options: { readonly windowMs: number; readonly untilMs?: number | undefined },
): Promise<number> {
	const until = options.untilMs ?? Date.now();
	const [row] = await connection.select<{ count: number }>("similar-count", {
		fingerprint,
		since: dateTime(until - options.windowMs),
		until: dateTime(until),
	});
	return row?.count ?? 0;
}

/** Groups that share traces with this one, most shared first; reads its latest 10,000 traces of the window. */
export function relatedGroups(
	connection: Connection,
	fingerprint: string,
	options: { readonly windowMs: number; readonly untilMs?: number | undefined; readonly limit?: number | undefined },
): Promise<RelatedGroup[]> {
	const until = options.untilMs ?? Date.now();
	return connection.select<RelatedGroup>("related-groups", {
		fingerprint,
		since: dateTime(until - options.windowMs),
		until: dateTime(until),
		limit: clampRows(options.limit, 10),
	});
}
