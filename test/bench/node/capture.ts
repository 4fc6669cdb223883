/**
 * Cost of one captured error, from the call until its bytes are ready for the socket: `node capture.ts errata|sentry N`. Both
 * make the same errors at the same depth, both turn every one into bytes, both drop the bytes where the socket would be.
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

async function errata(): Promise<Peer> {
	// Each error counts here: a limit would make the figure better than it is.
	process.env.ERRATA_RATE_PER_SECOND = "0";
	const { logs } = await import("@opentelemetry/api");
	const { capture, ErrataLogRecordProcessor } = await import("@errata/node");
	const { ProtobufLogsSerializer } = await import("@opentelemetry/otlp-transformer");
	const { BatchLogRecordProcessor, LoggerProvider } = await import("@opentelemetry/sdk-logs");
	const sent = { records: 0, bytes: 0 };
	const downstream = new BatchLogRecordProcessor({
		maxQueueSize: 100_000,
		maxExportBatchSize: 32,
		exporter: {
			export: (records, done) => {
				sent.records += records.length;
				sent.bytes += ProtobufLogsSerializer.serializeRequest(records)?.length ?? 0;
				done({ code: 0 });
			},
			forceFlush: async () => {},
			shutdown: async () => {},
		},
	});
	const provider = new LoggerProvider({ processors: [new ErrataLogRecordProcessor({ downstream })] });
	logs.setGlobalLoggerProvider(provider);
	return { capture: (error) => capture(error), drain: () => provider.forceFlush(), sent };
}

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

/** Microseconds per error over `count` errors, their making not included, their bytes included. */
async function measure(peer: Peer, count: number): Promise<number> {
	let spent = 0;
	for (let i = 0; i < count; i += CHUNK) {
		const errors = Array.from({ length: CHUNK }, (_, j) => fail(12, i + j));
		const started = performance.now();
		for (const error of errors) peer.capture(error);
		await new Promise((resolve) => setImmediate(resolve));
		spent += performance.now() - started;
	}
	const started = performance.now();
	await peer.drain();
	return ((spent + performance.now() - started) / count) * 1000;
}

const peer = kind === "sentry" ? await sentry() : await errata();
await measure(peer, TOTAL);
await sleep(100);
const us = await measure(peer, TOTAL);
if (peer.sent.records < 2 * TOTAL)
	throw new Error(`${kind} turned ${peer.sent.records} of ${2 * TOTAL} errors into bytes`);
console.log(JSON.stringify({ us, bytes: Math.round(peer.sent.bytes / peer.sent.records) }));
process.exit(0);
