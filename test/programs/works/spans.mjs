import { trace } from "@opentelemetry/api";

trace.getTracer("app").startActiveSpan("job", (span) => {
	span.addEvent("fine");
	span.end();
});
