/** Windows such as `24h` as milliseconds. */
import { Failure, quoted } from "./failure.ts";
import { LIMITS } from "./limits.ts";

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Throws a Failure for a window over `LIMITS.windowDays`. */
export function windowMs(text: string | undefined, preset: number): number {
	if (text === undefined) return preset;
	const ms = Number(text.slice(0, -1)) * (UNITS[text.slice(-1)] ?? Number.NaN);
	if (ms <= LIMITS.windowDays * (UNITS.d as number)) return ms;
	throw new Failure(
		"BAD_REQUEST",
		`window ${quoted(text)} is longer than ${LIMITS.windowDays} days.`,
		"Pass a duration such as 15m, 24h or 7d.",
	);
}
