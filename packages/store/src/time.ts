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

/** An ISO 8601 time in UTC with up to nine digits of a second, as errata's answers have it. Throws RangeError for another text. */
export function isoTime(text: string): string {
	const [, seconds, fraction = ""] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/u.exec(text) ?? [];
	const ms = Date.parse(`${seconds}Z`);
	if (Number.isNaN(ms)) throw new RangeError(`not a time in UTC: ${JSON.stringify(text.slice(0, 40))}`);
	return `${String(Math.trunc(ms / 1000)).padStart(10, "0")}.${fraction.padEnd(9, "0")}`;
}
