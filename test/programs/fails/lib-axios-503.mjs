import http from "node:http";
import axios from "axios";

const server = http
	.createServer((_request, response) => {
		response.statusCode = 503;
		response.end();
	})
	.listen(0);
await new Promise((resolve) => server.once("listening", resolve));

import pino from "pino";

const log = pino(pino.destination("/dev/null"));
try {
	await axios.get(`http://127.0.0.1:${server.address().port}`);
} catch (error) {
	log.error({ err: error }, "failed");
}
server.close();
