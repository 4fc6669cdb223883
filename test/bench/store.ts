/**
 * `npm run bench:store`: how fast what people ask is answered, and what it costs to keep, over generated logs in an engine of
 * its own: 20 million records of 14 days, 1% errors, 2,000 groups by Zipf, 50 services. Printed beside the same answers from
 * errata_errors itself and from the maps of otel_logs, the time of an insert beside one into a bare otel_logs, and the
 * correlation of one hour of 120,000 errors. Fails if an answer differs between the three.
 *
 *   npm run bench:store -- --rows 2000000            a quick look
 *   npm run bench:store -- --data-dir /tmp/bench     keeps the data, and asks it again if it is there
 */
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { type ClickHouseClient, createClient } from "@clickhouse/client";
import { startEngine } from "@errata/local";
import { openStore, type Store } from "@errata/store";
import { correlate } from "../../packages/server/src/analysis/correlate.ts";

const DAY = 86_400_000;
const SPAN_MS = 14 * DAY;
/** Records of one insert: what the engine takes in a second or two. */
const CHUNK = 500_000;
/** Milliseconds, the aim of the issue. */
const AIM_MS = 150;
const AIM_INSERT = 1.3;
const AIM_CORRELATION_MS = 5_000;

const { values: flags } = parseArgs({
	options: {
		rows: { type: "string", default: "20000000" },
		runs: { type: "string", default: "40" },
		"data-dir": { type: "string" },
	},
});
const logs = Number(flags.rows);
const runs = Number(flags.runs);
if (!(logs >= CHUNK) || !(runs >= 5)) throw new Error(`pass --rows of ${CHUNK} or more, and --runs of 5 or more`);

const text = (name: string): string => readFileSync(new URL(`store/${name}.sql`, import.meta.url), "utf8");
const say = (line = ""): void => void process.stdout.write(`${line}\n`);
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

async function timed(body: () => Promise<unknown>): Promise<number> {
	const start = performance.now();
	await body();
	return performance.now() - start;
}

/** Keeps a terminal informed, on stderr, on one line. */
function progress(done: number, startedAt: number): void {
	const rate = done / ((performance.now() - startedAt) / 1000);
	const left = (logs - done) / rate;
	const line = `${(done / 1e6).toFixed(1)} of ${logs / 1e6} million logs, ${Math.round(rate / 1000)} k/s, ${Math.ceil(left)} s left`;
	if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`);
	else if (Math.floor(done / (logs / 10)) !== Math.floor((done - CHUNK) / (logs / 10)))
		process.stderr.write(`${line}\n`);
}

interface Loaded {
	/** Milliseconds of the inserts into otel_logs with all views. */
	readonly withViews: number;
	/** Milliseconds of the same rows into a table of the same shape that nothing looks at. */
	readonly bare: number;
	readonly comparedRows: number;
}

/** Inserts everything; the first chunks also into a bare table, turn about, so that neither has the warmer disk. */
async function load(client: ClickHouseClient, untilMs: number): Promise<Loaded> {
	const run = (query: string, query_params: Record<string, unknown> = {}) =>
		client.command({ query, query_params, clickhouse_settings: { wait_end_of_query: 1 } });
	await run("CREATE TABLE bench_stage AS otel_logs ENGINE = MergeTree ORDER BY tuple()");
	await run("CREATE TABLE bench_bare AS otel_logs");
	const chunks = Math.ceil(logs / CHUNK);
	const compared = Math.min(chunks, 4);
	let [withViews, bare] = [0, 0];
	const startedAt = performance.now();
	for (let chunk = 0; chunk < chunks; chunk++) {
		const from = chunk * CHUNK;
		const count = Math.min(CHUNK, logs - from);
		const startMs = untilMs - SPAN_MS + (SPAN_MS * from) / logs;
		const generate = (table: string) =>
			run(text("generate"), {
				table,
				from,
				count,
				total: logs,
				startNs: `${Math.trunc(startMs)}000000`,
				spanNs: `${Math.trunc((SPAN_MS * count) / logs)}000000`,
			});
		if (chunk < compared) {
			await run("TRUNCATE TABLE bench_stage");
			await generate("bench_stage");
			const columns = COLUMNS.join(", ");
			const insert = (table: string) => () =>
				run(`INSERT INTO ${table} (${columns}) SELECT ${columns} FROM bench_stage`);
			if (chunk % 2 === 0) bare += await timed(insert("bench_bare"));
			withViews += await timed(insert("otel_logs"));
			if (chunk % 2 === 1) bare += await timed(insert("bench_bare"));
		} else await generate("otel_logs");
		progress(from + count, startedAt);
	}
	if (process.stderr.isTTY) process.stderr.write("\n");
	await run("DROP TABLE bench_stage SYNC");
	await run("DROP TABLE bench_bare SYNC");
	say(`loaded in ${seconds(performance.now() - startedAt)}`);
	return { withViews, bare, comparedRows: Math.min(logs, compared * CHUNK) };
}

const COLUMNS = [
	"Timestamp",
	"TraceId",
	"SpanId",
	"TraceFlags",
	"SeverityText",
	"SeverityNumber",
	"ServiceName",
	"Body",
	"ResourceSchemaUrl",
	"ResourceAttributes",
	"ScopeSchemaUrl",
	"ScopeName",
	"ScopeVersion",
	"ScopeAttributes",
	"LogAttributes",
	"EventName",
];

interface Question {
	readonly name: string;
	/** Only these count against the aim; the others are shown. */
	readonly aimed: boolean;
	readonly store: (i: number) => Promise<unknown>;
	readonly errors: (i: number) => Promise<unknown>;
	readonly logs: (i: number) => Promise<unknown>;
}

function questions(store: Store, client: ClickHouseClient, fingerprints: readonly string[], now: number): Question[] {
	const ask = (name: string, query_params: Record<string, unknown>) => async () =>
		(await client.query({ query: text(name), query_params, format: "JSONEachRow" })).json();
	const at = (ms: number): string => (ms / 1000).toFixed(3);
	const window = (ms: number) => ({ since: at(now - ms), until: at(now + DAY) });
	const list = (name: string, ms: number, aimed: boolean): Question => ({
		name,
		aimed,
		store: () => store.listIssues(ms === Number.POSITIVE_INFINITY ? { limit: 50 } : { sinceMs: now - ms, limit: 50 }),
		errors: ask("list-errors", window(Math.min(ms, now - 1))),
		logs: ask("list-logs", window(Math.min(ms, now - 1))),
	});
	const trend = (name: string, ms: number, step: number): Question => ({
		name,
		aimed: true,
		store: () => store.trends({ windowMs: ms, by: "fingerprint", untilMs: now }),
		errors: ask("trends-errors", { ...window(2 * ms), step }),
		logs: ask("trends-logs", { ...window(2 * ms), step }),
	});
	const fingerprint = (i: number): string => fingerprints[i % fingerprints.length] as string;
	return [
		list("issue list, 24 h", DAY, true),
		list("issue list, 14 d", SPAN_MS, true),
		list("issue list, everything", Number.POSITIVE_INFINITY, true),
		trend("trends, 24 h", DAY, 1_800),
		trend("trends, 7 d", 7 * DAY, 10_800),
		{
			name: "one issue",
			aimed: true,
			store: (i) => store.getIssue(fingerprint(i)),
			errors: (i) => ask("issue-errors", { fingerprint: fingerprint(i) })(),
			logs: (i) => ask("issue-logs", { fingerprint: fingerprint(i) })(),
		},
		{
			name: "its occurrences",
			aimed: true,
			store: (i) => store.issueEvents(fingerprint(i), { limit: 20 }),
			errors: (i) => ask("issue-errors", { fingerprint: fingerprint(i) })(),
			logs: (i) => ask("issue-logs", { fingerprint: fingerprint(i) })(),
		},
	];
}

/** Answers that are not the same from all three; each as a line that a person can follow up. */
async function differences(
	store: Store,
	client: ClickHouseClient,
	fingerprints: readonly string[],
	now: number,
): Promise<string[]> {
	const found: string[] = [];
	type Row = Record<string, string | number>;
	const ask = async (name: string, query_params: Record<string, unknown>): Promise<Row[]> =>
		(await client.query({ query: text(name), query_params, format: "JSONEachRow" })).json<Row>();
	const compare = (name: string, ours: unknown, errors: unknown, maps: unknown): void => {
		const [a, b, c] = [ours, errors, maps].map((answer) => JSON.stringify(answer));
		if (a !== b || a !== c) found.push(`${name}: errata ${a}\n  errata_errors ${b}\n  otel_logs ${c}`);
	};
	const range = (sinceMs: number, untilMs: number) => ({
		since: (sinceMs / 1000).toFixed(3),
		until: (untilMs / 1000).toFixed(3),
	});
	for (const days of [1, 14]) {
		const [sinceMs, untilMs] = [now - days * DAY, now + DAY];
		const listed = await store.listIssues({ sinceMs, untilMs, limit: 50 });
		const line = ({ Fingerprint, Count, Unhandled, Traces }: Row) => [
			Fingerprint,
			+`${Count}`,
			+`${Unhandled}`,
			+`${Traces}`,
		];
		compare(
			`issue list, ${days} d`,
			listed.map((issue) => [issue.fingerprint, issue.count, issue.unhandled, issue.traces]),
			(await ask("list-errors", range(sinceMs, untilMs))).map(line),
			(await ask("list-logs", range(sinceMs, untilMs))).map(line),
		);
	}
	for (const days of [1, 7]) {
		const rows = await store.trends({ windowMs: days * DAY, by: "fingerprint", untilMs: now, limit: 20 });
		const [first] = rows;
		if (first === undefined) continue;
		const until = first.sinceMs + first.stepMs * first.buckets.length;
		const line = ({ Fingerprint, Count }: Row) => [Fingerprint, +`${Count}`];
		const sorted = (pairs: (readonly (string | number | undefined)[])[]) => pairs.map(([, count]) => count);
		compare(
			`trends, ${days} d`,
			sorted(rows.map(({ key, count }) => [key, count])),
			sorted((await ask("totals-errors", range(first.sinceMs, until))).map(line)),
			sorted((await ask("totals-logs", range(first.sinceMs, until))).map(line)),
		);
	}
	for (const fingerprint of fingerprints.slice(0, 3)) {
		const line = ({ Count, Unhandled, Traces }: Row) => [+`${Count}`, +`${Unhandled}`, +`${Traces}`];
		compare(
			`issue ${fingerprint}`,
			(await store.getIssue(fingerprint)).map((issue) => [issue.count, issue.unhandled, issue.traces]),
			(await ask("issue-errors", { fingerprint })).map(line),
			(await ask("issue-logs", { fingerprint })).map(line),
		);
	}
	return found;
}

/** Milliseconds of the correlation job over one hour of 120,000 errors, in a database of its own. */
async function correlation(client: ClickHouseClient, store: Store): Promise<number> {
	await store.migrate();
	const hour = Math.floor((Date.now() - DAY) / 3_600_000) * 3_600_000;
	const answer = await client.query({ query: "SELECT count() AS n FROM errata_errors", format: "JSONEachRow" });
	const [have] = await answer.json<{ n: string }>();
	if (Number(have?.n) === 0)
		await client.command({ query: text("correlated"), query_params: { startNs: `${hour}000000` } });
	return timed(async () => {
		const counts = await store.correlationCounts({ sinceMs: hour, untilMs: hour + 3_600_000 });
		const { tested, pairs } = correlate(counts, 60);
		say();
		say(
			`correlation of ${counts.traces} traces and ${counts.groups.length} groups: ${tested} pairs tested, ${pairs.length} told`,
		);
	});
}

/** p50 and p95 in milliseconds; the first two answers warm caches and do not count. */
async function measure(body: (i: number) => Promise<unknown>, times: number): Promise<readonly [number, number]> {
	for (let i = 0; i < 2; i++) await body(i);
	const took: number[] = [];
	for (let i = 0; i < times; i++) took.push(await timed(() => body(i)));
	took.sort((a, b) => a - b);
	const at = (q: number): number => took[Math.min(took.length - 1, Math.ceil(took.length * q) - 1)] as number;
	return [at(0.5), at(0.95)];
}

async function answers(list: readonly Question[]): Promise<boolean> {
	say();
	say(`p95 of ${runs} (the maps: of 5), one at a time, milliseconds; aim ${AIM_MS}`);
	say(
		`${"".padEnd(26)}${"p50".padStart(8)}${"p95".padStart(8)}   ${"errata_errors".padStart(14)}${"otel_logs".padStart(12)}`,
	);
	let met = true;
	for (const { name, aimed, ...ask } of list) {
		const [p50, p95] = await measure(ask.store, runs);
		const [, errors] = await measure(ask.errors, Math.min(runs, 20));
		const [, maps] = await measure(ask.logs, 5);
		if (aimed && p95 > AIM_MS) met = false;
		const cells = [p50, p95].map((ms) => ms.toFixed(0).padStart(8)).join("");
		say(
			`${name.padEnd(26)}${cells} ${p95 <= AIM_MS ? " " : "!"} ${errors.toFixed(0).padStart(14)}${maps.toFixed(0).padStart(12)}`,
		);
	}
	return met;
}

async function disk(client: ClickHouseClient): Promise<void> {
	const answer = await client.query({ query: text("disk"), format: "JSONEachRow" });
	const tables = await answer.json<{ table: string; rows: string; bytes: string }>();
	say();
	say("disk");
	for (const { table, rows, bytes } of tables)
		say(
			`${table.padEnd(26)}${(Number(bytes) / 1e6).toFixed(0).padStart(8)} MB${Number(rows).toLocaleString("en").padStart(16)} rows`,
		);
}

async function main(): Promise<void> {
	const dir = flags["data-dir"] ?? (await mkdtemp(path.join(tmpdir(), "errata-bench-store-")));
	const engine = await startEngine({ dataDir: dir });
	const at = { url: engine.url, username: engine.username, password: engine.password };
	const patient = {
		...at,
		request_timeout: 600_000,
		clickhouse_settings: { send_progress_in_http_headers: 1, http_headers_progress_interval_ms: "20000" },
	} as const;
	const server = createClient(patient);
	await server.command({ query: "CREATE DATABASE IF NOT EXISTS bench" });
	await server.command({ query: "CREATE DATABASE IF NOT EXISTS bench_correlation" });
	const other = createClient({ ...patient, database: "bench_correlation" });
	const otherStore = openStore({ ...at, database: "bench_correlation" });
	const client = createClient({ ...patient, database: "bench" });
	const store = openStore({ ...at, database: "bench" });
	try {
		await store.migrate();
		say(
			`bench:store: ${logs / 1e6} million logs, ${cpus().length} cores, Node ${process.version}, engine ${(await store.health()).version}`,
		);
		const have = (
			await (
				await client.query({ query: "SELECT count() AS n FROM otel_logs", format: "JSONEachRow" })
			).json<{ n: string }>()
		)[0];
		if (Number(have?.n) === 0) {
			const { withViews, bare, comparedRows } = await load(client, Date.now());
			const ratio = withViews / bare;
			say(
				`insert of ${comparedRows / 1e6} million: with all views ${seconds(withViews)}, bare otel_logs ${seconds(bare)}: ${ratio.toFixed(2)} times (aim ${AIM_INSERT})`,
			);
			// As an hour later: what has just arrived is counted live, and here that is everything.
			for (const query of text("hour-later").split(";\n"))
				await client.command({ query, clickhouse_settings: { wait_end_of_query: 1 } });
			say(`closed hours and days computed in ${seconds(await timed(() => store.refreshTrends()))}`);
		}
		const groups = await client.query({
			query: text("groups"),
			query_params: { limit: runs + 2 },
			format: "JSONEachRow",
		});
		const fingerprints = (await groups.json<{ fingerprint: string }>()).map((row) => row.fingerprint);
		const differ = await differences(store, client, fingerprints, Date.now());
		for (const line of differ) say(`differs: ${line}`);
		if (differ.length === 0) say("the same answers from errata, errata_errors and otel_logs");
		else process.exitCode = 1;
		const met = await answers(questions(store, client, fingerprints, Date.now()));
		const job = await correlation(other, otherStore);
		say(`correlation job over an hour of 120,000 errors: ${seconds(job)} (aim ${seconds(AIM_CORRELATION_MS)})`);
		await disk(client);
		say();
		say(met ? `every answer within ${AIM_MS} ms` : `not every answer within ${AIM_MS} ms: see the lines with !`);
	} finally {
		await Promise.all([store.close(), client.close(), otherStore.close(), other.close(), server.close()]);
		await engine.stop();
		if (flags["data-dir"] === undefined) await rm(dir, { recursive: true, force: true });
	}
}

await main();
