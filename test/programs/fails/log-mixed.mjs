import bunyan from "bunyan";
import pino from "pino";
import winston from "winston";

const log = pino(pino.destination("/dev/null"));
const error = new TypeError("told to all");
log.error(error);
winston.createLogger({ transports: [new winston.transports.Console()] }).error(error);
bunyan.createLogger({ name: "app" }).error(error);
console.error(error);
