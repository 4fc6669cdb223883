/**
 * At most so many records of one group per second: an error in a loop must not cost the application its event loop. What is
 * over the limit is counted, not sent: the first one over it is described and held, the others add to its `errata.count`, and
 * it leaves at the end of the second, at a flush or at the end of the process. So sums over `errata.count` stay true.
 * Crashes are never held. Nothing is described here.
 */
import type { Context } from "@opentelemetry/api";
import type { ReadWriteLogRecord } from "@opentelemetry/sdk-logs";
import { NODE_LIMITS } from "./limits.ts";
import type { Reported } from "./state.ts";
import { attempt } from "./values.ts";

/** A record that speaks for all of its group that came after it within the second. */
export interface HeldRecord {
	readonly record: ReadWriteLogRecord;
	readonly context: Context | undefined;
	readonly reported: Reported;
	/** Occurrences it stands for, itself included. */
	count: number;
}

/** One group. */
interface Bucket {
	/** Start of the running second, `performance.now()` milliseconds. */
	start: number;
	sent: number;
	held: HeldRecord | undefined;
}

const WINDOW_MS = 1_000;

export class RateLimit {
	readonly #perSecond: number;
	readonly #send: (held: HeldRecord) => void;
	/** By what an error looks like before it is described; several looks may share a group's bucket. */
	readonly #looks = new Map<string, Bucket>();
	readonly #groups = new Map<string, Bucket>();
	readonly #holding = new Set<Bucket>();
	#timer: NodeJS.Timeout | undefined;

	/** `perSecond` is above 0. `send` gets each held record once, its count complete. */
	constructor(perSecond: number, send: (held: HeldRecord) => void) {
		this.#perSecond = perSecond;
		this.#send = send;
	}

	/** Counts an error that looks like one whose group is over its limit now; the record that speaks for it. */
	count(look: string, now: number): HeldRecord | undefined {
		const bucket = this.#looks.get(look);
		if (bucket?.held === undefined || now - bucket.start >= WINDOW_MS) return undefined;
		bucket.held.count++;
		return bucket.held;
	}

	/** `undefined` if a described record may be sent; otherwise the one that speaks for it, which may be itself, held. */
	admit(
		look: string,
		record: ReadWriteLogRecord,
		context: Context | undefined,
		reported: Reported,
		now: number,
	): HeldRecord | undefined {
		const bucket = this.#bucket(look, reported.fingerprint, now);
		if (now - bucket.start >= WINDOW_MS) {
			this.#release(bucket);
			bucket.start = now;
			bucket.sent = 0;
		}
		if (bucket.sent < this.#perSecond) {
			bucket.sent++;
			return undefined;
		}
		if (bucket.held !== undefined) bucket.held.count++;
		else {
			bucket.held = { record, context, reported, count: 1 };
			this.#holding.add(bucket);
			this.#timer ??= setTimeout(() => this.releaseAll(), WINDOW_MS).unref();
		}
		return bucket.held;
	}

	/** Sends what is held now. */
	releaseAll(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		for (const bucket of this.#holding) this.#release(bucket);
	}

	#release(bucket: Bucket): void {
		const { held } = bucket;
		if (held === undefined) return;
		bucket.held = undefined;
		this.#holding.delete(bucket);
		this.#send(held);
	}

	#bucket(look: string, fingerprint: string, now: number): Bucket {
		let bucket = this.#groups.get(fingerprint);
		if (bucket === undefined) {
			bucket = { start: now, sent: 0, held: undefined };
			// Whoever is forgotten while it holds a record is still in #holding, and leaves with the timer.
			put(this.#groups, fingerprint, bucket);
		}
		put(this.#looks, look, bucket);
		return bucket;
	}
}

function put(map: Map<string, Bucket>, key: string, bucket: Bucket): void {
	if (map.has(key)) return;
	if (map.size >= NODE_LIMITS.rateGroups) map.delete(map.keys().next().value as string);
	map.set(key, bucket);
}

/**
 * What an error looks like at the price of a glance: class, code, message without its numbers, the top of its stack. Two
 * errors that look the same are of one group; the reverse need not hold.
 */
export function lookOf(record: ReadWriteLogRecord, error: unknown): string {
	const { attributes } = record;
	const message = text(attributes["exception.message"] ?? attempt(() => (error as Error).message, "") ?? record.body);
	const stack = text(attributes["exception.stacktrace"] ?? attempt(() => (error as Error).stack, ""));
	const frames = stack.indexOf("\n    at ");
	const parts = [
		record.instrumentationScope.name,
		text(attributes["exception.type"]),
		text(attributes["error.type"]),
		text(attributes["error.fingerprint"] ?? attributes["errata.fingerprint"]),
		message.slice(0, NODE_LIMITS.lookChars).replace(NUMBERS, "0"),
		frames < 0 ? "" : stack.slice(frames, frames + NODE_LIMITS.lookChars),
	];
	return parts.join("\u0000");
}

/** Numbers and hex ids; every repetition is bounded by the slice. */
const NUMBERS = /[0-9][0-9a-f-]*/g;

function text(value: unknown): string {
	return typeof value === "string" ? value : "";
}
