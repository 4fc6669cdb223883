import { isMainThread, Worker } from "node:worker_threads";

if (!isMainThread) throw new RangeError("in a worker");
else new Worker(new URL(import.meta.url));
