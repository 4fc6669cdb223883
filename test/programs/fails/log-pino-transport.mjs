import pino from "pino";

const log = pino({ transport: { target: "pino/file", options: { destination: "/dev/null" } } });
log.error({ err: new RangeError("by a transport") }, "failed");
