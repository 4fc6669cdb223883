/** `errata suggestions`: which advice helped, as the groups tell that were resolved. */
import type { InputOf, OutputOf, suggestionsList } from "@errata/api";
import { safeLine } from "@errata/server/text";
import { Argument, type Command, Option } from "commander";
import { examples, fingerprintArgument, type Host, integerArgument } from "../command-line.ts";
import type { Context } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { shortId } from "../present/issue.ts";
import { clock, count, plural } from "../terminal/human.ts";
import { table } from "../terminal/layout.ts";
import { operate } from "./issues-life.ts";

interface SuggestionFlags {
	readonly code?: string;
	readonly limit: number;
}

export function suggestionsCommand(host: Host): Command {
	const command = host.command("suggestions");
	return command
		.description("Which suggestions helped: what became of groups after they were resolved or a release came.")
		.addArgument(
			new Argument("[group]", "first digits of a fingerprint: only of this group").argParser(fingerprintArgument),
		)
		.option("--code <code>", "only of this code")
		.addOption(
			new Option("--limit <n>", "resolutions and releases at most").argParser(integerArgument(1, 200)).default(20),
		)
		.addHelpText(
			"after",
			examples([
				["errata suggestions", "of every code that was resolved in the last 90 days"],
				["errata suggestions 3f2a9c1d", "of one group, with the ids for `errata issues resolve --suggestion`"],
			]),
		)
		.action((group: string | undefined, flags: SuggestionFlags) =>
			host.run(command, (context) => suggestions(context, group, flags)),
		);
}

type Found = OutputOf<typeof suggestionsList>;

async function suggestions(context: Context, group: string | undefined, flags: SuggestionFlags): Promise<ExitCode> {
	const input: InputOf<typeof suggestionsList> = {
		...(group === undefined ? {} : { fingerprint: group }),
		...(flags.code === undefined ? {} : { code: flags.code }),
		limit: flags.limit,
	};
	const found = await operate<Found>(context, "suggestions.list", input);
	if (context.json) {
		context.out.document(found);
		return EXIT.ok;
	}
	const { style } = context.out;
	if (found.suggestions.length > 0) {
		const columns = [
			{ head: "id", paint: style.cyan },
			{ head: "code" },
			{ head: "tried", align: "right" as const },
			{ head: "fell", align: "right" as const },
			{ head: "returned", align: "right" as const },
			{
				head: "suggestion",
				flexible: true,
				paint: (text: string, row: number) => (found.suggestions[row]?.sunk === true ? style.dim(text) : text),
			},
		];
		context.out.lines(table(columns, found.suggestions.map(suggestionRow), style.width));
	}
	if (found.outcomes.length > 0) {
		if (found.suggestions.length > 0) context.out.line();
		const columns = [
			{ head: "when" },
			{ head: "group", paint: style.cyan },
			{ head: "what", flexible: true },
			{ head: "before", align: "right" as const },
			{ head: "after", align: "right" as const },
			{ head: "chance", align: "right" as const },
			{ head: "it" },
		];
		const now = context.now();
		context.out.lines(
			table(
				columns,
				found.outcomes.map((one) => outcomeRow(one, now)),
				style.width,
			),
		);
	}
	context.err.line(summary(found));
	return EXIT.ok;
}

function suggestionRow(one: Found["suggestions"][number]): string[] {
	const text = `${one.sunk ? "(hardly ever helps) " : ""}${safeLine(one.text)}`;
	return [one.id, safeLine(one.code), String(one.tried), String(one.fell), String(one.returned), text];
}

function outcomeRow(one: Found["outcomes"][number], now: number): string[] {
	const release = one.release === "" ? "" : `${safeLine(one.service)} ${safeLine(one.release)}`;
	const by = one.actor === "" ? "" : ` by ${safeLine(one.actor)}`;
	const named = one.suggestion === "" ? "" : `, ${safeLine(one.suggestion)} helped`;
	const what = one.kind === "release" ? release : `resolved${by}${release === "" ? "" : ` with ${release}`}${named}`;
	const rate = ({ count: n, hours }: { count: number; hours: number }): string => `${count(n)} in ${hours}h`;
	const chance = one.p >= 0.001 ? one.p.toFixed(3) : "<0.001";
	return [clock(one.at, now), shortId(one.issue), what, rate(one.before), rate(one.after), chance, one.verdict];
}

function summary({ outcomes }: Found): string {
	if (outcomes.length === 0)
		return "No group was resolved in the last 90 days: `errata issues resolve <group> --suggestion <id>` says what helped.";
	const of = (verdict: string): number => outcomes.filter((one) => one.verdict === verdict).length;
	return `${plural(outcomes.length, "outcome")}: ${of("fell")} fell, ${of("returned")} returned, ${of("unclear")} unclear.`;
}
