import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { LIMITS } from "./limits.ts";

/** As the README writes a value: bytes in binary units, milliseconds in seconds, everything else as it is. */
function written(name: string, value: number): string {
	if (name.endsWith("Bytes")) {
		if (value % 1024 ** 3 === 0) return `${value / 1024 ** 3} GiB`;
		if (value % 1024 ** 2 === 0) return `${value / 1024 ** 2} MiB`;
		return `${value / 1024} KiB`;
	}
	if (name.endsWith("Ms")) return value % 1_000 === 0 ? `${value / 1_000} s` : `${value} ms`;
	if (name.endsWith("Seconds")) return `${value} s`;
	return String(value);
}

test("the README's table of limits is the code's, both ways", () => {
	const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8").split("\n## Limits\n")[1] ?? "";
	const rows = [...readme.matchAll(/^\| `([A-Za-z]+)` +\| ([^|]+?) +\|$/gm)].map(([, name, value]) => [name, value]);
	expect(rows).toEqual(Object.entries(LIMITS).map(([name, value]) => [name, written(name, value)]));
});
