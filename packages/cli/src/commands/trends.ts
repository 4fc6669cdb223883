/** `errata trends`: what grows, line by line. */

import { safeLine } from "@errata/server/text";
import type { Trend, TrendKey } from "@errata/store";
import { type Command, Option } from "commander";
import { withStore } from "../backend.ts";
import { durationArgument, examples, type Host, integerArgument } from "../command-line.ts";
import type { Context } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { LIMITS } from "../limits.ts";
import { shortId } from "../present/issue.ts";
import { change, count, duration, plural, shortDuration } from "../terminal/human.ts";
import { table } from "../terminal/layout.ts";
import { sparkline } from "../terminal/sparkline.ts";

interface TrendFlags {
	readonly window: number;
	readonly byTask?: boolean;
	readonly byCode?: boolean;
	readonly byService?: boolean;
	readonly limit: number;
}

export function trendsCommand(host: Host): Command {
	const command = host.command("trends");
	return command
		.description("Counts over a window, and how they changed against the window before.")
		.addOption(new Option("--window <duration>", "how long").argParser(durationArgument).default(3_600_000, "1h"))
		.addOption(new Option("--by-task", "one line per task").conflicts(["byCode", "byService"]))
		.addOption(new Option("--by-code", "one line per code").conflicts(["byTask", "byService"]))
		.addOption(new Option("--by-service", "one line per service").conflicts(["byTask", "byCode"]))
		.addOption(new Option("--limit <n>", "lines at most").argParser(integerArgument(1, 1000)).default(LIMITS.trends))
		.addHelpText(
			"after",
			examples([
				["errata trends", "groups, the last hour against the hour before"],
				["errata trends --window 7d --by-service", "services, this week against the last"],
			]),
		)
		.action((flags: TrendFlags) => host.run(command, (context) => trends(context, flags)));
}

async function trends(context: Context, flags: TrendFlags): Promise<ExitCode> {
	const by = keyOf(flags);
	const untilMs = context.now();
	const found = await withStore(context, (store) =>
		store.trends({ windowMs: flags.window, by, limit: flags.limit, untilMs }),
	);
	if (context.json) {
		context.out.document({ by, windowMs: flags.window, until: new Date(untilMs).toISOString(), trends: found });
		return EXIT.ok;
	}
	const window = shortDuration(flags.window);
	if (found.length === 0) {
		context.err.line(`No errors in the last ${window} and none in the ${window} before. Try --window 7d.`);
		return EXIT.ok;
	}
	context.out.lines(lines(context, by, found));
	const step = found[0]?.stepMs ?? 0;
	context.err.line(
		`${plural(found.length, "line")}; last ${window} against the ${window} before${step > 0 ? `, ${duration(step)} per bucket` : ""}.`,
	);
	return EXIT.ok;
}

function keyOf(flags: TrendFlags): TrendKey {
	if (flags.byTask === true) return "task";
	if (flags.byCode === true) return "code";
	return flags.byService === true ? "service" : "fingerprint";
}

function lines(context: Context, by: TrendKey, found: readonly Trend[]): string[] {
	const { style } = context.out;
	const grows = (row: number): boolean => (found[row]?.count ?? 0) > (found[row]?.previous ?? 0);
	const columns = [
		{ head: by === "fingerprint" ? "group" : by, paint: style.cyan },
		{ head: "trend" },
		{ head: "count", align: "right" as const },
		{ head: "before", align: "right" as const, paint: style.dim },
		{ head: "change", paint: (text: string, row: number) => (grows(row) ? style.red(text) : style.green(text)) },
		{ head: by === "fingerprint" ? "error" : "", flexible: true },
	];
	const columnsOfSpark = Math.min(24, Math.max(10, Number.isFinite(style.width) ? style.width - 60 : 24));
	const rows = found.map((trend) => [
		by === "fingerprint" ? shortId(trend.key) : trend.key === "" ? `(no ${by})` : safeLine(trend.key),
		sparkline(trend.buckets, columnsOfSpark),
		count(trend.count),
		count(trend.previous),
		change(trend.count, trend.previous),
		safeLine(trend.label),
	]);
	return table(columns, rows, style.width);
}
