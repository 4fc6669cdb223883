import net from "node:net";

const a = net.createServer().listen(0, () =>
	net
		.createServer()
		.on("error", (error) => {
			console.error(error);
			a.close();
		})
		.listen(a.address().port),
);
