/**
 * `node --conditions=errata-source test/parity/run.ts --count 20000 --seed 1`: asks the TypeScript and the Go interpreter
 * the same and compares their answers byte for byte. Exit code 1 if they differ or Go is missing, 2 for
 * a wrong flag.
 */
import { parseArgs } from "node:util";
import { compare } from "./compare.ts";
import { startTwin } from "./twin.ts";

const { values } = parseArgs({
	options: { count: { type: "string", default: "20000" }, seed: { type: "string", default: "1" } },
});
const count = Number(values.count);
const seed = Number(values.seed);
if (!(Number.isSafeInteger(count) && count > 0 && Number.isSafeInteger(seed))) {
	console.error(`parity: --count ${values.count} --seed ${values.seed}: both are whole numbers, the count above 0.`);
	process.exit(2);
}

const twin = startTwin();
const started = performance.now();
const differences = await compare(twin, seed, count);
twin.stop();
for (const { question, typescript, go } of differences)
	console.log(`question   ${JSON.stringify(question)}\ntypescript ${typescript}\ngo         ${go}\n`);
const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(`${differences.length} differences in ${count} records (seed ${seed}), ${seconds} s`);
process.exitCode = differences.length > 0 ? 1 : 0;
