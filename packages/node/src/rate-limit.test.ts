/** An error in a loop: few records, true counts, and a process that goes on; with the real SDK, in real processes. */
import path from "node:path";
import { expect, test } from "vitest";
import { replaySpool } from "./spool.ts";
import { runProgram } from "./testing/child.ts";
import { lab } from "./testing/lab.ts";

const { work, collector } = lab();

function run(name: string, source: string, env: Record<string, string> = {}) {
	return runProgram(work.dir, name, source, {
		env: {
			OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
			OTEL_SERVICE_NAME: "storm",
			ERRATA_SPOOL_DIR: path.join(work.dir, `spool-${name}`),
			...env,
		},
	});
}

/** Occurrences that the records stand for, by message without its numbers; a record that came twice is one. */
function occurrences(): Record<string, number> {
	const records = new Map(collector.errors.map(({ attributes }) => [attributes["log.record.uid"], attributes]));
	const sums: Record<string, number> = {};
	for (const attributes of records.values()) {
		const key = String(attributes["exception.message"]).replace(/\d+/g, "#");
		sums[key] = (sums[key] ?? 0) + Number(attributes["errata.count"] ?? 1);
	}
	return sums;
}

test("3,000 errors of two groups are few records whose counts add up to 3,000, through three channels", async () => {
	const ran = await run(
		"storm.mjs",
		`import { capture } from "@errata/node";
		import pino from "pino";
		const log = pino(pino.destination("/dev/null"));
		const fail = (message) => new RangeError(message);
		for (let i = 0; i < 1000; i++) {
			capture(fail("order " + i + " has no price"));
			log.error({ err: fail("order " + i + " has no price") }, "pricing failed");
			capture(new TypeError("stock of item " + i + " is negative"));
			if (i % 100 === 0) await new Promise(setImmediate);
		}`,
	);
	expect(ran).toMatchObject({ code: 0, stdout: "", stderr: "" });
	expect(occurrences()).toEqual({ "order # has no price": 2000, "stock of item # is negative": 1000 });
	// Three looks of two groups, 50 each in a second, and one that counts; the loop may take several seconds here.
	expect(collector.errors.length).toBeLessThan(1000);
	const counts = collector.errors.filter(({ attributes }) => attributes["errata.count"] !== undefined);
	expect(counts.length).toBeGreaterThan(0);
	for (const { attributes } of counts) expect(attributes["errata.fingerprint"]).toMatch(/^[0-9a-f]{32}$/);
});

test("a limit of one record still tells each crash, and an error that was only counted before it", async () => {
	const ran = await run(
		"crash.mjs",
		`import { capture } from "@errata/node";
		const fail = (i) => new Error("no seat " + i);
		for (let i = 0; i < 100; i++) capture(fail(i));
		const last = fail(100);
		capture(last);
		throw last;`,
		{ ERRATA_RATE_PER_SECOND: "1" },
	);
	expect(ran.code).toBe(1);
	await replaySpool({ dir: path.join(work.dir, "spool-crash.mjs"), endpoint: collector.url, timeoutMs: 10_000 });
	const crashed = collector.errors.filter(({ attributes }) => attributes["errata.handled"] === false);
	expect(crashed.map(({ attributes }) => attributes["exception.message"])).toEqual(["no seat 100"]);
	expect(occurrences()).toEqual({ "no seat #": 101 });
});

test("0 sends every record", async () => {
	const ran = await run(
		"all.mjs",
		`import { capture } from "@errata/node";
		for (let i = 0; i < 200; i++) capture(new Error("row " + i));`,
		{ ERRATA_RATE_PER_SECOND: "0" },
	);
	expect(ran.code).toBe(0);
	expect(collector.errors).toHaveLength(200);
});
