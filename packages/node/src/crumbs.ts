/**
 * Recent operations of each trace, for `errata.breadcrumbs`: plain logs, finished spans, explicit crumbs. The push is on
 * the path of every log record, so it keeps references and formats nothing; an error pays for that.
 */
import type { AnyValue } from "@errata/catalog";
import { NODE_LIMITS } from "./limits.ts";
import { type Dropped, toAnyValue, type ValueLimits } from "./values.ts";

export interface Crumb {
	/** Milliseconds since the epoch. */
	readonly time: number;
	readonly kind: "log" | "span" | "crumb";
	readonly message: unknown;
	readonly level?: string;
	readonly category?: string;
	readonly durationMs?: number;
	readonly data?: unknown;
}

export class Crumbs {
	readonly #perTrace: number;
	/** Trace id ("" outside of a trace) to its crumbs, least recently begun trace first. */
	readonly #traces = new Map<string, Crumb[]>();

	constructor(perTrace: number) {
		this.#perTrace = perTrace;
	}

	push(traceId: string, crumb: Crumb): void {
		if (this.#perTrace === 0) return;
		const crumbs = this.#traces.get(traceId);
		if (crumbs !== undefined) {
			// Twice the room, cut once in a while: shifting at every push would cost more than the push.
			if (crumbs.push(crumb) >= this.#perTrace * 2) crumbs.splice(0, this.#perTrace);
			return;
		}
		if (this.#traces.size >= NODE_LIMITS.crumbTraces) {
			const oldest = this.#traces.keys().next().value;
			if (oldest !== undefined) this.#traces.delete(oldest);
		}
		this.#traces.set(traceId, [crumb]);
	}

	/** The latest crumbs of a trace, oldest first. */
	of(traceId: string): readonly Crumb[] {
		return this.#traces.get(traceId)?.slice(-this.#perTrace) ?? [];
	}
}

/** A crumb as the record carries it. */
export function crumbMap(crumb: Crumb, limits: ValueLimits, dropped: Dropped): AnyValue {
	const map: Record<string, AnyValue> = {
		time: new Date(crumb.time).toISOString(),
		kind: crumb.kind,
		message: toAnyValue(crumb.message, { ...limits, depth: 2 }, dropped) ?? null,
	};
	if (crumb.level !== undefined) map.level = crumb.level;
	if (crumb.category !== undefined) map.category = crumb.category;
	if (crumb.durationMs !== undefined) map.duration_ms = crumb.durationMs;
	if (crumb.data !== undefined) map.data = toAnyValue(crumb.data, limits, dropped) ?? null;
	return map;
}
