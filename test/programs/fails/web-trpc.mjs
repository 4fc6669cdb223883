import { initTRPC } from "@trpc/server";
import { createHTTPServer } from "@trpc/server/adapters/standalone";

const ask = async (server, ...paths) => {
	if (!server.listening) await new Promise((resolve) => server.once("listening", resolve));
	for (const path of paths) await fetch(`http://127.0.0.1:${server.address().port}${path}`);
	server.close();
	server.closeAllConnections();
};
const t = initTRPC.create();
const server = createHTTPServer({
	router: t.router({
		boom: t.procedure.query(() => {
			throw new TypeError("in a procedure");
		}),
	}),
});
server.listen(0);
ask(server, "/boom");
