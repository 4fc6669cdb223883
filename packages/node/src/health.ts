/**
 * What errata itself did in this process, counted in plain numbers; `self-metrics.ts` shows them to a MeterProvider. Counting
 * is on the path of every record, so it is an addition and nothing else.
 */
import type { RedactionCounts } from "@errata/catalog";

/** Why a record never arrived: `queue` no room in memory, `spool` oldest out, `refused` by the receiver for good. */
export type DropReason = "queue" | "spool" | "refused";

export const health = {
	/** Records that are no errors and went by. */
	records: 0,
	/** Errors described; suppressed ones count where the record that stands for them does. */
	errors: 0,
	/** Accepted by the receiver at the first attempt or a later one, not by replay. */
	exported: 0,
	/** Written to the spool because they could not be sent. */
	spooled: 0,
	/** Sent from the spool, also what earlier processes left there. */
	replayed: 0,
	/** Times the receiver was found to be away. */
	outages: 0,
	dropped: { queue: 0, spool: 0, refused: 0 } as Record<DropReason, number>,
	/** Left out by sampling, and of those the ones that left after all. */
	sampled: { out: 0, released: 0 },
	/** Lines that neither console nor file took. */
	linesLost: 0,
	redactions: {} as RedactionCounts,
	/** Seconds of processor time spent on describing errors. */
	seconds: 0,
	/** Errors that wait in memory, of each batch processor. */
	waiting: new Set<() => number>(),
};

export function dropped(reason: DropReason, records: number): void {
	health.dropped[reason] += records;
}

/** Of all reasons. */
export function droppedInAll(): number {
	return Object.values(health.dropped).reduce((sum, records) => sum + records, 0);
}
