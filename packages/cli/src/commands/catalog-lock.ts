/**
 * `errata catalog lock`: the codes an application publishes, in a committed file, so that none changes its meaning unseen.
 * The codes come from its catalogs and from the modules in which it calls `defineErrors` and `registerErrors`, loaded in a
 * process of their own. What a meaning is, `@errata/catalog/lock` decides.
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { ErrataError } from "@errata/catalog";
import { type CodeMeaning, compareLock, EMPTY_LOCK, type LockChange, lockText, parseLock } from "@errata/catalog/lock";
import { allEntries } from "@errata/server/report";
import { safeLine } from "@errata/server/text";
import { Argument, type Command, Option } from "commander";
import { examples, type Host } from "../command-line.ts";
import type { Context } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { LIMITS } from "../limits.ts";
import { replaceFile } from "../replace-file.ts";
import { plural } from "../terminal/human.ts";

interface LockFlags {
	readonly file: string;
	readonly check?: true;
	readonly accept?: readonly string[];
}

export function catalogLockCommand(host: Host): Command {
	const lock = host.command("catalog lock");
	return lock
		.description("Write down what your own codes mean; refuse a published code that changes its meaning.")
		.addArgument(new Argument("[modules...]", "modules that call defineErrors or registerErrors; they are loaded"))
		.addOption(new Option("--file <lock>", "the lock file, to be committed").default("errata.lock.json"))
		.option("--check", "write nothing; exit code 1 unless the lock says what the code says")
		.option("--accept <code...>", "codes whose new meaning is meant")
		.addHelpText(
			"after",
			examples([
				["errata catalog lock src/errors.ts", "after adding codes; commit errata.lock.json"],
				["errata catalog lock src/errors.ts --check", "in CI"],
			]),
		)
		.action((modules: string[], flags: LockFlags) => host.run(lock, (context) => lockCodes(context, modules, flags)));
}

async function lockCodes(context: Context, modules: readonly string[], flags: LockFlags): Promise<ExitCode> {
	const defined = [...(await catalogCodes(context)), ...(modules.length === 0 ? [] : await loadCodes(modules))];
	if (defined.length === 0) throw nothingDefined(modules);
	const before = existsSync(flags.file) ? parseLock(readFileSync(flags.file, "utf8"), safeLine(flags.file)) : undefined;
	const accepted = new Set((flags.accept ?? []).map((code) => code.toUpperCase()));
	const { lock, changes } = compareLock(before ?? EMPTY_LOCK, defined, accepted);
	const refused = changes.filter(({ kind, code }) => kind === "twofold" || (kind === "changed" && !accepted.has(code)));
	const text = lockText(lock);
	const written = flags.check !== true && refused.length === 0 && text !== (before && lockText(before));
	if (written) replaceFile(flags.file, text);
	const failed = refused.length > 0 || (flags.check === true && changes.length > 0);
	if (context.json)
		context.out.document({ file: flags.file, ok: !failed, written, codes: Object.keys(lock.codes).length, changes });
	else show(context, changes, accepted);
	sayWhatNow(context, flags, { failed, refused: refused.length, written, codes: Object.keys(lock.codes).length });
	return failed ? EXIT.failure : EXIT.ok;
}

function show(context: Context, changes: readonly LockChange[], accepted: ReadonlySet<string>): void {
	const { style } = context.out;
	for (const { code, kind, what } of changes) {
		const bad = kind === "twofold" || (kind === "changed" && !accepted.has(code));
		const word = kind === "twofold" ? "two meanings" : kind;
		context.out.line(
			`${(bad ? style.red : style.green)(word.padEnd(12))}  ${code}${what === "" ? "" : `  ${safeLine(what)}`}`,
		);
	}
}

function sayWhatNow(
	context: Context,
	flags: LockFlags,
	end: { failed: boolean; refused: number; written: boolean; codes: number },
): void {
	const file = safeLine(flags.file);
	if (end.refused > 0)
		context.err.line(
			`${plural(end.refused, "code")} would change meaning; ${file} was not touched. Give the new meaning a new code, or say that it is meant: --accept CODE.`,
		);
	else if (end.failed)
		context.err.line(`${file} does not say what the code says. Run the command without --check and commit it.`);
	else if (end.written) context.err.line(`${plural(end.codes, "code")} locked in ${file}. Commit it.`);
	else context.err.line(`${plural(end.codes, "code")} as locked in ${file}.`);
}

/** Entries of the application's own catalogs; errata's own codes have a lock of their own. */
async function catalogCodes(context: Context): Promise<CodeMeaning[]> {
	if (context.config().catalog.length === 0) return [];
	return allEntries(await context.catalog())
		.filter(({ catalog, entry }) => catalog !== "errata" && entry.retired === undefined)
		.map(({ entry }) => ({
			code: entry.code,
			category: entry.category,
			...(entry.retryable === undefined ? {} : { retryable: entry.retryable }),
		}));
}

/** Loads the modules and answers what they registered; `Symbol.for` is the contract with `@errata/node`. */
const LOADER = `
for (const url of process.argv.slice(1)) await import(url);
const codes = globalThis[Symbol.for("errata.definitions.1")]?.codes ?? new Map();
const fields = ({ code, category, severity, retryable, status, message }) => ({ code, category, severity, retryable, status, message });
process.send([...codes.values()].flat().map(fields), () => process.exit(0));
`;

function loadCodes(modules: readonly string[]): Promise<CodeMeaning[]> {
	const urls = modules.map((file) => pathToFileURL(path.resolve(file)).href);
	return new Promise((resolve, reject) => {
		// What the modules print goes to stderr: stdout is the command's answer.
		const child = spawn(process.execPath, ["--input-type=module", "--eval", LOADER, "--", ...urls], {
			stdio: ["ignore", process.stderr, "pipe", "ipc"],
			timeout: LIMITS.lockLoadMs,
		});
		let answer: CodeMeaning[] | undefined;
		let stderr = "";
		child.stderr?.on("data", (chunk) => {
			stderr = `${stderr}${chunk}`.slice(-LIMITS.testLineBytes);
		});
		child.on("message", (message) => {
			answer = message as CodeMeaning[];
		});
		child.on("error", reject);
		child.on("close", (code, signal) => {
			if (answer !== undefined) resolve(answer);
			else reject(notLoaded(modules, stderr, signal === null ? `exit code ${code}` : `ended by ${signal}`));
		});
	});
}

function notLoaded(modules: readonly string[], stderr: string, end: string): ErrataError {
	const reason = /^(?:\w*Error(?: \[\w+\])?: .*)$/mu.exec(stderr)?.[0] ?? end;
	return new ErrataError({
		operation: "load the codes of",
		subject: safeLine(modules.join(", ")),
		cause: safeLine(reason),
		remedy:
			"Name modules that only define errors; for TypeScript beyond erasable syntax name what it compiles to, or set NODE_OPTIONS=--import=tsx.",
		code: "CODE_LOCK_LOAD",
	});
}

function nothingDefined(modules: readonly string[]): ErrataError {
	return new ErrataError({
		operation: "lock codes",
		subject: safeLine(modules.join(", ")),
		cause:
			modules.length === 0 ? "there is no catalog of your own, and no module was named" : "no module defines a code",
		remedy:
			"Name the modules in which defineErrors or registerErrors is called, or list your catalog under `catalog` in errata.yaml.",
		code: "CODE_LOCK_EMPTY",
		exitCode: EXIT.usage,
	});
}
