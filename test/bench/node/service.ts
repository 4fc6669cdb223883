/** The service under load of `bench:node`: Fastify and pino, one request in a hundred fails. Prints its port, ends at SIGTERM. */
import Fastify from "fastify";
import pino from "pino";

const log = pino(pino.destination("/dev/null"));
const app = Fastify();
let requests = 0;

app.get("/orders/:id", async (request) => {
	const { id } = request.params as { id: string };
	requests++;
	log.info({ order: id }, "order asked for");
	if (requests % 100 === 0) throw new Error(`order ${requests} has no price`);
	return { id, price: 12.5, items: Array.from({ length: 20 }, (_, i) => ({ sku: `s-${i}`, stock: i })) };
});
app.setErrorHandler((error, _request, reply) => {
	log.error({ err: error }, "request failed");
	reply.code(500).send({ failed: true });
});
const address = await app.listen({ port: 0, host: "127.0.0.1" });
console.log(address);
process.on("SIGTERM", () => process.exit(0));
