/** The set-up of tests that run programs against a receiver. Call it where a test file begins; what it makes goes with the file. */
import { afterAll, beforeAll, beforeEach } from "vitest";
import { build, workDirectory } from "./child.ts";
import { Collector } from "./collector.ts";

/** The package built, a directory for programs, and a collector that is empty before each test. */
export function lab(): { readonly work: ReturnType<typeof workDirectory>; readonly collector: Collector } {
	const work = workDirectory();
	const collector = new Collector();
	beforeAll(async () => {
		build();
		await collector.listen();
	});
	beforeEach(() => collector.clear());
	afterAll(async () => {
		await collector.stop();
		work.remove();
	});
	return { work, collector };
}
