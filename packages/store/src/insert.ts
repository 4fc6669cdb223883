/**
 * Rows into `otel_logs`, `otel_traces` and `errata_errors`. When a call returns, its rows are on disk (async_insert is
 * off); when it throws a StoreError, `retryable` says whether the same rows may succeed later. Sending rows again is
 * safe for counts: they are exact by EventId.
 */
import { createHash } from "node:crypto";
import type { ClickHouseSettings } from "@clickhouse/client";
import type { Connection } from "./connection.ts";
import { jsonText } from "./json-text.ts";
import { LIMITS } from "./limits.ts";
import { StoreError } from "./store-error.ts";
import type { ErrorRow, OtelLogRow, OtelTraceRow } from "./types.ts";

const NANOSECONDS = /^[0-9]{1,19}$/;

/**
 * Decimal nanoseconds as ClickHouse reads a Unix time with fraction. Ten digits before the point: with fewer it takes
 * "1.5" for a day of a month.
 */
export function dateTime64(nanoseconds: string): string {
	if (!NANOSECONDS.test(nanoseconds) || BigInt(nanoseconds) > 9_223_372_036_854_775_807n)
		throw new StoreError("refused", {
			operation: "store a row at time",
			subject: JSON.stringify(nanoseconds.slice(0, 40)),
			cause: "expected decimal nanoseconds since the epoch, up to the year 2262",
			remedy: "Clamp the time before storing it",
		});
	const digits = nanoseconds.padStart(19, "0");
	return `${digits.slice(0, -9)}.${digits.slice(-9)}`;
}

/** Rows into a table of errata or of the exporter; resolves when they are on disk. */
export async function insert(
	connection: Connection,
	table: string,
	rows: readonly object[],
	settings: ClickHouseSettings = {},
): Promise<void> {
	if (rows.length === 0) return;
	try {
		await connection.client.insert({
			table,
			values: rows,
			format: "JSONEachRow",
			abort_signal: AbortSignal.timeout(LIMITS.insertMs + LIMITS.graceMs),
			clickhouse_settings: {
				async_insert: 0,
				max_execution_time: LIMITS.insertMs / 1000,
				// A table of an older exporter lacks columns (EventName before 0.120).
				input_format_skip_unknown_fields: 1,
				wait_end_of_query: 1,
				...settings,
			},
		});
	} catch (error) {
		throw connection.fail(error, `insert into ${table} of`);
	}
}

/** Rows as the exporter would write them; the view lifts those with a fingerprint into `errata_errors`. */
export async function insertLogs(connection: Connection, rows: readonly OtelLogRow[]): Promise<void> {
	return insert(
		connection,
		"otel_logs",
		rows.map((row) => ({ ...row, Timestamp: dateTime64(row.Timestamp) })),
	);
}

export async function insertTraces(connection: Connection, rows: readonly OtelTraceRow[]): Promise<void> {
	return insert(
		connection,
		"otel_traces",
		rows.map((row) => ({
			...row,
			Timestamp: dateTime64(row.Timestamp),
			"Events.Timestamp": row["Events.Timestamp"].map(dateTime64),
		})),
	);
}

/**
 * Rows for errors that no log stands for. Count is bounded as the view bounds it. The token stands for the block's
 * content: the block itself never equals a former one, because each row gets the time of its arrival.
 */
export async function insertErrors(connection: Connection, rows: readonly ErrorRow[]): Promise<void> {
	const token = createHash("sha256").update(jsonText(rows)).digest("hex");
	return insert(
		connection,
		"errata_errors",
		rows.map((row) => ({
			...row,
			Timestamp: dateTime64(row.Timestamp),
			Count: Math.min(Math.max(Math.floor(row.Count) || 1, 1), 1_000_000),
		})),
		{ insert_deduplication_token: token },
	);
}
