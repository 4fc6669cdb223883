import http from "node:http";

const ask = async (server, ...paths) => {
	if (!server.listening) await new Promise((resolve) => server.once("listening", resolve));
	for (const path of paths) await fetch(`http://127.0.0.1:${server.address().port}${path}`);
	server.close();
	server.closeAllConnections();
};
const server = http
	.createServer((_request, response) => {
		try {
			JSON.parse("{");
		} catch (error) {
			console.error(error);
			response.writeHead(500).end();
		}
	})
	.listen(0);
ask(server, "/");
