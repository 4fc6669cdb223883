/**
 * What stands behind the processor when `register` starts the SDK: log and span processors as the standard variables ask
 * for (`OTEL_LOGS_EXPORTER`, `OTEL_TRACES_EXPORTER`, `OTEL_BLRP_*`, `OTEL_BSP_*`). Handing processors to the SDK replaces
 * the ones it would build, so they are built here, on transports that let a program end.
 */
import { diag } from "@opentelemetry/api";
import {
	BatchLogRecordProcessor,
	ConsoleLogRecordExporter,
	type LogRecordProcessor,
	SimpleLogRecordProcessor,
} from "@opentelemetry/sdk-logs";
import {
	BatchSpanProcessor,
	ConsoleSpanExporter,
	SimpleSpanProcessor,
	type SpanProcessor,
} from "@opentelemetry/sdk-trace";
import { type ErrorBatchOptions, ErrorBatchProcessor } from "./error-batch.ts";
import { detached, logExporter, spanExporter } from "./transport.ts";

export interface LogTail {
	readonly logs: readonly LogRecordProcessor[];
	/** The console too, if it was asked for. */
	readonly errors: readonly LogRecordProcessor[];
	/** Absent when errors are not exported by OTLP. */
	readonly batch: ErrorBatchProcessor | undefined;
}

/** Log processors by `OTEL_LOGS_EXPORTER`: otlp (default), console, none. */
export function logTail(env: NodeJS.ProcessEnv, options: Omit<ErrorBatchOptions, "exporter">): LogTail {
	const names = exporterNames(env.OTEL_LOGS_EXPORTER, "OTEL_LOGS_EXPORTER");
	const logs: LogRecordProcessor[] = [];
	const errors: LogRecordProcessor[] = [];
	let batch: ErrorBatchProcessor | undefined;
	if (names.has("otlp")) {
		logs.push(
			new BatchLogRecordProcessor({ exporter: detached(logExporter(env, true)), ...batchOptions(env, "OTEL_BLRP") }),
		);
		batch = new ErrorBatchProcessor({ ...options, exporter: logExporter(env, false) });
		errors.push(batch);
	}
	if (names.has("console")) {
		const simple = new SimpleLogRecordProcessor({ exporter: new ConsoleLogRecordExporter() });
		logs.push(simple);
		errors.push(simple);
	}
	return { logs, errors, batch };
}

/** Span processors by `OTEL_TRACES_EXPORTER`: otlp (default), console, none. */
export function spanTail(env: NodeJS.ProcessEnv): SpanProcessor[] {
	const names = exporterNames(env.OTEL_TRACES_EXPORTER, "OTEL_TRACES_EXPORTER");
	const processors: SpanProcessor[] = [];
	if (names.has("otlp"))
		processors.push(
			new BatchSpanProcessor({ exporter: detached(spanExporter(env)), ...batchOptions(env, "OTEL_BSP") }),
		);
	if (names.has("console")) processors.push(new SimpleSpanProcessor({ exporter: new ConsoleSpanExporter() }));
	return processors;
}

function exporterNames(value: string | undefined, variable: string): Set<string> {
	const names = new Set((value ?? "").split(",").map((name) => name.trim()));
	names.delete("");
	if (names.size === 0) return new Set(["otlp"]);
	if (names.has("none")) return new Set();
	for (const name of names)
		if (name !== "otlp" && name !== "console") diag.warn(`errata does not know the exporter "${name}" of ${variable}`);
	return names;
}

/** What `OTEL_BLRP_*` or `OTEL_BSP_*` say. */
export interface BatchOptions {
	maxQueueSize?: number;
	scheduledDelayMillis?: number;
	exportTimeoutMillis?: number;
	maxExportBatchSize?: number;
}

export function batchOptions(env: NodeJS.ProcessEnv, prefix: "OTEL_BLRP" | "OTEL_BSP"): BatchOptions {
	const options: BatchOptions = {};
	const read = (name: string, key: keyof BatchOptions): void => {
		const text = env[`${prefix}_${name}`]?.trim() ?? "";
		if (text === "") return;
		const value = Number(text);
		if (Number.isFinite(value) && value > 0) options[key] = value;
		else diag.warn(`${prefix}_${name} is "${text}", expected a number above 0; the default is used`);
	};
	read("MAX_QUEUE_SIZE", "maxQueueSize");
	read("SCHEDULE_DELAY", "scheduledDelayMillis");
	read("EXPORT_TIMEOUT", "exportTimeoutMillis");
	read("MAX_EXPORT_BATCH_SIZE", "maxExportBatchSize");
	return options;
}
