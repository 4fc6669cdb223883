import { isMainThread, Worker } from "node:worker_threads";

if (!isMainThread) console.log(1);
else new Worker(new URL(import.meta.url));
