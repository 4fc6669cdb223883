import http from "node:http";
import axios from "axios";

const server = http
	.createServer((_request, response) => {
		response.statusCode = 404;
		response.end();
	})
	.listen(0);
await new Promise((resolve) => server.once("listening", resolve));
try {
	await axios.get(`http://127.0.0.1:${server.address().port}`);
} catch (error) {
	console.error("failed:", error);
}
server.close();
