/**
 * The network between two parts: relays HTTP to where it leads, or fails in the two ways that matter. `refusing` passes
 * nothing on, `deaf` carries the request out and loses the answer, so that what was stored is sent again.
 */
import { Agent, createServer, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as TlsAgent, request as tlsRequest } from "node:https";
import type { AddressInfo } from "node:net";

export type Weather = "fair" | "refusing" | "deaf";

export interface Gate {
	/** `http://127.0.0.1:<port>` */
	readonly url: string;
	weather: Weather;
	/** Answers of 503 so far. */
	readonly refused: number;
	stop(): Promise<void>;
}

/** `ca` is the certificate by which an `https:` target is known. */
export async function openGate(to: string, ca = ""): Promise<Gate> {
	const secure = to.startsWith("https:");
	const agent = secure ? new TlsAgent({ keepAlive: true, ca }) : new Agent({ keepAlive: true });
	const send = secure ? tlsRequest : httpRequest;
	let weather: Weather = "fair";
	let refused = 0;
	const server = createServer((request, response) => {
		const refuse = (): void => {
			refused++;
			if (response.headersSent) return void response.destroy();
			response.writeHead(503).end("the network is down");
		};
		request.on("error", () => {});
		response.on("error", () => {});
		if (weather === "refusing") return void request.resume().once("end", refuse);
		const { method = "GET", headers } = request;
		const onward = send(`${to}${request.url}`, { method, headers, agent }, (answer: IncomingMessage) => {
			if (weather !== "fair") return void answer.resume().once("close", refuse);
			response.writeHead(answer.statusCode ?? 502, answer.headers);
			answer.pipe(response);
			answer.once("error", () => response.destroy());
		});
		onward.once("error", refuse);
		request.pipe(onward);
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		get weather() {
			return weather;
		},
		set weather(next) {
			weather = next;
		},
		get refused() {
			return refused;
		},
		stop: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
				agent.destroy();
			}),
	};
}
