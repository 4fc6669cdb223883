import express from "express";
import pino from "pino";

const log = pino(pino.destination("/dev/null"));
const ask = async (server, ...paths) => {
	if (!server.listening) await new Promise((resolve) => server.once("listening", resolve));
	for (const path of paths) await fetch(`http://127.0.0.1:${server.address().port}${path}`);
	server.close();
	server.closeAllConnections();
};
const app = express();
app.get("/", async () => {
	throw new TypeError("in a handler");
});
app.use((error, _request, response, _next) => {
	log.error({ err: error }, "request failed");
	response.sendStatus(500);
});
ask(app.listen(0), "/");
