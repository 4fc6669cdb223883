/**
 * Rows older than the rules keep them: counted, and deleted. The rules are for all tenants, so this is work behind the scenes
 * or an operator's. The tables' own TTL holds beside it: a rule keeps shorter, never longer. Trends keep their own time.
 */
import type { Connection, Parameter } from "./connection.ts";
import { LIMITS } from "./limits.ts";
import { refreshTrends } from "./trends.ts";

/** What may be kept for how long, and by which severities: errata's own, OpenTelemetry's, and whether a span failed. */
export const RETAINED = {
	errors: ["low", "medium", "high", "critical", "unknown"],
	logs: ["trace", "debug", "info", "warn", "error", "fatal", "unset"],
	traces: ["error", "ok"],
} as const;
export type Retained = keyof typeof RETAINED;

export interface RetentionRule {
	readonly of: Retained;
	/** Every tenant without a rule of its own if absent. */
	readonly tenant?: string | undefined;
	/** One of `RETAINED[of]`; all of them if absent. */
	readonly severity?: string | undefined;
	/** Whole days of UTC. */
	readonly days: number;
}

export interface DueRows {
	readonly of: Retained;
	readonly tenant: string;
	readonly severity: string;
	/** What the rule that decided keeps. */
	readonly days: number;
	readonly rows: number;
}

const DAY = 86_400_000;
/** Lists of ClickHouse's `transform` are never empty; no tenant has this name. */
const NOBODY = "\u0001nobody";

function parameters(rules: readonly RetentionRule[], nowMs: number): Record<string, Parameter> {
	const exact = rules.filter((rule) => rule.tenant !== undefined && rule.severity !== undefined);
	const tenants = rules.filter((rule) => rule.tenant !== undefined && rule.severity === undefined);
	const severities = rules.filter((rule) => rule.tenant === undefined && rule.severity !== undefined);
	const all = rules.find((rule) => rule.tenant === undefined && rule.severity === undefined);
	const today = Math.floor(nowMs / DAY) * DAY;
	const shortest = Math.min(...rules.map(({ days }) => days));
	return {
		exact: [NOBODY, ...exact.map((rule) => `${rule.tenant}\0${rule.severity}`)],
		exactDays: [0, ...exact.map(({ days }) => days)],
		tenants: [NOBODY, ...tenants.map((rule) => rule.tenant ?? "")],
		tenantDays: [0, ...tenants.map(({ days }) => days)],
		severities: [NOBODY, ...severities.map((rule) => rule.severity ?? "")],
		severityDays: [0, ...severities.map(({ days }) => days)],
		days: all?.days ?? 0,
		today: new Date(today).toISOString().slice(0, 10),
		before: Math.max(0, (today - shortest * DAY) / 1000),
	};
}

function kinds(rules: readonly RetentionRule[]): [Retained, RetentionRule[]][] {
	return (Object.keys(RETAINED) as Retained[])
		.map((of): [Retained, RetentionRule[]] => [of, rules.filter((rule) => rule.of === of)])
		.filter(([, own]) => own.length > 0);
}

async function dueOf(
	connection: Connection,
	of: Retained,
	rules: readonly RetentionRule[],
	nowMs: number,
): Promise<DueRows[]> {
	const rows = await connection.select<Omit<DueRows, "of">>(
		`retention-${of}-due`,
		parameters(rules, nowMs),
		LIMITS.sweepMs,
	);
	return rows.map((row) => ({ of, ...row }));
}

/** Rows of all tenants that are older than the rules keep them. */
export async function dueRows(
	connection: Connection,
	rules: readonly RetentionRule[],
	nowMs: number,
): Promise<DueRows[]> {
	const due: DueRows[] = [];
	for (const [of, own] of kinds(rules)) due.push(...(await dueOf(connection, of, own, nowMs)));
	return due;
}

/** Deletes them; answers what went. Trends are computed up to now before any error goes, so that they keep counting it. */
export async function applyRetention(
	connection: Connection,
	rules: readonly RetentionRule[],
	nowMs: number,
): Promise<DueRows[]> {
	const gone: DueRows[] = [];
	for (const [of, own] of kinds(rules)) {
		const due = await dueOf(connection, of, own, nowMs);
		if (due.length === 0) continue;
		if (of === "errors") {
			await refreshTrends(connection);
			await connection.change("retention-errors-note", parameters(own, nowMs), "note what is deleted from");
		}
		await connection.change(`retention-${of}-delete`, parameters(own, nowMs), "delete what is kept no longer from");
		gone.push(...due);
	}
	return gone;
}
