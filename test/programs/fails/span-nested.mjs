import { trace } from "@opentelemetry/api";

const tracer = trace.getTracer("app");
const error = new RangeError("on both");
tracer.startActiveSpan("outer", (outer) => {
	tracer.startActiveSpan("inner", (inner) => {
		inner.recordException(error);
		inner.end();
	});
	outer.recordException(error);
	outer.end();
});
console.error(error);
