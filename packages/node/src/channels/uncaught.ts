/**
 * Uncaught exceptions and unhandled rejections, by `uncaughtExceptionMonitor`: Node's own output, exit code and the
 * application's handlers stay as they are. The record goes to disk before the process may die.
 */
import { report } from "../report.ts";
import { claimChannel } from "../state.ts";

/** `beforeDeath` writes what is not acknowledged to the spool, synchronously. */
export function watchUncaught(beforeDeath: () => void): void {
	if (!claimChannel("uncaught")) return;
	process.on("uncaughtExceptionMonitor", (error: unknown, origin: string) => {
		report({
			error,
			handled: false,
			severity: "fatal",
			again: true,
			attributes: { "errata.context.origin": origin },
		});
		beforeDeath();
	});
}
