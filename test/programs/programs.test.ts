/**
 * Small real programs in which a real library fails for real, and some in which nothing does, each in a process of its own
 * under `--import @errata/node/register`, two at a time, against one receiver. What a process left in its spool is sent
 * as `errata run` would. The figures are printed; the bounds are those the package promises.
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { replaySpool } from "../../packages/node/src/spool.ts";
import { build, type Ran, run } from "../../packages/node/src/testing/child.ts";
import { Collector } from "../../packages/node/src/testing/collector.ts";
import type { LogRecord } from "../../packages/node/src/testing/otlp.ts";
import { type Failure, PROGRAMS, type Program } from "./expected.ts";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, "../..");
const WIDE = 2;

interface Outcome {
	readonly ran: Ran;
	readonly records: readonly LogRecord[];
}

let collector: Collector;
let scratch: string;

beforeAll(async () => {
	build();
	collector = await Collector.start();
	scratch = mkdtempSync(path.join(tmpdir(), "errata-programs-"));
});
afterAll(async () => {
	await collector.stop();
	rmSync(scratch, { recursive: true, force: true });
});

async function runOne(folder: string, name: string): Promise<Outcome> {
	const service = `${folder}-${name}`;
	const spool = path.join(scratch, service);
	const ran = await run(path.join(here, folder, name), root, {
		flags: ["--import=@errata/node/register"],
		env: {
			OTEL_SERVICE_NAME: service,
			OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
			ERRATA_SPOOL_DIR: spool,
			NODE_COMPILE_CACHE: path.join(tmpdir(), "errata-programs-cache"),
		},
		limitMs: 60_000,
	}).catch((error: Error): Ran => ({ code: null, signal: null, stdout: "", stderr: error.message }));
	await replaySpool({ dir: spool, endpoint: collector.url, timeoutMs: 10_000 });
	return { ran, records: collector.errors.filter((record) => record.resource["service.name"] === service) };
}

/** All programs of a folder, `WIDE` at a time. */
async function runAll(folder: string): Promise<Map<string, Outcome>> {
	const names = readdirSync(path.join(here, folder)).filter((name) => /\.[cm]js$/.test(name));
	const outcomes = new Map<string, Outcome>();
	const left = [...names];
	const lane = async (): Promise<void> => {
		for (let name = left.shift(); name !== undefined; name = left.shift())
			outcomes.set(name, await runOne(folder, name));
	};
	await Promise.all(Array.from({ length: WIDE }, lane));
	return outcomes;
}

/** One record per occurrence: what was sent twice has one id, and counts once. */
function occurrences(records: readonly LogRecord[]): LogRecord[] {
	const seen = new Map<unknown, LogRecord>();
	for (const record of records) seen.set(record.attributes["log.record.uid"], record);
	return [...seen.values()];
}

function matches({ type, code }: Failure, record: LogRecord): boolean {
	const { "exception.type": foundType, "error.type": foundCode } = record.attributes;
	if (type !== foundType) return false;
	if (code === undefined) return true;
	return typeof code === "string" ? code === foundCode : code.test(String(foundCode));
}

function judge(name: string, { errors, trace, exit = 0, causes }: Program, { ran, records }: Outcome) {
	const found = occurrences(records);
	const arrived = errors.filter((error) => found.some((record) => matches(error, record)));
	const once = errors.filter((error) => found.filter((record) => matches(error, record)).length === 1);
	const extra = Math.max(0, found.length - errors.length);
	const problems: string[] = [];
	const [first] = found;
	if (arrived.length < errors.length) problems.push(`${errors.length - arrived.length} did not arrive`);
	if (extra > 0) problems.push(`${extra} too many`);
	if (trace === true && !found.every((record) => /^[0-9a-f]{32}$/.test(record.traceId))) problems.push("no trace id");
	if (ran.code !== exit) problems.push(`exit ${ran.code}, not ${exit}: ${ran.stderr.slice(0, 300)}`);
	const chain = (first?.attributes["errata.causes"] ?? []) as { type: string }[];
	if (causes !== undefined && causes.join() !== chain.map((cause) => cause.type).join())
		problems.push(`causes ${chain.map((cause) => cause.type).join()}`);
	const told = found.map((r) => `${r.scope}:${r.attributes["exception.type"]}:${r.attributes["error.type"] ?? ""}`);
	return {
		expected: errors.length,
		arrived: arrived.length,
		once: extra === 0 ? once.length : 0,
		report: problems.length === 0 ? "" : `${name}: ${problems.join("; ")} [${told.join(", ")}]`,
		traced: trace !== true || !problems.includes("no trace id"),
		ended: ran.code === exit,
	};
}

test("errors of real programs arrive, once, with their trace", { timeout: 600_000 }, async () => {
	const outcomes = await runAll("fails");
	expect([...outcomes.keys()].sort()).toEqual(Object.keys(PROGRAMS).sort());
	const verdicts = [...outcomes].map(([name, outcome]) => judge(name, PROGRAMS[name] as Program, outcome));
	const sum = (of: (v: (typeof verdicts)[number]) => number): number => verdicts.reduce((n, v) => n + of(v), 0);
	const [expected, arrived, once] = [sum((v) => v.expected), sum((v) => v.arrived), sum((v) => v.once)];
	console.log(
		`programs: ${verdicts.length}; errors: ${expected}, arrived ${arrived} (${((100 * arrived) / expected).toFixed(1)}%), ` +
			`exactly once ${once} (${((100 * once) / expected).toFixed(1)}%)`,
		verdicts
			.map((verdict) => verdict.report)
			.filter((report) => report !== "")
			.join("\n"),
	);
	expect(verdicts.length).toBeGreaterThanOrEqual(100);
	expect(arrived / expected).toBeGreaterThanOrEqual(0.98);
	expect(once / expected).toBeGreaterThanOrEqual(0.97);
	expect(verdicts.filter((verdict) => !verdict.traced).map((verdict) => verdict.report)).toEqual([]);
	expect(verdicts.filter((verdict) => !verdict.ended).map((verdict) => verdict.report)).toEqual([]);
});

test("programs in which nothing fails leave no record of an error", { timeout: 300_000 }, async () => {
	const outcomes = await runAll("works");
	expect(outcomes.size).toBeGreaterThanOrEqual(15);
	for (const [name, { records }] of outcomes)
		expect(
			records.map((record) => record.body),
			name,
		).toEqual([]);
});
