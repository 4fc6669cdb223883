/**
 * What all commands share on the command line: the flags that each takes, how errors and help look, how values are read.
 * The table of the commands is `program.ts`.
 */
import { Command, InvalidArgumentError, Option } from "commander";
import stringWidth from "string-width";
import type { Context } from "./context.ts";
import type { ExitCode } from "./exit.ts";
import type { Sink } from "./output.ts";
import { parseDuration } from "./terminal/human.ts";

/** What the commands need of their host: a way to make a command like the others, and a way to run. */
export interface Host {
	/** A command named by its full path, `issues list`, with the flags that all take. */
	command(path: string): Command;
	/** Runs a command's body; the code it answers becomes the exit code. */
	run(command: Command, body: (context: Context) => Promise<ExitCode>): Promise<void>;
}

export interface Streams {
	readonly out: Sink;
	readonly err: Sink;
}

/** What every command has in common: errors that throw, help in colour, suggestions, the global flags. */
export function createCommand(path: string, input: Streams): Command {
	const full = path === "" ? "errata" : `errata ${path}`;
	const command = new Command(full.split(" ").at(-1));
	command
		.exitOverride()
		.helpOption("-h, --help", "show this help")
		.helpCommand(false)
		.showSuggestionAfterError(true)
		.showHelpAfterError(`See: ${full} --help`)
		.allowExcessArguments(false)
		.configureOutput({
			writeOut: (text) => input.out.lines([text.replace(/\n$/u, "")]),
			writeErr: (text) => input.err.lines([text.replace(/\n$/u, "")]),
			outputError: (text, write) => write(errorText(text, input.err)),
			getOutHelpWidth: () => helpWidth(input.out),
			getErrHelpWidth: () => helpWidth(input.err),
			getOutHasColors: () => input.out.style.colored,
			getErrHasColors: () => input.err.style.colored,
		})
		.configureHelp({
			showGlobalOptions: false,
			displayWidth: stringWidth,
			styleTitle: (text) => input.out.style.bold(text),
			styleSubcommandTerm: (text) => input.out.style.cyan(text),
			styleOptionTerm: (text) => input.out.style.cyan(text),
			subcommandTerm: (sub) => sub.name(),
		});
	return command;
}

function helpWidth(sink: Sink): number {
	return Number.isFinite(sink.style.width) ? Math.min(sink.style.width, 100) : 100;
}

/** commander's `error: unknown option '--jsn'` as ours. */
function errorText(text: string, sink: Sink): string {
	return text.replace(/^error: /u, `${sink.style.red("errata:")} `);
}

/** Gives the global flags to every command below `command` that does something, after its own: help shows them last. */
export function addGlobalOptions(command: Command): void {
	if (command.commands.length === 0) for (const option of globalOptions()) command.addOption(option);
	for (const sub of command.commands) addGlobalOptions(sub);
}

export function globalOptions(): Option[] {
	return [
		new Option("--clickhouse-url <url>", "ClickHouse to read; default: errata local's, then http://localhost:8123"),
		new Option("--database <name>", "database that holds errata's tables"),
		new Option("--data <dir>", "data directory of errata local; default: $XDG_DATA_HOME/errata/local"),
		new Option("--json", "machine-readable output; its shape is in COMMANDS.md"),
		new Option("--no-color", "no colours; NO_COLOR does the same, FORCE_COLOR the opposite"),
	].map((option) => option.helpGroup("Flags of every command:"));
}

/** Examples under a command's help: the line to type, and what it does. */
export function examples(lines: readonly (readonly [command: string, does: string])[]): string {
	const shown = lines.map(([command, does]) => `  $ ${command}\n      ${does}`);
	return `\nExamples:\n${shown.join("\n")}\n`;
}

/** For flags that take a duration; answers milliseconds. */
export function durationArgument(text: string): number {
	const ms = parseDuration(text);
	if (ms === undefined) throw new InvalidArgumentError("Expected a duration such as 30s, 15m, 1h30m or 7d.");
	return ms;
}

/** For flags that take a whole number between two bounds. */
export function integerArgument(min: number, max: number): (text: string) => number {
	return (text) => {
		const value = /^[0-9]{1,9}$/u.test(text) ? Number(text) : Number.NaN;
		if (!(value >= min && value <= max))
			throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
		return value;
	};
}

/** For arguments that name a group: 4 to 32 hex digits. */
export function fingerprintArgument(text: string): string {
	const id = text.toLowerCase();
	if (!/^[0-9a-f]{4,32}$/u.test(id))
		throw new InvalidArgumentError("Expected the first 4 to 32 hex digits of a group, as `errata issues list` shows.");
	return id;
}
