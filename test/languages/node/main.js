/** Fails in every way of the cases, tells of it as services do, and says ordinary things in between. */
const { ROOT_CONTEXT, SpanStatusCode, trace } = require("@opentelemetry/api");
const pino = require("pino");
const { CASES } = require("./cases.js");

const log = pino({ name: "orders", level: "debug" });
const tracer = trace.getTracer("orders");

function report({ name, report }, error, span) {
	if (report === "error" || report === "both") log.error({ err: error, attempt: 1 }, `cannot do ${name}`);
	if (report === "warning") log.warn({ err: error }, "will try again");
	if (report === "text") log.error(`cannot reach billing: ${error.message}`);
	if (report === "span" || report === "both") span.recordException(error);
}

function inSpan(name, work) {
	return tracer.startActiveSpan(name, {}, ROOT_CONTEXT, async (span) => {
		try {
			await work(span);
		} finally {
			span.end();
		}
	});
}

async function main() {
	await inSpan("ordinary", () => {
		log.debug("cache is warm");
		log.info({ order: 7 }, "order placed, error budget is fine");
		log.warn({ days: 3 }, "price list is old");
	});
	for (const one of CASES) {
		await inSpan(one.name, async (span) => {
			try {
				await one.fail();
			} catch (error) {
				report(one, error, span);
				span.setStatus({ code: SpanStatusCode.ERROR });
				return;
			}
			throw new Error(`${one.name} did not fail`);
		});
	}
}

main();
