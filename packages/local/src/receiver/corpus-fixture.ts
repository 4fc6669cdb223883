/**
 * The corpus for tests: OTLP requests as JSON and as protobuf, and the rows that the Collector's own code makes of them,
 * with their times put in; and how rows are compared. Who sends it where is the test's.
 */
import { readFileSync } from "node:fs";

export interface Case {
	readonly name: string;
	readonly signal: "logs" | "traces";
	readonly request: unknown;
	readonly protobuf: string;
	readonly rows: readonly Row[];
}

export type Row = Readonly<Record<string, unknown>>;

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

const read = JSON.parse(readFileSync(new URL("../../testdata/corpus.json", import.meta.url), "utf8")) as {
	readonly cases: readonly Case[];
};

/** Every case; times in `rows` are put in, those in its request by `jsonOf` and `protobufOf`. */
export const corpus: readonly Case[] = read.cases.map((c) => ({
	...c,
	rows: JSON.parse(inText(JSON.stringify(c.rows))) as Row[],
}));

export function jsonOf(one: Case): string {
	return inText(JSON.stringify(one.request));
}

export function protobufOf(one: Case): Uint8Array {
	return inBytes(Buffer.from(one.protobuf, "base64"));
}

/** The query for all rows of a table, times and durations as the corpus writes them. */
export function rowsQuery(signal: Case["signal"], database = ""): string {
	const nested =
		signal === "traces"
			? ", arrayMap(x -> toString(toUnixTimestamp64Nano(x)), `Events.Timestamp`) AS `Events.Timestamp`, toString(Duration) AS Duration"
			: "";
	const table = `${database}${database === "" ? "" : "."}otel_${signal}`;
	return `SELECT * REPLACE (toString(toUnixTimestamp64Nano(Timestamp)) AS Timestamp${nested}) FROM ${table}`;
}

/** What errata adds and drops is told elsewhere; everything else must be the Collector's. */
export function withoutErrata(row: Row): Row {
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

/** What a receiver that clamps times makes of a row. */
export function afterClamping(row: Row): Row {
	const time = BigInt(row.Timestamp as string);
	const clean = withoutErrata(row);
	if (time === 0n) return { ...clean, Timestamp: "arrival" };
	if (time < now - 30n * DAY) return { ...clean, Timestamp: FIRST };
	return time > now + DAY ? { ...clean, Timestamp: LAST } : clean;
}

/** In the order of their text; a time of arrival cannot be known, so what is near now but not sent by us is one. */
export function sorted(rows: readonly Row[]): Row[] {
	const sent = new Set(TIMES.map(([, time]) => String(time)));
	return rows
		.map((row) => {
			const time = row.Timestamp as string;
			const known = time === "arrival" || time === FIRST || time === LAST || sent.has(time);
			const isNow = !known && BigInt(time) >= now && BigInt(time) < now + 120_000_000_000n;
			return isNow ? { ...row, Timestamp: "arrival" } : row;
		})
		.sort((a, b) => (rowKey(a) < rowKey(b) ? -1 : 1));
}

/** JSON with the keys of every map in order. */
export function rowKey(row: Row): string {
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
