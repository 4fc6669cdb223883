/**
 * An error that ends a worker thread reaches its parent as a copy: what an instrumented thread has reported itself is not
 * reported there again. Threads tell each other through shared memory which of them are instrumented; one made with
 * `eval` is not, and its error is the parent's to report.
 */
import { errorMonitor } from "node:events";
import { getEnvironmentData, isMainThread, setEnvironmentData, threadId, type Worker } from "node:worker_threads";
import { isObject, sharedState } from "./state.ts";
import { attempt } from "./values.ts";

const KEY = "errata.threads.1";
/** Threads remembered, in items: ids are reused modulo it. */
const THREADS = 1_024;

export function watchThreads(): void {
	attempt(() => {
		if (isMainThread) setEnvironmentData(KEY, new SharedArrayBuffer(THREADS * Int32Array.BYTES_PER_ELEMENT) as never);
		const memory = getEnvironmentData(KEY) as unknown as SharedArrayBuffer | undefined;
		if (memory === undefined) return;
		const instrumented = new Int32Array(memory);
		if (!isMainThread) Atomics.store(instrumented, threadId % THREADS, threadId);
		process.on("worker", (worker: Worker) => {
			const id = worker.threadId;
			// Hears the error without handling it.
			worker.on(errorMonitor, (error: unknown) => {
				if (!isObject(error) || Atomics.load(instrumented, id % THREADS) !== id) return;
				const state = sharedState();
				state.elsewhere ??= new WeakSet();
				state.elsewhere.add(error);
			});
		});
	}, undefined);
}
