import pino from "pino";

const log = pino(pino.destination("/dev/null"));
log.error("only words");
