/**
 * Errors that a stock Collector or history left undescribed, described: `backfill` for a range of time, `classifyArrivals`
 * for what arrives from now on. Both end in the same rows under the same EventIds, so they may run at once, twice, or be
 * killed at any point: what is done is what stands in errata_errors, and nothing else remembers it.
 */
import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import { classifyRow, type Describer, type UnclassifiedRow } from "./classify-row.ts";
import type { Connection } from "./connection.ts";
import { dateTime64, insertErrors } from "./insert.ts";
import { LIMITS } from "./limits.ts";
import { SPAN_ROUTES, type SpanContext } from "./span-context.ts";
import { dateTime } from "./time.ts";
import type { ErrorRow } from "./types.ts";

export interface BackfillProgress {
	/** Errors to describe in all, as counted at the start. */
	readonly total: number;
	readonly done: number;
	/** Start of the hours under way, milliseconds since the epoch; undefined when there is none. */
	readonly hourMs: number | undefined;
}

export interface BackfillOptions extends Describer {
	/** Milliseconds since the epoch; at most 30 days ago. */
	readonly sinceMs: number;
	readonly untilMs: number;
	/** Count only. */
	readonly dryRun?: boolean | undefined;
	/** Stops after the batch under way. */
	readonly signal?: AbortSignal | undefined;
	readonly onProgress?: ((progress: BackfillProgress) => void) | undefined;
}

export interface BackfillReport {
	/** Errors found undescribed. */
	readonly found: number;
	/** Rows written to errata_errors. */
	readonly described: number;
	/** Groups they fell into. */
	readonly groups: number;
	readonly byCategory: Readonly<Record<string, number>>;
	/** False if it was stopped before the end: run it again to go on. */
	readonly complete: boolean;
}

const HOUR = 3_600_000;

interface HourRow {
	readonly hour: number;
	readonly count: number;
}

/** Describes what is undescribed in a range, hour by hour, oldest first. Rejects with a StoreError; what is written stays. */
export async function backfill(connection: Connection, options: BackfillOptions): Promise<BackfillReport> {
	const range = { since: dateTime(options.sinceMs), until: dateTime(options.untilMs) };
	const hours = await connection.select<HourRow>("unclassified-hours", range);
	const total = hours.reduce((sum, { count }) => sum + count, 0);
	const told = new Tally();
	if (options.dryRun === true) return told.report(total, true);
	const say = (hourMs: number | undefined): void => options.onProgress?.({ total, done: told.described, hourMs });
	for (const [from, to] of windows(hours)) {
		const start = Math.max(from, options.sinceMs);
		const end = Math.min(to, options.untilMs);
		say(start);
		for await (const rows of pages(connection, start, end)) {
			const errors = await describeAll(connection, rows, options);
			await insertErrors(connection, errors);
			told.add(errors);
			say(start);
			if (options.signal?.aborted === true) return told.report(total, false);
		}
	}
	say(undefined);
	return told.report(total, true);
}

/** Hours together while they hold less than a batch and make less than a day: every window is a question. */
function windows(hours: readonly HourRow[]): [from: number, to: number][] {
	const found: [number, number][] = [];
	let held = 0;
	for (const { hour, count } of hours) {
		const from = hour * 1000;
		const last = found.at(-1);
		if (last !== undefined && held + count <= LIMITS.classifyBatch && from + HOUR - last[0] <= 24 * HOUR)
			last[1] = from + HOUR;
		else found.push([from, from + HOUR]);
		held = last === found.at(-1) ? held + count : count;
	}
	return found;
}

class Tally {
	described = 0;
	readonly #groups = new Set<string>();
	readonly #byCategory = new Map<string, number>();

	add(errors: readonly ErrorRow[]): void {
		this.described += errors.length;
		for (const { Fingerprint, Category } of errors) {
			this.#groups.add(Fingerprint);
			this.#byCategory.set(Category, (this.#byCategory.get(Category) ?? 0) + 1);
		}
	}

	report(found: number, complete: boolean): BackfillReport {
		const byCategory = Object.fromEntries([...this.#byCategory].sort((a, b) => b[1] - a[1]));
		return { found, described: this.described, groups: this.#groups.size, byCategory, complete };
	}
}

type PageRow = UnclassifiedRow & { readonly storedAt: string };

async function* pages(connection: Connection, sinceMs: number, untilMs: number): AsyncGenerator<PageRow[]> {
	let after = { afterTime: dateTime64("0"), afterId: "" };
	for (;;) {
		const rows = await connection.select<PageRow>("unclassified-page", {
			since: dateTime(sinceMs),
			until: dateTime(untilMs),
			...after,
			limit: LIMITS.classifyBatch,
		});
		const last = rows.at(-1);
		if (last === undefined) return;
		yield rows;
		if (rows.length < LIMITS.classifyBatch) return;
		after = { afterTime: dateTime64(last.storedAt), afterId: last.eventId };
	}
}

async function describeAll(
	connection: Connection,
	rows: readonly UnclassifiedRow[],
	by: Describer,
): Promise<ErrorRow[]> {
	const errors: ErrorRow[] = [];
	const spans = await spansOf(connection, rows);
	const nowMs = Date.now();
	for (const [i, row] of rows.entries()) {
		const error = classifyRow(row, by, nowMs, row.signal === "span" ? spans.get(spanKey(row)) : undefined);
		if (error !== undefined) errors.push(error);
		// A receiver may live in this process.
		if (i % LIMITS.classifyTurn === LIMITS.classifyTurn - 1) await turn();
	}
	return errors;
}

type SpanRow = Omit<SpanContext, "durationMs"> & {
	readonly traceId: string;
	readonly spanId: string;
	/** 1 if its times say something. */
	readonly timed: number;
	readonly durationMs: number;
};

const spanKey = ({ traceId, spanId }: { readonly traceId: string; readonly spanId: string }): string =>
	`${traceId}/${spanId}`;

/** The spans that exceptions of spans' events happened in. */
async function spansOf(
	connection: Connection,
	rows: readonly UnclassifiedRow[],
): Promise<ReadonlyMap<string, SpanContext>> {
	const found = new Map<string, SpanContext>();
	const events = rows.filter(({ signal }) => signal === "span");
	for (let i = 0; i < events.length; i += LIMITS.classifyIds) {
		const some = events.slice(i, i + LIMITS.classifyIds);
		const [first, last] = ends(some);
		const spans = await connection.select<SpanRow>("span-contexts", {
			// A span begins before what happens in it; clocks and whoever sets the times of events differ a little.
			since: dateTime(first - 24 * HOUR),
			until: dateTime(last + HOUR),
			traceIds: [...new Set(some.map(({ traceId }) => traceId))],
			spanIds: [...new Set(some.map(({ spanId }) => spanId))],
			routes: SPAN_ROUTES,
		});
		for (const { timed, durationMs, ...span } of spans)
			found.set(spanKey(span), { ...span, durationMs: timed === 1 ? durationMs : undefined });
	}
	return found;
}

/** First and last time of rows, milliseconds. */
function ends(rows: readonly UnclassifiedRow[]): [first: number, last: number] {
	const times = rows.map(({ at }) => Number(BigInt(at) / 1_000_000n));
	return [Math.min(...times), Math.max(...times)];
}

export interface ArrivalsOptions extends Describer {
	/** Told once when the database does not answer, and once when it does again. */
	readonly log?: ((line: string) => void) | undefined;
	/** Told after each batch that was written. */
	readonly onDescribed?: ((count: number) => void) | undefined;
}

type Arrival = UnclassifiedRow & { readonly insertedAt: string };

/** Describing of arrivals under way. */
export interface Arrivals {
	/** Lets the batch under way end. */
	stop(): Promise<void>;
}

/**
 * Describes what arrives undescribed, until it is stopped; starts with what arrived while nobody looked (two days at most).
 * While the database is away it waits.
 */
export function classifyArrivals(connection: Connection, options: ArrivalsOptions): Arrivals {
	const end = new AbortController();
	const ended = watch(connection, { ...options, signal: end.signal });
	return {
		stop: () => {
			end.abort();
			return ended;
		},
	};
}

type Watching = ArrivalsOptions & { readonly signal: AbortSignal };

/** Never rejects. */
async function watch(connection: Connection, options: Watching): Promise<void> {
	const seen = new Map<string, number>();
	let newest = 0;
	let away = false;
	while (!options.signal.aborted) {
		try {
			newest = await look(connection, options, seen, newest);
			if (away) options.log?.("describing what other Collectors write goes on");
			away = false;
		} catch (error) {
			if (!away && !options.signal.aborted)
				options.log?.(`cannot describe what other Collectors wrote: ${(error as Error).message} It is tried again.`);
			away = true;
		}
		await sleep(LIMITS.classifyPollMs, undefined, { signal: options.signal }).catch(() => undefined);
	}
}

/** Everything that arrived since a little before `newest`; the newest arrival seen now, in milliseconds. */
async function look(
	connection: Connection,
	options: Watching,
	seen: Map<string, number>,
	newest: number,
): Promise<number> {
	const from = Math.max(0, newest - LIMITS.classifyLateMs);
	for (const [id, at] of seen) if (at < from) seen.delete(id);
	let after = { afterTime: dateTime(from), afterId: "" };
	while (!options.signal.aborted) {
		const rows = await connection.select<Arrival>("pending-page", { ...after, limit: LIMITS.classifyBatch });
		const last = rows.at(-1);
		if (last === undefined) break;
		const fresh = distinct(rows.filter(({ eventId }) => !seen.has(eventId)));
		const left = await undescribed(connection, fresh);
		const errors = await describeAll(connection, left, options);
		await insertErrors(connection, errors);
		for (const { eventId, insertedAt } of fresh) seen.set(eventId, Number(insertedAt));
		if (errors.length > 0) options.onDescribed?.(errors.length);
		newest = Math.max(newest, Number(last.insertedAt));
		after = { afterTime: dateTime(Number(last.insertedAt)), afterId: last.eventId };
		if (rows.length < LIMITS.classifyBatch) break;
	}
	return newest;
}

function distinct(rows: readonly Arrival[]): Arrival[] {
	return [...new Map(rows.map((row) => [row.eventId, row])).values()];
}

/** A receiver of errata describes what it stores in the next moment itself, and a record may have come twice. */
async function undescribed(connection: Connection, rows: readonly Arrival[]): Promise<Arrival[]> {
	const left: Arrival[] = [];
	for (let i = 0; i < rows.length; i += LIMITS.classifyIds) {
		const some = rows.slice(i, i + LIMITS.classifyIds);
		const [first, last] = ends(some);
		const found = await connection.select<{ eventId: string }>("described-ids", {
			since: dateTime(first - 24 * HOUR),
			until: dateTime(last + 24 * HOUR),
			ids: some.map(({ eventId }) => eventId),
		});
		const ids = new Set(found.map(({ eventId }) => eventId));
		left.push(...some.filter(({ eventId }) => !ids.has(eventId)));
	}
	return left;
}
