/**
 * Recent operations, for `errata.breadcrumbs`: plain logs, finished spans, explicit crumbs, in one ring for all traces; of a
 * log that was sampled out also the record itself. The push is on the path of every log record and span, so it writes references into arrays that exist and formats nothing; an
 * error pays for that by looking through the ring for its trace.
 */
import type { AnyValue } from "@errata/catalog";
import { NODE_LIMITS } from "./limits.ts";
import type { SampledOut } from "./sampling.ts";
import { type Dropped, toAnyValue, type ValueLimits } from "./values.ts";

/** Seconds and nanoseconds since the epoch, as the SDK keeps them. */
type HrTime = readonly [seconds: number, nanoseconds: number];

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

const SIZE = NODE_LIMITS.crumbs;
const KINDS = ["log", "span", "crumb"] as const;

export class Crumbs {
	readonly #perTrace: number;
	readonly #on: boolean;
	/** Where the next crumb goes. */
	#next = 0;
	/** Numbers in typed arrays: what the ring refers to survives collections, and that is what a push would cost. */
	readonly #times = new Float64Array(SIZE);
	/** Index in `KINDS` plus one; 0 is an empty place. */
	readonly #kinds = new Uint8Array(SIZE);
	/** "" outside of a trace. */
	readonly #traces = new Array<string>(SIZE).fill("");
	readonly #messages = new Array<unknown>(SIZE).fill("");
	readonly #levels = new Array<string>(SIZE).fill("");
	/** Duration of a span, category and data of an explicit crumb, the record of a log that was sampled out. */
	readonly #extras = new Array<unknown>(SIZE).fill(undefined);
	/** Crumbs that an error has asked for: the next one of the trace gets the same object. */
	readonly #made = new Array<Crumb | undefined>(SIZE).fill(undefined);

	/** `perTrace` 0 keeps none, but for the records that `holds` keeps. */
	constructor(perTrace: number, holds = false) {
		this.#perTrace = perTrace;
		this.#on = perTrace > 0 || holds;
	}

	log(traceId: string, [seconds, nanoseconds]: HrTime, body: unknown, level: string): void {
		this.#push(1, traceId, seconds * 1_000 + nanoseconds / 1e6, body, level, undefined);
	}

	/** Keeps a log that was sampled out until its trace errs, or newer crumbs need the place. It becomes a crumb by `log` too. */
	hold(traceId: string, held: SampledOut): void {
		const at = (this.#next - 1 + SIZE) % SIZE;
		if (this.#kinds[at] === 1 && this.#traces[at] === traceId) this.#extras[at] = held;
	}

	/** Gives away what was sampled out of a trace, oldest first. */
	release(traceId: string): SampledOut[] {
		const released: SampledOut[] = [];
		for (let i = 0; i < SIZE; i++) {
			const at = (this.#next + i) % SIZE;
			if (this.#kinds[at] !== 1 || this.#traces[at] !== traceId || this.#extras[at] === undefined) continue;
			released.push(this.#extras[at] as SampledOut);
			this.#extras[at] = undefined;
		}
		return released;
	}

	span(traceId: string, [seconds, nanoseconds]: HrTime, name: string, level: string, durationMs: number): void {
		this.#push(2, traceId, seconds * 1_000 + nanoseconds / 1e6, name, level, durationMs);
	}

	explicit(traceId: string, message: string, category: string, data: unknown): void {
		this.#push(3, traceId, Date.now(), message, "", { category, data });
	}

	#push(kind: number, traceId: string, time: number, message: unknown, level: string, extra: unknown): void {
		if (!this.#on) return;
		const at = this.#next;
		this.#next = at + 1 === SIZE ? 0 : at + 1;
		this.#kinds[at] = kind;
		this.#times[at] = time;
		this.#traces[at] = traceId;
		this.#messages[at] = message;
		this.#levels[at] = level;
		if (extra !== this.#extras[at]) this.#extras[at] = extra;
		if (this.#made[at] !== undefined) this.#made[at] = undefined;
	}

	/** The latest crumbs of a trace, oldest first. */
	of(traceId: string): readonly Crumb[] {
		const found: Crumb[] = [];
		for (let back = 1; back <= SIZE && found.length < this.#perTrace; back++) {
			const at = (this.#next - back + SIZE) % SIZE;
			if (this.#kinds[at] === 0) break;
			if (this.#traces[at] !== traceId) continue;
			const crumb = this.#made[at] ?? this.#at(at);
			this.#made[at] = crumb;
			found.push(crumb);
		}
		return found.reverse();
	}

	#at(at: number): Crumb {
		const kind = KINDS[(this.#kinds[at] ?? 1) - 1] ?? "log";
		const crumb = { time: this.#times[at] ?? 0, kind, message: this.#messages[at] };
		const extra = this.#extras[at];
		if (kind === "crumb") return { ...crumb, ...(extra as Pick<Crumb, "category" | "data">) };
		const level = this.#levels[at] ?? "";
		return kind === "log" ? { ...crumb, level } : { ...crumb, level, durationMs: extra as number };
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
