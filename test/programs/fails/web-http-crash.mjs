import http from "node:http";

const server = http
	.createServer(() => {
		throw new TypeError("nobody catches");
	})
	.listen(0, () => http.get({ port: server.address().port }).on("error", () => {}));
