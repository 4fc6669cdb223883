/**
 * `npm run fuzz:api`: the long run of the fuzzer against `errata serve` over a seeded database of an engine of its own.
 *
 *   npm run fuzz:api -- --seed 7 --seconds 1200 --examples 500
 */
import { randomInt } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { startEngine } from "@errata/local";
import { fuzz } from "./fuzzer.ts";
import { seeded, serve } from "./seeded.ts";

const { values: flags } = parseArgs({
	options: {
		seed: { type: "string" },
		examples: { type: "string", default: "300" },
		seconds: { type: "string", default: "600" },
	},
});
const seed = flags.seed === undefined ? randomInt(1_000_000) : Number(flags.seed);
const dataDir = await mkdtemp(path.join(tmpdir(), "errata-fuzz-engine-"));
const engine = await startEngine({ dataDir });
const url = new URL(engine.url);
url.username = engine.username;
url.password = engine.password;
const data = await seeded(url.href);
const server = await serve(url.href, data.database);
try {
	const { examples, seconds } = flags;
	console.log(`fuzz:api: seed ${seed}, ${examples} examples for each operation, ${seconds} s at most`);
	const ended = await fuzz({ url: server.url, seed, examples: Number(examples), seconds: Number(seconds) });
	console.log(ended.stdout, ended.stderr);
	const said = server.said();
	if (said !== "") console.log(`the server said:\n${said.slice(0, 20_000)}`);
	process.exitCode = ended.code === 0 && server.isUp() ? 0 : 1;
} finally {
	await server.stop();
	await data.drop();
	await engine.stop();
	await rm(dataDir, { recursive: true, force: true });
}
