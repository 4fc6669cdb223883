import { Worker } from "node:worker_threads";

new Worker(new URL("data:text/javascript,console.error(new TypeError(%22caught in a worker%22))"));
