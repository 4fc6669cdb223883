/** `errata backfill`: describes the errors that a stock Collector, or the time before errata, left in the exporter's tables. */

import { createRedactor, ErrataError } from "@errata/catalog";
import { safeLine } from "@errata/server/text";
import type { BackfillReport } from "@errata/store";
import { type Command, Option } from "commander";
import { withStore } from "../backend.ts";
import { durationArgument, examples, type Host } from "../command-line.ts";
import type { Context } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { redactionOptions } from "../redaction.ts";
import { count, plural, shortDuration } from "../terminal/human.ts";
import { table } from "../terminal/layout.ts";
import { createProgress } from "../terminal/progress.ts";
import { stopSignals } from "./local.ts";

interface BackfillFlags {
	readonly since: number;
	readonly dryRun?: boolean;
}

const DAY = 86_400_000;
/** errata's tables move older times: see `errata_errors`. */
const LONGEST = 30 * DAY;

export function backfillCommand(host: Host): Command {
	const command = host.command("backfill");
	return command
		.description("Describe errors in otel_logs and otel_traces that no errata has described yet.")
		.addOption(
			new Option("--since <duration>", "how far back, 30d at most").argParser(sinceArgument).default(LONGEST, "30d"),
		)
		.option("--dry-run", "count them, write nothing")
		.addHelpText(
			"after",
			examples([
				["errata backfill --since 7d --dry-run", "how many errors of the last week are undescribed"],
				["errata backfill --clickhouse-url http://clickhouse:8123 --database otel", "a stock Collector's history"],
			]),
		)
		.action((flags: BackfillFlags) => host.run(command, (context) => backfill(context, flags)));
}

function sinceArgument(text: string): number {
	const ms = durationArgument(text);
	if (ms > LONGEST)
		throw new ErrataError({
			operation: "backfill since",
			subject: text,
			cause: "errata keeps errors by the time they happened only up to 30 days back; older ones would be moved there",
			remedy: "Pass --since 30d or less",
			code: "USAGE",
			exitCode: EXIT.usage,
		});
	return ms;
}

async function backfill(context: Context, flags: BackfillFlags): Promise<ExitCode> {
	const catalog = await context.catalog();
	const redactor = createRedactor(redactionOptions(context.config()));
	const signals = stopSignals();
	const stop = new AbortController();
	void signals.first.then(() => stop.abort());
	void signals.second.then(() => process.exit(EXIT.failure));
	const progress = createProgress(context.err, "errors", context.now);
	const dryRun = flags.dryRun === true;
	try {
		const report = await withStore(context, async (store) => {
			const untilMs = context.now();
			return store.backfill({
				catalog,
				redactor,
				sinceMs: untilMs - flags.since,
				untilMs,
				dryRun,
				signal: stop.signal,
				onProgress: ({ done, total, hourMs }) => progress.update(done, total, hourMs === undefined ? "" : hour(hourMs)),
			});
		});
		progress.end();
		tell(context, flags, report);
		return report.complete ? EXIT.ok : EXIT.failure;
	} finally {
		progress.end();
		signals.release();
	}
}

const hour = (ms: number): string => `${new Date(ms).toISOString().slice(0, 13).replace("T", " ")}:00 UTC`;

function tell(context: Context, flags: BackfillFlags, report: BackfillReport): void {
	if (context.json) {
		context.out.document({ sinceMs: flags.since, dryRun: flags.dryRun === true, ...report });
		return;
	}
	const window = shortDuration(flags.since);
	if (report.found === 0) {
		context.out.line(`Every error of the last ${window} is described.`);
		return;
	}
	if (flags.dryRun === true) {
		context.out.line(`${plural(report.found, "error")} of the last ${window} not described.`);
		context.err.line("Nothing was changed. Run it without --dry-run to describe them.");
		return;
	}
	const { style } = context.out;
	const rows = Object.entries(report.byCategory).map(([category, n]) => [safeLine(category), count(n)]);
	context.out.lines(
		table(
			[
				{ head: "category", paint: style.cyan },
				{ head: "errors", align: "right" },
			],
			rows,
			style.width,
		),
	);
	const part = report.complete ? "" : ` of ${count(report.found)}`;
	context.out.line(
		`Described ${count(report.described)}${part} errors of the last ${window} in ${plural(report.groups, "group")}.`,
	);
	if (!report.complete) context.err.line("Stopped before the end; run it again to go on.");
}
