/** `errata actions list|propose|approve|reject|cancel|log`: what may be done about a group, who decides, and what came of it. */
import type { actionsList, actionsLog, InputOf, OutputOf } from "@errata/api";
import { safeBlock, safeLine } from "@errata/server/text";
import { Argument, type Command, InvalidArgumentError, Option } from "commander";
import { withActions } from "../background.ts";
import { examples, fingerprintArgument, type Host, integerArgument } from "../command-line.ts";
import type { Context } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { shortId } from "../present/issue.ts";
import { ago, clock, plural } from "../terminal/human.ts";
import { table } from "../terminal/layout.ts";
import { operate } from "./issues-life.ts";

export function actionsCommand(host: Host): Command {
	const group = host
		.command("actions")
		.description("What may be done about a group: proposed, approved, done, with a log.");
	group.addCommand(listCommand(host));
	group.addCommand(proposeCommand(host));
	for (const one of DECISIONS) group.addCommand(decideCommand(host, one));
	group.addCommand(logCommand(host));
	return group;
}

type Found = OutputOf<typeof actionsList>;
type One = Found["actions"][number];

/** An operation on actions, with the file of actions that is configured here. */
const act = <T>(context: Context, name: string, input: object): Promise<T> =>
	withActions(context, (actions) => operate<T>(context, name, input, { actions }));

function idArgument(text: string): string {
	const id = text.toLowerCase();
	if (!/^[0-9a-f-]{4,36}$/u.test(id))
		throw new InvalidArgumentError("Expected the first 4 characters or more of an id, as `errata actions list` shows.");
	return id;
}

interface ListFlags {
	readonly state?: string;
	readonly group?: string;
	readonly limit: number;
}

function listCommand(host: Host): Command {
	const command = host.command("actions list");
	return command
		.description("List actions that were proposed, the latest first.")
		.option(
			"--state <state>",
			"only those that are proposed, approved, running, done, failed, unknown, rejected, cancelled or expired",
		)
		.addOption(new Option("--group <digits>", "only about this group").argParser(fingerprintArgument))
		.addOption(new Option("--limit <n>", "actions at most").argParser(integerArgument(1, 200)).default(50))
		.addHelpText("after", examples([["errata actions list --state proposed", "what waits for a decision"]]))
		.action((flags: ListFlags) => host.run(command, (context) => list(context, flags)));
}

async function list(context: Context, flags: ListFlags): Promise<ExitCode> {
	const input = {
		...(flags.state === undefined ? {} : { state: flags.state }),
		...(flags.group === undefined ? {} : { fingerprint: flags.group }),
		limit: flags.limit,
	} as InputOf<typeof actionsList>;
	const found = await act<Found>(context, "actions.list", input);
	if (context.json) {
		context.out.document(found);
		return EXIT.ok;
	}
	const { style } = context.out;
	const now = context.now();
	if (found.actions.length > 0) {
		const columns = [
			{ head: "action", paint: style.cyan },
			{ head: "name" },
			{ head: "group", paint: style.cyan },
			{ head: "state", paint: (text: string) => (/^(?:failed|unknown)/u.test(text) ? style.red(text) : text) },
			{ head: "proposed" },
			{ head: "by" },
			{ head: "what", flexible: true },
		];
		const rows = found.actions.map((one) => [
			one.id.slice(0, 8),
			safeLine(one.action),
			shortId(one.issue),
			one.state,
			ago(one.proposedAt, now),
			safeLine(one.proposedBy),
			safeLine(one.detail === "" ? one.preview : `${one.preview} (${one.detail})`),
		]);
		context.out.lines(table(columns, rows, style.width));
	}
	const names = found.configured.map(({ name, kind }) => `${safeLine(name)} (${kind})`).join(", ");
	const configured =
		names === "" ? "none is configured: name a file of actions in ERRATA_ACTIONS." : `configured: ${names}.`;
	context.err.line(`${plural(found.actions.length, "action")}; ${configured}`);
	return EXIT.ok;
}

interface ProposeFlags {
	readonly service?: string;
	readonly environment?: string;
	readonly reason?: string;
}

function proposeCommand(host: Host): Command {
	const command = host.command("actions propose");
	return command
		.description("Propose a configured action for a group. Nothing is done before it is approved.")
		.addArgument(new Argument("<group>", "first digits of its fingerprint").argParser(fingerprintArgument))
		.addArgument(new Argument("<action>", "its name in the file of actions"))
		.option("--service <name>", "one of the group's services; needed if it has several")
		.option("--environment <name>", "one of its environments; needed if it has several and the action uses it")
		.option("--reason <text>", "why; shown to whoever decides")
		.addHelpText(
			"after",
			examples([["errata actions propose 3f2a9c1d restart --reason 'the pool is stuck'", "wait for an approval"]]),
		)
		.action((fingerprint: string, action: string, flags: ProposeFlags) =>
			host.run(command, (context) => change(context, "actions.propose", { fingerprint, action, ...flags })),
		);
}

interface Decision {
	readonly verb: "approve" | "reject" | "cancel";
	readonly description: string;
	readonly example: string;
}

const DECISIONS: readonly Decision[] = [
	{
		verb: "approve",
		description: "Let an action be done as it was proposed, by a server that runs actions.",
		example: "as its preview says",
	},
	{ verb: "reject", description: "Refuse an action that was proposed.", example: "it is not done" },
	{ verb: "cancel", description: "Take back an action that does not run yet.", example: "also one that was approved" },
];

function decideCommand(host: Host, { verb, description, example }: Decision): Command {
	const command = host.command(`actions ${verb}`);
	return command
		.description(description)
		.addArgument(new Argument("<id>", "first characters of its id").argParser(idArgument))
		.option("--reason <text>", "why; kept in the log")
		.addHelpText("after", examples([[`errata actions ${verb} 5a2f4d0e`, example]]))
		.action((id: string, flags: { readonly reason?: string }) =>
			host.run(command, (context) => change(context, `actions.${verb}`, { id, ...flags })),
		);
}

async function change(context: Context, name: string, input: object): Promise<ExitCode> {
	const done = await act<{ readonly action: One; readonly fresh?: boolean }>(context, name, input);
	if (context.json) {
		context.out.document(done);
		return EXIT.ok;
	}
	const { action } = done;
	const { style } = context.out;
	const again = done.fresh === false ? ", as before" : "";
	const by = action.decidedBy === "" ? "" : ` by ${safeLine(action.decidedBy)}`;
	context.out.line(
		`${style.cyan(action.id.slice(0, 8))} ${safeLine(action.action)} is ${style.bold(action.state)}${by}${again}: ${safeLine(action.preview)}`,
	);
	if (action.state === "proposed")
		context.err.line(
			`Next: ${context.nextCommand.name} actions approve ${action.id.slice(0, 8)}${context.nextCommand.flags}`,
		);
	if (action.state === "approved")
		context.err.line("A server that was started with --run-actions does it within seconds.");
	return EXIT.ok;
}

function logCommand(host: Host): Command {
	const command = host.command("actions log");
	return command
		.description(
			"Everything that happened to an action, the earliest first, with what its attempts printed or were answered.",
		)
		.addArgument(new Argument("<id>", "first characters of its id").argParser(idArgument))
		.addHelpText("after", examples([["errata actions log 5a2f4d0e", "who decided, what ran, how it ended"]]))
		.action((id: string) => host.run(command, (context) => log(context, id)));
}

async function log(context: Context, id: string): Promise<ExitCode> {
	const found = await act<OutputOf<typeof actionsLog>>(context, "actions.log", { id });
	if (context.json) {
		context.out.document(found);
		return EXIT.ok;
	}
	const now = context.now();
	const { style } = context.out;
	for (const entry of found.log) {
		const by = entry.actor === "" ? "" : ` by ${safeLine(entry.actor)}`;
		const attempt = entry.attempt === 0 ? "" : `, attempt ${entry.attempt}`;
		const detail = entry.detail === "" ? "" : `: ${safeLine(entry.detail)}`;
		context.out.line(`${style.dim(clock(entry.at, now))}  ${style.bold(entry.event)}${by}${attempt}${detail}`);
		const output = safeBlock(entry.output).trimEnd();
		if (output !== "") context.out.lines(output.split("\n").map((line) => `    ${line}`));
	}
	return EXIT.ok;
}
