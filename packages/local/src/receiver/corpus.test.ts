/** One corpus, as JSON and as protobuf, against the rows that the Collector's own code makes of it. */

import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import {
	afterClamping,
	type Case,
	corpus,
	jsonOf,
	protobufOf,
	type Row,
	rowsQuery,
	sorted,
	withoutErrata,
} from "./corpus-fixture.ts";
import { type TestReceiver, testReceiver } from "./receiver-fixture.ts";

let t: TestReceiver;

beforeEach(async () => {
	t = await testReceiver(inject("clickhouseUrl"));
});

afterEach(async () => {
	await t?.stop();
});

describe.each(["json", "protobuf"] as const)("%s", (encoding) => {
	test("the corpus gives the Collector's rows", async () => {
		const answers = corpus.map(async (c) => {
			const response =
				encoding === "json"
					? await t.post(`/v1/${c.signal}`, jsonOf(c))
					: await t.post(`/v1/${c.signal}`, protobufOf(c), {
							"content-type": "application/x-protobuf",
						});
			expect([c.name, response.status]).toEqual([c.name, 200]);
		});
		await Promise.all(answers);
		for (const signal of ["logs", "traces"] as const) {
			const expected = corpus.filter((c) => c.signal === signal).flatMap((c) => c.rows.map(afterClamping));
			const stored = await t.select<Row>(rowsQuery(signal));
			expect(sorted(stored.map(withoutErrata))).toEqual(sorted(expected));
		}
	});
});

test("a time that was moved is told on its record", async () => {
	const farOff = corpus.find((c) => c.name === "times far off") as Case;
	await t.post("/v1/logs", jsonOf(farOff));
	const rows = await t.select<{ Body: string; dropped: string }>(
		"SELECT Body, LogAttributes['errata.dropped'] AS dropped FROM otel_logs ORDER BY Body",
	);
	expect(rows.map((row) => row.Body)).toEqual(["1970", "2554", "future", "old"]);
	expect(new Set(rows.map((row) => row.dropped))).toEqual(new Set(['{"timestamp_clamped":1}']));
});
