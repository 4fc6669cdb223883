/**
 * One HTTP POST of OTLP bytes that never keeps a process alive: sockets and timers are unref'd, the connection must stand
 * within `connectMs`. Nothing of OpenTelemetry is imported; retry and meaning of the answer belong to the caller.
 */
import type { Agent, ClientRequest, IncomingMessage } from "node:http";
import type { Agent as HttpsAgent } from "node:https";
import { gzipSync } from "node:zlib";
import { NODE_LIMITS } from "./limits.ts";

export interface PostOptions {
	/** http or https URL. */
	readonly url: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: Uint8Array;
	readonly timeoutMs: number;
	readonly agent?: Agent | HttpsAgent;
	readonly gzip?: boolean;
	/** Aborts the request; it then fails like a broken connection. */
	readonly signal?: AbortSignal;
	/** true: the open request keeps the process alive (a command that waits for it). */
	readonly keepAlive?: boolean;
}

export interface PostAnswer {
	readonly status: number;
	/** Milliseconds the server asked to wait (`Retry-After`), if it did. */
	readonly retryAfterMs: number | undefined;
	/** `content-type`, "" if absent. */
	readonly type: string;
	/** At most `responseBytes`. */
	readonly body: Buffer;
}

/** The answer, whatever its status. Rejects when no answer came: refused, reset, timed out, aborted. */
export function post(options: PostOptions): Promise<PostAnswer> {
	return new Promise((resolve, reject) => {
		if (options.signal?.aborted === true) throw new Error("aborted");
		const body = options.gzip === true ? gzipSync(options.body) : options.body;
		const request = open(options, body);
		const settled = (): void => {
			clearTimeout(total);
			// The signal outlives the request by far, and would hold its body.
			options.signal?.removeEventListener("abort", abort);
		};
		const fail = (error: Error): void => {
			settled();
			request.destroy();
			reject(error);
		};
		const abort = (): void => fail(new Error("aborted"));
		const total = setTimeout(() => fail(timeout("answer", options.timeoutMs)), options.timeoutMs);
		if (options.keepAlive !== true) total.unref();
		guardConnection(request, options, fail);
		request.on("error", fail);
		request.on("response", (response) => {
			read(response).then((answer) => {
				settled();
				resolve(answer);
			}, fail);
		});
		options.signal?.addEventListener("abort", abort, { once: true });
		request.end(body);
	});
}

function open(options: PostOptions, body: Uint8Array): ClientRequest {
	const secure = options.url.startsWith("https:");
	// Looked up when needed: loaded at the top, it would be there before instrumentation can wrap it.
	const { request } = secure ? process.getBuiltinModule("node:https") : process.getBuiltinModule("node:http");
	const headers: Record<string, string> = { ...options.headers, "content-length": String(body.byteLength) };
	if (options.gzip === true) headers["content-encoding"] = "gzip";
	return request(options.url, { method: "POST", headers, ...(options.agent ? { agent: options.agent } : {}) });
}

/** A pending connect keeps the event loop alive even when its socket is unref'd, so it gets its own short limit. */
function guardConnection(request: ClientRequest, options: PostOptions, fail: (error: Error) => void): void {
	request.on("socket", (socket) => {
		if (options.keepAlive !== true) socket.unref();
		else socket.ref();
		if (!socket.connecting) return;
		const limit = Math.min(NODE_LIMITS.connectMs, options.timeoutMs);
		const timer = setTimeout(() => fail(timeout("connection", limit)), limit);
		timer.unref();
		socket.once("connect", () => clearTimeout(timer));
		socket.once("close", () => clearTimeout(timer));
	});
}

function timeout(what: string, ms: number): Error {
	return Object.assign(new Error(`no ${what} within ${ms} ms`), { code: "ETIMEDOUT" });
}

async function read(response: IncomingMessage): Promise<PostAnswer> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of response as AsyncIterable<Buffer>) {
		size += chunk.length;
		if (size <= NODE_LIMITS.responseBytes) chunks.push(chunk);
		else if (size > 64 * NODE_LIMITS.responseBytes) break;
	}
	return {
		status: response.statusCode ?? 0,
		type: response.headers["content-type"] ?? "",
		retryAfterMs: retryAfter(response.headers["retry-after"]),
		body: Buffer.concat(chunks),
	};
}

function retryAfter(header: string | undefined): number | undefined {
	if (header === undefined) return undefined;
	if (/^[0-9]{1,6}$/.test(header)) return Number(header) * 1_000;
	const date = Date.parse(header);
	return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

/** Statuses after which the same request may be sent again (OTLP/HTTP). */
export function isRetryable(status: number): boolean {
	return status === 429 || status === 502 || status === 503 || status === 504;
}

/** True if the receiver took the request. A page that says 200 is some other server's: a proxy's, a portal's. */
export function isAccepted({ status, type }: Pick<PostAnswer, "status" | "type">): boolean {
	return status >= 200 && status < 300 && !type.startsWith("text/html");
}

/** Answers about this request; a wrong key or path (401, 403, 404) is one about all of them, and may be put right. */
export const REFUSED: ReadonlySet<number> = new Set([400, 413, 415, 422]);
