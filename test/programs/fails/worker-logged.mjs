import { Worker } from "node:worker_threads";

new Worker(new URL("data:text/javascript,throw new RangeError(%22in a worker%22)")).on("error", (error) =>
	console.error("worker died", error),
);
