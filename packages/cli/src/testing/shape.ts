/** Compares the shape of a real JSON answer with a documented example: same keys, same kinds of values. */

/** Maps whose keys are data: only that they are maps is compared. */
const FREE = new Set(["attributes", "resource", "facts", "sections", "cut", "untrusted", "byCategory", "detail"]);

/** Differences as sentences; none if the shapes agree. `null` and empty lists agree with anything. */
export function shapeDifferences(real: unknown, documented: unknown, path = "$"): string[] {
	if (real === null || documented === null) return [];
	const [a, b] = [kind(real), kind(documented)];
	if (a !== b) return [`${path} is ${a}, documented as ${b}`];
	if (a === "list") {
		const [first] = documented as unknown[];
		if (first === undefined) return [];
		return (real as unknown[]).flatMap((item, i) => shapeDifferences(item, first, `${path}[${i}]`));
	}
	if (a !== "map" || FREE.has(path.split(".").at(-1) ?? "")) return [];
	const [ours, theirs] = [real as Record<string, unknown>, documented as Record<string, unknown>];
	const missing = Object.keys(theirs).filter((key) => !(key in ours));
	const extra = Object.keys(ours).filter((key) => !(key in theirs));
	return [
		...missing.map((key) => `${path}.${key} is documented and absent`),
		...extra.map((key) => `${path}.${key} is not documented`),
		...Object.keys(theirs)
			.filter((key) => key in ours)
			.flatMap((key) => shapeDifferences(ours[key], theirs[key], `${path}.${key}`)),
	];
}

function kind(value: unknown): string {
	if (Array.isArray(value)) return "list";
	return typeof value === "object" ? "map" : typeof value;
}
