/** `errata doctor --app`: where a program loses its errors before anybody can see them, and what to write instead. */
import { statSync } from "node:fs";
import path from "node:path";
import { ErrataError } from "@errata/catalog";
import { safeLine } from "@errata/server/text";
import type { AppReport, Place } from "../app-check/check.ts";
import type { Context } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { plural } from "../terminal/human.ts";
import { fit, hang } from "../terminal/layout.ts";

export interface AppFlags {
	/** `true` without a directory: the working directory. */
	readonly app?: string | true;
	readonly tests?: true;
}

export async function doctorApp(context: Context, { app, tests }: AppFlags): Promise<ExitCode> {
	const directory = path.resolve(context.cwd, typeof app === "string" ? app : ".");
	if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) throw noDirectory(directory);
	// The parser is loaded only here.
	const { checkApp } = await import("../app-check/check.ts");
	const { report } = await checkApp(directory, { tests: tests === true });
	if (context.json) context.out.document(report);
	else show(context, report);
	return report.lost > 0 ? EXIT.failure : EXIT.ok;
}

function show(context: Context, report: AppReport): void {
	const { style } = context.out;
	for (const place of report.findings) {
		const paint = place.level === "lost" ? style.red : style.yellow;
		const where = `${place.file}:${place.line}:${place.column}`;
		context.out.line(`${paint(place.level.padEnd(5))}  ${style.bold(safeLine(where))}  ${style.dim(place.rule)}`);
		context.out.line(`       ${fit(safeLine(place.source), style.width - 7)}`);
		context.out.lines(hang("       ", safeLine(place.found), style.width));
		context.out.lines(hang("       ", style.cyan(safeLine(place.instead)), style.width));
	}
	for (const line of summary(report)) context.err.lines(hang("", line, context.err.style.width));
}

function summary(report: AppReport): string[] {
	const lines = [`${plural(report.files, "file")} read: ${report.lost} lost, ${report.maybe} that may be meant.`];
	if (report.unlisted > 0) lines.push(`${plural(report.unlisted, "finding")} more than are listed.`);
	const mendable = report.findings.filter((place: Place) => place.mendable).length;
	if (mendable > 0) lines.push(`${mendable} of them \`errata init\` shows a change for, and makes with --write.`);
	const quiet = report.explained + report.ignored;
	if (quiet > 0)
		lines.push(`Not listed: ${report.explained} with a comment that says why, ${report.ignored} with errata-ignore.`);
	const { tests, generated, unreadable, syntax, beyond } = report.skipped;
	const skipped = [
		[tests, "of tests (--tests reads them)"],
		[generated, "generated or too large"],
		[unreadable, "unreadable"],
		[syntax, "that do not parse"],
		[beyond, "beyond the limit"],
	] as const;
	const said = skipped.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
	if (said.length > 0) lines.push(`Files not read: ${said.join(", ")}.`);
	if (report.partly > 0) lines.push(`${plural(report.partly, "file")} with syntax errors, read as far as they parse.`);
	return lines;
}

function noDirectory(directory: string): ErrataError {
	return new ErrataError({
		operation: "check",
		subject: safeLine(directory),
		cause: "there is no such directory",
		remedy: "Name the directory of the program: errata doctor --app services/shop.",
		code: "APP_NOT_FOUND",
		exitCode: EXIT.usage,
	});
}
