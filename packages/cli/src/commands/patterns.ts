/** `errata patterns`: what recurs without a name, and each as an entry to adopt. */
import type { Pattern } from "@errata/catalog";
import { entryYaml } from "@errata/catalog/adopt";
import { safeBlock, safeLine } from "@errata/server/text";
import { Argument, type Command, Option } from "commander";
import { durationArgument, examples, type Host, integerArgument } from "../command-line.ts";
import type { Context } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { LIMITS } from "../limits.ts";
import { entryOf, type Learned, learnPatterns, patternOf } from "../present/patterns.ts";
import { ago, count, plural, shortDuration } from "../terminal/human.ts";
import { hang, table } from "../terminal/layout.ts";
import { proseWidth } from "../terminal/style.ts";

const DAY_MS = 86_400_000;

interface PatternFlags {
	readonly since: number;
	readonly new?: boolean;
	readonly file?: string;
	readonly limit: number;
}

export function patternsCommand(host: Host): Command {
	const command = host.command("patterns");
	return command
		.description("Log lines and errors that no entry names, by what they have in common.")
		.addArgument(new Argument("[pattern]", "one of them: its example, and the entry that would name it"))
		.addOption(new Option("--since <duration>", "how far back").argParser(durationArgument).default(DAY_MS, "24h"))
		.option("--new", "only those that the same time before did not have")
		.option("--file <log>", "read a log file instead, - for standard input")
		.addOption(
			new Option("--limit <n>", "patterns at most").argParser(integerArgument(1, 1000)).default(LIMITS.patterns),
		)
		.addHelpText(
			"after",
			examples([
				["errata patterns --new --since 1h", "what began in the last hour"],
				["errata patterns --file app.log", "JSON lines or plain text, without any store"],
				["errata patterns 3f2a9c1d", "its example and a ready entry; `errata catalog adopt 3f2a9c1d` keeps it"],
			]),
		)
		.action((id: string | undefined, flags: PatternFlags) =>
			host.run(command, (context) => patterns(context, id, flags)),
		);
}

async function patterns(context: Context, id: string | undefined, flags: PatternFlags): Promise<ExitCode> {
	// What is new must be compared with the time before: both are learned together, so that their patterns are the same.
	const fresh = flags.new === true && flags.file === undefined;
	const learned = await learnPatterns(context, { since: fresh ? 2 * flags.since : flags.since, file: flags.file });
	if (id !== undefined) return showOne(context, patternOf(learned, id));
	const from = context.now() - flags.since;
	const found = fresh ? learned.patterns.filter((pattern) => pattern.firstMs >= from) : learned.patterns;
	const shown = found.slice(0, flags.limit);
	if (context.json) {
		const catalog = await context.catalog();
		context.out.document({
			patterns: shown.map((pattern) => ({ ...documentOf(pattern), entry: entryYaml(entryOf(pattern, catalog)) })),
			dropped: learned.dropped,
		});
		return EXIT.ok;
	}
	list(context, shown, flags);
	note(context, shown, found.length, learned, flags);
	return EXIT.ok;
}

function documentOf({ id, text, count: times, forms, firstMs, lastMs, services, example }: Pattern): object {
	const time = (ms: number): string | null => (ms > 0 ? new Date(ms).toISOString() : null);
	return { id, text, count: times, forms, firstSeen: time(firstMs), lastSeen: time(lastMs), services, example };
}

function list(context: Context, shown: readonly Pattern[], flags: PatternFlags): void {
	if (shown.length === 0) return;
	const { style } = context.out;
	const now = context.now();
	const timed = flags.file === undefined;
	const columns = [
		{ head: "pattern", paint: style.cyan },
		{ head: "count", align: "right" as const },
		...(timed ? [{ head: "first seen" }, { head: "service", paint: style.dim }] : []),
		{ head: "text", flexible: true },
	];
	const rows = shown.map((pattern) => [
		pattern.id,
		count(pattern.count),
		...(timed ? [ago(new Date(pattern.firstMs).toISOString(), now), safeLine(pattern.services[0] ?? "")] : []),
		safeLine(pattern.text),
	]);
	context.out.lines(table(columns, rows, style.width));
}

function note(context: Context, shown: readonly Pattern[], all: number, learned: Learned, flags: PatternFlags): void {
	const where = flags.file === undefined ? `in the last ${shortDuration(flags.since)}` : `in ${safeLine(flags.file)}`;
	const [first] = shown;
	if (first === undefined) {
		context.err.line(`Nothing${flags.new === true ? " new" : ""} without a name ${where}.`);
		return;
	}
	const cut = all > shown.length ? ` of ${all}; --limit shows more` : "";
	const dropped = learned.dropped > 0 ? ` ${plural(learned.dropped, "line")} of rare patterns not kept.` : "";
	const source = flags.file === undefined ? "" : ` --file ${safeLine(flags.file)}`;
	context.err.line(
		`${plural(shown.length, "pattern")}${cut} ${where}.${dropped} Next: ${context.nextCommand.name} patterns ${first.id}${source}${context.nextCommand.flags}`,
	);
}

async function showOne(context: Context, pattern: Pattern): Promise<ExitCode> {
	const entry = entryYaml(entryOf(pattern, await context.catalog()));
	if (context.json) {
		context.out.document({ patterns: [{ ...documentOf(pattern), entry }], dropped: 0 });
		return EXIT.ok;
	}
	const { style } = context.out;
	const row = (label: string, text: string): string[] => hang(style.dim(label.padEnd(10)), text, proseWidth(style));
	context.out.lines(row("pattern", `${style.cyan(pattern.id)}  ${safeLine(pattern.text)}`));
	context.out.lines(row("count", `${count(pattern.count)} in ${plural(pattern.forms, "form")}`));
	if (pattern.services.length > 0) context.out.lines(row("services", pattern.services.map(safeLine).join(", ")));
	context.out.lines(row("example", safeLine(pattern.example)));
	context.out.line();
	context.out.line(safeBlock(entry.trimEnd()));
	context.err.line(`Keep it in your catalog: ${context.nextCommand.name} catalog adopt ${pattern.id}`);
	return EXIT.ok;
}
