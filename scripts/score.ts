/**
 * `npm run score [-- DIR] [--go]`: the answers of the real interpreters on a folder of labelled cases (default
 * `../shared/data` beside the repository), judged by the folder's own scorers, and their speed. The folder's layout:
 * `real-errors`, `grouping`, `loghub`, `pii`, `injection`, each with its cases and a `score*.py`. A set that is absent is
 * left out and named. What each set is asked is in `score/sets.ts`, the speed in `score/speed.ts`. Nothing is learned here.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startTwin } from "../test/parity/twin.ts";
import { goInterpreter, type Interpreter, typescriptInterpreter } from "./score/interpreters.ts";
import { type Figure, SETS } from "./score/sets.ts";
import { measureSpeed } from "./score/speed.ts";

const USAGE = "npm run score [-- DIR] [--go] [--only SET] [--out DIR] [--no-speed]";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

function fail(message: string): never {
	console.error(`score: ${message}`);
	process.exit(2);
}

function readFlags() {
	try {
		return parseArgs({
			allowPositionals: true,
			options: {
				go: { type: "boolean", default: false },
				only: { type: "string", multiple: true, default: [] },
				out: { type: "string" },
				"no-speed": { type: "boolean", default: false },
			},
		});
	} catch (error) {
		fail(`${(error as Error).message} Usage: ${USAGE}`);
	}
}

const { values, positionals } = readFlags();
if (positionals.length > 1) fail(`one folder at a time. Usage: ${USAGE}`);
const data = path.resolve(positionals[0] ?? path.join(root, "..", "shared", "data"));
if (!existsSync(data))
	fail(`there is no folder ${data}: name one with the cases and their scorers, as in \`npm run score -- DIR\`.`);
const wanted = SETS.filter((set) => values.only.length === 0 || values.only.includes(set.name ?? set.folder));
const present = wanted.filter((set) => existsSync(path.join(data, set.folder)));
if (present.length === 0) fail(`${data} has none of the folders ${wanted.map((set) => set.folder).join(", ")}.`);

const out = values.out === undefined ? mkdtempSync(path.join(tmpdir(), "errata-score-")) : path.resolve(values.out);
mkdirSync(out, { recursive: true });
const twin = values.go || !values["no-speed"] ? startTwin() : undefined;
const interpreter: Interpreter = values.go && twin !== undefined ? goInterpreter(twin) : typescriptInterpreter;

const figures: Figure[] = [];
try {
	for (const set of present) figures.push(...(await set.score(path.join(data, set.folder), out, interpreter)));
	if (twin !== undefined && !values["no-speed"]) figures.push(...(await measureSpeed(twin)));
} finally {
	twin?.stop();
	if (values.out === undefined) rmSync(out, { recursive: true, force: true });
}

console.log(`interpreter: ${interpreter.name}, cases: ${data}, ${new Date().toISOString().slice(0, 10)}`);
print([["set", "figure", "value", "aim"], ...figures.map(row)]);
for (const set of wanted) if (!present.includes(set)) console.log(`not scored: ${set.folder} (no such folder)`);
if (values.out !== undefined) console.log(`predictions: ${out}`);

function row({ set, name, value, aim, least }: Figure): string[] {
	const shown = typeof value === "string" ? value : value > 1 ? String(Math.round(value)) : value.toFixed(4);
	const bound = aim === undefined ? "" : `${least === false ? "<=" : ">="} ${aim}`;
	const missed = aim !== undefined && typeof value === "number" && (least === false ? value > aim : value < aim);
	return [set, name, shown, missed ? `${bound}  MISSED` : bound];
}

function print(rows: readonly (readonly string[])[]): void {
	const widths = [0, 1, 2].map((column) => Math.max(...rows.map((cells) => (cells[column] as string).length)));
	for (const cells of rows) {
		const padded = cells.map((cell, i) => (i === 2 ? cell.padStart(widths[2] as number) : cell.padEnd(widths[i] ?? 0)));
		console.log(padded.join("  ").trimEnd());
	}
}
