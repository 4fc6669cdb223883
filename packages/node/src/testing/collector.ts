/** For tests of this package: an OTLP/HTTP receiver on a loopback port that keeps what it was sent. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { type LogRecord, logsFromProtobuf, type SpanRecord, spansFromProtobuf } from "./otlp.ts";

export class Collector {
	readonly logs: LogRecord[] = [];
	readonly spans: SpanRecord[] = [];
	/** Headers of each request, in order. */
	readonly headers: Record<string, unknown>[] = [];
	/** What the next requests are answered; 200 when empty. */
	readonly answers: number[] = [];
	readonly #server: Server;

	private constructor() {
		this.#server = createServer((request, response) => {
			const chunks: Buffer[] = [];
			request.on("data", (chunk) => chunks.push(chunk));
			request.on("end", () => {
				this.headers.push({ ...request.headers, url: request.url });
				const status = this.answers.shift() ?? 200;
				const raw = Buffer.concat(chunks);
				const body = request.headers["content-encoding"] === "gzip" ? gunzipSync(raw) : raw;
				if (status === 200 && request.url === "/v1/logs") this.logs.push(...logsFromProtobuf(body));
				if (status === 200 && request.url === "/v1/traces") this.spans.push(...spansFromProtobuf(body));
				response.writeHead(status, { "content-type": "application/x-protobuf" }).end();
			});
		});
	}

	static async start(): Promise<Collector> {
		const collector = new Collector();
		await new Promise<void>((resolve) => collector.#server.listen(0, "127.0.0.1", resolve));
		return collector;
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
		this.headers.length = 0;
	}

	async stop(): Promise<void> {
		this.#server.closeAllConnections();
		await new Promise((resolve) => this.#server.close(resolve));
	}
}
