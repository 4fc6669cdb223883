import { readFile } from "node:fs/promises";
import { trace } from "@opentelemetry/api";

await trace.getTracer("app").startActiveSpan("job", async (span) => {
	try {
		await readFile("/no/such/file");
	} catch (error) {
		console.error(error);
	}
	span.end();
});
