/** The newest records and what follows them. */
import { setTimeout as sleep } from "node:timers/promises";
import { ErrataError } from "@errata/catalog";
import type { Connection } from "./connection.ts";
import { clampRows, LIMITS } from "./limits.ts";
import { dateTime } from "./time.ts";
import type { TailRow } from "./types.ts";

export interface TailFilter {
	/** Errors only, those of span events too; otherwise every log record. */
	readonly errorOnly?: boolean | undefined;
	/** `errata.context.task.id`. */
	readonly taskId?: string | undefined;
}

export interface TailOptions extends TailFilter {
	/** `cursor` of the last row seen: rows after it, oldest first. Absent: the newest rows. */
	readonly after?: string | undefined;
	/** Default 100, at most 1,000. */
	readonly limit?: number | undefined;
}

interface Row extends Omit<TailRow, "cursor"> {
	readonly at: string;
	readonly id: string;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** The last one covers every time that a row may have. */
const LOOKS_BACK_MS: readonly number[] = [HOUR, DAY, 32 * DAY];

const CURSOR = /^(\d{1,19})\.(\d{1,20})$/;

function place(after: string): { readonly at: string; readonly id: string } {
	const [, at, id] = CURSOR.exec(after) ?? [];
	if (at === undefined || id === undefined || BigInt(id) >= 2n ** 64n)
		throw new ErrataError({
			operation: "continue after",
			subject: JSON.stringify(after.slice(0, 60)),
			cause: "expected the cursor of a row",
			remedy: "Pass the `cursor` of the last row seen, or leave it out",
			code: "STORE_CURSOR",
			exitCode: 2,
		});
	return { at, id };
}

function seconds(nanoseconds: bigint): string {
	const digits = String(nanoseconds < 0n ? 0n : nanoseconds).padStart(19, "0");
	return `${digits.slice(0, -9)}.${digits.slice(-9)}`;
}

function tailRow({ at, id, ...row }: Row): TailRow {
	return { ...row, cursor: `${at}.${id}` };
}

/**
 * Rows oldest first. With `after`, rows that are written later but happened before it are not found: `follow` finds
 * them. Throws ErrataError for a cursor that is none.
 */
export async function tail(connection: Connection, options: TailOptions = {}): Promise<TailRow[]> {
	const table = options.errorOnly === true ? "tail-errors" : "tail-logs";
	const common = { taskId: options.taskId ?? "", limit: clampRows(options.limit, 100) };
	if (options.after !== undefined) {
		const { at, id } = place(options.after);
		const rows = await connection.select<Row>(`${table}-after`, { ...common, since: seconds(BigInt(at)), id });
		return rows.map(tailRow);
	}
	const now = Date.now();
	// A short look first: sorting all that is kept to show a screen of it takes seconds where there are millions.
	for (const back of LOOKS_BACK_MS) {
		const range = { since: dateTime(now - back), until: dateTime(now + 2 * DAY) };
		const rows = await connection.select<Row>(table, { ...common, ...range });
		if (rows.length >= common.limit || back === LOOKS_BACK_MS.at(-1)) return rows.reverse().map(tailRow);
	}
	return [];
}

/**
 * Rows as they arrive, in batches, each row once, without end: stop by leaving the loop or by `signal`. A row that is
 * written up to 10 s after a newer one is still found. Starts after the `after` cursor, or now.
 */
export async function* follow(
	connection: Connection,
	options: TailFilter & { readonly after?: string | undefined; readonly signal?: AbortSignal | undefined } = {},
): AsyncGenerator<readonly TailRow[], void, void> {
	const filter = { errorOnly: options.errorOnly, taskId: options.taskId };
	const seen = new Set<string>();
	let newest = options.after === undefined ? BigInt(Date.now()) * 1_000_000n : BigInt(place(options.after).at);
	// Nothing before the start is shown, however late it comes.
	const start = options.after ?? `${newest}.0`;
	while (options.signal?.aborted !== true) {
		let after = later(start, `${max(newest - BigInt(LIMITS.followLateMs) * 1_000_000n, 0n)}.0`);
		for (;;) {
			const rows = await tail(connection, { ...filter, after, limit: LIMITS.rows });
			const fresh = rows.filter((row) => !seen.has(row.cursor));
			for (const row of fresh) seen.add(row.cursor);
			if (fresh.length > 0) yield fresh;
			const last = rows.at(-1);
			if (last === undefined) break;
			newest = max(newest, BigInt(place(last.cursor).at));
			after = last.cursor;
			if (rows.length < LIMITS.rows) break;
		}
		forget(seen);
		await sleep(LIMITS.followPollMs, undefined, { signal: options.signal ?? new AbortController().signal }).catch(
			() => undefined,
		);
	}
}

function max(a: bigint, b: bigint): bigint {
	return a > b ? a : b;
}

function later(a: string, b: string): string {
	return BigInt(place(a).at) >= BigInt(place(b).at) ? a : b;
}

/** A Set keeps insertion order: the oldest go first. */
function forget(seen: Set<string>): void {
	for (const cursor of seen) {
		if (seen.size <= LIMITS.followSeen) return;
		seen.delete(cursor);
	}
}
