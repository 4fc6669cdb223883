/** `errata alerts list|test|silence`: what fires, whether a channel can be reached, and quiet for a while. */
import type { alertsList, alertsSilence, alertsTest, InputOf, OutputOf } from "@errata/api";
import { safeLine } from "@errata/server/text";
import { Argument, type Command, InvalidArgumentError, Option } from "commander";
import { alertRules } from "../background.ts";
import { durationArgument, examples, fingerprintArgument, type Host, integerArgument } from "../command-line.ts";
import type { Context } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { ago, clock, plural } from "../terminal/human.ts";
import { table } from "../terminal/layout.ts";
import { severityPaint } from "../terminal/style.ts";
import { operate } from "./issues-life.ts";

export function alertsCommand(host: Host): Command {
	const group = host.command("alerts").description("What somebody should know now, and whether they were told.");
	for (const make of [listCommand, testCommand, silenceCommand]) group.addCommand(make(host));
	return group;
}

function listCommand(host: Host): Command {
	const command = host.command("alerts list");
	return command
		.description("List alerts: those that fire, and those that ended, with their deliveries.")
		.option("--firing", "only those that fire")
		.option("--rule <name>", "only of this rule")
		.addOption(new Option("--since <duration>", "how far back ended ones go").argParser(windowArgument).default("7d"))
		.addOption(new Option("--limit <n>", "alerts at most").argParser(integerArgument(1, 200)).default(50))
		.addHelpText(
			"after",
			examples([
				["errata alerts list", "the last 7 days"],
				["errata alerts list --firing --json", "what fires now, for a program"],
			]),
		)
		.action((flags: ListFlags) => host.run(command, (context) => list(context, flags)));
}

interface ListFlags {
	readonly firing?: boolean;
	readonly rule?: string;
	readonly since: string;
	readonly limit: number;
}

/** A duration as operations take it. */
function windowArgument(text: string): string {
	durationArgument(text);
	if (!/^[1-9][0-9]{0,4}[smhd]$/u.test(text))
		throw new InvalidArgumentError("Expected one unit, such as 15m, 24h or 7d.");
	return text;
}

async function list(context: Context, flags: ListFlags): Promise<ExitCode> {
	const input: InputOf<typeof alertsList> = {
		...(flags.firing === true ? { state: "firing" } : {}),
		...(flags.rule === undefined ? {} : { rule: flags.rule }),
		window: flags.since,
		limit: flags.limit,
	};
	const rules = alertRules(context);
	const found = await operate<OutputOf<typeof alertsList>>(context, "alerts.list", input, { rules });
	if (context.json) {
		context.out.document(found);
		return EXIT.ok;
	}
	const now = context.now();
	const { style } = context.out;
	if (found.alerts.length > 0) {
		const columns = [
			{ head: "state", paint: (text: string) => (text.startsWith("firing") ? style.red(text) : style.dim(text)) },
			{ head: "rule", paint: style.cyan },
			{ head: "fired" },
			{ head: "ended" },
			{ head: "told" },
			{
				head: "what",
				flexible: true,
				paint: (text: string, row: number) => severityPaint(style, found.alerts[row]?.severity ?? "")(text),
			},
		];
		const rows = found.alerts.map((alert) => [
			alert.flapping ? `${alert.state}, flapping` : alert.state,
			safeLine(alert.rule),
			ago(alert.firedAt, now),
			alert.resolvedAt === null ? "" : ago(alert.resolvedAt, now),
			told(alert.deliveries),
			safeLine(alert.summary),
		]);
		context.out.lines(table(columns, rows, style.width));
	}
	const silences = found.silences.map(
		(s) => `silenced until ${clock(s.until, now)}: ${safeLine(matchText(s))}  ${s.id}`,
	);
	if (silences.length > 0) context.out.lines(silences);
	context.err.line(`${plural(found.alerts.length, "alert")}; ${watched(found.rules.length)}`);
	return EXIT.ok;
}

function watched(rules: number): string {
	return rules === 0
		? "no rules here: name a file of rules in ERRATA_ALERTS, and start `errata serve` with it."
		: `${plural(rules, "rule")} watched by \`errata serve\`.`;
}

/** Channels with what became of their latest delivery. */
function told(deliveries: OutputOf<typeof alertsList>["alerts"][number]["deliveries"]): string {
	const latest = new Map(deliveries.map(({ channel, outcome }) => [channel, outcome]));
	return [...latest]
		.map(([channel, outcome]) => (outcome === "delivered" ? safeLine(channel) : `${safeLine(channel)} (${outcome})`))
		.join(", ");
}

type SilenceOut = OutputOf<typeof alertsSilence>["silence"];

function matchText({ rule, issue, service, code, comment }: SilenceOut): string {
	const parts = [
		["rule", rule],
		["group", issue],
		["service", service],
		["code", code],
	].filter(([, value]) => value !== "");
	const what = parts.length === 0 ? "every alert" : parts.map(([name, value]) => `${name} ${value}`).join(", ");
	return comment === "" ? what : `${what} (${comment})`;
}

function testCommand(host: Host): Command {
	const command = host.command("alerts test");
	return command
		.description("Send a test message to a channel of the rules file, once, and say what its receiver answered.")
		.addArgument(new Argument("<channel>", "name of the channel"))
		.addHelpText("after", examples([["errata alerts test ops", "wakes nobody: it is marked resolved"]]))
		.action((channel: string) => host.run(command, (context) => testChannel(context, channel)));
}

async function testChannel(context: Context, channel: string): Promise<ExitCode> {
	const rules = alertRules(context);
	const said = await operate<OutputOf<typeof alertsTest>>(context, "alerts.test", { channel }, { rules });
	if (context.json) context.out.document(said);
	else
		context.out.line(
			`${safeLine(said.channel)} (${said.type}): ${said.outcome} after ${said.durationMs} ms: ${safeLine(said.detail)}`,
		);
	return said.outcome === "accepted" ? EXIT.ok : EXIT.failure;
}

interface SilenceFlags {
	readonly for: string;
	readonly rule?: string;
	readonly group?: string;
	readonly service?: string;
	readonly code?: string;
	readonly comment?: string;
	readonly end?: string;
}

function silenceCommand(host: Host): Command {
	const command = host.command("alerts silence");
	return command
		.description("Tell nobody of some alerts for a while. What still fires afterwards is told then.")
		.addOption(new Option("--for <duration>", "how long").argParser(windowArgument).default("1h"))
		.option("--rule <name>", "only of this rule")
		.addOption(new Option("--group <digits>", "only about this group").argParser(fingerprintArgument))
		.option("--service <name>", "only about this service")
		.option("--code <code>", "only of this code")
		.option("--comment <text>", "why")
		.option("--end <id>", "end the silence of this id, as `alerts list` shows it")
		.addHelpText(
			"after",
			examples([
				["errata alerts silence --service checkout --for 2h --comment deploying", "one service"],
				["errata alerts silence --end d9428888-122b-41e1-b85c-61a1c5b1a9d4", "speak again"],
			]),
		)
		.action((flags: SilenceFlags) => host.run(command, (context) => silence(context, flags)));
}

async function silence(context: Context, flags: SilenceFlags): Promise<ExitCode> {
	const { end, group, ...rest } = flags;
	const input = { ...rest, ...(group === undefined ? {} : { fingerprint: group }) };
	const done =
		end === undefined
			? await operate<{ silence: SilenceOut }>(context, "alerts.silence", input)
			: await operate<{ silence: SilenceOut }>(context, "alerts.unsilence", { id: end });
	if (context.json) {
		context.out.document(done);
		return EXIT.ok;
	}
	const { id, until } = done.silence;
	const verb = end === undefined ? "silenced until" : "silence ended";
	context.out.line(`${verb} ${clock(until, context.now())}: ${safeLine(matchText(done.silence))}  ${id}`);
	return EXIT.ok;
}
