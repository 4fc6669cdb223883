/**
 * The proxy in front of the engine: the only way in. It admits loopback clients only, reads each request whole, forwards
 * it as the limited user over connections that are never cut, and reads every answer to its end, whether or not the
 * client is still there. It interprets nothing of what passes. Restarting the engine is the supervisor's.
 */
import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { refusal } from "./admission.ts";
import { type Body, type BodyFailure, Spool } from "./body.ts";
import { type Credentials, type Forwarded, forwarded, returned } from "./forward.ts";
import { LIMITS } from "./limits.ts";
import { closeListeners, type Listeners, listenLoopback, tune } from "./listen.ts";

export interface EngineAddress extends Credentials {
	readonly url: string;
}

export interface ShieldOptions {
	/** 0 means any free one. */
	readonly port: number;
	/** The engine of the moment; undefined while there is none. */
	readonly engine: () => EngineAddress | undefined;
	/** Private directory for bodies that do not fit in memory. */
	readonly spoolDirectory: string;
}

export interface Shield {
	/** `http://localhost:<port>` */
	readonly url: string;
	readonly port: number;
	/** Stops accepting, lets what is under way end within `LIMITS.drainMs`, then cuts the clients (never the engine). */
	stop(): Promise<void>;
}

/** Throws ErrataError if the port is taken. */
export async function startShield(options: ShieldOptions): Promise<Shield> {
	const flow = new Flow(options);
	const listeners = await listenLoopback(options.port, "--port", "ClickHouse HTTP", (server) => {
		tune(server, LIMITS.requestMs);
		server.on("request", (request, response) => void flow.handle(request, response));
	});
	return {
		url: `http://localhost:${listeners.port}`,
		port: listeners.port,
		stop: () => flow.stop(listeners),
	};
}

class Flow {
	readonly #options: ShieldOptions;
	readonly #spool: Spool;
	/** Connections to the engine: kept open, because the engine does not survive every way of closing one. */
	readonly #agent = new Agent({ keepAlive: true, maxSockets: LIMITS.engineConnections });

	/** For kills alone: they must get through when abandoned queries hold every other connection. */
	readonly #killer = new Agent({ keepAlive: true, maxSockets: LIMITS.killConnections });
	readonly #exchanges = new Set<Promise<void>>();

	constructor(options: ShieldOptions) {
		this.#options = options;
		this.#spool = new Spool({
			maxBytes: LIMITS.requestBytes,
			memoryBytes: LIMITS.requestMemoryBytes,
			totalBytes: LIMITS.requestTotalBytes,
			directory: options.spoolDirectory,
		});
	}

	async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
		// A client that leaves is normal; what is left to do is found by looking at the response.
		request.on("error", () => {});
		response.on("error", () => {});
		const refused = refusal(request.headers);
		if (refused !== undefined) return refuse(request, response, 403, refused);
		if (request.url?.startsWith("/") !== true) return refuse(request, response, 400, "the request names no path");
		const body = await this.#spool.read(request);
		if (typeof body === "string") return fail(request, response, body);
		try {
			await this.#exchange(request, response, body);
		} catch {
			// What Node's client refuses to send (a character in the path, say) cannot be forwarded.
			if (!response.headersSent) answerText(response, 400, "the request cannot be forwarded as it is");
		} finally {
			await body.release();
		}
	}

	/** One request to the engine and its answer back. Resolves when the engine has said its last byte. */
	async #exchange(request: IncomingMessage, response: ServerResponse, body: Body): Promise<void> {
		if (response.destroyed) return;
		const engine = this.#options.engine();
		if (engine === undefined) return unavailable(response);
		const onward = forwarded(request, body.length, engine);
		let abandoned: NodeJS.Timeout | undefined;
		const exchange = new Promise<void>((resolve) => {
			const upstream = httpRequest(
				engine.url,
				{ path: onward.path, method: request.method, headers: onward.headers, agent: this.#agent },
				(answer) => {
					answer.once("close", resolve);
					relay(answer, response);
				},
			);
			upstream.on("error", () => {
				unavailable(response);
				resolve();
			});
			upstream.once("close", resolve);
			response.once("close", () => {
				if (response.writableFinished) return;
				// Still waiting for a connection: the engine knows nothing of it yet.
				if (upstream.socket === null || upstream.socket === undefined) upstream.destroy();
				else abandoned = this.#killUntilOver(engine, onward);
			});
			pipeline(body.stream(), upstream, () => {});
		});
		this.#exchanges.add(exchange);
		try {
			await exchange;
		} finally {
			clearInterval(abandoned);
			this.#exchanges.delete(exchange);
		}
	}

	/**
	 * Nobody waits for the answer any more. Only reading queries are killed: an insert that was received whole is left to
	 * finish, so that no view misses what its table got.
	 */
	#killUntilOver(engine: EngineAddress, onward: Forwarded): NodeJS.Timeout {
		this.#kill(engine, onward);
		// A query that was just sent may not be known by its id yet.
		return setInterval(() => this.#kill(engine, onward), LIMITS.killAgainMs).unref();
	}

	#kill(engine: EngineAddress, onward: Forwarded): void {
		if (onward.queryId === "") return;
		const sql =
			"KILL QUERY WHERE query_id = {id:String} AND query_kind IN ('Select', 'Explain', 'Show', 'Describe') ASYNC";
		const url = `${engine.url}/?query=${encodeURIComponent(sql)}&param_id=${encodeURIComponent(onward.queryId)}`;
		const headers = {
			"x-clickhouse-user": engine.username,
			"x-clickhouse-key": engine.password,
			"content-length": "0",
		};
		const request = httpRequest(url, { method: "POST", headers, agent: this.#killer }, (answer) => answer.resume());
		request.on("error", () => {});
		request.end();
	}

	async stop(listeners: Listeners): Promise<void> {
		await closeListeners(listeners, LIMITS.drainMs);
		// Clients are gone, their reading queries killed; what the engine still says is read before its connections close.
		await Promise.race([Promise.allSettled(this.#exchanges), sleep(LIMITS.drainMs, undefined, { ref: false })]);
		this.#agent.destroy();
		this.#killer.destroy();
	}
}

/** Moves the answer with back-pressure while the client is there, and to nowhere once it is gone. */
function relay(answer: IncomingMessage, response: ServerResponse): void {
	if (response.destroyed) return void answer.resume();
	response.writeHead(answer.statusCode ?? 502, returned(answer.headers));
	answer.pipe(response, { end: false });
	answer.once("end", () => response.end(() => {}));
	// The engine died in the middle: an answer that looks whole would be a lie.
	answer.once("error", () => response.destroy());
	const stalled = setInterval(() => {
		if (response.writableNeedDrain && response.socket?.bytesWritten === written) response.destroy();
		written = response.socket?.bytesWritten ?? 0;
	}, LIMITS.stalledClientMs);
	let written = 0;
	stalled.unref();
	response.once("close", () => {
		clearInterval(stalled);
		answer.unpipe(response);
		answer.resume();
	});
}

const FAILURES: Readonly<Record<Exclude<BodyFailure, "gone">, readonly [number, string]>> = {
	too_large: [413, `the request's body is over ${LIMITS.requestBytes} bytes: send it in several inserts`],
	busy: [503, "too many large requests at once: try again"],
};

function fail(request: IncomingMessage, response: ServerResponse, failure: BodyFailure): void {
	if (failure === "gone") return void response.destroy();
	const [status, text] = FAILURES[failure];
	if (status === 503) response.setHeader("retry-after", "1");
	refuse(request, response, status, text);
}

function unavailable(response: ServerResponse): void {
	if (response.headersSent) return void response.destroy();
	response.setHeader("retry-after", "1");
	answerText(response, 503, "ClickHouse is restarting: try again. Whether this request was carried out is not known");
}

/** An answer of our own; what is left of the body is read to nowhere, or cutting it would take the answer along. */
function refuse(request: IncomingMessage, response: ServerResponse, status: number, text: string): void {
	answerText(response, status, text);
	request.resume();
}

function answerText(response: ServerResponse, status: number, text: string): void {
	response.writeHead(status, { "content-type": "text/plain; charset=utf-8" });
	response.end(`errata local: ${text}.\n`);
}
