/** `errata analyze`: one group or one trace as a bounded report, for a person, a page or a language model. */
import type { RedactionOptions } from "@errata/catalog";
import { CONFIG_KEYS, type Config } from "@errata/node/config";
import {
	type Fitted,
	gatherIssue,
	gatherTrace,
	groupReport,
	loadTokenizer,
	type ReportOptions,
	traceReport,
} from "@errata/server/report";
import { Argument, type Command, InvalidArgumentError, Option } from "commander";
import { type Store, withStore } from "../backend.ts";
import { examples, type Host, integerArgument } from "../command-line.ts";
import type { Context } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { findIssue, noSuchGroup } from "../present/find.ts";
import { terminalWriter } from "../present/report.ts";
import { redactionOptions } from "../redaction.ts";
import { count } from "../terminal/human.ts";

interface AnalyzeFlags {
	readonly llmFormat?: boolean;
	readonly format?: "md" | "json";
	readonly budget?: number;
}

const BUDGET = CONFIG_KEYS["report.maxTokens"];

export function analyzeCommand(host: Host): Command {
	const command = host.command("analyze");
	return command
		.description("Report on one group, or on one trace and where it began.")
		.addArgument(
			new Argument("<id>", "first digits of a group's fingerprint, or a whole trace id").argParser(idArgument),
		)
		.option("--llm-format", "Markdown for a language model: bounded, redacted, telemetry fenced as untrusted")
		.addOption(new Option("--format <format>", "md or json: the report as a document").choices(["md", "json"]))
		.addOption(
			new Option("--budget <tokens>", "tokens (o200k_base) the report may have, never more")
				.argParser(integerArgument(BUDGET.min, BUDGET.max))
				.default(undefined, `report.maxTokens of errata.yaml, or ${BUDGET.default}`),
		)
		.addHelpText(
			"after",
			examples([
				["errata analyze 3f2a9c1d", "read it here"],
				["errata analyze 3f2a9c1d --llm-format | pbcopy", "hand it to a model"],
				["errata analyze 4bf92f3577b34da6a3ce929d0e0e4736 --json", "a trace, for a program"],
			]),
		)
		.action((id: string, flags: AnalyzeFlags) => host.run(command, (context) => analyze(context, id, flags)));
}

function idArgument(text: string): string {
	const id = text.toLowerCase();
	if (!/^[0-9a-f]{4,32}$/u.test(id))
		throw new InvalidArgumentError("Expected 4 to 32 hex digits: the beginning of a fingerprint, or a whole trace id.");
	return id;
}

async function analyze(context: Context, id: string, flags: AnalyzeFlags): Promise<ExitCode> {
	const config = context.config();
	const options: ReportOptions = {
		budget: flags.budget ?? config["report.maxTokens"],
		tokenizer: await loadTokenizer(),
		redaction: redactionOf(config),
		write: context.json
			? "json"
			: (flags.format ?? (flags.llmFormat === true ? "md" : terminalWriter(context.out.style))),
	};
	const report = await withStore(context, (store) => reportOn(context, store, id, options));
	context.out.line(report.text.replace(/\n$/u, ""));
	context.err.line(context.err.style.dim(`${count(report.tokens)} of ${count(options.budget)} tokens.`));
	return EXIT.ok;
}

/** Redaction as configured; a report never keeps what it was told to keep elsewhere as it is. */
export function redactionOf(config: Config): RedactionOptions {
	const options = redactionOptions(config);
	return options.mode === "keep" ? { ...options, mode: "replace" } : options;
}

async function reportOn(context: Context, store: Store, id: string, options: ReportOptions): Promise<Fitted> {
	const source = { store, catalog: await context.catalog(), now: context.now };
	const issue = await findIssue(store, id);
	if (issue !== undefined) return groupReport(await gatherIssue(issue, source), options);
	const trace = id.length === 32 ? await gatherTrace(id, source) : undefined;
	if (trace !== undefined) return traceReport(trace, options);
	throw noSuchGroup(store, id, true);
}
