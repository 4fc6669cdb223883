import http from "node:http";

const server = http
	.createServer(() => {})
	.listen(0, async () => {
		try {
			await fetch(`http://127.0.0.1:${server.address().port}`, { signal: AbortSignal.timeout(30) });
		} catch (error) {
			console.error(error);
		}
		server.closeAllConnections();
		server.close();
	});
