/**
 * What the example services call and what fails there: a server that never answers, one with a self-signed certificate,
 * one that says 429, and a port that is taken. All on loopback, on ports the system gives.
 */
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { selfSigned } from "./certificate.ts";

export interface Upstreams {
	/** Environment that tells the services where these upstreams are. */
	readonly env: Readonly<Record<string, string>>;
	stop(): Promise<void>;
}

const silent: RequestListener = () => {};
const busy: RequestListener = (_req, res) => {
	res.writeHead(429, { "retry-after": "30", "content-type": "application/json" });
	res.end('{"error":"too many requests"}');
};

async function listen(server: Server): Promise<number> {
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	return (server.address() as AddressInfo).port;
}

/** Starts them all. */
export async function startUpstreams(): Promise<Upstreams> {
	const tls = createTlsServer(selfSigned("shipping.internal"), (_req, res) => res.end("{}"));
	const servers = [createServer(silent), createServer(busy), tls];
	const [silentPort, busyPort, tlsPort] = await Promise.all(servers.map(listen));
	return {
		env: {
			SHIPPING_URL: `https://127.0.0.1:${tlsPort}`,
			RECOMMENDATIONS_URL: `http://127.0.0.1:${silentPort}`,
			WEBHOOK_URL: `http://127.0.0.1:${silentPort}/hook`,
			PARTNERS_URL: `http://127.0.0.1:${busyPort}`,
			HEALTH_PORT: String(busyPort),
		},
		async stop() {
			for (const server of servers) {
				server.closeAllConnections();
				server.close();
			}
			await Promise.all(servers.map((server) => (server.listening ? once(server, "close") : undefined)));
		},
	};
}
