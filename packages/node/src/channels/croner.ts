/**
 * Jobs of croner: with `catch: true` it swallows what a job throws where nobody sees it. The job's function is watched as it
 * is run; an application that deals with the error (`catch: fn`) speaks first.
 */
import { captureErrors } from "../capture-errors.ts";
import { exported, type Library, wrapMethod } from "../libraries.ts";
import { attempt } from "../values.ts";

interface Cron {
	fn?: unknown;
}

const watched = new WeakSet<object>();

export const croner: Library = {
	module: "croner",
	versions: [">=11 <12"],
	patch: (exports) => {
		const Cron = exported<{ prototype: object }>(exports, "Cron");
		wrapMethod(Cron?.prototype, "_trigger", (original) => {
			return function (this: unknown, ...args: unknown[]): unknown {
				attempt(() => watch(this as Cron), undefined);
				return original.apply(this, args);
			};
		});
	},
};

function watch(job: Cron): void {
	if (typeof job.fn !== "function" || watched.has(job.fn)) return;
	const fn = captureErrors(job.fn as () => unknown);
	watched.add(fn);
	job.fn = fn;
}
