/**
 * `npm run fuzz:node [-- --count N --seed S --from I]`: hostile values through everything an application can hand to errata, by the
 * real SDK, up to the bytes of the request. Says what broke with the seed and the number of the value, one JSON line at the
 * end, and ends with 1 if anything did. What must hold: no call throws, no record is over its limit, each new value is one
 * record, no prototype is changed, no value takes longer than `SLOW_MS`, the heap does not grow.
 */
import { parseArgs } from "node:util";
import { createRedactor } from "@errata/catalog";
import {
	breadcrumb,
	capture,
	createLogger,
	ErrataLogRecordProcessor,
	problemResponse,
	withContext,
} from "@errata/node";
import { loadConfig } from "@errata/node/config";
import { context, logs, SeverityNumber, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { ProtobufLogsSerializer } from "@opentelemetry/otlp-transformer";
import { LoggerProvider, type LogRecordProcessor, type ReadableLogRecord } from "@opentelemetry/sdk-logs";
import { TracerProvider } from "@opentelemetry/sdk-trace";
import { createRandom, type Random } from "../parity/random.ts";
import { fields, nested, plain, SHARED, text, value } from "./hostile.ts";

/** Bytes of one record in a request: message and stack at the catalog's limits, body, and what enrichment may add. */
const RECORD_BYTES = 524_288;
/** Milliseconds of processor time for one value through everything; a collection may take some of it. */
const SLOW_MS = 5_000;
/** Bytes the heap may be larger at the end: caches that fill, never what grows with the number of values. */
const GROWTH_BYTES = 24 * 1_048_576;
/** Values before the first look at the heap, and between two. */
const WARM = 3_000;
const CHUNK = 2_000;

const { values: flags } = parseArgs({
	options: {
		count: { type: "string", default: "1000000" },
		seed: { type: "string" },
		from: { type: "string", default: "0" },
		only: { type: "string" },
	},
});
const COUNT = Number(flags.count);
/** Number of the first value: a finding is made again alone. */
const FROM = Number(flags.from);
const SEED = Number(flags.seed ?? Date.now() % 4_294_967_296);

let records = 0;
let largest = 0;
let problem = "";
const measuring: LogRecordProcessor = {
	onEmit(record) {
		records++;
		// A plain record is the application's own, as it is.
		if ((record.severityNumber ?? 0) < SeverityNumber.WARN && record.attributes["log.record.uid"] === undefined) return;
		if (record.attributes["log.record.uid"] === undefined) problem = "an error that is not described";
		const bytes = ProtobufLogsSerializer.serializeRequest([record as ReadableLogRecord])?.byteLength ?? 0;
		largest = Math.max(largest, bytes);
		if (bytes > RECORD_BYTES) problem = `a record of ${bytes} bytes: ${sizes(record as ReadableLogRecord)}`;
	},
	forceFlush: async () => {},
	shutdown: async () => {},
};
/** A few crumbs and neighbours: hostile themselves, they would be redacted again with every record. */
const { config } = loadConfig({
	env: { ERRATA_BREADCRUMBS_MAX: "3", ERRATA_RELATED_MAX: "2", ERRATA_RATE_PER_SECOND: "0" },
	cwd: "/",
});
const errata = new ErrataLogRecordProcessor({ downstream: measuring, config });
logs.setGlobalLoggerProvider(new LoggerProvider({ processors: [errata] }));
trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [errata.spanProcessor] }));
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
const redactor = createRedactor();

/** What an application does with a value. Each says how many records there must be at least. */
const ACTS: Readonly<Record<string, (random: Random) => number>> = {
	capture(random) {
		return captured(value(random, 3), {});
	},
	captureWith(random) {
		return captured(value(random, 3), { context: fields(random), attributes: fields(random) as never });
	},
	within(random) {
		const thrown = value(random, 3);
		return withContext(fields(random), () => captured(thrown, {}));
	},
	logger(random) {
		const logger = createLogger("fuzz").with(fields(random));
		logger.error(random.once(2) ? value(random, 3) : text(random), value(random, 3), fields(random));
		logger.info(text(random), fields(random));
		return 0;
	},
	emit(random) {
		const attributes = {
			...(plain(random, 4) as object),
			[text(random).slice(0, 300)]: random.once(3) ? nested(300) : plain(random, 4),
		} as never;
		const body = plain(random, 4) as never;
		const exception = random.once(2) ? new Error(text(random)) : undefined;
		logs.getLogger("fuzz").emit({ severityNumber: SeverityNumber.ERROR, body, attributes, exception });
		return 1;
	},
	crumb(random) {
		breadcrumb(random.once(3) ? (value(random, 2) as string) : text(random), {
			category: text(random),
			data: value(random, 3),
		});
		return 0;
	},
	span(random) {
		trace.getTracer("fuzz").startActiveSpan(text(random).slice(0, 50), (span) => {
			span.recordException(value(random, 3) as Error);
			span.end();
		});
		return 0;
	},
	redact(random) {
		redactor.value(random.once(5) ? nested(300) : plain(random, 4), {}, random.once(2) ? "password" : "");
		redactor.text(text(random).slice(0, 65_536));
		return 0;
	},
	answer(random) {
		JSON.stringify(problemResponse(value(random, 3)).body);
		return 0;
	},
};

const seen = new WeakSet<object>(SHARED);

/** Reports a value; one record for one that is new. */
function captured(thrown: unknown, options: Parameters<typeof capture>[1]): number {
	const isNew = (typeof thrown !== "object" && typeof thrown !== "function") || thrown === null || !seen.has(thrown);
	if (((typeof thrown === "object" && thrown !== null) || typeof thrown === "function") && isNew) seen.add(thrown);
	capture(thrown, options);
	return isNew ? 1 : 0;
}

function sizes(record: ReadableLogRecord): string {
	const of = (item: unknown): number => JSON.stringify(item)?.length ?? 0;
	const parts = Object.entries(record.attributes).map(([key, item]) => [key.slice(0, 60), of(item)] as const);
	return JSON.stringify([["body", of(record.body)], ...parts].sort((a, b) => Number(b[1]) - Number(a[1])).slice(0, 5));
}

const PROTOTYPES = [Object.prototype, Array.prototype, Error.prototype, Function.prototype, String.prototype];
const shape = (): string => PROTOTYPES.map((prototype) => Reflect.ownKeys(prototype).map(String).join()).join("|");
const clean = shape();

/** One value by its own seed, so that it can be made alone. */
function once(seed: number, index: number): string {
	const random = createRandom((seed + Math.imul(index, 0x9e37_79b1)) >>> 0);
	const name = flags.only ?? random.pick(Object.keys(ACTS));
	problem = "";
	const before = records;
	const started = process.cpuUsage();
	try {
		const expected = (ACTS[name] as (random: Random) => number)(random);
		if (records - before < expected) problem ||= "no record";
	} catch (error) {
		problem = `threw ${describe(error)}`;
	}
	const { user, system } = process.cpuUsage(started);
	const took = (user + system) / 1_000;
	if (took > SLOW_MS) problem ||= `took ${Math.round(took)} ms`;
	return problem === "" ? "" : `${name}: ${problem}`;
}

function describe(error: unknown): string {
	try {
		const { stack } = error as Error;
		return typeof stack === "string" ? stack.split("\n").slice(0, 6).join(" | ") : String(error);
	} catch {
		return "something that cannot be read";
	}
}

async function heap(): Promise<number> {
	for (let i = 0; i < 4; i++) {
		await new Promise((resolve) => setTimeout(resolve, 20));
		globalThis.gc?.();
	}
	return process.memoryUsage().heapUsed;
}

async function main(): Promise<void> {
	if (globalThis.gc === undefined) throw new Error("fuzz:node needs --expose-gc to measure the heap");
	const findings: string[] = [];
	const heaps: number[] = [];
	const started = performance.now();
	for (let i = FROM; i < FROM + COUNT; i++) {
		const found = once(SEED, i);
		if (found !== "" && findings.push(`--seed ${SEED} value ${i}: ${found}`) >= 20) break;
		if (i % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
		const done = i - FROM;
		if (done === Math.min(WARM, COUNT - 1) || (done > WARM && done % CHUNK === 0)) heaps.push(await heap());
		if (i % 50_000 === 49_999)
			console.error(`${i + 1} values, ${records} records, heap ${Math.round((heaps.at(-1) ?? 0) / 1_048_576)} MiB`);
	}
	heaps.push(await heap());
	// The whole run counts: a second half that is larger than the first, value for value, is a leak however small.
	const growth = (heaps.at(-1) ?? 0) - (heaps[0] ?? 0);
	if (growth > GROWTH_BYTES) findings.push(`--seed ${SEED}: the heap grew by ${growth} bytes`);
	if (shape() !== clean) findings.push(`--seed ${SEED}: a prototype was changed`);
	const seconds = Math.round((performance.now() - started) / 1_000);
	const mebibytes = (bytes: number): number => Math.round((bytes / 1_048_576) * 10) / 10;
	console.log(
		JSON.stringify({
			seed: SEED,
			values: COUNT,
			records,
			largestRecordBytes: largest,
			heapMiB: {
				first: mebibytes(heaps[0] ?? 0),
				most: mebibytes(Math.max(...heaps)),
				last: mebibytes(heaps.at(-1) ?? 0),
			},
			seconds,
			findings,
		}),
	);
	process.exit(findings.length === 0 ? 0 : 1);
}

await main();
