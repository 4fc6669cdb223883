import bunyan from "bunyan";

const log = bunyan.createLogger({ name: "app" });

import { trace } from "@opentelemetry/api";

await trace.getTracer("app").startActiveSpan("job", async (span) => {
	try {
		throw new RangeError("in a span");
	} catch (error) {
		log.error({ err: error });
	}
	span.end();
});
