import { trace } from "@opentelemetry/api";

trace.getTracer("app").startActiveSpan("job", (span) => {
	span.recordException(new TypeError("recorded"));
	span.end();
});
