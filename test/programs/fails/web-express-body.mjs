import express from "express";

const app = express();
app.use(express.json());
const server = app.listen(0, async () => {
	await fetch(`http://127.0.0.1:${server.address().port}`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: "{",
	});
	server.close();
	server.closeAllConnections();
});
