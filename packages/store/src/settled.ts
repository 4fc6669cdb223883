/**
 * Which days of a window need not be counted again. What is settled is said in migrations/0015_settled_days.sql; counting itself
 * is SQL's.
 */
import type { Connection } from "./connection.ts";
import { dateTime } from "./time.ts";

const DAY = 86_400_000;

/** Parameters of a query that reads `errata_settled_days` and counts the rest live. */
export interface Settled {
	readonly since: string;
	readonly until: string;
	/** Days as YYYY-MM-DD. */
	readonly days: readonly string[];
	/** For each of them when it was computed, milliseconds since the epoch. */
	readonly computed: readonly number[];
	/** Those of them with both days beside them settled too. */
	readonly within: readonly string[];
}

/** Everything counted live. */
export function unsettled(sinceMs: number, untilMs: number): Settled {
	return { since: dateTime(sinceMs), until: dateTime(untilMs), days: [], computed: [], within: [] };
}

/** Milliseconds since the epoch, until exclusive. Only whole days can be settled, and none of the future. */
export async function settledDays(connection: Connection, sinceMs: number, untilMs: number): Promise<Settled> {
	const firstDay = Math.max(0, Math.ceil(sinceMs / DAY));
	const endDay = Math.min(Math.floor(Date.now() / DAY), Math.floor(untilMs / DAY));
	if (!(firstDay < endDay)) return unsettled(sinceMs, untilMs);
	const rows = await connection.select<{ day: number; computedMs: number }>("settled-days", { firstDay, endDay });
	const settled = new Set(rows.map(({ day }) => day));
	const text = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);
	return {
		...unsettled(sinceMs, untilMs),
		days: rows.map(({ day }) => text(day)),
		computed: rows.map(({ computedMs }) => computedMs),
		within: rows.flatMap(({ day }) => (settled.has(day - 1) && settled.has(day + 1) ? [text(day)] : [])),
	};
}
