import { Worker } from "node:worker_threads";

new Worker("throw new RangeError('in an eval worker')", { eval: true }).on("error", (error) => console.error(error));
