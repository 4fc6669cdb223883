/** Counts, durations and times as people say them, and durations as people type them. JSON never goes through here. */
import { duration } from "@errata/server/text";

export { duration };

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const UNITS: Readonly<Record<string, number>> = {
	ms: 1,
	s: SECOND,
	m: MINUTE,
	min: MINUTE,
	h: HOUR,
	d: DAY,
	w: 7 * DAY,
};

/** Milliseconds of `90s`, `15m`, `1h30m`, `7d`, `500ms`; `undefined` if it is none of these or not above zero. */
export function parseDuration(text: string): number | undefined {
	const source = text.trim().toLowerCase();
	if (!/^(?:[0-9]{1,9}(?:\.[0-9]{1,3})?(?:ms|min|s|m|h|d|w))+$/u.test(source)) return undefined;
	let total = 0;
	for (const [, amount, unit] of source.matchAll(/([0-9.]+)(ms|min|s|m|h|d|w)/gu))
		total += Number(amount) * (UNITS[unit as string] as number);
	return total > 0 && Number.isFinite(total) ? Math.round(total) : undefined;
}

/** `1,234` */
export function count(value: number): string {
	return value.toLocaleString("en-US");
}

/** `once`, `twice`, `14 times` */
export function times(value: number): string {
	if (value === 1) return "once";
	return value === 2 ? "twice" : `${count(value)} times`;
}

/** `1 group`, `3 groups` */
export function plural(value: number, noun: string, many = `${noun}s`): string {
	return `${count(value)} ${value === 1 ? noun : many}`;
}

/** A window as it is typed: `1h`, `90m`, `24h`, `7d`. */
export function shortDuration(ms: number): string {
	for (const [unit, size] of [
		["d", DAY],
		["h", HOUR],
		["m", MINUTE],
		["s", SECOND],
	] as const)
		if (ms >= size * (unit === "d" ? 2 : 1) && ms % size === 0) return `${ms / size}${unit}`;
	return `${ms}ms`;
}

/** `just now`, `12 s ago`, `3 min ago`; times ahead of `now` (another clock) are `just now` too. */
export function ago(iso: string, now: number): string {
	const ms = now - Date.parse(iso);
	if (Number.isNaN(ms)) return "at an unknown time";
	if (ms < SECOND) return "just now";
	return `${duration(ms < MINUTE ? Math.max(Math.round(ms / SECOND), 1) * SECOND : ms).replace(".0", "")} ago`;
}

/** `07:31:02 UTC` today, `2026-11-20 07:31 UTC` on another day. */
export function clock(iso: string, now: number): string {
	const at = new Date(iso);
	if (Number.isNaN(at.getTime())) return "unknown time";
	const text = at.toISOString();
	const today = text.slice(0, 10) === new Date(now).toISOString().slice(0, 10);
	return today ? `${text.slice(11, 19)} UTC` : `${text.slice(0, 10)} ${text.slice(11, 16)} UTC`;
}

/** Change of a count against the one before: `new`, `gone`, `same`, `+50%`, `-20%`, `5x`. */
export function change(now: number, before: number): string {
	if (now === before) return "same";
	if (before === 0) return "new";
	if (now === 0) return "gone";
	const ratio = now / before;
	if (ratio >= 3) return `${ratio < 10 ? ratio.toFixed(1).replace(/\.0$/u, "") : count(Math.round(ratio))}x`;
	const percent = Math.round((ratio - 1) * 100);
	return percent === 0 ? "same" : `${percent > 0 ? "+" : ""}${percent}%`;
}
