/** `errata migrate`: brings the tables of a ClickHouse to this version. errata local does that by itself. */

import { safeLine } from "@errata/server/text";
import type { Command } from "commander";
import { configuredStore } from "../backend.ts";
import { examples, type Host } from "../command-line.ts";
import type { Context } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { plural } from "../terminal/human.ts";

export function migrateCommand(host: Host): Command {
	const command = host.command("migrate");
	return command
		.description("Create or upgrade errata's tables in a ClickHouse; errata local does it by itself.")
		.option("--dry-run", "say what would be applied, change nothing")
		.addHelpText(
			"after",
			examples([
				["errata migrate --clickhouse-url http://clickhouse:8123 --dry-run", "look first"],
				["errata migrate --clickhouse-url http://clickhouse:8123 --database otel", "beside an exporter's tables"],
			]),
		)
		.action((flags: { readonly dryRun?: boolean }) =>
			host.run(command, (context) => migrate(context, flags.dryRun === true)),
		);
}

async function migrate(context: Context, dryRun: boolean): Promise<ExitCode> {
	const store = configuredStore(context);
	try {
		const report = await store.migrate({ dryRun });
		if (context.json) {
			context.out.document(report);
			return EXIT.ok;
		}
		const { style } = context.out;
		const database = safeLine(report.database);
		for (const { version, name, statements } of report.applied) {
			const number = String(version).padStart(4, "0");
			const verb = dryRun ? style.dim("would apply") : style.green("applied");
			context.out.line(`${verb}  ${number} ${safeLine(name)}, ${plural(statements, "statement")}`);
		}
		if (report.applied.length === 0) context.out.line(`Database ${database} is up to date: migration ${report.to}.`);
		else if (!dryRun) context.out.line(`Database ${database} is at migration ${report.to} now.`);
		else context.err.line("Nothing was changed. Run it without --dry-run to apply.");
		return EXIT.ok;
	} finally {
		await store.close();
	}
}
