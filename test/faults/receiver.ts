/** A receiver that misbehaves as told, then takes what it gets: every kind of trouble a collector or what stands before it makes. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { logsFromProtobuf } from "../../packages/node/src/testing/otlp.ts";

export type Trouble = (request: IncomingMessage, response: ServerResponse) => void;

export const TROUBLES: Readonly<Record<string, Trouble>> = {
	"503": (_request, response) => void response.writeHead(503).end("busy"),
	"429 with Retry-After": (_request, response) => void response.writeHead(429, { "retry-after": "2" }).end(),
	"503 with a date to retry after": (_request, response) =>
		void response.writeHead(503, { "retry-after": new Date(Date.now() + 2_000).toUTCString() }).end(),
	"a page that says 200": (_request, response) =>
		void response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end("<h1>Welcome to nginx!</h1>"),
	"a way elsewhere": (_request, response) => void response.writeHead(302, { location: "/login" }).end(),
	"bytes that are no HTTP": (request) => void request.socket.end("\u0000\u0001garbage\r\n\r\n"),
	"an answer that breaks off": (request, response) => {
		response.writeHead(200, { "content-length": "1000" }).write("half");
		setTimeout(() => request.socket.destroy(), 20);
	},
	"no answer": () => {},
	"a closed connection": (request) => void request.socket.destroy(),
	"500": (_request, response) => void response.writeHead(500).end("{}"),
};

export class Receiver {
	/** Bodies of the error records taken, in order. */
	readonly bodies: string[] = [];
	/** `log.record.uid` of each. */
	readonly uids: string[] = [];
	/** Lines errata said about itself. */
	readonly said: string[] = [];
	/** When requests for logs came, milliseconds. */
	readonly times: number[] = [];
	/** What the next so many requests for logs meet. */
	trouble: Trouble | undefined;
	left = 0;
	readonly #server: Server;

	private constructor() {
		this.#server = createServer((request, response) => {
			const chunks: Buffer[] = [];
			request.on("data", (chunk: Buffer) => chunks.push(chunk));
			request.on("error", () => {});
			request.on("end", () => this.#answer(request, response, Buffer.concat(chunks)));
		});
	}

	static async start(): Promise<Receiver> {
		const receiver = new Receiver();
		await new Promise<void>((resolve) => receiver.#server.listen(0, "127.0.0.1", resolve));
		return receiver;
	}

	get url(): string {
		return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
	}

	async stop(): Promise<void> {
		this.#server.closeAllConnections();
		await new Promise((resolve) => this.#server.close(resolve));
	}

	#answer(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
		if (request.url === "/v1/logs") {
			this.times.push(Date.now());
			if (this.trouble !== undefined && this.left > 0) {
				this.left--;
				this.trouble(request, response);
				return;
			}
			for (const record of logsFromProtobuf(body)) {
				const uid = record.attributes["log.record.uid"];
				if (uid === undefined) this.said.push(String(record.body));
				else {
					this.bodies.push(String(record.body));
					this.uids.push(String(uid));
				}
			}
		}
		response.writeHead(200, { "content-type": "application/x-protobuf" }).end();
	}
}
