/**
 * `npm run score:analysis [-- --worlds N] [--from SEED] [--seed SEED --kind KIND] [--verbose]`: worlds with known truth in a
 * real engine, asked over HTTP, judged. Seeds below 1,000,000 are for tuning; the score takes a fresh range of its own each
 * time (by the clock), which it prints. A run that is cut (SIGINT, SIGTERM) prints the table of the worlds it judged; every
 * 20 worlds the totals so far go to stderr. Exits 1 below an aim, 2 if it was called wrongly.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { startEngine } from "../../packages/local/src/engine.ts";
import { asking } from "./asking.ts";
import { FAULTS } from "./faults.ts";
import type { Decision } from "./judge.ts";
import { judge } from "./judge.ts";
import { missed, report, type Tallied, totals } from "./table.ts";
import { type World, worldOf } from "./world.ts";

const BAD: ReadonlySet<string> = new Set(["false pair", "false incident", "false attribute", "false anomaly"]);

const { values } = parseArgs({
	options: {
		worlds: { type: "string", default: "120" },
		from: { type: "string" },
		kind: { type: "string" },
		verbose: { type: "boolean", default: false },
	},
});
const worlds = Number(values.worlds);
const from = Number(values.from ?? 1_000_000 + (Math.floor(Date.now() / 1000) % 1_000_000_000));
/** Faults that depend on an attribute come three times as often: of the others every world decides, of these only some. */
const ATTRIBUTED: readonly World["kind"][] = ["bad release", "only one place"];
const NONE: readonly World["kind"][] = ["no fault", "no fault", "no fault", "no fault"];
const kinds: readonly World["kind"][] = [...FAULTS, ...ATTRIBUTED, ...ATTRIBUTED, ...NONE];
const chosen = values.kind === undefined ? kinds : kinds.filter((kind) => kind === values.kind);
if (!Number.isInteger(worlds) || worlds < 1 || !Number.isInteger(from) || chosen.length === 0) {
	console.error(
		`score:analysis: --worlds and --from are whole numbers, --kind is one of ${[...new Set(kinds)].join(", ")}.`,
	);
	process.exit(2);
}

const given = process.env.ERRATA_TEST_CLICKHOUSE;
const dataDir = mkdtempSync(path.join(tmpdir(), "errata-simulator-"));
const engine = given === undefined ? await startEngine({ dataDir }) : undefined;
const url = new URL(given ?? (engine?.url as string));
if (engine !== undefined) [url.username, url.password] = [engine.username, engine.password];
const asked = await asking(url.href);
const tallied: Tallied[] = [];
let seed = from;
let skipped = 0;
let cut = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => (cut = true));
try {
	while (!cut && tallied.length < worlds && seed < from + worlds * 20) {
		const kind = chosen[tallied.length % chosen.length] as World["kind"];
		const world = worldOf(seed++, kind, Date.now());
		if (world === undefined) {
			skipped++;
			continue;
		}
		const decisions = judge(world, await asked.ask(world));
		tallied.push({ kind, decisions });
		if (values.verbose) tell(world, decisions);
		if (process.stderr.isTTY) process.stderr.write(`\r${tallied.length} of ${worlds} worlds`);
		else if (tallied.length % 10 === 0) console.error(`${tallied.length} of ${worlds} worlds`);
		if (tallied.length % 20 === 0) console.error(totals(tallied));
	}
} finally {
	await asked.stop();
	await engine?.stop();
	rmSync(dataDir, { recursive: true, force: true });
}

function tell(world: World, decisions: readonly Decision[]): void {
	const wrong = decisions.filter((one) => one.yes === BAD.has(one.question));
	const { graph, conditions, fault } = world;
	console.log(
		`\nseed ${world.seed} ${world.kind}: ${graph.services.length} services, ${JSON.stringify(conditions)}, struck ${world.traffic.struck.size}, ${world.spans.length} spans, ${world.logs.length} logs, truth ${fault?.component.name ?? ""} ${fault?.attribute?.key ?? ""}`,
	);
	for (const one of wrong) console.log(`  ${one.question}: ${one.note}`);
}

console.log(
	`\nseeds ${from} to ${seed - 1}, ${tallied.length} worlds (${skipped} seeds without a place for their fault), ${new Date().toISOString().slice(0, 10)}`,
);
console.log(report(tallied));
const below = missed(tallied);
if (below.length > 0) console.error(`score:analysis: missed: ${below.join("; ")}`);
process.exit(below.length > 0 ? 1 : 0);
