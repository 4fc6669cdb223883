/** What is kept, what it stands for, and what leaves after all: in real programs, with rates as the README shows them. */
import { expect, test } from "vitest";
import { isKept } from "./sampling.ts";
import { runProgram } from "./testing/child.ts";
import { lab } from "./testing/lab.ts";
import type { LogRecord } from "./testing/otlp.ts";

const { work, collector } = lab();

function program(name: string, source: string, env: Record<string, string>) {
	return runProgram(work.dir, name, `${HEAD}${source}`, {
		env: {
			OTEL_SERVICE_NAME: "shop",
			OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
			// However busy the machine: the end waits.
			ERRATA_EXIT_FLUSH_MS: "30000",
			ERRATA_SPOOL_DIR: `${work.dir}/spool`,
			OTEL_BLRP_MAX_QUEUE_SIZE: "20000",
			...env,
		},
	});
}

const HEAD = `
	import { capture, createLogger } from "@errata/node";
	import { context, trace } from "@opentelemetry/api";
	import { createHash } from "node:crypto";
	const log = createLogger("shop");
	/** The n-th of a list of traces, as random as they come and always the same. */
	const traceId = (n) => createHash("sha256").update("trace " + n).digest("hex").slice(0, 32);
	const inTrace = (n, run) =>
		context.with(trace.setSpanContext(context.active(), { traceId: traceId(n), spanId: "00f067aa0ba902b7", traceFlags: 1 }), run);
	const turn = () => new Promise(setImmediate);
`;

/** The rule of OpenTelemetry's "TraceState: Probability Sampling", in whole numbers. */
function included(traceId: string, rate: number): boolean {
	const threshold = BigInt(Math.round((1 - rate) * 2 ** 52)) << 4n;
	return BigInt(`0x${traceId.slice(18)}`) >= threshold;
}

const byTrace = (records: readonly LogRecord[]): Map<string, LogRecord[]> =>
	Map.groupBy(records, (record) => record.traceId);

const bodies = (records: readonly LogRecord[] = []) => records.map((record) => record.body);

test("all records of a trace are kept or none, by the bits of its id that every sampler of OpenTelemetry reads", async () => {
	const source = `
		for (let n = 0; n < 1000; n++) {
			inTrace(n, () => { log.info("one"); log.debug("two"); log.info("three"); log.warn("four"); });
			if (n % 50 === 0) await turn();
		}
	`;
	const env = { ERRATA_SAMPLING_INFO: "0.1", ERRATA_SAMPLING_DEBUG: "0.01" };
	expect((await program("trace.mjs", source, env)).code).toBe(0);
	let stoodFor = 0;
	for (const [traceId, records] of byTrace(collector.logs)) {
		const [info, debug] = [included(traceId, 0.1), included(traceId, 0.01)];
		expect(bodies(records)).toEqual([
			...(info ? ["one"] : []),
			...(debug ? ["two"] : []),
			...(info ? ["three"] : []),
			"four",
		]);
		for (const { body, attributes } of records)
			expect(attributes["errata.sample_rate"]).toBe(
				{ two: 0.01, four: undefined }[String(body)] ?? (body === "four" ? undefined : 0.1),
			);
		if (info) stoodFor += 10;
	}
	expect(byTrace(collector.logs).size).toBe(1_000);
	// A binomial of 1,000 tenths strays by 9.5; the ids are always the same.
	expect(Math.abs(stoodFor - 1_000)).toBeLessThan(300);
});

test("what was sampled out of a trace leaves when the trace fails, in order, and counts for nothing", async () => {
	const source = `
		// Traces that keep none of it by themselves, interleaved.
		for (const step of ["first", "second"]) for (let n = 0; n < 40; n++) inTrace(n, () => log.info(step + " " + n, { step }));
		for (let n = 0; n < 40; n++) inTrace(n, () => log.debug("third " + n));
		inTrace(7, () => { capture(new Error("failed")); log.info("afterwards"); });
		// What a client is told is no failure.
		inTrace(8, () => log.warn("not yours", Object.assign(new Error("forbidden"), { status: 403 })));
		// Too large to wait.
		inTrace(9, () => { log.info("huge", { text: "x".repeat(20_000) }); log.info("small"); capture(new Error("failed too")); });
	`;
	const env = { ERRATA_SAMPLING_INFO: "0", ERRATA_SAMPLING_DEBUG: "0.000001" };
	expect((await program("fails.mjs", source, env)).code).toBe(0);
	const plain = collector.logs.filter((record) => record.attributes["errata.fingerprint"] === undefined);
	expect(bodies(plain)).toEqual([
		"first 7",
		"second 7",
		"third 7",
		"afterwards",
		"first 9",
		"second 9",
		"third 9",
		"small",
	]);
	expect(plain.map(({ attributes }) => [attributes["errata.count"], attributes["errata.sample_rate"]])).toEqual(
		plain.map(({ body }) => [0, String(body).startsWith("third") ? 0.000001 : 0]),
	);
	expect(plain[0]?.attributes.step).toBe("first");
	const times = plain.slice(0, 4).map((record) => record.timeUnixNano);
	expect(times).toEqual([...times].sort((a, b) => Number(a - b)));
	// No error is missing, and none of them was sampled.
	expect(bodies(collector.errors).sort()).toEqual(["failed", "failed too", "not yours"]);
	expect(collector.errors.every((record) => record.attributes["errata.sample_rate"] === undefined)).toBe(true);
	const failed = collector.errors.find((record) => record.body === "failed");
	const crumbs = failed?.attributes["errata.breadcrumbs"] as { message: string }[] | undefined;
	expect(crumbs?.map((crumb) => crumb.message)).toEqual(["first 7", "second 7", "third 7"]);
});

test("the ring is bounded: what waited longest is gone", async () => {
	const source = `
		inTrace(1, () => log.info("long ago"));
		for (let n = 0; n < 2050; n++) inTrace(2, () => log.info("noise " + n));
		inTrace(1, () => { log.info("lately"); capture(new Error("failed")); });
		inTrace(2, () => capture(new Error("failed as well")));
	`;
	expect((await program("ring.mjs", source, { ERRATA_SAMPLING_INFO: "0", ERRATA_BREADCRUMBS_MAX: "0" })).code).toBe(0);
	const plain = bodies(collector.logs.filter((record) => record.attributes["errata.fingerprint"] === undefined));
	expect(plain.slice(0, 2)).toEqual(["lately", "noise 3"]);
	expect(plain).toHaveLength(1 + 2_047);
});

test("errors are sampled only when that is said, a crash never; counts stay true and spans tell nothing twice", async () => {
	const source = `
		const tracer = trace.getTracer("shop");
		for (let n = 0; n < 400; n++) {
			tracer.startActiveSpan("pay", (span) => {
				const error = new TypeError("order failed");
				span.recordException(error);
				capture(error);
				log.error("once more", error);
				span.end();
			});
			if (n % 20 === 0) await turn();
		}
		throw new Error("the end");
	`;
	// With a limit of 10 a second most of those that are kept are counted by one record.
	const env = { ERRATA_SAMPLING_ERROR: "0.25", ERRATA_RATE_PER_SECOND: "10", OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "50" };
	expect((await program("errors.mjs", source, env)).code).toBe(1);
	const { replaySpool } = await import("./spool.ts");
	await replaySpool({ dir: `${work.dir}/spool`, endpoint: collector.url, timeoutMs: 10_000 });
	const crash = collector.errors.filter((record) => record.body === "the end");
	expect(crash.map((record) => record.attributes["errata.sample_rate"])).toEqual([undefined]);
	const latest = new Map(collector.errors.map((record) => [String(record.attributes["log.record.uid"]), record]));
	const orders = [...latest.values()].filter((record) => record.attributes["exception.message"] === "order failed");
	expect(orders.length).toBeLessThan(60);
	expect(orders.every(({ traceId }) => included(traceId, 0.25))).toBe(true);
	const stoodFor = orders.reduce(
		(sum, { attributes }) => sum + Number(attributes["errata.count"] ?? 1) / Number(attributes["errata.sample_rate"]),
		0,
	);
	// A binomial of 400 quarters strays by 8.7, which stand for 35.
	expect(Math.abs(stoodFor - 400)).toBeLessThan(180);
	const events = collector.spans.flatMap((span) => span.events);
	expect(events.length).toBeGreaterThan(0);
	expect(events.every((event) => event.attributes["errata.fingerprint"] !== undefined)).toBe(true);
});

test("explicit randomness of the tracestate comes before the trace id; a record of no trace is decided for itself", () => {
	const state = (ot: string) => ({ get: (key: string) => (key === "ot" ? ot : undefined) });
	const never = "0".repeat(32);
	const always = "f".repeat(32);
	expect([isKept(0.1, never), isKept(0.1, always)]).toEqual([false, true]);
	expect(isKept(0.1, never, state("th:8;rv:ffffffffffffff"))).toBe(true);
	expect(isKept(0.1, always, state("rv:00000000000000;th:8"))).toBe(false);
	// Not what the convention has: the trace id decides.
	expect(isKept(0.1, always, state("rv:0"))).toBe(true);
	// At 25% the threshold is c0000000000000, and a randomness that equals it is kept.
	expect([isKept(0.25, `${"0".repeat(18)}c0000000000000`), isKept(0.25, `${"0".repeat(18)}bfffffffffffff`)]).toEqual([
		true,
		false,
	]);
	expect([isKept(0, always), isKept(1, never)]).toEqual([false, true]);
	const kept = Array.from({ length: 4_000 }, () => isKept(0.5, "")).filter(Boolean).length;
	expect(Math.abs(kept - 2_000)).toBeLessThan(300);
});
