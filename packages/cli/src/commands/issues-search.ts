/** `errata issues search|changes|suspects`: finding issues, what happened to them, and what they came with. */
import { setTimeout as sleep } from "node:timers/promises";
import type { issuesChanges, issuesComplete, issuesList, issuesSuspects, OutputOf } from "@errata/api";
import { safeLine } from "@errata/server/text";
import { Argument, type Command, Option } from "commander";
import { durationArgument, examples, fingerprintArgument, type Host, integerArgument } from "../command-line.ts";
import type { Context } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { LIMITS } from "../limits.ts";
import { shortId, shortMessage } from "../present/issue.ts";
import { type CommitsFound, suspectCommits } from "../present/suspect-commits.ts";
import { ago, clock, count, plural, shortDuration } from "../terminal/human.ts";
import { table } from "../terminal/layout.ts";
import { operate } from "./issues-life.ts";
import { stopSignals } from "./local.ts";

const DAY_MS = 86_400_000;

export function searchCommands(host: Host): Command[] {
	const search = host.command("issues search");
	search
		// `-code:X` is a term that is negated, no flag.
		.allowUnknownOption(true)
		.description("Find groups by words and terms such as service:checkout is:regressed -code:PG_* first:<24h.")
		.addArgument(new Argument("[query...]", "all of it must hold; `errata issues search --complete` lists the keys"))
		.addOption(new Option("--since <duration>", "how far back").argParser(durationArgument).default(DAY_MS, "24h"))
		.addOption(new Option("--limit <n>", "groups at most").argParser(integerArgument(1, 200)).default(LIMITS.issues))
		.option("--complete", "one line per way to go on from the query, for a shell's completion")
		.addHelpText(
			"after",
			examples([
				["errata issues search service:checkout severity:high", "both must hold"],
				["errata issues search 'is:regressed \"out of memory\" -code:NET_*'", "a state, a text, and what it is not"],
				["errata issues search --complete serv", "service:"],
			]),
		)
		.action((words: string[], flags: SearchFlags) => {
			const typo = words.find((word) => word.startsWith("--"));
			if (typo !== undefined) search.error(`error: unknown option '${typo}'`, { exitCode: EXIT.usage });
			return host.run(search, (context) =>
				flags.complete === true ? complete(context, words) : find(context, words, flags),
			);
		});
	const changes = host.command("issues changes");
	changes
		.description("Groups that became new, regressed, escalating, resolved or ignored, as it happens.")
		.option("--after <cursor>", "print what changed since `next` of an earlier answer, and end")
		.addHelpText(
			"after",
			examples([
				["errata issues changes", "follow; Ctrl-C ends it"],
				["errata issues changes --after WyJjaGFuZ2VzIiwxNzk1NTEyNjAwMDAwXQ --json", "since then, for a program"],
			]),
		)
		.action((flags: { after?: string }) => host.run(changes, (context) => showChanges(context, flags.after)));
	const suspects = host.command("issues suspects");
	suspects
		.description(
			"With which release a group came, and which commits touched its files between that and the one before.",
		)
		.addArgument(new Argument("<group>", "first digits of its fingerprint").argParser(fingerprintArgument))
		.option("--repo <directory>", "checkout of the service's repository; its git is asked for commits")
		.addHelpText("after", examples([["errata issues suspects 3f2a9c1d --repo .", "releases and commits"]]))
		.action((fingerprint: string, flags: { repo?: string }) =>
			host.run(suspects, (context) => showSuspects(context, fingerprint, flags.repo)),
		);
	return [search, changes, suspects];
}

interface SearchFlags {
	readonly since: number;
	readonly limit: number;
	readonly complete?: boolean;
}

async function complete(context: Context, words: readonly string[]): Promise<ExitCode> {
	const query = words.join(" ");
	const answer = await operate<OutputOf<typeof issuesComplete>>(context, "issues.complete", { query, limit: 100 });
	if (context.json) context.out.document(answer);
	else context.out.lines(answer.completions.map(({ text }) => safeLine(text)));
	return EXIT.ok;
}

async function find(context: Context, words: readonly string[], flags: SearchFlags): Promise<ExitCode> {
	const minutes = Math.max(1, Math.ceil(flags.since / 60_000));
	const input = {
		query: words.join(" "),
		limit: flags.limit,
		window: minutes > 99_999 ? `${Math.ceil(minutes / 1_440)}d` : `${minutes}m`,
	};
	const { issues, next } = await operate<OutputOf<typeof issuesList>>(context, "issues.list", input);
	if (context.json) {
		context.out.document({ issues, next });
		return EXIT.ok;
	}
	const now = context.now();
	const rows = issues.map(({ issue, state }) => [
		shortId(issue.fingerprint),
		state.status,
		safeLine(issue.code),
		count(issue.count),
		ago(issue.lastSeen, now),
		shortMessage(issue as never),
	]);
	const columns = [
		{ head: "group", paint: context.out.style.cyan },
		{ head: "state" },
		{ head: "code" },
		{ head: "count", align: "right" as const },
		{ head: "last seen" },
		{ head: "message", flexible: true },
	];
	if (rows.length > 0) context.out.lines(table(columns, rows, context.out.style.width));
	const more = next === null ? "" : "; --limit shows more";
	context.err.line(`${plural(issues.length, "group")} found in the last ${shortDuration(flags.since)}${more}.`);
	return EXIT.ok;
}

type Changes = OutputOf<typeof issuesChanges>;

async function showChanges(context: Context, after: string | undefined): Promise<ExitCode> {
	if (after !== undefined) {
		const answer = await operate<Changes>(context, "issues.changes", { after, limit: 100 });
		if (context.json) context.out.document(answer);
		else context.out.lines(answer.changes.map((change) => changeLine(context, change)));
		return EXIT.ok;
	}
	const signals = stopSignals();
	const stop = new AbortController();
	void signals.first.then(() => stop.abort());
	context.out.onClosed(() => stop.abort());
	const told = new Set<string>();
	const begun = context.now();
	let cursor: string | undefined;
	try {
		while (!stop.signal.aborted) {
			const answer: Changes = await operate<Changes>(context, "issues.changes", {
				...(cursor === undefined ? {} : { after: cursor }),
				limit: 100,
			});
			cursor = answer.next;
			for (const change of answer.changes.filter(({ id, at }) => !told.has(id) && Date.parse(at) >= begun)) {
				told.add(change.id);
				if (context.json) context.out.json(change);
				else context.out.line(changeLine(context, change));
			}
			await sleep(LIMITS.changesPollMs, undefined, { signal: stop.signal }).catch(() => undefined);
		}
		return EXIT.ok;
	} finally {
		signals.release();
	}
}

function changeLine(context: Context, { at, issue, state }: Changes["changes"][number]): string {
	const { style } = context.out;
	const why = state.reason === "" ? "" : ` (${safeLine(state.reason)})`;
	return `${style.dim(clock(at, context.now()))}  ${style.bold(state.status)}  ${style.cyan(shortId(issue.fingerprint))} ${safeLine(issue.code)}${why}`;
}

type Suspects = OutputOf<typeof issuesSuspects>;

async function showSuspects(context: Context, fingerprint: string, repo: string | undefined): Promise<ExitCode> {
	const answer = await operate<Suspects>(context, "issues.suspects", { fingerprint });
	const commits: { service: string; found: CommitsFound }[] = [];
	if (repo !== undefined)
		for (const { service, firstBad, lastGood } of answer.suspects) {
			const search = { repo, service, good: lastGood, bad: firstBad, files: answer.files };
			commits.push({ service, found: await suspectCommits(search) });
		}
	if (context.json) {
		context.out.document({ ...answer, commits: commits.map(({ service, found }) => ({ service, ...found })) });
		return EXIT.ok;
	}
	if (answer.suspects.length === 0) {
		context.err.line(
			"Its records name no release. Set service.version (OTEL_RESOURCE_ATTRIBUTES) to know with which it came.",
		);
		return EXIT.ok;
	}
	for (const { service, firstBad, lastGood } of answer.suspects) {
		const before =
			lastGood === null ? "no release before it is known" : `the last without it is ${safeLine(lastGood.release)}`;
		context.out.line(
			`${safeLine(service)}: came with ${context.out.style.bold(safeLine(firstBad.release))}; ${before}`,
		);
		const found = commits.find((one) => one.service === service)?.found;
		if (found !== undefined) context.out.lines(commitLines(context, found));
	}
	if (repo === undefined) context.err.line("--repo . lists the commits between them that touched its files.");
	return EXIT.ok;
}

function commitLines(context: Context, { good, bad, files, commits }: CommitsFound): string[] {
	if (bad === "" || good === "")
		return [
			`  no commit of ${bad === "" ? "that release" : "the release before"} is known here: tag it, or set vcs.ref.head.revision`,
		];
	if (files.length === 0) return ["  none of its frames lies in a file of this repository"];
	if (commits.length === 0) return [`  no commit between them touched ${files.map(safeLine).join(", ")}`];
	return commits.map(
		({ commit, date, author, subject, files: touched }) =>
			`  ${context.out.style.cyan(commit.slice(0, 10))} ${date.slice(0, 10)} ${safeLine(author)}: ${safeLine(subject)}  ${context.out.style.dim(touched.map(safeLine).join(", "))}`,
	);
}
