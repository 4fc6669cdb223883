import { DatabaseSync } from "node:sqlite";
import { trace } from "@opentelemetry/api";

await trace.getTracer("app").startActiveSpan("job", async (span) => {
	try {
		const db = new DatabaseSync(":memory:");
		db.exec("CREATE TABLE t (a UNIQUE); INSERT INTO t VALUES (1)");
		db.exec("INSERT INTO t VALUES (1)");
	} catch (error) {
		console.error(error);
	}
	span.end();
});
