/**
 * `node --conditions=errata-source test/simulator/correlation-job.ts`: how long the correlation of one hour of 120,000
 * errors takes (2,000 groups by Zipf, 40,000 traces), printed beside its pairs. Needs ERRATA_TEST_CLICKHOUSE or starts an
 * engine of its own.
 */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { startEngine } from "../../packages/local/src/engine.ts";
import { correlate } from "../../packages/server/src/analysis/correlate.ts";
import { errorRow, testDatabase } from "../../packages/store/src/test-database.ts";

const ERRORS = 120_000;
const GROUPS = 2_000;
const HOUR = 3_600_000;

/** mulberry32: the same rows every time. */
function random(seed: number): () => number {
	let a = seed;
	return () => {
		a = (a + 0x6d2b79f5) | 0;
		let t = Math.imul(a ^ (a >>> 15), 1 | a);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
	};
}

const given = process.env.ERRATA_TEST_CLICKHOUSE;
const engine =
	given === undefined ? await startEngine({ dataDir: mkdtempSync(path.join(tmpdir(), "errata-job-")) }) : undefined;
const url = new URL(given ?? (engine?.url as string));
if (engine !== undefined) [url.username, url.password] = [engine.username, engine.password];
const db = await testDatabase(url.href);

const roll = random(7);
const weights = Array.from({ length: GROUPS }, (_, i) => 1 / (i + 1));
const total = weights.reduce((a, b) => a + b);
const bounds: number[] = [];
weights.reduce((sum, w, i) => (bounds[i] = sum + w / total), 0);
const group = (): number => {
	const x = roll();
	let [low, high] = [0, GROUPS - 1];
	while (low < high) {
		const mid = (low + high) >> 1;
		if ((bounds[mid] as number) < x) low = mid + 1;
		else high = mid;
	}
	return low;
};
const untilMs = Math.floor(Date.now() / 60_000) * 60_000;
const sinceMs = untilMs - HOUR;
for (let start = 0; start < ERRORS; start += 20_000)
	await db.store.insertErrors(
		Array.from({ length: 20_000 }, (_, i) => {
			const trace = Math.floor((start + i) / 3);
			return errorRow({
				Fingerprint: String(group()).padStart(32, "0"),
				EventId: String(start + i).padStart(32, "0"),
				TraceId: String(trace).padStart(32, "0"),
				Timestamp: `${BigInt(Math.floor(sinceMs + roll() * HOUR)) * 1_000_000n}`,
			});
		}),
	);
for (let round = 1; round <= 3; round++) {
	const began = performance.now();
	const counts = await db.store.correlationCounts({ sinceMs, untilMs });
	const asked = performance.now();
	const found = correlate(counts, 60);
	const done = performance.now();
	console.log(
		`correlation of ${ERRORS} errors in one hour, round ${round}: ${((done - began) / 1000).toFixed(2)} s (ClickHouse ${((asked - began) / 1000).toFixed(2)} s, tests ${((done - asked) / 1000).toFixed(2)} s); ${counts.pairs.length} pairs seen, ${found.tested} tested, ${found.pairs.length} told of rows that have none`,
	);
}
await db.drop();
await engine?.stop();
