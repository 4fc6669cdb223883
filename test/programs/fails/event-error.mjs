import { EventEmitter } from "node:events";

process.on("uncaughtException", () => {});
new EventEmitter().emit("error", new RangeError("nobody listens"));
