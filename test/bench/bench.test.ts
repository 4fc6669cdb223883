/** The benchmark runs and prints every figure it promises; what the figures are is nobody's test. */
import path from "node:path";
import { expect, it } from "vitest";
import { must, root } from "../setup/processes.ts";

const FIGURES = [
	"start to first explained error, new data",
	"start to first explained error, again",
	"OTLP logs per second into the store, info",
	"OTLP logs per second into the store, errors",
	"resident memory of errata local",
	"resident memory of the engine",
	"logger call, info",
	"logger call, error",
];

it("prints every figure with its ratio", { timeout: 180_000 }, async () => {
	const args = ["--conditions=errata-source", path.join(root, "test", "bench", "bench.ts"), "--quick"];
	const lines = (await must("node", args)).split("\n");
	for (const name of FIGURES) {
		const line = lines.find((l) => l.startsWith(name)) ?? `${name} is missing`;
		expect(line).toMatch(/\d+\.\d\d x {2}\S/);
	}
});

const NODE_FIGURES = [
	"emit of an info record",
	"capture of an error, to bytes",
	"HTTP service, 1% errors, requests/s",
	"HTTP service, p99",
	"heap after 20000 records",
	"start of a program with register",
	"event-loop delay at",
];

it("prints what @errata/node costs its host, beside a peer", { timeout: 180_000 }, async () => {
	const args = ["--conditions=errata-source", path.join(root, "test", "bench", "node.ts"), "--quick"];
	const lines = (await must("node", args)).split("\n");
	for (const name of NODE_FIGURES) {
		const line = lines.find((l) => l.startsWith(name)) ?? `${name} is missing`;
		expect(line).toMatch(/\d+\.\d\d x {2}.*; aim /);
	}
});
