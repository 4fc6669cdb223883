/**
 * Cost of one captured error, from the call until its bytes are ready for the socket: `node capture.ts errata|sentry N`. Both
 * make the same errors at the same depth, both turn every one into bytes, both drop the bytes where the socket would be:
 * errata's as one OTLP request for each batch, Sentry's as one envelope for each error. Both format the stack, read the
 * source lines around its frames and tell of the errors before; errata also redacts, matches its catalog and groups, which
 * Sentry leaves to its server. Processor time of the whole process, because that is what the program loses.
 * Each runs in a process of its own, because each sets up OpenTelemetry's globals. Prints one JSON line.
 */
import { setTimeout as sleep } from "node:timers/promises";

const [kind, amount = "2000"] = process.argv.slice(2);
const TOTAL = Number(amount);
/** Errors between two turns of the event loop. */
const CHUNK = 20;

interface Peer {
	capture(error: Error): void;
	/** Resolves when everything captured has become bytes. */
	drain(): Promise<void>;
	readonly sent: { records: number; bytes: number };
}

/** As `register` puts it together: described, finished, batched, written as OTLP. The answer to the exporter ends it. */
async function errata(): Promise<Peer> {
	const { logs } = await import("@opentelemetry/api");
	const { capture } = await import("@errata/node");
	const { LoggerProvider } = await import("@opentelemetry/sdk-logs");
	const { loadConfig } = await import("../../../packages/node/src/config.ts");
	const { ErrorBatchProcessor } = await import("../../../packages/node/src/error-batch.ts");
	const { LogsSerializer } = await import("../../../packages/node/src/otlp-logs.ts");
	const { ErrorProcessor } = await import("../../../packages/node/src/processor.ts");
	const { createRuntime } = await import("../../../packages/node/src/runtime.ts");
	const { Spool } = await import("../../../packages/node/src/spool.ts");
	const sent = { records: 0, bytes: 0 };
	const { config } = loadConfig({ env: process.env, cwd: process.cwd() });
	const runtime = createRuntime({ config, env: process.env, cwd: process.cwd() });
	const batch = new ErrorBatchProcessor({
		batch: config["export.errorBatch"],
		finish: (record) => runtime.describer.finish(record),
		spool: new Spool("", 0),
		exporter: {
			export: (records, done) => {
				sent.records += records.length;
				sent.bytes += LogsSerializer.serializeRequest(records)?.length ?? 0;
				done({ code: 0 });
			},
			forceFlush: async () => {},
			shutdown: async () => {},
		},
	});
	// Each error counts here: a limit per second would make the figure better than it is.
	const processor = new ErrorProcessor({ ...runtime, logs: [batch], errors: [batch], perSecond: 0 });
	logs.setGlobalLoggerProvider(new LoggerProvider({ processors: [processor] }));
	return { capture: (error) => capture(error), drain: () => processor.forceFlush(), sent };
}

/** As `init` puts it together, with its default integrations: stacks parsed, source lines read, envelopes written. */
async function sentry(): Promise<Peer> {
	const Sentry = await import("@sentry/node");
	const sent = { records: 0, bytes: 0 };
	Sentry.init({
		dsn: "http://public@127.0.0.1:9/1",
		transport: (options) =>
			Sentry.createTransport(options, async ({ body }) => {
				sent.records++;
				sent.bytes += body.length;
				return { statusCode: 200 };
			}),
		transportOptions: { bufferSize: 100_000 } as never,
		// Off like ours: a session per process is no cost of an error.
		integrations: (defaults) => defaults.filter(({ name }) => name !== "ProcessSession" && name !== "Dedupe"),
	});
	return {
		capture: (error) => Sentry.captureException(error),
		drain: async () => {
			await Sentry.flush(60_000);
		},
		sent,
	};
}

function fail(depth: number, i: number): Error {
	if (depth > 0) return fail(depth - 1, i);
	const cause = new TypeError(`connect ECONNREFUSED 10.0.0.1:${5000 + (i % 1000)}`);
	return new Error(`order ${i} of user-${i}@example.com could not be stored`, { cause });
}

/** Microseconds of processor time per error over `count` errors, their making not included, their bytes included. */
async function measure(peer: Peer, count: number): Promise<number> {
	let spent = 0;
	const used = () => {
		const { user, system } = process.cpuUsage();
		return user + system;
	};
	for (let i = 0; i < count; i += CHUNK) {
		const errors = Array.from({ length: CHUNK }, (_, j) => fail(12, i + j));
		const started = used();
		for (const error of errors) peer.capture(error);
		await new Promise((resolve) => setImmediate(resolve));
		spent += used() - started;
	}
	const started = used();
	await peer.drain();
	return (spent + used() - started) / count;
}

const peer = kind === "sentry" ? await sentry() : await errata();
await measure(peer, TOTAL);
await sleep(100);
const us = await measure(peer, TOTAL);
if (peer.sent.records < 2 * TOTAL)
	throw new Error(`${kind} turned ${peer.sent.records} of ${2 * TOTAL} errors into bytes`);
console.log(JSON.stringify({ us, bytes: Math.round(peer.sent.bytes / peer.sent.records) }));
process.exit(0);
