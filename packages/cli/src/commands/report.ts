/** `errata report`: an issue, an error, a trace or an incident as a bounded document, for a language model or a file. */
import { REPORT_KINDS } from "@errata/api";
import { CONFIG_KEYS } from "@errata/node/config";
import { Failure, type Reported, reportOn } from "@errata/server";
import { Argument, type Command, InvalidArgumentError, Option } from "commander";
import { withStore } from "../backend.ts";
import { examples, type Host, integerArgument } from "../command-line.ts";
import type { Context } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { redactionOptions } from "../redaction.ts";
import { count } from "../terminal/human.ts";
import { translated } from "./issues-life.ts";

export type ReportKind = (typeof REPORT_KINDS)[number];

interface ReportFlags {
	readonly format?: "md" | "json";
	readonly budget?: number;
	readonly window?: string;
}

const BUDGET = CONFIG_KEYS["report.maxTokens"];

export function reportCommand(host: Host): Command {
	const command = host.command("report");
	return command
		.description("Write a report for a language model: bounded, redacted, telemetry fenced as untrusted.")
		.addArgument(new Argument("<kind>", "what it is about: issue, error, trace or incident").choices(REPORT_KINDS))
		.addArgument(idArgument())
		.addOption(new Option("--format <format>", "md (default) or json").choices(["md", "json"]))
		.addOption(budgetOption())
		.addOption(windowOption())
		.addHelpText(
			"after",
			examples([
				["errata report issue 3f2a9c1d | pbcopy", "hand it to a model"],
				["errata report error 0198f3a2c5d87e3f9a1b2c3d4e5f6071 --budget 2000", "one occurrence, short"],
				["errata report trace 4bf92f3577b34da6a3ce929d0e0e4736 --format json", "a trace, for a program"],
				["errata report incident 3f2a9c1d --window 7d", "what a group is the origin or a symptom of"],
			]),
		)
		.action((kind: ReportKind, id: string, flags: ReportFlags) =>
			host.run(command, (context) => report(context, kind, id, flags)),
		);
}

export function idArgument(): Argument {
	const description =
		"first digits of a group's fingerprint, a whole event id, or a whole trace id; of an incident its id, or a group of it";
	return new Argument("<id>", description).argParser((text) => {
		if (/^[0-9a-fA-F][0-9a-fA-F-]{3,63}$/u.test(text)) return text.toLowerCase();
		throw new InvalidArgumentError("Expected 4 or more hex digits.");
	});
}

export function budgetOption(): Option {
	return new Option("--budget <tokens>", "tokens (o200k_base) the report may have, never more")
		.argParser(integerArgument(BUDGET.min, BUDGET.max))
		.default(undefined, `report.maxTokens of errata.yaml, or ${BUDGET.default}`);
}

export function windowOption(): Option {
	const expected = "Expected a window such as 1h, 24h or 7d.";
	return new Option("--window <duration>", "of an incident: where it is looked for, at most 7d")
		.argParser((text) => {
			if (/^[1-9][0-9]{0,4}[smhd]$/u.test(text)) return text;
			throw new InvalidArgumentError(expected);
		})
		.default(undefined, "24h");
}

async function report(context: Context, kind: ReportKind, id: string, flags: ReportFlags): Promise<ExitCode> {
	const budget = flags.budget ?? context.config()["report.maxTokens"];
	const format = flags.format ?? "md";
	const made = await reported(context, kind, id, { budget, format, window: flags.window });
	if (context.json) context.out.document({ ...made, format, budget });
	else context.out.line(made.text.replace(/\n$/u, ""));
	context.err.line(context.err.style.dim(`${count(made.tokens)} of ${count(budget)} tokens.`));
	return EXIT.ok;
}

interface Asked {
	readonly budget: number;
	readonly format: "md" | "json";
	readonly window?: string | undefined;
}

/** The report with the configured redaction; a failure says what the CLI would. */
export async function reported(
	context: Context,
	kind: ReportKind,
	id: string,
	{ budget, format, window }: Asked,
): Promise<Reported> {
	const redaction = redactionOptions(context.config());
	const catalog = await context.catalog();
	return withStore(context, async (store) => {
		try {
			const wanted = { budget, write: format, redaction, window };
			return await reportOn(kind, id, { store, catalog, now: context.now }, wanted);
		} catch (error) {
			throw error instanceof Failure ? translated(error, `reports.get ${kind}`, { fingerprint: id }) : error;
		}
	});
}
