import bunyan from "bunyan";
import { consola } from "consola";
import pino from "pino";
import winston from "winston";

const log = pino(pino.destination("/dev/null"));
log.info("fine");
log.warn({ ms: 7 }, "slow");
winston.createLogger({ transports: [new winston.transports.Console()] }).info("fine");
bunyan.createLogger({ name: "app" }).warn("slow");
consola.info("fine");
