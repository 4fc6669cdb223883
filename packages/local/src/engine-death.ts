/** From how an engine ended to the one error a user sees. Nothing here starts or stops one. */
import { ErrataError } from "@errata/catalog";
import type { EngineExit } from "./engine.ts";
import { type Layout, ownerOf } from "./layout.ts";
import { LIMITS } from "./limits.ts";

/** Why the engine is not running, and what to do about it. */
export function explainDeath(exit: EngineExit, layout: Layout): ErrataError {
	const operation = "start the ClickHouse engine on";
	const subject = layout.dataDir;
	const said = exit.output;
	if (said.includes("Cannot lock file"))
		return new ErrataError({
			operation,
			subject,
			cause: `another errata local uses this directory${holder(layout)}`,
			remedy: "Use that one, stop it, or start with another directory by --data or ERRATA_DATA_DIR",
			code: "LOCAL_DATA_IN_USE",
		});
	if (/Address already in use|errno: 98\b/.test(said))
		return new ErrataError({
			operation,
			subject,
			cause: "the loopback port chosen for it was taken meanwhile",
			remedy: "Start again",
			code: "LOCAL_ENGINE_PORT",
		});
	if (/No space left on device|NOT_ENOUGH_SPACE/.test(said))
		return new ErrataError({
			operation,
			subject,
			cause: "the disk is full",
			remedy: "Free some space, or give a directory on another disk with --data or ERRATA_DATA_DIR",
			code: "LOCAL_DISK_FULL",
		});
	return new ErrataError({
		operation,
		subject,
		cause: exit.expected
			? `it did not answer within ${LIMITS.engineStartMs / 1_000} s${lastWords(exit)}`
			: howItEnded(exit),
		remedy: `Read ${layout.engineLog}, or start with another directory by --data or ERRATA_DATA_DIR`,
		code: "LOCAL_ENGINE_DIED",
		origin: said,
	});
}

/** "it ended with signal SIGABRT: <its last words>" */
export function howItEnded(exit: EngineExit): string {
	const how = exit.signal !== null ? `signal ${exit.signal}` : `exit code ${exit.code}`;
	return `it ended with ${how}${lastWords(exit)}`;
}

function lastWords(exit: EngineExit): string {
	const words = /DB::Exception: (.+)/.exec(exit.output)?.[1] ?? exit.output.trim().split("\n").at(-1) ?? "";
	const said = words.replace(/[\r\n\t]+/g, " ").replace(/\.+$/, "");
	return said === "" || /confined$|^Logging /.test(said) ? "" : `: ${said.slice(0, 300)}`;
}

function holder(layout: Layout): string {
	const owner = ownerOf(layout);
	return owner === undefined ? "" : ` (process ${owner})`;
}
