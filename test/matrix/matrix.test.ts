/**
 * Every channel times every kind of value: exactly one right record, inside its trace; exit code, stdout and stderr of the
 * program byte for byte as under OpenTelemetry's own auto-instrumentation.
 */
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { build, guard, type Ran, runProgram, workDirectory } from "../../packages/node/src/testing/child.ts";
import { Collector } from "../../packages/node/src/testing/collector.ts";
import { CHANNELS, type Channel } from "./channels.ts";
import { KINDS, type Kind } from "./kinds.ts";

const STOCK = pathToFileURL(
	createRequire(new URL("../../packages/node/package.json", import.meta.url)).resolve(
		"@opentelemetry/auto-instrumentations-node/register",
	),
).href;

const work = workDirectory();
let collector: Collector;

beforeAll(async () => {
	build();
	collector = await Collector.start();
});
beforeEach(() => collector.clear());
afterAll(async () => {
	await collector.stop();
	work.remove();
});

/** The same file under errata and under the stock instrumentation; only errata's records are kept. */
async function both(name: string, source: string): Promise<{ errata: Ran; stock: Ran }> {
	const common = { OTEL_SERVICE_NAME: "matrix", NODE_NO_WARNINGS: "1" };
	const [errata, stock] = await Promise.all([
		runProgram(work.dir, name, source, {
			flags: [`--import=${guard}`],
			env: {
				...common,
				OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
				ERRATA_SPOOL_DIR: path.join(work.dir, `spool-${name}`),
				ERRATA_CAPTURE_CHANNELS: "tracing:shop:error",
			},
		}),
		runProgram(work.dir, name, source, {
			flags: [`--import=${STOCK}`],
			env: {
				...common,
				OTEL_TRACES_EXPORTER: "none",
				OTEL_LOGS_EXPORTER: "none",
				OTEL_METRICS_EXPORTER: "none",
			},
		}),
	]);
	return { errata, stock };
}

const kindsOf = (channel: Channel): [string, Kind][] =>
	Object.entries(KINDS).filter(([name]) => channel.not?.[name] === undefined);

function program(channel: Channel): string {
	const kinds = kindsOf(channel).map(([name, kind]) => `${name}: () => ${kind.make}`);
	return `const api = require("@opentelemetry/api");
const KINDS = { ${kinds.join(",\n")} };
${channel.head}
(async () => {
	// Made outside of the span: the SDK's own frames differ by the way it was loaded.
	const values = Object.entries(KINDS).map(([name, make]) => [name, make()]);
	for (const [name, value] of values)
		await api.trace.getTracer("matrix").startActiveSpan(name, async (span) => { try { await report(value); } finally { span.end(); } });
	if (typeof end === "function") await end();
	console.log("done");
})();`;
}

/** Byte for byte; where not, the place of the first difference is what fails, not ten megabytes. */
function same(one: string, other: string): true | string {
	if (one === other) return true;
	const at = [...one.slice(0, 1_000_000)].findIndex((character, i) => character !== other[i]);
	return `at ${at} of ${one.length} and ${other.length}: ${one.slice(at - 80, at + 120)} | ${other.slice(at - 80, at + 120)}`;
}

/** The kind a record is of: its message begins with the name, or holds it as the reason. */
function kindOf(message: string): string {
	return (
		Object.keys(KINDS).find((name) => message.startsWith(name) || message.includes(`reason: ${name}`)) ??
		message.slice(0, 80)
	);
}

describe("the matrix", () => {
	test.each(Object.entries(CHANNELS))(
		"%s: one right record of each kind, and nothing else changes",
		async (name, channel) => {
			const { errata, stock } = await both(`${name}.cjs`, program(channel));
			expect(same(errata.stdout, stock.stdout)).toBe(true);
			expect(same(errata.stderr, stock.stderr)).toBe(true);
			expect(errata.code).toBe(stock.code);
			expect(errata.code).toBe(0);
			const kinds = kindsOf(channel);
			const found = collector.errors.map((r) => kindOf(String(r.attributes["exception.message"])));
			expect(found.sort()).toEqual(kinds.map(([kind]) => kind).sort());
			for (const [kind, expected] of kinds) {
				const record = collector.errors.find((r) => kindOf(String(r.attributes["exception.message"])) === kind);
				expect(record?.attributes, kind).toMatchObject({
					"exception.type": expected.type,
					"errata.handled": channel.handled,
					"errata.fingerprint": expect.stringMatching(/^[0-9a-f]{32}$/),
					...(expected.causes === undefined ? {} : { "errata.causes": expected.causes.map((type) => ({ type })) }),
					...(expected.dropped === undefined ? {} : { "errata.dropped": { [expected.dropped]: expect.any(Number) } }),
				});
				if (expected.value !== true) expect(String(record?.attributes["exception.stacktrace"]), kind).toContain(" at ");
				expect(record?.traceId, kind).toMatch(/^[0-9a-f]{32}$/);
			}
		},
	);
});

describe("a crash", () => {
	const crashes = Object.entries(KINDS).flatMap(([name, kind]) => [
		[name, "uncaught", kind] as const,
		...(["plain", "cause", "frozen"].includes(name) ? [[name, "unhandled", kind] as const] : []),
	]);
	test.each(crashes)("by %s, %s: exit and output as ever, the record arrives", async (name, way, kind) => {
		const make = way === "uncaught" ? `throw ${kind.make};` : `Promise.reject(${kind.make});`;
		const { errata, stock } = await both(`crash-${name}-${way}.cjs`, make);
		expect(errata.code).toBe(stock.code);
		expect(errata.code).not.toBe(0);
		expect(same(errata.stdout, stock.stdout)).toBe(true);
		// Of ten megabytes Node leaves what the pipe did not take in time, more or less from run to run.
		const printed = name === "huge" ? 65_536 : Number.POSITIVE_INFINITY;
		expect(same(errata.stderr.slice(0, printed), stock.stderr.slice(0, printed))).toBe(true);
		const { replaySpool } = await import("../../packages/node/src/spool.ts");
		await replaySpool({
			dir: path.join(work.dir, `spool-crash-${name}-${way}.cjs`),
			endpoint: collector.url,
			timeoutMs: 10_000,
		});
		expect(collector.errors).toHaveLength(1);
		expect(collector.errors[0]).toMatchObject({ severityNumber: 21, attributes: { "errata.handled": false } });
		expect(kindOf(String(collector.errors[0]?.attributes["exception.message"]))).toBe(name);
	});
});
