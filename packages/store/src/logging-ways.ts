/** What each way of logging brought: a program may log by several, and what one sees another may not. */
import type { Connection } from "./connection.ts";
import { clampRows } from "./limits.ts";
import { dateTime } from "./time.ts";

export interface LoggingWay {
	readonly service: string;
	/** Instrumentation scope: a library's name, a logger's own, or `@errata/node` for what no line told. */
	readonly scope: string;
	/** Log records, errors among them. */
	readonly records: number;
	/** Distinct errors. */
	readonly errors: number;
	/** Distinct errors that no other way of that service brought. */
	readonly alone: number;
}

/** By service, most errors first. */
export async function loggingWays(
	connection: Connection,
	question: { readonly sinceMs: number; readonly limit?: number },
): Promise<LoggingWay[]> {
	const rows = await connection.select<Record<keyof LoggingWay, string>>("logging-ways", {
		since: dateTime(question.sinceMs),
		limit: clampRows(question.limit, 100),
	});
	return rows.map(({ service, scope, records, errors, alone }) => ({
		service,
		scope,
		records: Number(records),
		errors: Number(errors),
		alone: Number(alone),
	}));
}
