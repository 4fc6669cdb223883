import winston from "winston";

const log = winston.createLogger({ transports: [new winston.transports.Console()] });
log.error("failed", new TypeError("told winston"));
