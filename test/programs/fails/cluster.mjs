import cluster from "node:cluster";

if (cluster.isPrimary) cluster.fork().on("exit", () => {});
else {
	console.error(new TypeError("in a cluster worker"));
	process.disconnect();
}
