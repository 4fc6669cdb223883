/** `@clickhouse/client` against local, while other clients abort: every way of writing, reading and failing it has. */
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import {
	type ClickHouseClient,
	ClickHouseLogLevel,
	type ClickHouseSettings,
	createClient,
	type DataFormat,
} from "@clickhouse/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startUnderFire, type UnderFire } from "./under-fire.ts";

let fire: UnderFire;
let client: ClickHouseClient;

beforeAll(async () => {
	fire = await startUnderFire();
	client = createClient({ url: fire.local.clickhouseUrl, log: { level: ClickHouseLogLevel.OFF } });
});

afterAll(async () => {
	await client?.close();
	await fire?.stop();
});

interface Row {
	readonly id: number;
	readonly name: string;
	readonly at: string;
	readonly tags: Readonly<Record<string, string>>;
	readonly list: readonly (string | null)[];
}

const ROWS: readonly Row[] = [
	{ id: 1, name: "plain", at: "2026-11-24 10:00:00.123456789", tags: { a: "1" }, list: ["x", null] },
	{ id: 2, name: "quotes ' \" \\ \t and\nlines", at: "2026-11-24 10:00:01.000000001", tags: {}, list: [] },
	{ id: 3, name: "é 💥 \u0000 end", at: "1970-01-01 00:00:00.000000000", tags: { "k.k": "", "": "v" }, list: [""] },
];

const COLUMNS =
	"id UInt32, name String, at DateTime64(9), tags Map(LowCardinality(String), String), list Array(Nullable(String))";

async function newTable(columns = COLUMNS): Promise<string> {
	const table = `t_${randomUUID().replaceAll("-", "")}`;
	await client.command({ query: `CREATE TABLE ${table} (${columns}) ENGINE = MergeTree ORDER BY tuple()` });
	return table;
}

async function stored<R = Row>(table: string): Promise<R[]> {
	const answer = await client.query({ query: `SELECT * FROM ${table} ORDER BY 1`, format: "JSONEachRow" });
	return answer.json<R>();
}

/** The same rows as each JSON format wants them. */
function asFormat(format: DataFormat): unknown {
	const compact = ROWS.map((row) => [row.id, row.name, row.at, row.tags, row.list]);
	const names = ["id", "name", "at", "tags", "list"];
	const types = ["UInt32", "String", "DateTime64(9)", "Map(LowCardinality(String), String)", "Array(Nullable(String))"];
	const meta = names.map((name, i) => ({ name, type: types[i] as string }));
	const shapes: Partial<Record<DataFormat, unknown>> = {
		JSON: { meta, data: ROWS },
		JSONCompactEachRow: compact,
		JSONCompactEachRowWithNames: [names, ...compact],
		JSONCompactEachRowWithNamesAndTypes: [names, types, ...compact],
		JSONColumnsWithMetadata: {
			meta,
			data: Object.fromEntries(names.map((name, i) => [name, compact.map((row) => row[i])])),
		},
		JSONObjectEachRow: Object.fromEntries(ROWS.map((row, i) => [`row${i}`, row])),
	};
	return shapes[format] ?? ROWS;
}

describe("inserts", () => {
	const formats = [
		"JSONEachRow",
		"JSON",
		"JSONCompactEachRow",
		"JSONCompactEachRowWithNames",
		"JSONCompactEachRowWithNamesAndTypes",
		"JSONColumnsWithMetadata",
		"JSONObjectEachRow",
	] as const;
	test.each(formats)("%s arrives byte for byte, plain and compressed", async (format) => {
		for (const request of [false, true]) {
			const packed = createClient({ url: fire.local.clickhouseUrl, compression: { request, response: true } });
			const table = await newTable();
			const answer = await packed.insert({ table, format, values: asFormat(format) as Row[] });
			expect(answer.executed).toBe(true);
			expect(await stored(table)).toEqual(ROWS);
			await packed.close();
		}
	});

	test.each(["CSV", "TabSeparated", "Parquet"] as const)(
		"a file of %s that ClickHouse made goes in again",
		async (format) => {
			const from = await newTable();
			await client.insert({ table: from, format: "JSONEachRow", values: [...ROWS] });
			const file = await client.exec({ query: `SELECT * FROM ${from} ORDER BY id FORMAT ${format}` });
			const chunks: Buffer[] = [];
			for await (const chunk of file.stream) chunks.push(chunk as Buffer);
			const to = await newTable();
			const values = Readable.from(chunks, { objectMode: false });
			await client.insert({ table: to, format: format as DataFormat, values });
			expect(await stored(to)).toEqual(ROWS);
		},
	);

	test("a stream of rows of unknown length", async () => {
		const table = await newTable("id UInt32, text String");
		async function* rows(): AsyncGenerator<{ id: number; text: string }> {
			for (let id = 0; id < 50_000; id++) yield { id, text: `row ${id} ${"x".repeat(id % 50)}` };
		}
		await client.insert({ table, format: "JSONEachRow", values: Readable.from(rows()) });
		const [sum] = await fire.rows<object>(
			`SELECT count() AS n, sum(id) AS ids, sum(length(text)) AS bytes FROM ${table}`,
		);
		const bytes = Array.from({ length: 50_000 }, (_, id) => `row ${id} `.length + (id % 50)).reduce((a, b) => a + b);
		expect(sum).toEqual({ n: "50000", ids: "1249975000", bytes: String(bytes) });
	});

	test("a body larger than memory may hold is stored whole", async () => {
		const table = await newTable("id UInt32, text String");
		const text = "é".repeat(1_000);
		const values = Array.from({ length: 5_000 }, (_, id) => ({ id, text }));
		await client.insert({ table, format: "JSONEachRow", values });
		expect(
			await fire.rows(`SELECT count() AS n, uniqExact(text) AS texts, max(length(text)) AS bytes FROM ${table}`),
		).toEqual([{ n: "5000", texts: "1", bytes: "2000" }]);
	});

	test("async inserts that wait are readable when they are acknowledged", async () => {
		const table = await newTable("id UInt32");
		const settings = { async_insert: 1, wait_for_async_insert: 1 } as const satisfies ClickHouseSettings;
		const insert = (id: number) =>
			client.insert({ table, format: "JSONEachRow", values: [{ id }], clickhouse_settings: settings });
		await Promise.all(Array.from({ length: 40 }, (_, id) => insert(id)));
		expect(await stored(table)).toEqual(Array.from({ length: 40 }, (_, id) => ({ id })));
	});

	test("50 at once over a few connections, each counted once", async () => {
		const table = await newTable("id UInt32");
		const insert = (i: number) =>
			client.insert({
				table,
				format: "JSONEachRow",
				values: Array.from({ length: 1_000 }, (_, j) => ({ id: i * 1_000 + j })),
			});
		await Promise.all(Array.from({ length: 50 }, (_, i) => insert(i)));
		expect(await fire.rows(`SELECT count() AS n, uniqExact(id) AS ids FROM ${table}`)).toEqual([
			{ n: "50000", ids: "50000" },
		]);
	});

	test("columns may be named or left out", async () => {
		const table = await newTable("id UInt32, name String DEFAULT 'none', other UInt8");
		await client.insert({ table, format: "JSONEachRow", values: [{ id: 1 }], columns: ["id"] });
		await client.insert({
			table,
			format: "JSONEachRow",
			values: [{ id: 2, name: "two" }],
			columns: { except: ["other"] },
		});
		expect(await stored(table)).toEqual([
			{ id: 1, name: "none", other: 0 },
			{ id: 2, name: "two", other: 0 },
		]);
	});
});

describe("queries", () => {
	test("an answer of 400,000 rows streams, compressed or not, and the last row is there", async () => {
		for (const response of [false, true]) {
			const reader = createClient({ url: fire.local.clickhouseUrl, compression: { response } });
			const answer = await reader.query({
				query: "SELECT number AS n, toString(number) AS text FROM numbers(400000)",
				format: "JSONEachRow",
			});
			let [count, last] = [0, ""];
			for await (const rows of answer.stream<{ n: string; text: string }>())
				for (const row of rows) [count, last] = [count + 1, row.json<{ text: string }>().text];
			expect([count, last]).toEqual([400_000, "399999"]);
			await reader.close();
		}
	});

	test.each([
		"JSON",
		"JSONCompact",
		"JSONStrings",
		"JSONColumns",
		"CSVWithNames",
		"TSV",
		"JSONEachRowWithProgress",
	] as const)("%s", async (format) => {
		const answer = await client.query({ query: "SELECT 1::UInt8 AS a, 'x' AS b", format: format as DataFormat });
		const text = await answer.text();
		expect(text.replaceAll(/\s/g, "")).toMatch(EXPECTED[format]);
	});

	test("parameters are bound, whatever they hold", async () => {
		const hostile = "'; DROP TABLE otel_logs; -- \\ \n \t é 💥";
		const answer = await client.query({
			query:
				"SELECT {text:String} AS text, {list:Array(String)} AS list, {map:Map(String, UInt8)} AS map, {at:DateTime64(3)} AS at, {none:Nullable(String)} AS none",
			query_params: { text: hostile, list: [hostile, ""], map: { [hostile]: 7 }, at: new Date(0), none: null },
			format: "JSONEachRow",
		});
		expect(await answer.json()).toEqual([
			{ text: hostile, list: [hostile, ""], map: { [hostile]: 7 }, at: "1970-01-01 00:00:00.000", none: null },
		]);
	});

	test("settings of client and query are obeyed, sessions keep theirs", async () => {
		const session_id = randomUUID();
		const own = createClient({
			url: fire.local.clickhouseUrl,
			session_id,
			clickhouse_settings: { max_result_rows: "5", result_overflow_mode: "break", max_block_size: "1" },
		});
		const rows = await (await own.query({ query: "SELECT number FROM numbers(100)", format: "JSONEachRow" })).json();
		expect(rows).toHaveLength(5);
		await own.command({ query: "SET max_threads = 3" });
		const threads = async (by: ClickHouseClient) =>
			(await by.query({ query: "SELECT toUInt8(getSetting('max_threads')) AS n", format: "JSONEachRow" })).json();
		expect(await threads(own)).toEqual([{ n: 3 }]);
		expect(await threads(client)).not.toEqual([{ n: 3 }]);
		await own.close();
	});

	test("ids, summaries and headers come through", async () => {
		const query_id = randomUUID();
		const table = await newTable("id UInt32");
		const inserted = await client.insert({ table, query_id, format: "JSONEachRow", values: [{ id: 1 }, { id: 2 }] });
		expect(inserted.query_id).toBe(query_id);
		expect(inserted.summary).toMatchObject({ written_rows: "2" });
		const answer = await client.query({ query: `SELECT * FROM ${table}`, format: "JSON" });
		expect(answer.response_headers["x-clickhouse-format"]).toBe("JSON");
		expect(answer.query_id).toMatch(/^[0-9a-f-]{36}$/);
		expect(await answer.json()).toMatchObject({ rows: 2, data: [{ id: 1 }, { id: 2 }] });
	});

	test("ping works, also with SELECT, and with credentials that nobody here knows", async () => {
		expect(await client.ping()).toEqual({ success: true });
		expect(await client.ping({ select: true })).toEqual({ success: true });
		const stranger = createClient({ url: fire.local.clickhouseUrl, username: "grafana", password: "whatever" });
		expect(await stranger.ping({ select: true })).toEqual({ success: true });
		await stranger.close();
	});

	test("a query that its caller gives up ends, and the client goes on", async () => {
		const query_id = `given-up-${randomUUID()}`;
		const giveUp = new AbortController();
		const query = client.query({
			query:
				"SELECT sleepEachRow(1) FROM numbers(300) SETTINGS max_block_size = 1, function_sleep_max_microseconds_per_block = 0",
			query_id,
			abort_signal: giveUp.signal,
			format: "JSONEachRow",
		});
		const running = `SELECT count() AS n FROM system.processes WHERE query_id = '${query_id}'`;
		await until(async () => (await fire.rows<{ n: string }>(running))[0]?.n === "1");
		giveUp.abort();
		await expect(query).rejects.toThrow(/abort/);
		await until(async () => (await fire.rows<{ n: string }>(running))[0]?.n === "0");
		expect(await client.ping({ select: true })).toEqual({ success: true });
	});

	test("a connection that was idle longer than the client's own limit is no trouble", async () => {
		const idle = createClient({ url: fire.local.clickhouseUrl, keep_alive: { enabled: true, idle_socket_ttl: 500 } });
		for (let i = 0; i < 3; i++) {
			expect(await (await idle.query({ query: `SELECT ${i} AS i`, format: "JSONEachRow" })).json()).toEqual([{ i }]);
			await sleep(700);
		}
		await idle.close();
	});
});

const EXPECTED = {
	JSON: /^\{"meta":\[\{"name":"a","type":"UInt8"\},.*"data":\[\{"a":1,"b":"x"\}\],"rows":1/,
	JSONCompact: /"data":\[\[1,"x"\]\]/,
	JSONStrings: /"data":\[\{"a":"1","b":"x"\}\]/,
	JSONColumns: /^\{"a":\[1\],"b":\["x"\]\}$/,
	CSVWithNames: /^"a","b"1,"x"$/,
	TSV: /^1x$/,
	JSONEachRowWithProgress: /\{"row":\{"a":1,"b":"x"\}\}/,
} as const;

describe("failures are ClickHouse's own", () => {
	test.each([
		["an unknown table", "SELECT * FROM nowhere", "60", "UNKNOWN_TABLE"],
		["a syntax error", "SELEC 1", "62", "SYNTAX_ERROR"],
		["an unknown column", "SELECT nothing FROM otel_logs", "47", "UNKNOWN_IDENTIFIER"],
		[
			"a timeout",
			"SELECT sleepEachRow(1) FROM numbers(3) SETTINGS max_execution_time = 1, max_block_size = 1",
			"159",
			"TIMEOUT_EXCEEDED",
		],
		[
			"a right that is not given",
			"SELECT * FROM url('http://127.0.0.1:1/', 'CSV', 'x String')",
			"497",
			"ACCESS_DENIED",
		],
		[
			"an error after rows were sent",
			"SELECT throwIf(number = 3000000, 'late') FROM numbers(4000000)",
			"395",
			"FUNCTION_THROW_IF_VALUE_IS_NON_ZERO",
		],
	])("%s", async (_name, query, code, type) => {
		const read = async (): Promise<unknown> => (await client.query({ query, format: "JSONEachRow" })).json();
		await expect(read()).rejects.toMatchObject({ code, type });
	});

	test("a row of the wrong type names the column, and nothing of its insert is stored", async () => {
		const table = await newTable("id UInt32");
		const values = [{ id: 1 }, { id: "no number" }];
		await expect(client.insert({ table, format: "JSONEachRow", values })).rejects.toMatchObject({
			code: "27",
			message: expect.stringContaining("id"),
		});
		expect(await stored(table)).toEqual([]);
	});

	test("the failure after rows were sent ends a stream with an error, not with a short answer", async () => {
		const query = "SELECT throwIf(number = 3000000, 'late') AS x FROM numbers(4000000)";
		const answer = await client.query({ query, format: "JSONEachRow" });
		const read = async (): Promise<void> => {
			for await (const rows of answer.stream()) expect(rows.length).toBeGreaterThan(0);
		};
		// The connection ends without the last chunk, as in ClickHouse itself: if the client meets that before it has read
		// what stands in front of it, it says "aborted" in place of the reason.
		await expect(read()).rejects.toThrow(/late|aborted/);
	});
});

test("the example of local's README is true of this client too", async () => {
	const readme = await readFile(new URL("../../packages/local/README.md", import.meta.url), "utf8");
	const query = decodeURIComponent(/8123\/\?query=([^']+)'/.exec(readme)?.[1]?.replaceAll("+", " ") ?? "");
	expect(query).toMatch(/^SELECT Code/);
	expect(await (await client.query({ query, format: "JSONEachRow" })).json()).toEqual([]);
});

test("ClickHouse has not died of the others, and no insert of theirs is there by half", async () => {
	const { aborted, restarts } = await fire.ceased();
	expect(aborted).toBeGreaterThanOrEqual(600);
	expect(restarts).toEqual([]);
	const half = "SELECT countIf(n != 400) AS half FROM (SELECT id, count() AS n FROM torn GROUP BY id)";
	expect(await fire.rows(half)).toEqual([{ half: "0" }]);
});

async function until(done: () => Promise<boolean>): Promise<void> {
	for (let i = 0; i < 200; i++) {
		if (await done()) return;
		await sleep(50);
	}
	throw new Error("waited 10 s in vain");
}
