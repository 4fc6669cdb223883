/**
 * The OTLP/HTTP receiver: admits a request, reads it, turns it into rows, and answers when ClickHouse has them. What a
 * record means is classify.ts's and the catalog's; how rows look is rows.ts's.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type Catalog, createRedactor, type RedactionOptions, type Redactor } from "@errata/catalog";
import { clockAt, type ErrorRow, type OtelLogRow, type OtelTraceRow, type Store, StoreError } from "@errata/store";
import { refusal } from "../admission.ts";
import { LIMITS } from "../limits.ts";
import { closeListeners, listenLoopback, tune } from "../listen.ts";
import {
	answerFailure,
	answerJson,
	answerSuccess,
	type Encoding,
	type Failure,
	type Signal,
	STATUS,
} from "./answer.ts";
import { Intake } from "./intake.ts";
import type { MetricsRequest } from "./model.ts";
import { readJson } from "./read-json.ts";
import { readProtobuf } from "./read-protobuf.ts";
import { type Context, logRows, type Rejections, traceRows } from "./rows.ts";
import { Logs, Malformed, type Message, Metrics, Traces } from "./schema.ts";
import { Writer } from "./writer.ts";

export interface ReceiverOptions {
	/** 0 means any free one. */
	readonly port: number;
	readonly store: Pick<Store, "insertLogs" | "insertTraces" | "insertErrors">;
	readonly catalog: Catalog;
	/** How errors of unknown senders are redacted; default: replace. */
	readonly redaction?: RedactionOptions | undefined;
	/** Who sends it in `x-errata-token` is trusted. */
	readonly token: string;
	/** What GET /errata/status answers. */
	readonly status: () => object;
	/** False while the engine is away; GET /errata/health says so. */
	readonly healthy: () => boolean;
	readonly log?: (line: string) => void;
}

export interface Receiver {
	/** `http://localhost:<port>` */
	readonly url: string;
	/** Stops accepting and lets what is under way be stored and answered, at most `LIMITS.drainMs`. */
	stop(): Promise<void>;
}

/** Throws ErrataError if the port is taken. */
export async function startReceiver(options: ReceiverOptions): Promise<Receiver> {
	const receiving = new Receiving(options);
	const listeners = await listenLoopback(options.port, "--otlp-port", "OTLP/HTTP", (server) => {
		tune(server, LIMITS.otlpRequestMs);
		server.on("request", (request, response) => void receiving.handle(request, response));
	});
	return {
		url: `http://localhost:${listeners.port}`,
		stop: () => closeListeners(listeners, LIMITS.drainMs),
	};
}

const SIGNALS: Readonly<Record<string, Signal>> = {
	"/v1/logs": "logs",
	"/v1/traces": "traces",
	"/v1/metrics": "metrics",
};

class Receiving {
	readonly #options: ReceiverOptions;
	readonly #intake = new Intake();
	readonly #redactor: Redactor;
	readonly #tokenHash: Buffer;
	readonly #logs: Writer<OtelLogRow>;
	readonly #traces: Writer<OtelTraceRow>;
	readonly #errors: Writer<ErrorRow>;
	#saidMetrics = false;

	constructor(options: ReceiverOptions) {
		this.#options = options;
		this.#redactor = createRedactor(options.redaction);
		this.#tokenHash = hash(options.token);
		this.#logs = new Writer((rows) => options.store.insertLogs(rows));
		this.#traces = new Writer((rows) => options.store.insertTraces(rows));
		this.#errors = new Writer((rows) => options.store.insertErrors(rows));
	}

	async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
		request.on("error", () => {});
		response.on("error", () => {});
		const encoding = encodingOf(request);
		try {
			const failure = await this.#serve(request, response, encoding);
			if (failure !== undefined) refuse(request, response, encoding ?? "json", failure);
		} catch (error) {
			refuse(request, response, encoding ?? "json", failureOf(error));
		}
	}

	/** Answers what went well; returns what did not. */
	async #serve(
		request: IncomingMessage,
		response: ServerResponse,
		encoding: Encoding | undefined,
	): Promise<Failure | undefined> {
		const refused = refusal(request.headers);
		if (refused !== undefined) return { http: 403, code: STATUS.permissionDenied, message: refused };
		const path = (request.url ?? "").split("?", 1)[0] ?? "";
		const signal = SIGNALS[path];
		if (signal === undefined) return this.#page(path, request, response);
		if (request.method !== "POST") return notAllowed("POST");
		if (encoding === undefined) return unsupportedType(request);
		const intake = await this.#intake.read(request);
		if (intake === "gone") return undefined;
		if ("failure" in intake) return intake.failure;
		try {
			const trusted = this.#isTrusted(request);
			const rejected = await this.#store(signal, intake.bytes, encoding, trusted);
			answerSuccess(response, encoding, signal, rejected);
		} finally {
			intake.release();
		}
		return undefined;
	}

	#page(path: string, request: IncomingMessage, response: ServerResponse): Failure | undefined {
		if (path !== "/errata/status" && path !== "/errata/health")
			return {
				http: 404,
				code: STATUS.notFound,
				message: "nothing is at this path: OTLP/HTTP has /v1/logs and /v1/traces, errata has /errata/status",
			};
		if (request.method !== "GET" && request.method !== "HEAD") return notAllowed("GET, HEAD");
		request.resume();
		const healthy = this.#options.healthy();
		if (path === "/errata/health") answerJson(response, healthy ? 200 : 503, { status: healthy ? "ok" : "starting" });
		else answerJson(response, 200, this.#options.status());
		return undefined;
	}

	#isTrusted(request: IncomingMessage): boolean {
		const token = request.headers["x-errata-token"];
		return typeof token === "string" && timingSafeEqual(hash(token), this.#tokenHash);
	}

	/** Stores what the bytes hold; what of it was rejected. Throws Malformed or StoreError. */
	async #store(signal: Signal, bytes: Buffer, encoding: Encoding, trusted: boolean): Promise<Rejections> {
		const read = <T>(type: Message<T>) => (encoding === "json" ? readJson(bytes, type) : readProtobuf(bytes, type));
		if (signal === "metrics") return this.#refuseMetrics(read(Metrics));
		const { catalog } = this.#options;
		const context: Context = { catalog, redactor: this.#redactor, trusted, clock: clockAt(Date.now()) };
		if (signal === "logs") {
			const rows = logRows(read(Logs), context);
			await this.#logs.write(rows.logs);
			return rows.rejected;
		}
		const rows = traceRows(read(Traces), context);
		await Promise.all([this.#traces.write(rows.traces), this.#errors.write(rows.errors)]);
		return rows.rejected;
	}

	/**
	 * Success with every data point rejected. A 404 or 501 makes SDKs complain to stderr at every export, a 503 makes them
	 * try for ever; after a partial success they must not retry, and they show the reason to whoever turned diagnostics on.
	 */
	#refuseMetrics(request: MetricsRequest): Rejections {
		if (!this.#saidMetrics)
			this.#options.log?.("metrics are not stored: OTEL_METRICS_EXPORTER=none saves sending them");
		this.#saidMetrics = true;
		let count = 0;
		for (const { scopeMetrics } of request.resourceMetrics)
			for (const { metrics } of scopeMetrics)
				for (const metric of metrics) for (const points of Object.values(metric)) count += points.dataPoints.length;
		return { count, reason: "errata local stores logs and traces, not metrics: set OTEL_METRICS_EXPORTER=none" };
	}
}

/** The encoding that the content type names, exactly; undefined for any other. */
function encodingOf(request: IncomingMessage): Encoding | undefined {
	const type = (request.headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase();
	if (type === "application/x-protobuf") return "protobuf";
	return type === "application/json" ? "json" : undefined;
}

function failureOf(error: unknown): Failure {
	if (error instanceof Malformed) return { http: 400, code: STATUS.invalidArgument, message: error.message };
	if (error instanceof StoreError) {
		if (!error.retryable) return { http: 400, code: STATUS.invalidArgument, message: error.message };
		const full = error.reason.includes("disk");
		const retryAfter = full ? LIMITS.diskFullRetryAfterSeconds : LIMITS.retryAfterSeconds;
		return { http: 503, code: STATUS.unavailable, message: error.message, retryAfter };
	}
	// A bug of ours. The sender keeps its data and may send it again.
	return {
		http: 503,
		code: STATUS.unavailable,
		message: "errata local failed on this request: send again",
		retryAfter: LIMITS.retryAfterSeconds,
	};
}

function notAllowed(allow: string): Failure {
	return { http: 405, code: STATUS.unimplemented, message: `use ${allow} here`, headers: { allow } };
}

function unsupportedType(request: IncomingMessage): Failure {
	const type = JSON.stringify((request.headers["content-type"] ?? "").slice(0, 80));
	return {
		http: 415,
		code: STATUS.invalidArgument,
		message: `Content-Type ${type} is not OTLP: use application/x-protobuf or application/json`,
	};
}

/** The rest of the body is read to nowhere: a connection that is cut meanwhile would take the answer along. */
function refuse(request: IncomingMessage, response: ServerResponse, encoding: Encoding, failure: Failure): void {
	if (response.headersSent) return void response.destroy();
	answerFailure(response, encoding, failure);
	request.resume();
}

function hash(text: string): Buffer {
	return createHash("sha256").update(text).digest();
}
