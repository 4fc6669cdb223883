/** Offers the health port, which another process may have. */
import { once } from "node:events";
import { createServer } from "node:http";

export async function startHealth(log) {
	const port = Number(process.env.HEALTH_PORT ?? 18099);
	log.info({ port }, "health port is opened");
	const server = createServer((_req, res) => res.end("ok"));
	server.listen(port, "127.0.0.1");
	await once(server, "listening");
	server.close();
}
