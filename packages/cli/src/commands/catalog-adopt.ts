/** `errata catalog adopt`: a learned pattern becomes an entry of the application's own catalog. */
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { ErrataError } from "@errata/catalog";
import { adoptEntry } from "@errata/catalog/adopt";
import { safeLine } from "@errata/server/text";
import { Argument, type Command, Option } from "commander";
import { durationArgument, examples, type Host } from "../command-line.ts";
import type { Context } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { entryOf, learnPatterns, patternOf } from "../present/patterns.ts";
import { replaceFile } from "../replace-file.ts";

interface AdoptFlags {
	readonly since: number;
	readonly file?: string;
	readonly to?: string;
}

const WEEK_MS = 7 * 86_400_000;

export function catalogAdoptCommand(host: Host): Command {
	const adopt = host.command("catalog adopt");
	return adopt
		.description("Make a pattern an entry of your own catalog; its file is made if there is none.")
		.addArgument(new Argument("<pattern>", "first digits of its id, as `errata patterns` shows"))
		.addOption(new Option("--to <catalog>", "catalog in YAML; default: the first of `catalog` in errata.yaml"))
		.addOption(new Option("--since <duration>", "how far back").argParser(durationArgument).default(WEEK_MS, "7d"))
		.option("--file <log>", "the log file that the pattern is of, - for standard input")
		.addHelpText(
			"after",
			examples([["errata catalog adopt 3f2a9c1d --to errors/shop.yaml", "then say in the file what it means"]]),
		)
		.action((id: string, flags: AdoptFlags) => host.run(adopt, (context) => adoptPattern(context, id, flags)));
}

async function adoptPattern(context: Context, id: string, flags: AdoptFlags): Promise<ExitCode> {
	const file = flags.to ?? context.config().catalog[0];
	if (file === undefined)
		throw new ErrataError({
			operation: "adopt a pattern",
			subject: id,
			cause: "there is no catalog of your own yet",
			remedy: "Name one: --to errors/app.yaml, and list it under `catalog` in errata.yaml.",
			code: "CATALOG_MISSING",
			exitCode: EXIT.usage,
		});
	const learned = await learnPatterns(context, { since: flags.since, file: flags.file });
	const entry = entryOf(patternOf(learned, id), await context.catalog());
	const before = existsSync(file) ? readFileSync(file, "utf8") : undefined;
	const after = adoptEntry(before, file, entry);
	mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
	replaceFile(file, after);
	if (context.json) context.out.document({ file, code: entry.code, created: before === undefined });
	else context.out.line(`${context.out.style.green("adopted")}  ${entry.code} in ${safeLine(file)}`);
	context.err.line(`Say there what it means and what to do, then: errata catalog check ${safeLine(file)}`);
	return EXIT.ok;
}
