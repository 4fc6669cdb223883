import { serve } from "@hono/node-server";
import { Hono } from "hono";

const ask = async (server, ...paths) => {
	if (!server.listening) await new Promise((resolve) => server.once("listening", resolve));
	for (const path of paths) await fetch(`http://127.0.0.1:${server.address().port}${path}`);
	server.close();
	server.closeAllConnections();
};
const app = new Hono();
app.onError((_error, c) => c.text("sorry", 500));
app.get("/", () => {
	throw new RangeError("in a handler");
});
ask(serve({ fetch: app.fetch, port: 0 }), "/");
