/**
 * The end of a program. Natural end: a bounded flush, on a timer that is the only thing holding the process. `exit` in any
 * way: what is not acknowledged goes to the spool, synchronously. Exit code and signals are never touched.
 */
import { within } from "./within.ts";

export interface Flushable {
	forceFlush(options?: { timeoutMillis?: number }): Promise<unknown>;
}

export interface ExitOptions {
	/** Reports what still waits for a better report. */
	readonly settle: () => void;
	readonly flush: readonly Flushable[];
	/** Errors not acknowledged yet. */
	readonly pending: () => number;
	/** Writes them to disk; `sync` waits for the disk. */
	readonly spool: (sync: boolean) => void;
	/** Longest wait at the natural end, in milliseconds. */
	readonly flushMs: number;
}

/** Sends now what is reported, at most `timeoutMs` long; what is not acknowledged then goes to the spool. */
export async function flushNow(options: ExitOptions, timeoutMs: number): Promise<void> {
	options.settle();
	await within(flushAll(options), timeoutMs);
	if (options.pending() > 0) options.spool(true);
}

/** Never rejects. */
function flushAll({ flush }: ExitOptions, limit: { timeoutMillis?: number } = {}): Promise<unknown> {
	return Promise.all(flush.map((one) => Promise.resolve(one.forceFlush(limit)).catch(() => {})));
}

export function watchExit(options: ExitOptions): void {
	let flushed = false;
	process.on("beforeExit", () => {
		// Work that a flush starts brings `beforeExit` again; only new errors are worth another wait.
		if (flushed) return;
		flushed = true;
		options.settle();
		const hold = setTimeout(() => {}, options.flushMs);
		const limit = { timeoutMillis: options.flushMs };
		// What a sink says of its last records leaves with the others' second flush.
		flushAll(options, limit)
			.then(() => flushAll(options, limit))
			.then(() => clearTimeout(hold));
	});
	process.on("exit", () => {
		options.settle();
		if (options.pending() > 0) options.spool(false);
	});
}
