import { withContext } from "@errata/node";
import { trace } from "@opentelemetry/api";

await trace.getTracer("app").startActiveSpan("job", (span) =>
	withContext({ task: { id: 7 } }, async () => {
		throw new TypeError("job failed");
	})
		.catch((error) => console.error(error))
		.finally(() => span.end()),
);
