/** Keeps one engine running: starts it again when it dies, slower each time, and gives up when that does not help. */
import { setTimeout as sleep } from "node:timers/promises";
import { ErrataError } from "@errata/catalog";
import { type Engine, type EngineOptions, startEngine } from "./engine.ts";
import { howItEnded } from "./engine-death.ts";
import { LIMITS } from "./limits.ts";

export interface Supervisor {
	/** The engine of the moment; undefined while it restarts. */
	readonly engine: () => Engine | undefined;
	/** How often it was started again. */
	readonly restarts: () => number;
	stop(): Promise<void>;
	/** Settles with undefined after `stop()`, or with the reason when it gave up. Never rejects. */
	readonly closed: Promise<Error | undefined>;
}

/** Throws what startEngine throws if the first start fails; later failures end in `closed`. */
export async function supervise(options: EngineOptions): Promise<Supervisor> {
	let engine: Engine | undefined = await startEngine(options);
	let restarts = 0;
	let stopping = false;
	const stopped = new AbortController();
	const deaths: number[] = [];

	const run = async (): Promise<Error | undefined> => {
		while (engine !== undefined) {
			const exit = await engine.exited;
			engine = undefined;
			if (stopping) return undefined;
			const how = howItEnded(exit);
			options.log?.(`ClickHouse died (${how}); starting it again`);
			for (let last: unknown; engine === undefined; ) {
				const now = Date.now();
				deaths.push(now);
				while ((deaths[0] as number) < now - LIMITS.restartWindowMs) deaths.shift();
				if (deaths.length > LIMITS.restarts) return gaveUp(options.dataDir, how, last);
				const delay = Math.min(LIMITS.restartMaxMs, LIMITS.restartMinMs * 2 ** (deaths.length - 1));
				await sleep(delay, undefined, { signal: stopped.signal }).catch(() => {});
				if (stopping) return undefined;
				try {
					engine = await startEngine(options);
					restarts++;
				} catch (error) {
					last = error;
					options.log?.(error instanceof Error ? error.message : String(error));
				}
			}
			// `stop()` may have come while it started.
			if (stopping) await engine.stop();
		}
		return undefined;
	};
	const closed = run();
	return {
		engine: () => engine,
		restarts: () => restarts,
		stop: async () => {
			stopping = true;
			stopped.abort();
			await engine?.stop();
			await closed;
		},
		closed,
	};
}

function gaveUp(dataDir: string, how: string, last: unknown): ErrataError {
	return new ErrataError({
		operation: "keep the ClickHouse engine running on",
		subject: dataDir,
		cause: `it died ${LIMITS.restarts + 1} times within ${LIMITS.restartWindowMs / 1_000} s, last: ${how}`,
		remedy: "Stored data is kept. Read engine/engine.log in that directory, then start again",
		code: "LOCAL_ENGINE_DIED",
		origin: last,
	});
}
