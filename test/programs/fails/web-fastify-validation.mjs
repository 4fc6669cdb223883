import Fastify from "fastify";

const ask = async (server, ...paths) => {
	if (!server.listening) await new Promise((resolve) => server.once("listening", resolve));
	for (const path of paths) await fetch(`http://127.0.0.1:${server.address().port}${path}`);
	server.close();
	server.closeAllConnections();
};
const app = Fastify();
app.get("/", { schema: { querystring: { type: "object", required: ["a"] } } }, async () => 1);
await app.listen({ port: 0 });
ask(app.server, "/");
