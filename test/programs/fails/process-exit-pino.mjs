import pino from "pino";

const log = pino(pino.destination({ dest: "/dev/null", sync: true }));
log.fatal(new TypeError("cannot start"));
process.exit(1);
