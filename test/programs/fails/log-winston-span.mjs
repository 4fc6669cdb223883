import winston from "winston";

const log = winston.createLogger({ transports: [new winston.transports.Console()] });

import { trace } from "@opentelemetry/api";

await trace.getTracer("app").startActiveSpan("job", async (span) => {
	try {
		throw new TypeError("in a span");
	} catch (error) {
		log.error(error);
	}
	span.end();
});
