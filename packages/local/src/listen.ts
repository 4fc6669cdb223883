/** Listening on this machine only, on IPv4 and IPv6 alike, and stopping within bounds. */
import { createServer, type Server } from "node:http";
import { ErrataError } from "@errata/catalog";
import { LIMITS } from "./limits.ts";
import { describeHolder } from "./port-holder.ts";

export interface Listeners {
	readonly port: number;
	readonly servers: readonly Server[];
}

/**
 * Listens on 127.0.0.1 and, where there is one, on ::1 with the same port. `flag` is what changes the port, `what` what
 * it is for; both appear in the ErrataError when it is taken.
 */
export async function listenLoopback(
	port: number,
	flag: string,
	what: string,
	prepare: (server: Server) => void,
): Promise<Listeners> {
	const first = createServer();
	prepare(first);
	const bound = await listen(first, port, "127.0.0.1").catch((error: NodeJS.ErrnoException) => error);
	if (typeof bound !== "number") throw await taken(bound, port, flag, what);
	const second = createServer();
	prepare(second);
	const six = await listen(second, bound, "::1").catch((error: NodeJS.ErrnoException) => error);
	if (typeof six === "number") return { port: bound, servers: [first, second] };
	// Without IPv6 there is nothing to take; but another program there would answer some of those who say "localhost".
	if (six.code === "EADDRINUSE" && port !== 0) {
		first.close();
		throw await taken(six, port, flag, what);
	}
	return { port: bound, servers: [first] };
}

function listen(server: Server, port: number, host: string): Promise<number> {
	return new Promise((resolve, reject) => {
		server.once("error", reject);
		server.listen({ port, host, exclusive: true }, () => {
			server.off("error", reject);
			const address = server.address();
			resolve(typeof address === "object" && address !== null ? address.port : port);
		});
	});
}

async function taken(error: NodeJS.ErrnoException, port: number, flag: string, what: string): Promise<ErrataError> {
	const inUse = error.code === "EADDRINUSE";
	return new ErrataError({
		operation: "listen on",
		subject: `port ${port} (${what})`,
		cause: inUse ? `it is in use${await describeHolder(port)}` : `${error.message}`,
		remedy: inUse
			? `Stop that program, or choose another port with ${flag}`
			: `Choose a port from 1024 up with ${flag}`,
		code: inUse ? "LOCAL_PORT_IN_USE" : "LOCAL_PORT",
		origin: error,
	});
}

/** Stops accepting, waits until what is under way has ended, at most `drainMs`, then cuts what is left. */
export async function closeListeners(listeners: Listeners, drainMs: number): Promise<void> {
	const closing = listeners.servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
	const timer = setTimeout(() => {
		for (const server of listeners.servers) server.closeAllConnections();
	}, drainMs);
	for (const server of listeners.servers) server.closeIdleConnections();
	await Promise.all(closing);
	clearTimeout(timer);
}

/** What both listeners have in common; `requestMs` is how long a client may take to send one request. */
export function tune(server: Server, requestMs: number): void {
	server.requestTimeout = requestMs;
	server.headersTimeout = LIMITS.headersMs;
	server.keepAliveTimeout = LIMITS.idleMs;
	server.maxConnections = LIMITS.connections;
}
