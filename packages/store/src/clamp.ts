/**
 * Times within [now - 30 d, now + 1 d]: ClickHouse refuses a batch over 100 partitions whole, and partitions are days. One
 * rule for what the receiver stores and for what is described later, so that one record always has one row.
 */
import { LIMITS } from "./limits.ts";

const DAY = 86_400_000_000_000n;

export interface Clock {
	/** Nanoseconds since the epoch when the request came. */
	readonly now: bigint;
	/** The first and the last time that stay as they are. */
	readonly first: bigint;
	readonly last: bigint;
}

export function clockAt(nowMs: number): Clock {
	const now = BigInt(nowMs) * 1_000_000n;
	return { now, first: now - BigInt(LIMITS.pastDays) * DAY, last: now + BigInt(LIMITS.futureDays) * DAY };
}

export interface Clamped {
	readonly time: bigint;
	readonly moved: boolean;
}

/**
 * What is out of range moves to the nearest midnight (UTC) within, not to the edge itself: the same record sent again an
 * hour later then lands at the same time, and no bucket of time sees it twice. No time at all becomes that of arrival.
 */
export function clamp(time: bigint, clock: Clock): Clamped {
	if (time === 0n) return { time: clock.now, moved: true };
	if (time < clock.first) return { time: clock.first - (clock.first % DAY) + DAY, moved: true };
	if (time > clock.last) return { time: clock.last - (clock.last % DAY), moved: true };
	return { time, moved: false };
}
