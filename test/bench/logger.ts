/**
 * Cost of one logger call with errata against the same SDK without it, in one process: both providers take turns, so that
 * whatever the machine does meets both. Prints one JSON line. Run by bench.ts.
 */
import { ErrataLogRecordProcessor } from "@errata/node";
import { type Logger, SeverityNumber } from "@opentelemetry/api";
import { BatchLogRecordProcessor, LoggerProvider, type LogRecordExporter } from "@opentelemetry/sdk-logs";

/** Calls between two turns of the event loop, so that the batch processor drains. */
const CHUNK = 500;

const nowhere: LogRecordExporter = {
	export: (_records, done) => done({ code: 0 }),
	forceFlush: async () => {},
	shutdown: async () => {},
};

const batch = (): BatchLogRecordProcessor => new BatchLogRecordProcessor({ exporter: nowhere, maxQueueSize: 100_000 });

function logger(errata: boolean): Logger {
	const downstream = batch();
	const processors = [errata ? new ErrataLogRecordProcessor({ downstream }) : downstream];
	return new LoggerProvider({ processors }).getLogger("bench");
}

// Each error counts: a limit would make the figure better than it is.
process.env.ERRATA_RATE_PER_SECOND = "0";

const attributes = { "http.route": "/orders/:id", "order.id": 4_711, "cache.hit": false };

function info(to: Logger, i: number): void {
	to.emit({ severityNumber: SeverityNumber.INFO, severityText: "INFO", body: `order ${i} stored`, attributes });
}

/** The error is made outside the timed part: an application pays for it with or without errata. */
function error(to: Logger, i: number, exception: Error): void {
	const body = `order ${i} could not be stored`;
	to.emit({ severityNumber: SeverityNumber.ERROR, severityText: "ERROR", body, attributes, exception });
}

/** Nanoseconds per call over one chunk. */
function chunk(to: Logger, withError: boolean): number {
	const errors = Array.from(
		{ length: withError ? CHUNK : 0 },
		(_, i) => new Error(`connect ECONNREFUSED 10.0.0.1:${i}`),
	);
	const started = process.hrtime.bigint();
	if (withError) for (let i = 0; i < CHUNK; i++) error(to, i, errors[i] as Error);
	else for (let i = 0; i < CHUNK; i++) info(to, i);
	return Number(process.hrtime.bigint() - started) / CHUNK;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function median(values: readonly number[]): number {
	return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function compare(rounds: number, withError: boolean): Promise<{ stock: number; errata: number }> {
	const [stock, errata] = [logger(false), logger(true)];
	const [a, b]: [number[], number[]] = [[], []];
	for (let i = 0; i < rounds; i++) {
		a.push(chunk(stock, withError));
		await turn();
		b.push(chunk(errata, withError));
		await turn();
	}
	// The first tenth is the compiler's.
	const warm = (values: number[]): number[] => values.slice(Math.floor(rounds / 10));
	return { stock: median(warm(a)), errata: median(warm(b)) };
}

const rounds = Number(process.argv[2] ?? 100);
console.log(JSON.stringify({ info: await compare(rounds, false), error: await compare(rounds, true) }));
