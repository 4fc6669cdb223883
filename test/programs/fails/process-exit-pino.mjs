import pino from "pino";

const log = pino(pino.destination("/dev/null"));
log.fatal(new TypeError("cannot start"));
process.exit(1);
