/** Occurrences of a group, and what one trace holds: its errors, spans and logs. */
import type { Connection } from "./connection.ts";
import { clampRows } from "./limits.ts";
import { dateTime } from "./time.ts";
import type { ErrorEvent, TraceLog, TraceSpan } from "./types.ts";

/** Latest occurrences of a group, newest first, each once. Default 20, at most 1,000. */
export function issueEvents(
	connection: Connection,
	fingerprint: string,
	options: { readonly limit?: number | undefined } = {},
): Promise<ErrorEvent[]> {
	return connection.select<ErrorEvent>("issue-events", { fingerprint, limit: clampRows(options.limit, 20) });
}

/** The occurrence of that id; `undefined` if there is none. */
export async function getEvent(connection: Connection, eventId: string): Promise<ErrorEvent | undefined> {
	const [event] = await connection.select<ErrorEvent>("event", { eventId });
	return event;
}

/** Errors of a trace, oldest first; [] for an id that is not known. At most 1,000. */
export function traceErrors(connection: Connection, traceId: string): Promise<ErrorEvent[]> {
	return connection.select<ErrorEvent>("trace-errors", { traceId: traceId.toLowerCase(), limit: 1000 });
}

/** Spans of a trace, oldest first; [] for an id that is not known. At most 1,000. */
export function traceSpans(connection: Connection, traceId: string): Promise<TraceSpan[]> {
	return connection.select<TraceSpan>("trace-spans", { traceId: traceId.toLowerCase(), limit: 1000 });
}

/** Log records of a trace up to a time that are no errors, the newest first. */
export function traceLogs(
	connection: Connection,
	traceId: string,
	options: { readonly sinceMs: number; readonly untilMs: number; readonly limit?: number | undefined },
): Promise<TraceLog[]> {
	return connection.select<TraceLog>("trace-logs", {
		traceId: traceId.toLowerCase(),
		since: dateTime(options.sinceMs),
		until: dateTime(options.untilMs),
		limit: clampRows(options.limit, 20),
	});
}
