/** `errata issues resolve|ignore|reopen|assign|comment|merge|split|history`: what people decide about an issue. */
import type {
	InputOf,
	issuesAssign,
	issuesComment,
	issuesIgnore,
	issuesMerge,
	issuesReopen,
	issuesResolve,
	issuesSplit,
} from "@errata/api";
import { ErrataError } from "@errata/catalog";
import { type Call, Failure, implemented, perform } from "@errata/server";
import { safeLine } from "@errata/server/text";
import { Argument, type Command, Option } from "commander";
import { withStore } from "../backend.ts";
import { durationArgument, examples, fingerprintArgument, type Host, integerArgument } from "../command-line.ts";
import type { Context } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { shortId } from "../present/issue.ts";
import { redactionOptions } from "../redaction.ts";
import { clock } from "../terminal/human.ts";
import { table } from "../terminal/layout.ts";

export function lifeCommands(host: Host): Command[] {
	const make = (name: string, description: string, example: readonly (readonly [string, string])[]): Command =>
		host
			.command(`issues ${name}`)
			.description(description)
			.addArgument(new Argument("<group>", "first digits of its fingerprint").argParser(fingerprintArgument))
			.addHelpText("after", examples(example));
	const comment = () => new Option("--comment <text>", "why; kept in the history");
	const others = (description: string) => new Argument("<others...>", description);

	const resolve = make("resolve", "Say that a group is mended; an occurrence after this is a regression.", [
		["errata issues resolve 3f2a9c1d", "now"],
		["errata issues resolve 3f2a9c1d --in-next-release", "the releases of today may still show it"],
		[
			"errata issues resolve 3f2a9c1d --suggestion 5d1c0a9e",
			"with what helped, as `errata suggestions 3f2a9c1d` lists it",
		],
	])
		.option("--in-next-release", "occurrences of releases that are known now are no regression")
		.option("--suggestion <id>", "the suggestion that helped, as `errata suggestions <group>` lists it")
		.addOption(comment());
	resolve.action((fingerprint: string, flags: ResolveFlags) => {
		const input: InputOf<typeof issuesResolve> = { fingerprint, ...flags };
		return host.run(resolve, (context) => act(context, "issues.resolve", input));
	});

	const ignore = make("ignore", "Keep a group out of the way: for good, or until something happens.", [
		["errata issues ignore 3f2a9c1d --for 7d", "a week"],
		["errata issues ignore 3f2a9c1d --count 100 --until-escalation", "until 100 more, or until it escalates"],
	])
		.addOption(new Option("--for <duration>", "until so much later").argParser(durationArgument))
		.addOption(new Option("--count <n>", "until so many more").argParser(integerArgument(1, 999_999_999)))
		.option("--until-escalation", "until it escalates")
		.addOption(comment());
	ignore.action((fingerprint: string, flags: IgnoreFlags) =>
		host.run(ignore, (context) => act(context, "issues.ignore", ignoreInput(context, fingerprint, flags))),
	);

	const reopen = make("reopen", "Take back a resolution or an ignoring.", [
		["errata issues reopen 3f2a9c1d", "it is not mended after all"],
	]).addOption(comment());
	reopen.action((fingerprint: string, flags: { comment?: string }) => {
		const input: InputOf<typeof issuesReopen> = { fingerprint, ...flags };
		return host.run(reopen, (context) => act(context, "issues.reopen", input));
	});

	const assign = make("assign", "Give a group to somebody.", [
		["errata issues assign 3f2a9c1d ann@example.com", "to somebody"],
		["errata issues assign 3f2a9c1d ''", "to nobody"],
	]).addArgument(new Argument("<assignee>", "a name or address; empty for nobody"));
	assign.action((fingerprint: string, assignee: string) => {
		const input: InputOf<typeof issuesAssign> = { fingerprint, assignee };
		return host.run(assign, (context) => act(context, "issues.assign", input));
	});

	const say = make("comment", "Add a comment to a group.", [
		["errata issues comment 3f2a9c1d 'the pool of reports was too small'", "kept in the history"],
	]).addArgument(new Argument("<text>", "what to say"));
	say.action((fingerprint: string, text: string) => {
		const input: InputOf<typeof issuesComment> = { fingerprint, text };
		return host.run(say, (context) => act(context, "issues.comment", input));
	});

	const merge = make("merge", "Count other groups as part of this one from now on.", [
		["errata issues merge 3f2a9c1d 77aa0c1d", "77aa0c1d becomes part of 3f2a9c1d"],
	]).addArgument(others("groups that become part of it"));
	merge.action((fingerprint: string, found: string[]) => {
		const input: InputOf<typeof issuesMerge> = { fingerprint, others: found };
		return host.run(merge, (context) => act(context, "issues.merge", input));
	});

	const split = make("split", "Take merged groups out of this one again.", [
		["errata issues split 3f2a9c1d 77aa0c1d5b7e40a8b6c2d1e0f9a87654", "it is an issue of its own again"],
	]).addArgument(others("whole fingerprints, as `issues view` lists its members"));
	split.action((fingerprint: string, members: string[]) => {
		const input: InputOf<typeof issuesSplit> = { fingerprint, members };
		return host.run(split, (context) => act(context, "issues.split", input));
	});

	const history = make("history", "What was done to a group, the latest first.", [
		["errata issues history 3f2a9c1d", "who, when, what"],
	]);
	history.action((fingerprint: string) => host.run(history, (context) => showHistory(context, fingerprint)));
	return [resolve, ignore, reopen, assign, say, merge, split, history];
}

interface ResolveFlags {
	readonly inNextRelease?: boolean;
	readonly suggestion?: string;
	readonly comment?: string;
}

interface IgnoreFlags {
	readonly for?: number;
	readonly count?: number;
	readonly untilEscalation?: boolean;
	readonly comment?: string;
}

function ignoreInput(context: Context, fingerprint: string, flags: IgnoreFlags): InputOf<typeof issuesIgnore> {
	return {
		fingerprint,
		...(flags.for === undefined ? {} : { until: new Date(context.now() + flags.for).toISOString() }),
		...(flags.count === undefined ? {} : { count: flags.count }),
		...(flags.untilEscalation === true ? { escalation: true } : {}),
		...(flags.comment === undefined ? {} : { comment: flags.comment }),
	};
}

/** Calls an operation as the machine's own user; its failures become the CLI's. */
export async function operate<T>(context: Context, name: string, input: object, more: Partial<Call> = {}): Promise<T> {
	const catalog = await context.catalog();
	return withStore(context, async (store) => {
		const call: Call = {
			store,
			catalog,
			redaction: redactionOptions(context.config()),
			caller: { tenant: context.config()["clickhouse.tenant"], role: "admin", actor: actorOf(context) },
			now: context.now,
			signal: new AbortController().signal,
			...more,
		};
		try {
			return (await perform(implemented(name), input, call)) as T;
		} catch (error) {
			throw error instanceof Failure ? translated(error, name, input) : error;
		}
	});
}

function actorOf({ env }: Context): string {
	return env.USER ?? env.USERNAME ?? "local";
}

const EXITS: Readonly<Record<string, ExitCode>> = {
	NOT_FOUND: EXIT.notFound,
	AMBIGUOUS: EXIT.ambiguous,
	CONFLICT: EXIT.failure,
};

/** A failure of an operation in the CLI's words and exit codes. */
export function translated(failure: Failure, name: string, input: object): ErrataError {
	return new ErrataError({
		operation: name.replace(".", " "),
		subject: (input as { fingerprint?: string }).fingerprint ?? "",
		cause: failure.message.replace(/\.$/u, ""),
		remedy: failure.remedy,
		code: failure.code,
		exitCode: EXITS[failure.code] ?? EXIT.usage,
	});
}

interface Done {
	readonly issue: { readonly fingerprint: string; readonly code: string; readonly members: readonly string[] };
	readonly state: { readonly status: string; readonly reason: string; readonly assignee: string };
}

async function act(context: Context, name: string, input: object): Promise<ExitCode> {
	const done = await operate<Done>(context, name, input);
	if (context.json) {
		context.out.document(done);
		return EXIT.ok;
	}
	const { issue, state } = done;
	const { style } = context.out;
	const assigned = state.assignee === "" ? "" : `, assigned to ${safeLine(state.assignee)}`;
	const members = issue.members.length === 0 ? "" : `, with ${issue.members.length} merged`;
	context.out.line(
		`${style.cyan(shortId(issue.fingerprint))} ${safeLine(issue.code)} is ${style.bold(state.status)} (${safeLine(state.reason)})${assigned}${members}`,
	);
	return EXIT.ok;
}

interface Entry {
	readonly timestamp: string;
	readonly actor: string;
	readonly action: string;
	readonly detail: Readonly<Record<string, unknown>>;
}

async function showHistory(context: Context, fingerprint: string): Promise<ExitCode> {
	const { history } = await operate<{ readonly history: readonly Entry[] }>(context, "issues.history", { fingerprint });
	if (context.json) {
		context.out.document({ history });
		return EXIT.ok;
	}
	if (history.length === 0) {
		context.err.line("Nothing was done to it yet.");
		return EXIT.ok;
	}
	const now = context.now();
	const rows = history.map((entry) => [
		clock(entry.timestamp, now),
		safeLine(entry.actor),
		safeLine(entry.action),
		safeLine(
			typeof entry.detail.text === "string" ? entry.detail.text : JSON.stringify(entry.detail).replace(/^\{\}$/u, ""),
		),
	]);
	const columns = [
		{ head: "when" },
		{ head: "who" },
		{ head: "what", paint: context.out.style.cyan },
		{ head: "", flexible: true },
	];
	context.out.lines(table(columns, rows, context.out.style.width));
	return EXIT.ok;
}
