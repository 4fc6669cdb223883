import http from "node:http";

const server = http
	.createServer((request) => request.socket.destroy())
	.listen(0, () =>
		http.get({ port: server.address().port }).on("error", (error) => {
			console.error(error);
			server.close();
		}),
	);
