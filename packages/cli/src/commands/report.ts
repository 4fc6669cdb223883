/** `errata report`: an issue, an error or a trace as a bounded document, for a language model or a file. */
import { REPORT_KINDS } from "@errata/api";
import { CONFIG_KEYS } from "@errata/node/config";
import { Failure, type Reported, reportOn } from "@errata/server";
import { Argument, type Command, InvalidArgumentError, Option } from "commander";
import { withStore } from "../backend.ts";
import { examples, type Host, integerArgument } from "../command-line.ts";
import type { Context } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { count } from "../terminal/human.ts";
import { redactionOf } from "./analyze.ts";
import { translated } from "./issues-life.ts";

export type ReportKind = (typeof REPORT_KINDS)[number];

interface ReportFlags {
	readonly format?: "md" | "json";
	readonly budget?: number;
}

const BUDGET = CONFIG_KEYS["report.maxTokens"];

export function reportCommand(host: Host): Command {
	const command = host.command("report");
	return command
		.description("Write a report for a language model: bounded, redacted, telemetry fenced as untrusted.")
		.addArgument(new Argument("<kind>", "what it is about: issue, error or trace").choices(REPORT_KINDS))
		.addArgument(idArgument())
		.addOption(new Option("--format <format>", "md (default) or json").choices(["md", "json"]))
		.addOption(budgetOption())
		.addHelpText(
			"after",
			examples([
				["errata report issue 3f2a9c1d | pbcopy", "hand it to a model"],
				["errata report error 0198f3a2c5d87e3f9a1b2c3d4e5f6071 --budget 2000", "one occurrence, short"],
				["errata report trace 4bf92f3577b34da6a3ce929d0e0e4736 --format json", "a trace, for a program"],
			]),
		)
		.action((kind: ReportKind, id: string, flags: ReportFlags) =>
			host.run(command, (context) => report(context, kind, id, flags)),
		);
}

export function idArgument(): Argument {
	const description = "first digits of a group's fingerprint, a whole event id, or a whole trace id";
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

async function report(context: Context, kind: ReportKind, id: string, flags: ReportFlags): Promise<ExitCode> {
	const budget = flags.budget ?? context.config()["report.maxTokens"];
	const format = flags.format ?? "md";
	const made = await reported(context, kind, id, { budget, format });
	if (context.json) context.out.document({ ...made, format, budget });
	else context.out.line(made.text.replace(/\n$/u, ""));
	context.err.line(context.err.style.dim(`${count(made.tokens)} of ${count(budget)} tokens.`));
	return EXIT.ok;
}

/** The report with the configured redaction; a failure says what the CLI would. */
export async function reported(
	context: Context,
	kind: ReportKind,
	id: string,
	{ budget, format }: { readonly budget: number; readonly format: "md" | "json" },
): Promise<Reported> {
	const redaction = redactionOf(context.config());
	const catalog = await context.catalog();
	return withStore(context, async (store) => {
		try {
			return await reportOn(kind, id, { store, catalog, now: context.now }, { budget, write: format, redaction });
		} catch (error) {
			throw error instanceof Failure ? translated(error, `report.on ${kind}`, { fingerprint: id }) : error;
		}
	});
}
