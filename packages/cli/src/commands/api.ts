/** `errata api`: any operation by its name, with the body that REST gives. Operations with a command of their own read better there. */
import { OPERATIONS } from "@errata/api";
import { ErrataError } from "@errata/catalog";
import { type ActionDesk, checkInput, Failure, implemented } from "@errata/server";
import { Argument, type Command } from "commander";
import { alertRules, withActions } from "../background.ts";
import { examples, type Host } from "../command-line.ts";
import type { Context } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { operate, translated } from "./issues-life.ts";

export function apiCommand(host: Host): Command {
	const command = host.command("api");
	return command
		.description("Call one operation of the API by its name, without a server; the answer is JSON.")
		.addArgument(new Argument("<operation>", "such as issues.list").choices(OPERATIONS.map(({ name }) => name)))
		.addArgument(new Argument("[input]", "what it takes, as a JSON object").default("{}"))
		.addHelpText(
			"after",
			examples([
				["errata api health.get", "an operation that takes nothing"],
				[`errata api issues.list '{"window":"7d","limit":5}'`, "as GET /api/v1/issues?window=7d&limit=5"],
			]),
		)
		.action((name: string, input: string) => host.run(command, (context) => callOperation(context, name, input)));
}

async function callOperation(context: Context, name: string, text: string): Promise<ExitCode> {
	const input = parsed(text);
	try {
		checkInput(implemented(name).operation, input);
	} catch (error) {
		throw error instanceof Failure ? translated(error, name, {}) : error;
	}
	const rules = name.startsWith("alerts.") ? alertRules(context) : undefined;
	const call = (actions?: ActionDesk) => operate<object>(context, name, input, { rules, actions });
	context.out.document(await (name.startsWith("actions.") ? withActions(context, call) : call()));
	return EXIT.ok;
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (error) {
		throw new ErrataError({
			operation: "read the input",
			subject: JSON.stringify(text.slice(0, 60)),
			cause: "it is no JSON",
			remedy: `Pass an object such as '{"window":"7d"}'`,
			exitCode: EXIT.usage,
			origin: error,
		});
	}
}
