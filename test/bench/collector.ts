/**
 * `npm run bench:collector`: the processor beside contrib's transform and redaction, per kind of record, and the whole
 * Collector with and without errata; everything in one run, ratios printed. Takes about two minutes. The measuring itself
 * is packages/errataprocessor/bench.
 */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { buildCollector } from "../../scripts/build-collector.mjs";

const folder = path.resolve(import.meta.dirname, "../../packages/errataprocessor/bench");

interface Measured {
	readonly ns: number;
	/** Processor time. */
	readonly cpu: number;
	readonly allocations: number;
}

/** Lines of `go test -bench`: `Benchmark/<kind>/<who>-2  <n>  <value> <unit>  ...` */
function numbersOf(line: string): ReadonlyMap<string, number> {
	const words = line.trim().split(/\s+/).slice(2);
	const numbers = new Map<string, number>();
	for (let i = 0; i + 1 < words.length; i += 2) numbers.set(words[i + 1] as string, Number(words[i]));
	return numbers;
}

function bench(pattern: string, time: string, env: NodeJS.ProcessEnv = {}): string[] {
	const run = spawnSync("go", ["test", "-run", "^$", "-bench", pattern, "-benchtime", time, "-timeout", "20m", "."], {
		cwd: folder,
		env: { ...process.env, ...env },
		encoding: "utf8",
		stdio: ["ignore", "pipe", "inherit"],
	});
	if (run.status !== 0) {
		console.error(`bench: go test in ${folder} failed:\n${run.stdout ?? String(run.error)}`);
		process.exit(1);
	}
	return run.stdout.split("\n").filter((line) => line.startsWith("Benchmark"));
}

const kinds = new Map<string, Map<string, Measured>>();
for (const line of bench("^Benchmark$", "500ms")) {
	const [, kind = "", who = ""] = (line.split(/\s/, 1)[0] ?? "").replace(/-\d+$/, "").split("/");
	const numbers = numbersOf(line);
	const measured = kinds.get(kind) ?? new Map<string, Measured>();
	// An operation is 10 batches of 100 records.
	measured.set(who, {
		ns: numbers.get("ns/record") ?? 0,
		cpu: numbers.get("cpu-ns/record") ?? 0,
		allocations: (numbers.get("allocs/op") ?? 0) / 1_000,
	});
	kinds.set(kind, measured);
}

const WAYS = ["errata", "errata_all", "errata_off", "contrib", "contrib_least"] as const;
const rows = [
	[
		"record (ns)",
		...WAYS,
		"contrib / errata",
		"least / errata",
		"all: contrib / errata",
		"processor time, contrib / errata",
		"allocations",
	],
];
for (const [kind, measured] of kinds) {
	const ns = (who: (typeof WAYS)[number]): number => measured.get(who)?.ns ?? 0;
	const times = (peer: (typeof WAYS)[number], own: (typeof WAYS)[number]): string =>
		`${(ns(peer) / ns(own)).toFixed(1)} x`;
	rows.push([
		kind,
		...WAYS.map((who) => Math.round(ns(who)).toLocaleString("en")),
		times("contrib", "errata"),
		times("contrib_least", "errata"),
		times("contrib", "errata_all"),
		`${((measured.get("contrib")?.cpu ?? 0) / (measured.get("errata")?.cpu || 1)).toFixed(1)} x`,
		(measured.get("errata")?.allocations ?? 0).toFixed(1),
	]);
}
console.log(rows.map((row) => `| ${row.join(" | ")} |`).join("\n"));

const [line = ""] = bench("^BenchmarkPipeline$", "1x", { ERRATA_COLLECTOR: buildCollector() });
const numbers = numbersOf(line);
const of = (unit: string): number => numbers.get(unit) ?? 0;
console.log(
	`\nwhole Collector, 1% errors with a 1.8 KB stack: ${Math.round(of("logs/s:errata")).toLocaleString("en")} logs/s with errata,` +
		` ${Math.round(of("logs/s:without")).toLocaleString("en")} without: ${of("ratio").toFixed(2)};` +
		` processor time ${of("cpu-us/log:errata").toFixed(2)} us and ${of("cpu-us/log:without").toFixed(2)} us a log`,
);
