/**
 * Which plain records and errors are kept. All records of a trace share one decision, in every process the trace touches:
 * it is OpenTelemetry's consistent probability sampling ("TraceState: Probability Sampling", OTEP 235), where the last 56 bits
 * of the trace id, or `rv` of the tracestate's `ot` entry, are compared with a rejection threshold. What a kept record stands
 * for is in `errata.sample_rate`. What is not kept waits in the ring of crumbs, and leaves when its trace errs.
 */
import type { Context } from "@opentelemetry/api";
import type { ReadWriteLogRecord } from "@opentelemetry/sdk-logs";
import type { Config } from "./config-keys.ts";
import type { Crumbs } from "./crumbs.ts";
import { health } from "./health.ts";
import { NODE_LIMITS } from "./limits.ts";
import { isObject } from "./state.ts";
import { attempt } from "./values.ts";

/** A record that was sampled out, with all it needs to leave after all. */
export interface SampledOut {
	readonly record: ReadWriteLogRecord;
	readonly context: Context | undefined;
	/** Share of its kind that is kept. */
	readonly rate: number;
}

/** Bits of randomness that are compared: 13 of the 14 hex digits, which a double holds exactly. */
const RANDOMNESS = 2 ** 52;

export class Sampler {
	/** By severity number. */
	readonly #rates: Float64Array;
	readonly #errorRate: number;
	readonly #crumbs: Crumbs;
	/** Traces that have erred lately: what comes later of them leaves too. The oldest is forgotten first. */
	readonly #erred = new Set<string>();
	/** Thrown values whose record was sampled out. */
	readonly #out = new WeakSet<object>();

	constructor(rates: SamplingRates, crumbs: Crumbs) {
		this.#rates = Float64Array.from({ length: 25 }, (_, severity) => {
			if (severity >= 13) return rates.warn;
			return severity === 0 || severity >= 9 ? rates.info : rates.debug;
		});
		this.#errorRate = rates.error;
		this.#crumbs = crumbs;
	}

	/** True if the plain record leaves now. One that does not is kept for the case that its trace errs. */
	plain(record: ReadWriteLogRecord, context: Context | undefined): boolean {
		const rate = this.#rates[record.severityNumber ?? 0] ?? 1;
		if (rate === 1) return true;
		const { spanContext } = record;
		const traceId = spanContext?.traceId ?? "";
		if (isKept(rate, traceId, spanContext?.traceState)) {
			record.attributes["errata.sample_rate"] = rate;
			return true;
		}
		if (traceId === "") {
			health.sampled.out++;
			return false;
		}
		if (this.#erred.has(traceId)) {
			markReleased({ record, context, rate });
			return true;
		}
		// A body may be anything, also one that throws when it is looked at.
		const weight = attempt(() => weightOf(record.body, 0) + weightOf(record.attributes, 0), Number.POSITIVE_INFINITY);
		health.sampled.out++;
		if (weight <= NODE_LIMITS.sampledOutChars) this.#crumbs.hold(traceId, { record, context, rate });
		return false;
	}

	/** True if the error leaves, on its own or counted by another. A crash always does, and so does an error that did before. */
	error(record: ReadWriteLogRecord, error: unknown, known: boolean, crash: boolean): boolean {
		if (this.#errorRate === 1 || crash) return true;
		const kept = this.#errorKept(record, error, known);
		if (kept) record.attributes["errata.sample_rate"] = this.#errorRate;
		else health.sampled.out++;
		return kept;
	}

	#errorKept(record: ReadWriteLogRecord, error: unknown, known: boolean): boolean {
		if (known && isObject(error)) return !this.#out.has(error);
		const { spanContext } = record;
		const kept = isKept(this.#errorRate, spanContext?.traceId ?? "", spanContext?.traceState);
		if (!kept && isObject(error)) this.#out.add(error);
		return kept;
	}

	/** What was sampled out of the trace of an error that is about to leave, in order. */
	released(error: ReadWriteLogRecord): readonly SampledOut[] {
		const traceId = error.spanContext?.traceId ?? "";
		// A warning with an exception is a way to say no to a client: nothing went wrong.
		const severity = error.severityNumber ?? 0;
		if (traceId === "" || (severity > 0 && severity < 17)) return [];
		if (!this.#erred.has(traceId)) {
			if (this.#erred.size >= NODE_LIMITS.erredTraces) this.#erred.delete(this.#erred.values().next().value as string);
			this.#erred.add(traceId);
		}
		const released = this.#crumbs.release(traceId);
		for (const held of released) markReleased(held);
		health.sampled.released += released.length;
		return released;
	}
}

export interface SamplingRates {
	readonly error: number;
	readonly warn: number;
	readonly info: number;
	readonly debug: number;
}

/** A sampler by the configuration; `undefined` if everything is kept. */
export function samplerFor(config: Config, crumbs: Crumbs): Sampler | undefined {
	return isSampling(config) ? new Sampler(ratesOf(config), crumbs) : undefined;
}

/** True if anything may be sampled out. */
export function isSampling(config: Config): boolean {
	return Object.values(ratesOf(config)).some((rate) => rate !== 1);
}

function ratesOf(config: Config): SamplingRates {
	return {
		error: config["sampling.error"],
		warn: config["sampling.warn"],
		info: config["sampling.info"],
		debug: config["sampling.debug"],
	};
}

interface TraceState {
	get(key: string): string | undefined;
}

/** Whether a share of `rate` includes this trace; a record of no trace is decided for itself. */
export function isKept(rate: number, traceId: string, traceState?: TraceState): boolean {
	const threshold = Math.round((1 - rate) * RANDOMNESS);
	return randomnessOf(traceId, traceState) >= threshold;
}

function randomnessOf(traceId: string, traceState: TraceState | undefined): number {
	if (traceId === "") return Math.floor(Math.random() * RANDOMNESS);
	const given = traceState === undefined ? undefined : RANDOM_VALUE.exec(traceState.get("ot") ?? "")?.[1];
	return Number.parseInt(given === undefined ? traceId.slice(18, 31) : given.slice(0, 13), 16);
}

const RANDOM_VALUE = /(?:^|;)rv:([0-9a-f]{14})(?:;|$)/;

/** Those of its kind that were kept stand for it already: it counts for nothing. */
function markReleased({ record, rate }: SampledOut): void {
	record.attributes["errata.sample_rate"] = rate;
	record.attributes["errata.count"] = 0;
}

/** UTF-16 units of the strings in a value, about, and some for everything else. Stops where it is too much anyway. */
function weightOf(value: unknown, depth: number): number {
	if (typeof value === "string") return value.length;
	if (!isObject(value)) return 8;
	if (value instanceof Uint8Array) return value.byteLength;
	if (depth > 8) return NODE_LIMITS.sampledOutChars + 1;
	let sum = 0;
	for (const key in value) {
		sum += key.length + weightOf((value as Record<string, unknown>)[key], depth + 1);
		if (sum > NODE_LIMITS.sampledOutChars) break;
	}
	return sum;
}
