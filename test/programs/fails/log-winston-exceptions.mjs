import winston from "winston";

winston.createLogger({ transports: [new winston.transports.Console({ handleExceptions: true })] });
setTimeout(() => {
	throw new RangeError("for its handler");
}, 1);
