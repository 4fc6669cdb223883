/**
 * The command line as a table: every command with its flags, help and examples. Building it runs nothing, so a test can
 * compare it with `COMMANDS.md`. What a command does lives in `commands/`.
 */
import type { Command } from "commander";
import { addGlobalOptions, createCommand, examples, globalOptions, type Host } from "./command-line.ts";
import { accessCommand } from "./commands/access.ts";
import { actionsCommand } from "./commands/actions.ts";
import { alertsCommand } from "./commands/alerts.ts";
import { analyzeCommand } from "./commands/analyze.ts";
import { anomaliesCommand } from "./commands/anomalies.ts";
import { apiCommand } from "./commands/api.ts";
import { backfillCommand } from "./commands/backfill.ts";
import { catalogCommand } from "./commands/catalog.ts";
import { configCommand } from "./commands/config.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { explainCommand } from "./commands/explain.ts";
import { initCommand } from "./commands/init.ts";
import { issuesCommand } from "./commands/issues.ts";
import { auditCommand, keysCommand } from "./commands/keys.ts";
import { localCommand } from "./commands/local.ts";
import { migrateCommand } from "./commands/migrate.ts";
import { patternsCommand } from "./commands/patterns.ts";
import { incidentsCommand } from "./commands/related.ts";
import { reportCommand } from "./commands/report.ts";
import { retentionCommand } from "./commands/retention.ts";
import { runCommand } from "./commands/run.ts";
import { mcpCommand, serveCommand } from "./commands/serve.ts";
import { subjectCommand } from "./commands/subject.ts";
import { suggestionsCommand } from "./commands/suggestions.ts";
import { tailCommand } from "./commands/tail.ts";
import { trendsCommand } from "./commands/trends.ts";
import type { Context } from "./context.ts";
import { EXIT, EXIT_MEANING, type ExitCode } from "./exit.ts";
import type { Sink } from "./output.ts";

export interface ProgramInput {
	readonly version: string;
	readonly out: Sink;
	readonly err: Sink;
	run(command: Command, body: (context: Context) => Promise<ExitCode>): Promise<void>;
}

export function createProgram(input: ProgramInput): Command {
	const host: Host = {
		command: (path) => createCommand(path, input),
		run: input.run,
	};
	const program = createCommand("", input)
		.description("OpenTelemetry-native error intelligence: what failed, whether to retry, what to do.")
		.version(`errata ${input.version}`, "-V, --version", "print the version")
		.addHelpText(
			"after",
			examples([
				["errata run -- node app.js", "run a program; afterwards say what went wrong and why"],
				["errata local", "keep a local store and OTLP receiver running"],
				["errata issues list --since 1h", "what failed in the last hour"],
				["errata analyze 3f2a9c1d --llm-format", "one error as a report for a language model"],
			]) + exitCodes(),
		)
		.enablePositionalOptions();
	for (const option of globalOptions()) program.addOption(option);
	program.commandsGroup("Run:");
	for (const make of [initCommand, runCommand, localCommand]) program.addCommand(make(host));
	program.commandsGroup("Look:");
	for (const make of [
		issuesCommand,
		analyzeCommand,
		reportCommand,
		explainCommand,
		trendsCommand,
		anomaliesCommand,
		incidentsCommand,
		patternsCommand,
		suggestionsCommand,
		tailCommand,
		alertsCommand,
		actionsCommand,
	])
		program.addCommand(make(host));
	program.commandsGroup("Serve:");
	for (const make of [serveCommand, mcpCommand, apiCommand, keysCommand, auditCommand]) program.addCommand(make(host));
	program.commandsGroup("Maintain:");
	for (const make of [
		catalogCommand,
		configCommand,
		doctorCommand,
		migrateCommand,
		backfillCommand,
		accessCommand,
		subjectCommand,
		retentionCommand,
	])
		program.addCommand(make(host));
	for (const command of program.commands) addGlobalOptions(command);
	return program;
}

function exitCodes(): string {
	const lines = Object.entries(EXIT).map(
		([name, code]) => `  ${code}  ${EXIT_MEANING[name as keyof typeof EXIT_MEANING]}`,
	);
	return `\nExit codes (run: those of the program it ran):\n${lines.join("\n")}\n`;
}
