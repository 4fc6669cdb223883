/** Times as parameters: Unix seconds with fraction, which ClickHouse reads alike in every time zone. */

/** Year 2255: below the end of DateTime64(9) in 2262, with room for what a query adds. */
const LAST_MS = 9_000_000_000_000;

export function dateTime(ms: number): string {
	const whole = Math.trunc(Math.min(Math.max(Number.isNaN(ms) ? 0 : ms, 0), LAST_MS));
	return `${String(Math.trunc(whole / 1000)).padStart(10, "0")}.${String(whole % 1000).padStart(3, "0")}`;
}

/** As a parameter of type DateTime. */
export function wholeSeconds(ms: number): string {
	return String(Math.trunc(Math.max(ms, 0) / 1000)).padStart(10, "0");
}
