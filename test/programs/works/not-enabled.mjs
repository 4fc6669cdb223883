import winston from "winston";

winston
	.createLogger({ level: "error", transports: [new winston.transports.Console()] })
	.debug(new Error("not at this level"));

import pino from "pino";

const log = pino(pino.destination("/dev/null"));
log.debug(new Error("not at this level"));
