/** Heap and resident memory after N info records and N/100 errors: `node --expose-gc memory.ts errata|stock N`. One JSON line. */
import { ErrataLogRecordProcessor } from "@errata/node";
import { SeverityNumber } from "@opentelemetry/api";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";

const [kind, amount = "100000"] = process.argv.slice(2);
const TOTAL = Number(amount);

const downstream = new BatchLogRecordProcessor({
	maxQueueSize: 4_096,
	exporter: { export: (_records, done) => done({ code: 0 }), forceFlush: async () => {}, shutdown: async () => {} },
});
const processor = kind === "errata" ? new ErrataLogRecordProcessor({ downstream }) : downstream;
const logger = new LoggerProvider({ processors: [processor] }).getLogger("bench");

const used = (): { heap: number; rss: number } => {
	for (let i = 0; i < 3; i++) globalThis.gc?.();
	const { heapUsed, rss } = process.memoryUsage();
	return { heap: heapUsed, rss };
};

async function emit(count: number): Promise<void> {
	for (let i = 0; i < count; i++) {
		const body = `order ${i} stored for a customer of region ${i % 7}`;
		if (i % 100 === 0)
			logger.emit({ severityNumber: SeverityNumber.ERROR, body, exception: new Error(`order ${i} failed`) });
		else logger.emit({ severityNumber: SeverityNumber.INFO, body, attributes: { "order.id": i } });
		if (i % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
	}
	await processor.forceFlush();
}

// What the first records load (catalog, compiled code) is not growth.
await emit(20_000);
const before = used();
await emit(TOTAL);
const after = used();
console.log(JSON.stringify({ before: before.heap, after: after.heap, rss: after.rss }));
process.exit(0);
