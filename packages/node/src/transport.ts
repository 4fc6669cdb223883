/**
 * OTLP over HTTP for errors, logs and spans: configured by the standard `OTEL_EXPORTER_OTLP_*` variables (read by
 * OpenTelemetry's own code), but on sockets and timers that never keep the process alive. The stock transport's retry
 * timers hold a finished program for seconds when the collector is down. gRPC stays with the stock exporter.
 */
import { createRequire } from "node:module";
import { context, diag } from "@opentelemetry/api";
import { type ExportResult, ExportResultCode, suppressTracing } from "@opentelemetry/core";
import { createOtlpNetworkExportDelegate, OTLPExporterBase } from "@opentelemetry/otlp-exporter-base";
import { convertLegacyHttpOptions, createOtlpHttpExporterMetrics } from "@opentelemetry/otlp-exporter-base/node-http";
import {
	JsonLogsSerializer,
	JsonTraceSerializer,
	LogsExporterMetricsHelper,
	ProtobufTraceSerializer,
	TraceExporterMetricsHelper,
} from "@opentelemetry/otlp-transformer";
import type { LogRecordExporter } from "@opentelemetry/sdk-logs";
import type { SpanExporter } from "@opentelemetry/sdk-trace";
import { dropped } from "./health.ts";
import { NODE_LIMITS } from "./limits.ts";
import { LogsSerializer } from "./otlp-logs.ts";
import { isAccepted, isRetryable, type PostAnswer, post } from "./post.ts";
import { within } from "./within.ts";

type HttpConfiguration = ReturnType<typeof convertLegacyHttpOptions>;
type ExporterTransport = Parameters<typeof createOtlpNetworkExportDelegate>[3];
type ExportResponse = Awaited<ReturnType<ExporterTransport["send"]>>;

/** Retries of one request, first wait and longest wait in milliseconds: the stock exporter's. */
const RETRIES = 5;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 5_000;

export type Protocol = "http/protobuf" | "http/json" | "grpc";

/** The protocol of a signal by `OTEL_EXPORTER_OTLP_[LOGS_|TRACES_]PROTOCOL`; unknown ones mean http/protobuf. */
export function protocolFor(signal: "LOGS" | "TRACES", env: NodeJS.ProcessEnv): Protocol {
	const value = (env[`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`] || env.OTEL_EXPORTER_OTLP_PROTOCOL || "").trim();
	return value === "grpc" || value === "http/json" ? value : "http/protobuf";
}

/** URL, headers, timeout, compression and agent of a signal from the environment. */
export function httpConfiguration(signal: "LOGS" | "TRACES", protocol: Protocol): HttpConfiguration {
	const type = protocol === "http/json" ? "application/json" : "application/x-protobuf";
	return convertLegacyHttpOptions({}, signal, signal === "LOGS" ? "v1/logs" : "v1/traces", { "Content-Type": type });
}

/** An exporter of log records by the environment. `retry` false: one attempt, the caller has a place for what fails. */
export function logExporter(env: NodeJS.ProcessEnv, retry: boolean): LogRecordExporter {
	const protocol = protocolFor("LOGS", env);
	if (protocol === "grpc") {
		const grpc = createRequire(import.meta.url)("@opentelemetry/exporter-logs-otlp-grpc");
		return new grpc.OTLPLogExporter() as LogRecordExporter;
	}
	const configuration = httpConfiguration("LOGS", protocol);
	const metrics = createOtlpHttpExporterMetrics(
		"otlp_http_log_exporter",
		LogsExporterMetricsHelper,
		configuration.url,
		undefined,
	);
	const serializer = counting(protocol === "http/json" ? JsonLogsSerializer : LogsSerializer);
	const transport = new UnrefTransport(configuration, retry);
	return new OTLPExporterBase(createOtlpNetworkExportDelegate(configuration, serializer, metrics, transport));
}

/** Records that a receiver takes the request of and not themselves (`partial_success`) never arrive. */
function counting(serializer: typeof LogsSerializer): typeof LogsSerializer {
	return {
		serializeRequest: (records) => serializer.serializeRequest(records),
		deserializeResponse: (data) => {
			const response = serializer.deserializeResponse(data);
			const rejected = Number(response.partialSuccess?.rejectedLogRecords ?? 0);
			if (rejected > 0) dropped("refused", rejected);
			return response;
		},
	};
}

/** An exporter of spans by the environment. */
export function spanExporter(env: NodeJS.ProcessEnv): SpanExporter {
	const protocol = protocolFor("TRACES", env);
	if (protocol === "grpc") {
		const grpc = createRequire(import.meta.url)("@opentelemetry/exporter-trace-otlp-grpc");
		return new grpc.OTLPTraceExporter() as SpanExporter;
	}
	const configuration = httpConfiguration("TRACES", protocol);
	const metrics = createOtlpHttpExporterMetrics(
		"otlp_http_span_exporter",
		TraceExporterMetricsHelper,
		configuration.url,
		undefined,
	);
	const serializer = protocol === "http/json" ? JsonTraceSerializer : ProtobufTraceSerializer;
	const transport = new UnrefTransport(configuration, true);
	return new OTLPExporterBase(createOtlpNetworkExportDelegate(configuration, serializer, metrics, transport));
}

interface Exporter<T> {
	export(items: T[], done: (result: ExportResult) => void): void;
	forceFlush?(): Promise<void>;
	shutdown(): Promise<void>;
}

/**
 * Tells the SDK's batch processors at once that a batch is exported: while they wait, a timer of theirs (30 s) holds a
 * finished program. A flush still waits for the answers.
 */
export function detached<T, E extends Exporter<T>>(exporter: E): Exporter<T> & { forceFlush(): Promise<void> } {
	// A flush and the shutdown behind it share their time.
	let deadline = 0;
	const bounded = (work: Promise<unknown> | undefined): Promise<void> => {
		const now = Date.now();
		if (now > deadline + NODE_LIMITS.shutdownMs) deadline = now + NODE_LIMITS.shutdownMs;
		return within(work, deadline - now);
	};
	return {
		export: (items, done) => {
			exporter.export(items, (result) => {
				if (result.code !== ExportResultCode.SUCCESS) diag.warn("a batch was not exported", result.error);
			});
			done({ code: ExportResultCode.SUCCESS });
		},
		forceFlush: () => bounded(exporter.forceFlush?.()),
		shutdown: () => bounded(exporter.shutdown()),
	};
}

class UnrefTransport implements ExporterTransport {
	readonly #configuration: HttpConfiguration;
	readonly #retry: boolean;
	readonly #closed = new AbortController();
	#agent: Promise<import("node:http").Agent> | undefined;

	constructor(configuration: HttpConfiguration, retry: boolean) {
		this.#configuration = configuration;
		this.#retry = retry;
	}

	async send(data: Uint8Array, timeoutMillis: number): Promise<ExportResponse> {
		const deadline = Date.now() + timeoutMillis;
		let wait = FIRST_WAIT_MS;
		for (let attempt = 0; ; attempt++) {
			const response = await this.#attempt(data, deadline - Date.now());
			if (response.status !== "retryable" || !this.#retry || attempt >= RETRIES) return response;
			const jittered = response.retryInMillis ?? Math.min(wait * (0.8 + Math.random() * 0.4), LONGEST_WAIT_MS);
			if (Date.now() + jittered >= deadline || this.#closed.signal.aborted) return response;
			await new Promise<void>((resolve) => setTimeout(resolve, jittered).unref());
			wait *= 1.5;
		}
	}

	shutdown(): void {
		this.#closed.abort();
	}

	async #attempt(data: Uint8Array, timeoutMs: number): Promise<ExportResponse> {
		try {
			this.#agent ??= Promise.resolve(
				this.#configuration.agentFactory(new URL(this.#configuration.url).protocol) as import("node:http").Agent,
			);
			const [agent, headers] = await Promise.all([this.#agent, this.#configuration.headers()]);
			// The request must not become a span of its own.
			const answer = await context.with(suppressTracing(context.active()), () =>
				post({
					url: this.#configuration.url,
					headers,
					body: data,
					timeoutMs: Math.max(1, timeoutMs),
					agent,
					gzip: (this.#configuration.compression as string) === "gzip",
					signal: this.#closed.signal,
				}),
			);
			return toResponse(answer);
		} catch (error) {
			return { status: "retryable", error: error as Error };
		}
	}
}

/** What a receiver answered that did not take a request. */
export class ExportFailure extends Error {
	readonly status: number;
	/** Milliseconds it asked to be left alone. */
	readonly retryAfterMs: number | undefined;

	constructor({ status, type, retryAfterMs }: Pick<PostAnswer, "status" | "type" | "retryAfterMs">) {
		const page = status >= 200 && status < 300 ? ` with ${type.slice(0, 40)}` : "";
		super(`the receiver answered ${status}${page}`);
		this.status = status;
		this.retryAfterMs = retryAfterMs;
	}
}

function toResponse(answer: PostAnswer): ExportResponse {
	if (isAccepted(answer)) return { status: "success", data: answer.body };
	const error = new ExportFailure(answer);
	if (!isRetryable(answer.status)) return { status: "failure", error };
	return answer.retryAfterMs === undefined
		? { status: "retryable", error }
		: { status: "retryable", error, retryInMillis: answer.retryAfterMs };
}
