/**
 * Jobs of BullMQ 5: the processor runs with the job's id, name and attempt as context, and what it throws is reported,
 * whether or not anybody listens to `failed`. Signals to the runner (delayed, waiting for children) are not errors.
 */
import { withContext } from "../api.ts";
import { exported, type Library, wrapMethod } from "../libraries.ts";
import { attempt } from "../values.ts";
import type { Fail } from "./frameworks.ts";

interface Job {
	readonly id?: string;
	readonly name?: string;
	readonly attemptsMade?: number;
}

const SIGNALS = new Set(["DelayedError", "WaitingChildrenError", "WaitingError", "RateLimitError"]);

export function bullmq(fail: Fail): Library {
	return {
		module: "bullmq",
		versions: [">=4 <7"],
		patch: (exports) => {
			const prototype = exported<{ prototype: object }>(exports, "Worker")?.prototype;
			wrapMethod(prototype, "callProcessJob", (original) => {
				return function (this: unknown, ...args: unknown[]): unknown {
					const queue = attempt(() => String((this as { name?: unknown }).name), "");
					return run(queue, args[0] as Job, fail, () => original.apply(this, args));
				};
			});
		},
	};
}

function run(queue: string, job: Job, fail: Fail, process: () => unknown): unknown {
	const fields = { job: { id: job.id, name: job.name }, queue, retry_count: job.attemptsMade ?? 0 };
	return withContext(fields, async () => {
		try {
			return await process();
		} catch (error) {
			if (!SIGNALS.has(attempt(() => String((error as Error).name), "")))
				fail({ error, attributes: { "messaging.system": "bullmq", "messaging.destination.name": queue } });
			throw error;
		}
	});
}
