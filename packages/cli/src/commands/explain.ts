/** `errata explain`: what a model makes of a report, with the evidence checked. Nothing leaves without `--model`. */
import { randomUUID } from "node:crypto";
import { REPORT_KINDS } from "@errata/api";
import { ErrataError } from "@errata/catalog";
import { explain as ask, type CheckedAnswer, type Explanation, modelEndpoint } from "@errata/server";
import { safeLine } from "@errata/server/text";
import { type Command, Option } from "commander";
import { withStore } from "../backend.ts";
import { examples, type Host } from "../command-line.ts";
import type { Context } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { count } from "../terminal/human.ts";
import { hang } from "../terminal/layout.ts";
import { proseWidth } from "../terminal/style.ts";
import { budgetOption, idArgument, type ReportKind, reported, windowOption } from "./report.ts";

interface ExplainFlags {
	readonly kind: ReportKind;
	readonly model?: boolean;
	readonly budget?: number;
	readonly window?: string;
}

export function explainCommand(host: Host): Command {
	const command = host.command("explain");
	return command
		.description("What a model makes of a report, with its evidence checked; without --model what one answered before.")
		.addArgument(idArgument())
		.addOption(
			new Option("--kind <kind>", "what the id is of: issue (default), error, trace or incident").choices(REPORT_KINDS),
		)
		.option("--model", "send the report to the model that your environment configures")
		.addOption(budgetOption())
		.addOption(windowOption())
		.addHelpText(
			"after",
			examples([
				["errata explain 3f2a9c1d --model", "ask; costs what your provider takes"],
				["errata explain 3f2a9c1d", "the latest answer again, for nothing"],
			]),
		)
		.action((id: string, flags: ExplainFlags) => host.run(command, (context) => explain(context, id, flags)));
}

type Shown = Explanation & { readonly kind: ReportKind; readonly id: string };

async function explain(context: Context, id: string, flags: ExplainFlags): Promise<ExitCode> {
	const endpoint = flags.model === true ? modelEndpoint(context.env) : undefined;
	const kind = flags.kind ?? "issue";
	const budget = flags.budget ?? context.config()["report.maxTokens"];
	const report = await reported(context, kind, id, { budget, format: "md", window: flags.window });
	if (endpoint === undefined) return show(context, await stored(context, kind, report.id));
	context.err.line(context.err.style.dim(`Sending ${count(report.tokens)} tokens to ${new URL(endpoint.url).host}.`));
	const explanation = await ask(report.text, endpoint);
	await keep(context, kind, report.id, explanation);
	return show(context, { kind, id: report.id, ...explanation });
}

async function keep(context: Context, kind: ReportKind, subjectId: string, made: Explanation): Promise<void> {
	const { answer, provenance } = made;
	await withStore(context, (store) =>
		store.addAnswer({
			...provenance,
			atMs: context.now(),
			kind,
			subjectId,
			answerId: randomUUID(),
			actor: context.env.USER ?? context.env.USERNAME ?? "local",
			quotes: answer.evidence.length,
			quotesFound: answer.evidence.filter(({ found }) => found).length,
			answer: JSON.stringify(answer),
		}),
	);
}

async function stored(context: Context, kind: ReportKind, id: string): Promise<Shown> {
	const [row] = await withStore(context, (store) => store.answers(kind, id));
	if (row === undefined)
		throw new ErrataError({
			operation: "show what a model answered about",
			subject: id,
			cause: "none was asked yet",
			remedy: "Add --model to ask one; `errata report` shows what it would be sent",
			code: "NOT_FOUND",
			exitCode: EXIT.notFound,
		});
	const { host, model, promptVersion, reportSha256, inputTokens, outputTokens, cost } = row;
	const api = row.api === "openai" ? "openai" : "anthropic";
	const provenance = { api, host, model, reportSha256, promptVersion, inputTokens, outputTokens, cost } as const;
	return { kind, id, answer: JSON.parse(row.answer) as CheckedAnswer, provenance };
}

function show(context: Context, shown: Shown): ExitCode {
	if (context.json) {
		context.out.document(shown);
		return EXIT.ok;
	}
	const { style } = context.out;
	const { answer, provenance } = shown;
	const width = proseWidth(style);
	const part = (title: string, texts: readonly string[]): string[] =>
		texts.length === 0 ? [] : ["", style.bold(title), ...texts.flatMap((text) => hang("  ", safeLine(text), width))];
	const marks = answer.evidence.map(
		({ quote, shows, found }) => `${found ? "" : "NOT IN THE REPORT: "}"${quote}": ${shows}`,
	);
	context.out.lines([
		style.dim(
			`A model's words (${safeLine(provenance.model)} at ${safeLine(provenance.host)}), not errata's; ${answer.confidence} confidence by its own account.`,
		),
		...part("Cause", [answer.cause]),
		...part("Evidence", marks),
		...part("Fix", [answer.fix]),
		...part("Prevention", [answer.prevention]),
		...part("Missing", answer.missing),
	]);
	const cost = provenance.cost === null ? "cost unknown (no price configured)" : `$${provenance.cost.toFixed(4)}`;
	context.err.line(
		style.dim(`${count(provenance.inputTokens)} tokens in, ${count(provenance.outputTokens)} out, ${cost}.`),
	);
	return EXIT.ok;
}
