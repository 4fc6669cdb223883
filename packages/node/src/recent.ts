/** The errors reported last in this process, for `errata.related`: what else failed in the trace, or just before. */
import type { AnyValue } from "@errata/catalog";
import { NODE_LIMITS } from "./limits.ts";

export interface RecentError {
	/** Milliseconds since the epoch. */
	readonly time: number;
	readonly traceId: string;
	readonly uid: string;
	readonly fingerprint: string;
	readonly code: string;
	readonly type: string;
	/** Redacted and short. */
	readonly message: string;
}

export class RecentErrors {
	readonly #max: number;
	readonly #windowMs: number;
	#errors: RecentError[] = [];

	constructor(max: number, windowMs: number) {
		this.#max = max;
		this.#windowMs = windowMs;
	}

	push(error: RecentError): void {
		if (this.#max === 0) return;
		if (this.#errors.push(error) > NODE_LIMITS.recentErrors) this.#errors.shift();
	}

	/** Of the trace first, then of the process within the window; oldest first; never `uid` itself. */
	before(now: number, traceId: string, uid: string): AnyValue[] {
		if (this.#max === 0) return [];
		const trace: RecentError[] = [];
		const near: RecentError[] = [];
		for (let i = this.#errors.length - 1; i >= 0 && trace.length < this.#max; i--) {
			const error = this.#errors[i] as RecentError;
			if (error.uid === uid) continue;
			if (traceId !== "" && error.traceId === traceId) trace.push(error);
			else if (near.length < this.#max && now - error.time <= this.#windowMs) near.push(error);
			else if (near.length === this.#max && traceId === "") break;
		}
		const chosen = [...trace, ...near.slice(0, this.#max - trace.length)].reverse();
		return chosen
			.sort((a, b) => a.time - b.time)
			.map((error) => ({
				"log.record.uid": error.uid,
				fingerprint: error.fingerprint,
				code: error.code,
				type: error.type,
				message: error.message,
				age_ms: now - error.time,
				same_trace: traceId !== "" && error.traceId === traceId,
			}));
	}
}
