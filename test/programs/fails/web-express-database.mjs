import express from "express";
import pg from "pg";

const ask = async (server, ...paths) => {
	if (!server.listening) await new Promise((resolve) => server.once("listening", resolve));
	for (const path of paths) await fetch(`http://127.0.0.1:${server.address().port}${path}`);
	server.close();
	server.closeAllConnections();
};
const app = express();
app.get("/", async () => {
	await new pg.Client({ host: "127.0.0.1", port: 1 }).connect();
});
ask(app.listen(0), "/");
