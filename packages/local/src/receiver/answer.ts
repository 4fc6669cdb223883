/** What the receiver answers, in the request's own encoding: OTLP's responses and Status. Nothing here reads a request. */
import type { ServerResponse } from "node:http";
import protobuf from "protobufjs/minimal.js";

export type Encoding = "protobuf" | "json";

export type Signal = "logs" | "traces" | "metrics";

/** Codes of google.rpc.Status that OTLP over HTTP has use for. */
export const STATUS = {
	invalidArgument: 3,
	notFound: 5,
	permissionDenied: 7,
	resourceExhausted: 8,
	unimplemented: 12,
	unavailable: 14,
} as const;

export interface Failure {
	/** HTTP status. */
	readonly http: number;
	readonly code: number;
	readonly message: string;
	/** Seconds; only for what may succeed later. */
	readonly retryAfter?: number;
	readonly headers?: Readonly<Record<string, string>>;
}

export const CONTENT_TYPES: Readonly<Record<Encoding, string>> = {
	protobuf: "application/x-protobuf",
	json: "application/json",
};

const REJECTED_NAMES: Readonly<Record<Signal, string>> = {
	logs: "rejectedLogRecords",
	traces: "rejectedSpans",
	metrics: "rejectedDataPoints",
};

export function answerSuccess(
	response: ServerResponse,
	encoding: Encoding,
	signal: Signal,
	rejected: { readonly count: number; readonly reason: string },
): void {
	const partial = rejected.count > 0;
	if (encoding === "json") {
		const partialSuccess = { [REJECTED_NAMES[signal]]: String(rejected.count), errorMessage: rejected.reason };
		send(response, 200, encoding, JSON.stringify(partial ? { partialSuccess } : {}));
		return;
	}
	const writer = protobuf.Writer.create();
	// int64 as a plain number: counts of one request stay far below 2^53.
	if (partial) writer.uint32(10).fork().uint32(8).int64(rejected.count).uint32(18).string(rejected.reason).ldelim();
	send(response, 200, encoding, writer.finish());
}

export function answerFailure(response: ServerResponse, encoding: Encoding, failure: Failure): void {
	if (failure.retryAfter !== undefined) response.setHeader("retry-after", String(failure.retryAfter));
	for (const [name, value] of Object.entries(failure.headers ?? {})) response.setHeader(name, value);
	const { code, message } = failure;
	const body =
		encoding === "json"
			? JSON.stringify({ code, message })
			: protobuf.Writer.create().uint32(8).int32(code).uint32(18).string(message).finish();
	send(response, failure.http, encoding, body);
}

export function answerJson(response: ServerResponse, http: number, value: unknown): void {
	send(response, http, "json", `${JSON.stringify(value)}\n`);
}

function send(response: ServerResponse, http: number, encoding: Encoding, body: string | Uint8Array): void {
	response.writeHead(http, {
		"content-type": CONTENT_TYPES[encoding],
		"content-length": String(Buffer.byteLength(body)),
		"x-content-type-options": "nosniff",
	});
	response.end(body);
}
