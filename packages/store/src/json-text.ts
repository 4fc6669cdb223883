/** JSON as ClickHouse reads it. */

/**
 * JSON.stringify writes a lone surrogate as an escape that ClickHouse refuses, and with it the whole batch. It writes
 * every other character above U+001F as it is, so a row without `\ud` in its text is clean.
 */
export function jsonText(row: unknown): string {
	const text = JSON.stringify(row);
	if (!text.includes("\\ud")) return text;
	return JSON.stringify(row, (_key, value) => {
		if (typeof value === "string") return value.toWellFormed();
		if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
		return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key.toWellFormed(), inner]));
	});
}
