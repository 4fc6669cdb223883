/** One corpus, as JSON and as protobuf, against the rows that the Collector's own code makes of it. */
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { type TestReceiver, testReceiver } from "./receiver-fixture.ts";

interface Case {
	readonly name: string;
	readonly signal: "logs" | "traces";
	readonly request: unknown;
	readonly protobuf: string;
	readonly rows: readonly Record<string, unknown>[];
}

const { cases } = JSON.parse(readFileSync(new URL("../../testdata/corpus.json", import.meta.url), "utf8")) as {
	readonly cases: readonly Case[];
};

const DAY = 86_400_000_000_000n;
const now = BigInt(Date.now()) * 1_000_000n;
const midnight = now - (now % DAY);

/** Stand-ins of the corpus and the times they are sent as. */
const TIMES: readonly (readonly [string, bigint])[] = [
	["1111111111111111111", now],
	["1111111111111611111", now + 500_000n],
	["1111111111112611111", now + 1_500_000n],
	["1222222222222222222", now - 40n * DAY],
	["1333333333333333333", now + 3n * DAY],
];

/** What becomes of a time far off: the nearest midnight within [now - 30 d, now + 1 d]. */
const FIRST = String(midnight - 29n * DAY);
const LAST = String(midnight + DAY);

let t: TestReceiver;

beforeEach(async () => {
	t = await testReceiver(inject("clickhouseUrl"));
});

afterEach(async () => {
	await t?.stop();
});

describe.each(["json", "protobuf"] as const)("%s", (encoding) => {
	test("the corpus gives the Collector's rows", async () => {
		const answers = cases.map(async (c) => {
			const response =
				encoding === "json"
					? await t.post(`/v1/${c.signal}`, inText(JSON.stringify(c.request)))
					: await t.post(`/v1/${c.signal}`, inBytes(Buffer.from(c.protobuf, "base64")), {
							"content-type": "application/x-protobuf",
						});
			expect([c.name, response.status]).toEqual([c.name, 200]);
		});
		await Promise.all(answers);
		for (const signal of ["logs", "traces"] as const) {
			const rows = cases.filter((c) => c.signal === signal).flatMap((c) => c.rows);
			const expected = rows.map((row) => afterClamping(JSON.parse(inText(JSON.stringify(row))) as Row));
			expect(sorted((await stored(signal)).map(withoutErrata))).toEqual(sorted(expected));
		}
	});
});

test("a time that was moved is told on its record", async () => {
	await t.post("/v1/logs", inText(JSON.stringify(cases.find((c) => c.name === "times far off")?.request)));
	const rows = await t.select<{ Body: string; dropped: string }>(
		"SELECT Body, LogAttributes['errata.dropped'] AS dropped FROM otel_logs ORDER BY Body",
	);
	expect(rows.map((row) => row.Body)).toEqual(["1970", "2554", "future", "old"]);
	expect(new Set(rows.map((row) => row.dropped))).toEqual(new Set(['{"timestamp_clamped":1}']));
});

type Row = Record<string, unknown>;

/** All rows of the table as the corpus writes them. */
async function stored(signal: Case["signal"]): Promise<Row[]> {
	const table = `otel_${signal}`;
	const nested =
		signal === "traces"
			? ", arrayMap(x -> toString(toUnixTimestamp64Nano(x)), `Events.Timestamp`) AS `Events.Timestamp`, toString(Duration) AS Duration"
			: "";
	return await t.select<Row>(
		`SELECT * REPLACE (toString(toUnixTimestamp64Nano(Timestamp)) AS Timestamp${nested}) FROM ${table}`,
	);
}

/** What errata adds and drops is told elsewhere; everything else must be the Collector's. */
function withoutErrata(row: Row): Row {
	const out = { ...row };
	for (const column of ["LogAttributes", "SpanAttributes"]) {
		const map = out[column] as Record<string, string> | undefined;
		if (map === undefined) continue;
		out[column] = Object.fromEntries(
			Object.entries(map).filter(([key]) => !key.startsWith("errata.") && key !== "log.record.uid"),
		);
	}
	return out;
}

function afterClamping(row: Row): Row {
	const time = BigInt(row.Timestamp as string);
	const clean = withoutErrata(row);
	if (time === 0n) return { ...clean, Timestamp: "arrival" };
	if (time < now - 30n * DAY) return { ...clean, Timestamp: FIRST };
	return time > now + DAY ? { ...clean, Timestamp: LAST } : clean;
}

/** In the order of their text; a time of arrival cannot be known, so what is near now but not sent by us is one. */
function sorted(rows: readonly Row[]): Row[] {
	const sent = new Set(TIMES.map(([, time]) => String(time)));
	return rows
		.map((row) => {
			const time = row.Timestamp as string;
			const known = time === "arrival" || time === FIRST || time === LAST || sent.has(time);
			const isNow = !known && BigInt(time) >= now && BigInt(time) < now + 120_000_000_000n;
			return isNow ? { ...row, Timestamp: "arrival" } : row;
		})
		.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** JSON with the keys of every map in order. */
function key(row: Row): string {
	return JSON.stringify(row, (_key, value: unknown) =>
		typeof value === "object" && value !== null && !Array.isArray(value)
			? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
			: value,
	);
}

function inText(text: string): string {
	return TIMES.reduce((replaced, [standIn, time]) => replaced.replaceAll(standIn, String(time)), text);
}

function inBytes(bytes: Buffer): Buffer {
	const out = Buffer.from(bytes);
	for (const [standIn, time] of TIMES) {
		const from = Buffer.alloc(8);
		from.writeBigUInt64LE(BigInt(standIn));
		for (let at = out.indexOf(from); at >= 0; at = out.indexOf(from, at)) out.writeBigUInt64LE(time, at);
	}
	return out;
}
