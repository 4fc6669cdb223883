/** `errata config print`: the configuration that applies here, value by value, with where each came from. */

import { ErrataError } from "@errata/catalog";
import { CONFIG_KEYS } from "@errata/node/config";
import { safeLine } from "@errata/server/text";
import { Argument, type Command } from "commander";
import { examples, type Host } from "../command-line.ts";
import type { Context } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { otelVariables, type ShownValue, shownProblems, shownValues, strayVariables } from "../present/config.ts";
import { plural } from "../terminal/human.ts";
import { hang, table } from "../terminal/layout.ts";

interface PrintFlags {
	readonly set?: true;
}

export function configCommand(host: Host): Command {
	const command = host.command("config").description("What configuration applies here, and where it came from.");
	command.addCommand(printCommand(host));
	return command;
}

function printCommand(host: Host): Command {
	const print = host.command("config print");
	return print
		.description("Show every value and where it came from: a flag, a variable, errata.yaml with its line, the default.")
		.addArgument(new Argument("[key]", "one key, or the section above several"))
		.option("--set", "only what is not a default")
		.addHelpText(
			"after",
			examples([
				["errata config print", "everything; exit code 2 if something is wrong with it"],
				["errata config print redaction", "one section"],
				["errata config print --set", "what somebody decided"],
			]),
		)
		.action((key: string | undefined, flags: PrintFlags) =>
			host.run(print, (context) => printConfig(context, key ?? "", flags)),
		);
}

async function printConfig(context: Context, key: string, flags: PrintFlags): Promise<ExitCode> {
	const loaded = context.loaded();
	const all = shownValues(loaded, key);
	if (all.length === 0) throw unknownKey(key);
	const values = all.filter(({ source }) => flags.set !== true || source !== "default");
	const otel = key === "" ? otelVariables(context.env) : [];
	const problems = shownProblems(loaded);
	const stray = strayVariables(context.env);
	if (context.json)
		context.out.document({
			file: loaded.file,
			values,
			otel,
			problems: [...problems, ...stray],
			valid: problems.length === 0,
		});
	else show(context, [...values, ...otel]);
	const { style } = context.err;
	if (!context.json) {
		context.err.line(
			loaded.file === "" ? "No errata.yaml here; `errata init` writes one." : `File: ${safeLine(loaded.file)}`,
		);
		for (const { problem, remedy } of [...problems, ...stray]) {
			context.err.lines(hang(`${style.red("wrong")}  `, safeLine(problem), style.width));
			context.err.lines(hang("       ", style.cyan(safeLine(remedy)), style.width));
		}
		if (problems.length > 0)
			context.err.line(`${plural(problems.length, "problem")}; the values above are what applies.`);
	}
	return problems.length > 0 ? EXIT.usage : EXIT.ok;
}

function show({ out }: Context, values: readonly ShownValue[]): void {
	const { style } = out;
	const rows = values.map(({ key, value, source, from }) => [key, text(value), safeLine(from === "" ? source : from)]);
	const paint = (cell: string, row: number): string =>
		values[row]?.source === "default" ? style.dim(cell) : style.green(cell);
	const columns = [{ head: "key" }, { head: "value", flexible: true }, { head: "from", paint }];
	out.lines(table(columns, rows, style.width));
}

function text(value: unknown): string {
	if (Array.isArray(value)) return value.length === 0 ? "[]" : safeLine(value.join(", "));
	return value === "" ? '""' : safeLine(String(value));
}

function unknownKey(key: string): ErrataError {
	const sections = [...new Set(Object.keys(CONFIG_KEYS).map((name) => name.split(".")[0]))].join(", ");
	return new ErrataError({
		operation: "print the configuration of",
		subject: safeLine(key),
		cause: "there is no such key or section",
		remedy: `Give one of ${sections}, or a key below it.`,
		code: "CONFIG_KEY_UNKNOWN",
		exitCode: EXIT.usage,
	});
}
