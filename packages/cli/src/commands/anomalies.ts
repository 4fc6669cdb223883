/** `errata anomalies`: hours with far more errors than the same hours of the weeks before. */
import type { anomaliesList, OutputOf } from "@errata/api";
import { safeLine } from "@errata/server/text";
import { type Command, Option } from "commander";
import { examples, type Host, integerArgument } from "../command-line.ts";
import type { Context } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { LIMITS } from "../limits.ts";
import { shortId } from "../present/issue.ts";
import { clock, count, plural } from "../terminal/human.ts";
import { table } from "../terminal/layout.ts";
import { operate } from "./issues-life.ts";

interface AnomalyFlags {
	readonly byService?: boolean;
	readonly hours: number;
	readonly limit: number;
}

export function anomaliesCommand(host: Host): Command {
	const command = host.command("anomalies");
	return command
		.description("Hours with far more errors than the same hours of the weeks before, the most unusual first.")
		.option("--by-service", "judge services instead of groups")
		.addOption(new Option("--hours <n>", "hours looked back").argParser(integerArgument(1, 168)).default(24))
		.addOption(new Option("--limit <n>", "lines at most").argParser(integerArgument(1, 200)).default(LIMITS.trends))
		.addHelpText(
			"after",
			examples([
				["errata anomalies", "groups, the last day"],
				["errata anomalies --by-service --hours 168", "services, a week"],
			]),
		)
		.action((flags: AnomalyFlags) => host.run(command, (context) => anomalies(context, flags)));
}

async function anomalies(context: Context, flags: AnomalyFlags): Promise<ExitCode> {
	const by = flags.byService === true ? "service" : "fingerprint";
	const input = { by, hours: flags.hours, limit: flags.limit };
	const answer = await operate<OutputOf<typeof anomaliesList>>(context, "anomalies.list", input);
	if (context.json) {
		context.out.document(answer);
		return EXIT.ok;
	}
	const now = context.now();
	const rows = answer.anomalies.map((one) => [
		by === "service" ? safeLine(one.key) : shortId(one.key),
		clock(one.hour, now),
		count(one.count),
		String(one.expected),
		String(one.score),
		safeLine(one.code),
	]);
	const columns = [
		{ head: by === "service" ? "service" : "group", paint: context.out.style.cyan },
		{ head: "hour" },
		{ head: "count", align: "right" as const },
		{ head: "expected", align: "right" as const },
		{ head: "score", align: "right" as const },
		{ head: "code", flexible: true },
	];
	if (rows.length > 0) context.out.lines(table(columns, rows, context.out.style.width));
	const what = by === "service" ? "service" : "group";
	const young = answer.young === 0 ? "" : `, ${answer.young} too new to judge`;
	context.err.line(`${plural(answer.anomalies.length, "unusual hour")} among ${plural(answer.judged, what)}${young}.`);
	return EXIT.ok;
}
