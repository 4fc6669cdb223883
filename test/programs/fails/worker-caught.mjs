import { isMainThread, Worker } from "node:worker_threads";

if (!isMainThread) console.error(new TypeError("caught in a worker"));
else new Worker(new URL(import.meta.url));
