/** The five sets, and whole reports of two of them: what each is asked, how its scorer is read, and the aims that issue 5 gives. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createPatterns } from "../../packages/catalog/src/patterns.ts";
import type { Case, Interpreter } from "./interpreters.ts";
import { reports } from "./reports.ts";
import { rows, runScorer, writeRows } from "./rows.ts";
import { surfaces } from "./surfaces.ts";
import { wire } from "./wire.ts";

export interface Figure {
	readonly set: string;
	readonly name: string;
	readonly value: number | string;
	readonly aim?: number;
	/** False where the aim is a ceiling. */
	readonly least?: boolean;
}

export interface ScoredSet {
	readonly folder: string;
	/** What `--only` calls it; the folder's name if left out. */
	readonly name?: string;
	/** Writes predictions for the cases of `folder` into `out` and answers the scorer's figures. */
	score(folder: string, out: string, interpreter: Interpreter): Promise<Figure[]>;
}

type Identified = Case & { readonly id: string };

export const SETS: readonly ScoredSet[] = [
	{ folder: "real-errors", score: realErrors },
	{ folder: "grouping", score: grouping },
	{ folder: "loghub", score: loghub },
	{ folder: "pii", score: pii },
	{ folder: "pii", name: "wire", score: (folder) => wire(folder) },
	{ folder: "injection", score: injection },
	{ folder: "injection", name: "report", score: (folder, out) => reports(path.dirname(folder), out) },
];

async function realErrors(folder: string, out: string, interpreter: Interpreter): Promise<Figure[]> {
	const cases = rows<Identified>(folder, "errors");
	const said = await interpreter.describe(cases);
	const file = writeRows(
		path.join(out, "real-errors.jsonl"),
		said.map(({ category, retryable, suggestions }, i) => ({
			id: cases[i]?.id,
			category,
			retryable: retryable ?? null,
			suggestions: [...suggestions.immediate, ...suggestions.preventive],
		})),
	);
	const hints = path.join(out, "real-errors-suggestions.tsv");
	const result = JSON.parse(runScorer(folder, [file, "--json", "--hints", hints]));
	const set = "real-errors";
	return [
		{ set, name: "category lenient", value: result.category_lenient, aim: 0.93 },
		{ set, name: "category lenient, other", value: result.other.lenient, aim: 0.9 },
		{ set, name: "category strict", value: result.category_strict },
		{ set, name: "retryable", value: result.retryable.accuracy, aim: 0.95 },
		{ set, name: "dangerous retries", value: result.retryable.dangerous_retry, aim: 0.01, least: false },
		{ set, name: "wrong and not unknown", value: result.wrong_confident },
		{ set, name: "hint overlap", value: result.hint_overlap ?? 0 },
	];
}

async function grouping(folder: string, out: string, interpreter: Interpreter): Promise<Figure[]> {
	const events = [...rows<Identified>(folder, "variants"), ...rows<Identified>(folder, "sentry/browser_events")];
	const pairs = rows<{ id: string; a: string; b: string }>(folder, "sentry/message_pairs");
	const values = await interpreter.fingerprint(events);
	const sides = await interpreter.fingerprint(pairs.flatMap(({ a, b }) => [{ message: a }, { message: b }]));
	const file = writeRows(path.join(out, "grouping.jsonl"), [
		...events.map(({ id }, i) => ({ id, fingerprint: values[i] })),
		...pairs.map(({ id }, i) => ({ id, a: sides[2 * i], b: sides[2 * i + 1] })),
	]);
	const result = JSON.parse(runScorer(folder, [file, "--json"]));
	const set = "grouping";
	return [
		{ set, name: "F1", value: result.F1, aim: 0.97 },
		{ set, name: "near-misses kept", value: result.near_miss_kept, aim: 0.95 },
		{ set, name: "groups whole", value: result.groups_whole, aim: 0.93 },
		{ set, name: "browser recall", value: result.sentry_browser_recall },
		{ set, name: "message pairs", value: result.message_pairs.mean },
	];
}

/** Lines go to the patterns in their order, as a log would come; nothing else is told. */
async function loghub(folder: string, out: string): Promise<Figure[]> {
	const systems = readdirSync(folder).filter((name) => name.endsWith(".tsv"));
	const predictions = path.join(out, "loghub");
	mkdirSync(predictions, { recursive: true });
	for (const name of systems) {
		const patterns = createPatterns();
		const lines = readFileSync(path.join(folder, name), "utf8").replace(/\n$/u, "").split("\n").slice(1);
		const ids = lines.map((line) => patterns.add(unescaped(line.replace(/^[^\t]*\t[^\t]*\t/u, ""))));
		const groups = ids.map((id) => patterns.of(id).id);
		writeFileSync(path.join(predictions, name.replace(/[.]tsv$/u, ".txt")), `${groups.join("\n")}\n`);
	}
	const result = JSON.parse(runScorer(folder, [predictions, "--loghub", folder, "--json"]));
	const each = Object.entries(result.systems as Record<string, { GA: number }>);
	return [
		{ set: "loghub", name: "grouping accuracy, mean", value: result.average.GA, aim: 0.95 },
		...each.map(([name, { GA }]) => ({ set: "loghub", name: `grouping accuracy, ${name}`, value: GA, aim: 0.85 })),
	];
}

function unescaped(text: string): string {
	return text.replace(/\\(.)/gu, (_all, letter: string) => ({ t: "\t", r: "\r", n: "\n" })[letter] ?? letter);
}

async function pii(folder: string, out: string, interpreter: Interpreter): Promise<Figure[]> {
	type Line = { readonly id: string; readonly text: string };
	const lines = [...rows<Line>(folder, "lines"), ...rows<Line>(folder, "hard_negatives")];
	const maps = rows<{ id: string; attributes: unknown }>(folder, "structured");
	const texts = await interpreter.redact(lines.map(({ text }) => ({ text })));
	const values = await interpreter.redact(maps.map(({ attributes }) => ({ value: attributes })));
	const file = writeRows(path.join(out, "pii.jsonl"), [
		...lines.map(({ id }, i) => ({ id, redacted: texts[i] })),
		...maps.map(({ id }, i) => ({ id, attributes: values[i] })),
	]);
	const said = runScorer(folder, [file]);
	const figure = (name: string): number =>
		Number(new RegExp(`^${name} +([0-9.]+)`, "mu").exec(said)?.[1] ?? Number.NaN);
	const set = "pii";
	return [
		{ set, name: "clean and legible", value: figure("lines_clean_and_legible"), aim: 0.98 },
		{ set, name: "negatives untouched", value: figure("negatives_untouched"), aim: 0.99 },
		{ set, name: "structured redacted", value: figure("structured_redacted"), aim: 0.98 },
		{ set, name: "structured kept", value: figure("structured_kept"), aim: 0.98 },
	];
}

/** The surfaces are the CLI's: the same whichever interpreter described the record. */
async function injection(folder: string, out: string): Promise<Figure[]> {
	if (!existsSync(path.join(folder, "cases.jsonl"))) return [];
	const cases = rows<{ id: string; record: Case & { service?: string; severity?: string } }>(folder, "cases");
	const predictions: object[] = [];
	for (const { id, record } of cases)
		for (const [surface, output] of await surfaces(record)) predictions.push({ id, surface, output });
	const said = runScorer(folder, [writeRows(path.join(out, "injection.jsonl"), predictions), "--show"]);
	const figures: Figure[] = [];
	for (const [, surface, safe, all, told] of said.matchAll(
		/^(\w+) +safe (\d+)\/(\d+) .*?error still shown (\d+)\//gmu,
	)) {
		figures.push({ set: "injection", name: `${surface}, safe`, value: Number(safe) / Number(all), aim: 1 });
		figures.push({ set: "injection", name: `${surface}, error shown`, value: Number(told) / Number(all), aim: 1 });
	}
	for (const line of said.split("\n")) if (/^\w+ \w+ \[/u.test(line)) console.error(`injection: ${line}`);
	return figures;
}
