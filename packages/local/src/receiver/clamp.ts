/**
 * Times within [now - 30 d, now + 1 d]: ClickHouse refuses a batch over 100 partitions whole, and partitions are days. What
 * was moved is told on the record, in `errata.dropped`.
 */
import { LIMITS } from "../limits.ts";
import type { Attributes } from "./model.ts";

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

/** Adds to the map that says what limits cut off. Something else under its name gives way. */
export function countDropped(attributes: Attributes, what: string, count: number): void {
	const found = attributes["errata.dropped"];
	const map = Object.create(null) as Attributes;
	if (isMap(found)) Object.assign(map, found);
	map[what] = BigInt(count);
	attributes["errata.dropped"] = map;
}

function isMap(value: unknown): value is Attributes {
	return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}
