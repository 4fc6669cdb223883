/**
 * `redact-tables.jsonl` is the tables of `redact/*-table.ts` as the Go twin embeds them, a row a line. `npx vitest -u`
 * writes it anew; where it differs from the tables, this fails.
 */
import { expect, it } from "vitest";
import * as keys from "./redact/key-table.ts";
import { NATIONAL_IDS } from "./redact/national-table.ts";
import * as people from "./redact/people-table.ts";
import { VENDOR_KEYS } from "./redact/vendor-table.ts";

function wordLists(table: object): object[] {
	return Object.entries(table)
		.filter(([, value]) => value instanceof Set || (Array.isArray(value) && typeof value[0] === "string"))
		.map(([name, value]) => ({ list: name, words: [...(value as Iterable<string>)].join(" ") }));
}

it("redact-tables.jsonl holds the tables as they are", async () => {
	const rows = [
		...keys.KEY_RULES.map(({ type, certainty, terms }) => ({ key: { type, certainty, terms: terms.join(" ") } })),
		...wordLists(keys),
		...wordLists(people),
		...VENDOR_KEYS.map((vendor) => ({ vendor })),
		...NATIONAL_IDS.map(({ country, name, shape, check, context, lead }) => ({
			national: { country, name, shape: shape.source, checked: check !== undefined, context: context ?? [], lead },
		})),
	];
	const text = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
	await expect(text).toMatchFileSnapshot("../redact-tables.jsonl");
});
