/** `errata issues list|view`: the groups, and one of them. */
import { issuePage, rankedIssue, statesOf, wireState } from "@errata/server";
import { safeLine } from "@errata/server/text";
import { Argument, type Command, Option } from "commander";
import { withStore } from "../backend.ts";
import { durationArgument, examples, fingerprintArgument, type Host, integerArgument } from "../command-line.ts";
import type { Context } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { LIMITS } from "../limits.ts";
import { findIssue, noSuchGroup } from "../present/find.ts";
import { explainIssues, shortId, shortMessage } from "../present/issue.ts";
import { ago, clock, count, plural, shortDuration } from "../terminal/human.ts";
import { table } from "../terminal/layout.ts";
import { type Style, severityPaint } from "../terminal/style.ts";
import { lifeCommands } from "./issues-life.ts";
import { searchCommands } from "./issues-search.ts";
import { issuesWhyCommand } from "./issues-why.ts";
import { relatedCommand } from "./related.ts";

const DAY_MS = 86_400_000;

export function issuesCommand(host: Host): Command {
	const group = host.command("issues").description("Groups of errors: one group is one bug.");
	const list = host.command("issues list");
	list
		.description("List groups, the latest first.")
		.addOption(new Option("--since <duration>", "how far back").argParser(durationArgument).default(DAY_MS, "24h"))
		.option("--service <name>", "only groups seen in this service")
		.option("--code <code>", "only groups of this code")
		.addOption(new Option("--limit <n>", "groups at most").argParser(integerArgument(1, 1000)).default(LIMITS.issues))
		.addHelpText(
			"after",
			examples([
				["errata issues list", "the last 24 hours"],
				["errata issues list --since 15m --service checkout", "one service, just now"],
				["errata issues list --code PG_UNIQUE_VIOLATION --json", "one code, for a program"],
			]),
		)
		.action((flags: ListFlags) => host.run(list, (context) => listIssues(context, flags)));
	const view = host.command("issues view");
	view
		.description("Explain one group: what, where, since when, what to do.")
		.addArgument(new Argument("<group>", "first digits of its fingerprint").argParser(fingerprintArgument))
		.addHelpText("after", examples([["errata issues view 3f2a9c1d", "the digits that `issues list` shows"]]))
		.action((prefix: string) => host.run(view, (context) => viewIssue(context, prefix)));
	group.addCommand(list);
	group.addCommand(view);
	group.addCommand(issuesWhyCommand(host));
	group.addCommand(relatedCommand(host));
	for (const command of searchCommands(host)) group.addCommand(command);
	for (const command of lifeCommands(host)) group.addCommand(command);
	return group;
}

interface ListFlags {
	readonly since: number;
	readonly service?: string;
	readonly code?: string;
	readonly limit: number;
}

async function listIssues(context: Context, flags: ListFlags): Promise<ExitCode> {
	const now = context.now();
	const page = { sinceMs: now - flags.since, untilMs: now + DAY_MS, before: undefined };
	const question = { limit: flags.limit, service: flags.service, code: flags.code?.toUpperCase() };
	const listed = await withStore(context, (store) => issuePage(store, page, question, now));
	if (context.json) {
		context.out.document(listed);
		return EXIT.ok;
	}
	const issues = listed.issues.map(({ issue }) => issue);
	const window = `in the last ${shortDuration(flags.since)}`;
	if (issues.length === 0) {
		const filtered = flags.service !== undefined || flags.code !== undefined ? " that match" : "";
		context.err.line(
			`No errors${filtered} ${window}. Look further back with --since 7d, or send some with \`errata run\`.`,
		);
		return EXIT.ok;
	}
	const { style } = context.out;
	const wide = style.width >= 100;
	const columns = [
		{ head: "group", paint: style.cyan },
		{ head: "code", paint: (text: string, row: number) => severityPaint(style, issues[row]?.severity ?? "")(text) },
		{ head: "state", paint: statePaint(style) },
		{ head: "count", align: "right" as const },
		{ head: "last seen" },
		...(wide ? [{ head: "services", paint: style.dim }] : []),
		{ head: "message", flexible: true },
	];
	const rows = listed.issues.map(({ issue, state }) => [
		shortId(issue.fingerprint),
		safeLine(issue.code),
		state.status,
		count(issue.count),
		ago(issue.lastSeen, now),
		...(wide ? [services(issue.services)] : []),
		shortMessage(issue),
	]);
	context.out.lines(table(columns, rows, style.width));
	const cut = listed.next === null ? "" : "; --limit shows more";
	const first = shortId(issues[0]?.fingerprint ?? "");
	context.err.line(
		`${plural(issues.length, "group")} ${window}${cut}. Next: ${context.nextCommand.name} issues view ${first}${context.nextCommand.flags}`,
	);
	return EXIT.ok;
}

/** What needs somebody stands out. */
function statePaint(style: Style): (text: string) => string {
	return (text) => {
		const status = text.trim();
		if (status === "regressed" || status === "escalating") return style.red(text);
		return status === "new" ? style.yellow(text) : style.dim(text);
	};
}

function services(names: readonly string[]): string {
	const shown = names.slice(0, 2).map(safeLine).join(", ");
	return names.length > 2 ? `${shown} +${names.length - 2}` : shown;
}

/** Occurrences listed under a group. */
const OCCURRENCES = 5;

async function viewIssue(context: Context, prefix: string): Promise<ExitCode> {
	const { issue, events, state } = await withStore(context, async (store) => {
		const found = await findIssue(store, prefix);
		if (found === undefined) throw noSuchGroup(store, prefix, false);
		const known = (await statesOf(store, [found], context.now())).get(found.fingerprint);
		const latest = await store.issueEvents(found.fingerprint, { limit: OCCURRENCES });
		const ranked = await rankedIssue(store, await context.catalog(), found, context.now());
		return { issue: ranked, events: latest, state: wireState(known) };
	});
	if (context.json) {
		context.out.document({ issue, state, occurrences: events });
		return EXIT.ok;
	}
	const { style } = context.out;
	const now = context.now();
	const [latest] = events;
	const text = explainIssues([issue], {
		events: new Map(latest === undefined ? [] : [[issue.fingerprint, latest]]),
		catalog: await context.catalog(),
		width: style.width,
		color: style.colored,
		cwd: context.cwd,
		now,
		command: context.nextCommand.name,
		commandFlags: context.nextCommand.flags,
	});
	context.out.line(text);
	context.out.line();
	const columns = [
		{ head: "occurrence" },
		{ head: "service" },
		{ head: "release" },
		{ head: "task" },
		{ head: "trace", paint: style.dim },
	];
	const rows = events.map((event) => [
		clock(event.timestamp, now),
		safeLine(event.service),
		safeLine(event.release),
		safeLine([event.taskName, event.taskId].filter((part) => part !== "").join(" ")),
		safeLine(event.traceId),
	]);
	const empty = (column: number): boolean => rows.every((row) => row[column] === "");
	const kept = columns.map((_, i) => i).filter((i) => !empty(i));
	context.out.lines(
		table(
			kept.map((i) => columns[i] as (typeof columns)[number]),
			rows.map((row) => kept.map((i) => row[i] as string)),
			style.width,
		),
	);
	const assigned = state.assignee === "" ? "" : `, assigned to ${safeLine(state.assignee)}`;
	context.err.line(`${state.status}: ${safeLine(state.reason)}${assigned}`);
	if (issue.members.length > 0) context.err.line(`merged into it: ${issue.members.map(safeLine).join(" ")}`);
	context.err.line(`fingerprint ${issue.fingerprint}`);
	return EXIT.ok;
}
