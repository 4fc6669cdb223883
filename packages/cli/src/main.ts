/**
 * Parses, dispatches, and is the only one to exit. What a command does lives in `commands/`; what the line looks like
 * in `program.ts`. No text of a command belongs here.
 */
import { readFileSync } from "node:fs";
import { ErrataError } from "@errata/catalog";
import { safeBlock } from "@errata/server/text";
import { type Command, CommanderError } from "commander";
import { type Context, createContext, globalFlags } from "./context.ts";
import { EXIT, type ExitCode, exitCodeOf } from "./exit.ts";
import { createSink, type Sink } from "./output.ts";
import { createProgram } from "./program.ts";

const packageFile = new URL("../package.json", import.meta.url);
const { version } = JSON.parse(readFileSync(packageFile, "utf8")) as { version: string };

async function main(argv: readonly string[]): Promise<ExitCode> {
	// Colours are decided before commander reads the line: its own errors and help are coloured too.
	const own = argv.includes("--") ? argv.slice(0, argv.indexOf("--")) : argv;
	const options = { env: process.env, refuseColor: own.includes("--no-color") };
	const out = createSink(process.stdout, options);
	const err = createSink(process.stderr, options);
	let code: ExitCode = EXIT.ok;
	const program = createProgram({
		version,
		out,
		err,
		run: async (command: Command, body: (context: Context) => Promise<ExitCode>) => {
			code = await body(
				createContext({ out, err, env: process.env, cwd: process.cwd(), global: globalFlags(command) }),
			);
		},
	});
	try {
		await program.parseAsync(argv, { from: "user" });
	} catch (error) {
		code = report(error, err, own.includes("--json"));
	}
	await Promise.all([out.flush(), err.flush()]);
	return code;
}

/** Says what went wrong on stderr and answers the exit code. */
function report(error: unknown, err: Sink, json: boolean): ExitCode {
	const prefix = err.style.red("errata:");
	if (error instanceof CommanderError) {
		// Its text is on the screen already.
		return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
	}
	if (error instanceof ErrataError) {
		if (json) err.json({ error: errorJson(error) });
		else err.line(`${prefix} ${safeBlock(error.message)}`);
		return exitCodeOf(error);
	}
	const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
	err.line(`${prefix} something in errata itself failed; please report this with what you ran:`);
	err.line(safeBlock(text));
	return EXIT.failure;
}

function errorJson(error: ErrataError) {
	const { code, operation, subject, reason: cause, remedy } = error;
	return { code, operation, subject, cause, remedy, exitCode: exitCodeOf(error) };
}

process.exit(await main(process.argv.slice(2)));
