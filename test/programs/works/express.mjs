import express from "express";

const ask = async (server, ...paths) => {
	if (!server.listening) await new Promise((resolve) => server.once("listening", resolve));
	for (const path of paths) await fetch(`http://127.0.0.1:${server.address().port}${path}`);
	server.close();
	server.closeAllConnections();
};
const app = express();
app.get("/", (_request, response) => response.json({ fine: true }));
ask(app.listen(0), "/", "/unknown");
