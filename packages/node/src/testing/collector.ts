/** For tests of this package: an OTLP/HTTP receiver on a loopback port that keeps what it was sent. */
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { type LogRecord, logsFromProtobuf, type SpanRecord, spansFromProtobuf } from "./otlp.ts";

export class Collector {
	readonly logs: LogRecord[] = [];
	readonly spans: SpanRecord[] = [];
	/** Each request taken, in order, its body decompressed. */
	readonly requests: { readonly url: string; readonly headers: IncomingHttpHeaders; readonly body: Buffer }[] = [];
	/** What the next requests are answered; 200 when empty. */
	readonly answers: number[] = [];
	readonly #server: Server;

	/** Takes nothing before it listens. */
	constructor() {
		this.#server = createServer((request, response) => {
			const chunks: Buffer[] = [];
			request.on("data", (chunk) => chunks.push(chunk));
			request.on("end", () => {
				const status = this.answers.shift() ?? 200;
				const raw = Buffer.concat(chunks);
				const body = request.headers["content-encoding"] === "gzip" ? gunzipSync(raw) : raw;
				const { url = "", headers } = request;
				if (status === 200) this.requests.push({ url, headers, body });
				const protobuf = status === 200 && headers["content-type"] === "application/x-protobuf";
				if (protobuf && url === "/v1/logs") this.logs.push(...logsFromProtobuf(body));
				if (protobuf && url === "/v1/traces") this.spans.push(...spansFromProtobuf(body));
				response.writeHead(status, { "content-type": "application/x-protobuf" }).end();
			});
		});
	}

	static async start(): Promise<Collector> {
		const collector = new Collector();
		await collector.listen();
		return collector;
	}

	/** On any free port of the loopback. */
	listen(): Promise<void> {
		return new Promise((resolve) => void this.#server.listen(0, "127.0.0.1", resolve));
	}

	get url(): string {
		return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
	}

	/** Records that say an error. */
	get errors(): LogRecord[] {
		return this.logs.filter((record) => record.attributes["log.record.uid"] !== undefined);
	}

	clear(): void {
		this.logs.length = 0;
		this.spans.length = 0;
		this.requests.length = 0;
	}

	async stop(): Promise<void> {
		this.#server.closeAllConnections();
		await new Promise((resolve) => this.#server.close(resolve));
	}
}
