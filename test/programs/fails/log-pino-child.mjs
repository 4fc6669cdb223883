import pino from "pino";

const log = pino(pino.destination("/dev/null"));
log.child({ request: 7 }).error(new TypeError("in a request"));
