/** `errata issues related` and `errata incidents`: what fails with what, what is special about it, where it began. */
import type { correlationsGet, incidentsList, issuesAttributes, OutputOf } from "@errata/api";
import { safeLine } from "@errata/server/text";
import { Argument, type Command, Option } from "commander";
import { durationArgument, examples, fingerprintArgument, type Host, integerArgument } from "../command-line.ts";
import type { Context } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { shortId } from "../present/issue.ts";
import { clock, count, plural } from "../terminal/human.ts";
import { table } from "../terminal/layout.ts";
import { operate } from "./issues-life.ts";

const DAY = 86_400_000;

interface RelatedFlags {
	readonly window: number;
	readonly attributes?: boolean;
	readonly limit: number;
}

export function relatedCommand(host: Host): Command {
	const command = host.command("issues related");
	return command
		.description("What fails with a group more often than by chance, or what its occurrences have in common.")
		.addArgument(new Argument("<group>", "first digits of its fingerprint").argParser(fingerprintArgument))
		.option("--attributes", "what its occurrences have and others have not: release, region, host, flag")
		.addOption(new Option("--window <duration>", "how far back").argParser(durationArgument).default(DAY, "24h"))
		.addOption(new Option("--limit <n>", "lines at most").argParser(integerArgument(1, 200)).default(20))
		.addHelpText(
			"after",
			examples([
				["errata issues related 3f2a9c1d", "groups of the same traces, and those that follow it"],
				["errata issues related 3f2a9c1d --attributes", "only on 2.3 in eu-west?"],
			]),
		)
		.action((fingerprint: string, flags: RelatedFlags) =>
			host.run(command, (context) =>
				flags.attributes === true ? attributes(context, fingerprint, flags) : related(context, fingerprint, flags),
			),
		);
}

async function related(context: Context, fingerprint: string, flags: RelatedFlags): Promise<ExitCode> {
	const input = { fingerprint, window: windowText(flags.window), limit: flags.limit };
	const answer = await operate<OutputOf<typeof correlationsGet>>(context, "correlations.get", input);
	if (context.json) {
		context.out.document(answer);
		return EXIT.ok;
	}
	const rows = answer.correlations.map((one) => [
		shortId(one.group.fingerprint),
		`${one.kind === "trace" ? "same traces" : "within 5 min"}, ${one.direction}`,
		count(one.support),
		`${one.lift.toFixed(1)}x`,
		one.q.toExponential(0),
		safeLine(one.group.code),
		safeLine(one.group.message),
	]);
	const columns = [
		{ head: "group", paint: context.out.style.cyan },
		{ head: "how" },
		{ head: "support", align: "right" as const },
		{ head: "lift", align: "right" as const },
		{ head: "q", align: "right" as const },
		{ head: "code" },
		{ head: "message", flexible: true },
	];
	if (rows.length > 0) context.out.lines(table(columns, rows, context.out.style.width));
	context.err.line(`${plural(rows.length, "related group")}; ${plural(answer.tested, "pair")} tested.`);
	return EXIT.ok;
}

async function attributes(context: Context, fingerprint: string, flags: RelatedFlags): Promise<ExitCode> {
	const input = { fingerprint, window: windowText(flags.window) };
	const answer = await operate<OutputOf<typeof issuesAttributes>>(context, "issues.attributes", input);
	if (context.json) {
		context.out.document(answer);
		return EXIT.ok;
	}
	const percent = (share: number): string => `${(100 * share).toFixed(0)}%`;
	const rows = answer.attributes
		.slice(0, flags.limit)
		.map((one) => [
			safeLine(one.key),
			safeLine(one.value),
			percent(one.share),
			percent(one.background),
			one.q.toExponential(0),
			one.implied ? "implied" : "",
		]);
	const columns = [
		{ head: "attribute", paint: context.out.style.cyan },
		{ head: "value", flexible: true },
		{ head: "here", align: "right" as const },
		{ head: "others", align: "right" as const },
		{ head: "q", align: "right" as const },
		{ head: "" },
	];
	if (rows.length > 0) context.out.lines(table(columns, rows, context.out.style.width));
	context.err.line(`${plural(answer.occurrences, "occurrence")} beside ${count(answer.compared)} ${answer.base}.`);
	return EXIT.ok;
}

export function incidentsCommand(host: Host): Command {
	const command = host.command("incidents");
	return command
		.description("Groups that follow from one origin, as one incident; those that strike the most traces first.")
		.addOption(new Option("--window <duration>", "how far back").argParser(durationArgument).default(DAY, "24h"))
		.addOption(new Option("--limit <n>", "incidents at most").argParser(integerArgument(1, 50)).default(20))
		.addHelpText("after", examples([["errata incidents --window 1h", "what is wrong now, and where it began"]]))
		.action((flags: RelatedFlags) => host.run(command, (context) => incidents(context, flags)));
}

async function incidents(context: Context, flags: RelatedFlags): Promise<ExitCode> {
	const input = { window: windowText(flags.window), limit: flags.limit };
	const answer = await operate<OutputOf<typeof incidentsList>>(context, "incidents.list", input);
	if (context.json) {
		context.out.document(answer);
		return EXIT.ok;
	}
	const now = context.now();
	for (const one of answer.incidents) {
		const since = one.firstSeen === "" ? "" : `, since ${clock(one.firstSeen, now)}`;
		context.out.line(
			`${one.component.kind} ${context.out.style.bold(safeLine(one.component.name))}: ${plural(one.traces, "trace")}${since}`,
		);
		for (const group of one.origins.slice(0, 3))
			context.out.line(`  origin   ${shortId(group.fingerprint)}  ${safeLine(group.code)}  ${safeLine(group.message)}`);
		for (const { group } of one.symptoms.slice(0, 5))
			context.out.line(`  symptom  ${shortId(group.fingerprint)}  ${safeLine(group.code)}  ${safeLine(group.message)}`);
		for (const reason of one.reasons.slice(0, 3)) context.out.line(`  because  ${reason.text}`);
	}
	const left = answer.left === 0 ? "" : `, ${answer.left} more`;
	context.err.line(
		`${plural(answer.incidents.length, "incident")}${left}, from ${plural(answer.sampled, "sampled trace")}.`,
	);
	return EXIT.ok;
}

/** Durations travel as the operations read them. */
function windowText(ms: number): string {
	return `${Math.max(1, Math.round(ms / 60_000))}m`;
}
