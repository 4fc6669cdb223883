/** The short form of `npm run fuzz:node`: a seed of today, printed where something breaks. */
import path from "node:path";
import { expect, test } from "vitest";
import { root, run } from "../setup/processes.ts";

test("1,500 hostile values: nothing throws, no record is over its limit, the heap does not grow", async () => {
	const program = path.join(root, "test", "fuzz", "node.ts");
	const flags = ["--expose-gc", "--conditions=errata-source", program, "--count", "1500"];
	const { stdout, stderr, code } = await run(process.execPath, flags);
	expect({ ...JSON.parse(stdout || "{}"), stderr, code }).toMatchObject({
		values: 1_500,
		findings: [],
		stderr: "",
		code: 0,
	});
});
