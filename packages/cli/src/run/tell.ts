/** What `errata run` says on stderr when its child has ended. Decides nothing else. */

import { cutText, safeLine } from "@errata/server/text";
import type { Context } from "../context.ts";
import { LIMITS } from "../limits.ts";
import { explainIssues, shortId, shortMessage } from "../present/issue.ts";
import { plural, times } from "../terminal/human.ts";
import { hang } from "../terminal/layout.ts";
import { severityPaint } from "../terminal/style.ts";
import type { ChildEnd } from "./child.ts";
import type { Outcome } from "./outcome.ts";
import { type Coverage, remedyOf } from "./status.ts";

export interface Told {
	readonly argv: readonly string[];
	readonly end: ChildEnd;
	readonly runId: string;
	readonly coverage: Coverage;
	/** Absent when nothing could be recorded or read. */
	readonly outcome: Outcome | undefined;
	/** Why the child ran uninstrumented by errata's own doing; "" otherwise. */
	readonly failure: string;
	readonly notes: readonly string[];
	readonly otlpUrl: string;
}

export async function tellRun(context: Context, told: Told, quiet: boolean): Promise<void> {
	if (context.json) {
		context.err.json(runJson(told));
		return;
	}
	const { err } = context;
	const { style } = err;
	const say = (text: string): void => err.lines(hang(`${style.bold("errata:")} `, text, style.width));
	const issues = told.outcome?.issues ?? [];
	if (told.end.failure !== undefined) say(notStarted(told));
	else if (told.failure !== "") say(style.yellow(uninstrumented(told, told.failure)));
	else if (told.coverage.reasons.length > 0)
		for (const reason of told.coverage.reasons) say(style.yellow(uninstrumented(told, reason)));
	if (issues.length > 0) {
		if (quiet)
			for (const issue of issues)
				say(
					`${severityPaint(style, issue.severity)(safeLine(issue.code))}, ${times(issue.count)}: ${cutText(shortMessage(issue), 120)} (${context.nextCommand.name} analyze ${shortId(issue.fingerprint)}${context.nextCommand.flags})`,
				);
		else await explain(context, told, say);
	} else if (!quiet && told.outcome !== undefined && told.end.failure === undefined) {
		const text = nothingSeen(told);
		if (text !== "") say(text);
	}
	for (const note of told.notes) say(style.yellow(safeLine(note)));
}

async function explain(context: Context, told: Told, say: (text: string) => void): Promise<void> {
	const { style } = context.err;
	const { issues, events } = told.outcome as Outcome;
	const total = issues.reduce((sum, issue) => sum + issue.count, 0);
	const more = issues.length >= LIMITS.runIssues ? " at least" : "";
	context.err.line();
	say(
		style.bold(
			`${plural(total, "error")} in${more} ${plural(issues.length, "group")}; ${commandText(told.argv)} ${endText(told.end)}.`,
		),
	);
	context.err.line();
	context.err.line(
		explainIssues(issues, {
			events,
			catalog: await context.catalog(),
			width: style.width,
			color: style.colored,
			cwd: context.cwd,
			now: context.now(),
			full: LIMITS.explainedIssues,
			command: context.nextCommand.name,
			commandFlags: context.nextCommand.flags,
		}),
	);
}

function notStarted({ argv, end }: Told): string {
	const name = safeLine(argv[0] ?? "");
	const code = end.failure?.code ?? "";
	if (code === "ENOENT") return `cannot run ${name}: no such program. Check the name, or give its path.`;
	if (code === "EACCES") return `cannot run ${name}: it is not executable. Check its mode (chmod +x ${name}).`;
	return `cannot run ${name}: ${safeLine(end.failure?.message ?? code)}.`;
}

function uninstrumented(told: Told, reason: string): string {
	const clean = safeLine(reason);
	const remedy = told.failure === reason && !/older than 22\.15/u.test(reason) ? "" : ` ${remedyOf(reason)}`;
	const period = /[.!?]$/u.test(clean) ? "" : ".";
	return `${commandText(told.argv)} ran uninstrumented: ${clean}${period}${remedy}`;
}

function nothingSeen(told: Told): string {
	const { end, coverage } = told;
	if (coverage.instrumented === 0) {
		if (coverage.reasons.length > 0 || told.failure !== "") return "";
		return `${commandText(told.argv)} ${endText(end)}. No Node process was seen in it; programs in other languages can send OTLP/HTTP to ${told.otlpUrl}.`;
	}
	if (end.exitCode === 0) return `no errors; ${commandText(told.argv)} ${endText(end)}.`;
	return `${commandText(told.argv)} ${endText(end)}, and errata saw no error: it may have ended by itself (process.exit), or been ended from outside.`;
}

function commandText(argv: readonly string[]): string {
	return cutText(safeLine(argv.join(" ")), 60);
}

function endText(end: ChildEnd): string {
	return end.signal === null ? `ended with exit code ${end.exitCode}` : `was ended by ${end.signal}`;
}

/** The documented shape of `run --json`: one line on stderr, since stdout is the child's. */
function runJson(told: Told): unknown {
	return {
		runId: told.runId,
		command: told.argv,
		exitCode: told.end.exitCode,
		signal: told.end.signal,
		instrumentedProcesses: told.coverage.instrumented,
		uninstrumented: told.failure === "" ? told.coverage.reasons : [told.failure],
		issues: told.outcome?.issues ?? [],
		notes: told.notes,
	};
}
