/** `errata catalog check|test|codes|explain` (`adopt` and `lock` have files of their own): what errors mean, without any store. */
import { createInterface } from "node:readline";
import { type Catalog, describe, ErrataError, loadCatalog, readable } from "@errata/catalog";
import { checkCatalogFile } from "@errata/catalog/compile";
import { allEntries, entryOf, type KnownEntry, retryText } from "@errata/server/report";
import { cutText, safeLine } from "@errata/server/text";
import { Argument, type Command } from "commander";
import { distance } from "fastest-levenshtein";
import { examples, type Host } from "../command-line.ts";
import type { Context } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { LIMITS } from "../limits.ts";
import { factsOf, type LogRecord, RecordJoiner } from "../present/error-log.ts";
import { plural } from "../terminal/human.ts";
import { hang, table } from "../terminal/layout.ts";
import { proseWidth, severityPaint } from "../terminal/style.ts";
import { catalogAdoptCommand } from "./catalog-adopt.ts";
import { catalogLockCommand } from "./catalog-lock.ts";

export function catalogCommand(host: Host): Command {
	const group = host.command("catalog").description("Codes: what errata knows, and your own catalogs.");
	const check = host.command("catalog check");
	check
		.description("Check a catalog file: every mistake with its line and what to do.")
		.argument("<file>", "catalog in YAML")
		.addHelpText("after", examples([["errata catalog check errors/shop.yaml", "exit code 1 if anything is wrong"]]))
		.action((file: string) => host.run(check, (context) => checkFile(context, file)));
	const test = host.command("catalog test");
	test
		.description("Read a log on standard input; say of each error what it would be.")
		.argument("[file]", "catalog in YAML, laid over the built-in one")
		.addHelpText(
			"after",
			examples([
				["errata catalog test < app.log", "JSON lines or plain text with stack traces"],
				["errata catalog test errors/shop.yaml --json < app.log", "one JSON object per error"],
			]),
		)
		.action((file: string | undefined) => host.run(test, (context) => testLog(context, file)));
	const codes = host.command("catalog codes");
	codes
		.description("List every code.")
		.addHelpText("after", examples([["errata catalog codes --json", "codes, titles, categories for a program"]]))
		.action(() => host.run(codes, listCodes));
	const explain = host.command("catalog explain");
	explain
		.description("Explain one code: what it means, what to do, how to prevent it.")
		.addArgument(new Argument("<code>", "a code such as NET_CONN_REFUSED"))
		.addHelpText("after", examples([["errata catalog explain NET_CONN_REFUSED", "any letter case will do"]]))
		.action((code: string) => host.run(explain, (context) => explainCode(context, code)));
	for (const command of [codes, explain, check, test, catalogAdoptCommand(host), catalogLockCommand(host)])
		group.addCommand(command);
	return group;
}

async function checkFile(context: Context, file: string): Promise<ExitCode> {
	context.config();
	const { catalog, problems } = checkCatalogFile(file);
	if (context.json) {
		context.out.document({ file, valid: catalog !== undefined, entries: catalog?.entries.length ?? 0, problems });
		return catalog === undefined ? EXIT.failure : EXIT.ok;
	}
	const { style } = context.out;
	for (const problem of problems) {
		const place = `${problem.file}${problem.line > 0 ? `:${problem.line}` : ""}`;
		const path = problem.path === "" ? "" : `${style.dim(safeLine(problem.path))} `;
		context.out.lines(
			hang(`${style.bold(safeLine(place))} `, `${path}${style.red(safeLine(problem.message))}`, style.width),
		);
		context.out.lines(hang("    ", safeLine(problem.remedy), style.width));
	}
	if (catalog === undefined) {
		context.err.line(`${plural(problems.length, "problem")} in ${safeLine(file)}.`);
		return EXIT.failure;
	}
	context.out.line(
		`${style.green("ok")}  ${safeLine(catalog.name)} ${safeLine(catalog.version)}, ${plural(catalog.entries.length, "entry", "entries")}`,
	);
	context.err.line(`Use it: ERRATA_CATALOG=${safeLine(file)}, or "catalog: [${safeLine(file)}]" in errata.yaml.`);
	return EXIT.ok;
}

async function testLog(context: Context, file: string | undefined): Promise<ExitCode> {
	const paths = context.config().catalog;
	const catalog = file === undefined ? await context.catalog() : await loadCatalog([file, ...paths]);
	if (process.stdin.isTTY) context.err.line("Reading a log from the terminal; end with Ctrl-D.");
	const joiner = new RecordJoiner();
	const seen = { known: 0, unknown: 0, noError: 0, codes: new Set<string>() };
	const take = (record: LogRecord | undefined): void => {
		if (record !== undefined) showRecord(context, catalog, record, seen);
	};
	for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
		if (context.out.closed) break;
		take(joiner.push(line.slice(0, LIMITS.testLineBytes)));
	}
	take(joiner.end());
	context.err.line(
		`${plural(seen.known, "error")} known (${plural(seen.codes.size, "code")}), ${seen.unknown} unknown, ${plural(seen.noError, "record")} without an error.`,
	);
	return EXIT.ok;
}

interface Seen {
	known: number;
	unknown: number;
	noError: number;
	readonly codes: Set<string>;
}

function showRecord(context: Context, catalog: Catalog, record: LogRecord, seen: Seen): void {
	const facts = factsOf(record);
	if (facts === undefined) {
		seen.noError++;
		return;
	}
	const said = describe(facts, catalog);
	const known = said.pattern !== "" && said.category !== "unknown";
	if (known) {
		seen.known++;
		seen.codes.add(said.code);
	} else seen.unknown++;
	if (context.json) {
		const { code, pattern, category, severity, retryable = null, fingerprint, template, suggestions } = said;
		const head = { line: record.line, type: facts.type, message: facts.message };
		context.out.json({ ...head, code, pattern, category, severity, retryable, fingerprint, template, suggestions });
		return;
	}
	const { style } = context.out;
	const paint = known ? severityPaint(style, said.severity) : style.dim;
	const head = `${style.dim(String(record.line).padStart(5))}  ${paint(safeLine(said.code))}  `;
	const message = cutText(safeLine(facts.message === "" ? facts.type : facts.message), LIMITS.messageChars);
	context.out.lines(hang(head, `${message}  ${style.dim(said.fingerprint.slice(0, 8))}`, style.width));
}

async function listCodes(context: Context): Promise<ExitCode> {
	const catalog = await context.catalog();
	const entries = allEntries(catalog);
	if (context.json) {
		const codes = entries.map(({ entry, catalog: name }) => ({
			code: entry.code,
			id: entry.id,
			title: entry.title,
			category: entry.category,
			severity: entry.severity,
			retryable: entry.retryable ?? null,
			since: entry.since,
			retired: entry.retired ?? null,
			catalog: name,
		}));
		context.out.document({ version: catalog.version, codes });
		return EXIT.ok;
	}
	const { style } = context.out;
	const wide = style.width >= 110;
	const rows = entries.map(({ entry }) => [
		entry.code,
		...(wide ? [entry.category, entry.severity] : []),
		retryText(entry.retryable),
		entry.retired === undefined ? safeLine(entry.title) : `retired, see ${entry.retired.successor}`,
	]);
	const columns = [
		{ head: "code", paint: style.cyan },
		...(wide ? [{ head: "category" }, { head: "severity" }] : []),
		{ head: "retry" },
		{ head: "title", flexible: true },
	];
	context.out.lines(table(columns, rows, style.width));
	context.err.line(
		`${plural(entries.length, "code")}, catalog ${catalog.version}. One of them: errata catalog explain CODE`,
	);
	return EXIT.ok;
}

async function explainCode(context: Context, given: string): Promise<ExitCode> {
	const catalog = await context.catalog();
	const wanted = given.toUpperCase().replaceAll("-", "_");
	const entry = entryOf(catalog, wanted) ?? allEntries(catalog).find(({ entry: e }) => e.id === given)?.entry;
	if (entry === undefined) throw unknownCode(catalog, given, wanted);
	if (context.json) {
		const { code, id, title, description, category, severity, retryable = null, suggestions, docs = [], since } = entry;
		const { retired = null, inferred = null } = entry;
		context.out.document({
			code,
			id,
			title,
			description,
			category,
			severity,
			retryable,
			inferred,
			suggestions,
			docs,
			since,
			retired,
		});
		return EXIT.ok;
	}
	context.out.lines(explanation(context, entry));
	return EXIT.ok;
}

function explanation(context: Context, entry: KnownEntry): string[] {
	const { style } = context.out;
	const width = proseWidth(style);
	const row = (label: string, text: string): string[] => hang(style.dim(label.padEnd(10)), text, width);
	const list = (label: string, texts: readonly string[]): string[] =>
		texts.flatMap((text, i) =>
			hang(`${style.dim((i === 0 ? label : "").padEnd(10))}- `, safeLine(readable(text)), width),
		);
	return [
		`${severityPaint(style, entry.severity)(style.bold(entry.code))}  ${style.bold(safeLine(entry.title))}`,
		...hang("", safeLine(readable(entry.description)), width),
		"",
		...row("traits", `${entry.category}, ${entry.severity} severity, ${retryText(entry.retryable)}`),
		...(entry.inferred === undefined ? [] : row("inferred", `from ${safeLine(entry.inferred)}`)),
		...row("id", entry.id),
		...(entry.retired === undefined ? [] : row("retired", `in ${entry.retired.in}; use ${entry.retired.successor}`)),
		...list("now", entry.suggestions.immediate),
		...list("prevent", entry.suggestions.preventive),
		...(entry.docs ?? []).map((link, i) => `${style.dim((i === 0 ? "docs" : "").padEnd(10))}- ${safeLine(link)}`),
		...row("since", entry.since),
	];
}

function unknownCode(catalog: Catalog, given: string, code: string): ErrataError {
	const near = allEntries(catalog)
		.map(({ entry }) => ({ code: entry.code, far: distance(code.slice(0, 64), entry.code) }))
		.sort((a, b) => a.far - b.far)
		.slice(0, 3)
		.filter(({ far }) => far <= Math.max(3, code.length / 2))
		.map((candidate) => candidate.code);
	return new ErrataError({
		operation: "explain code",
		subject: JSON.stringify(cutText(safeLine(given), 80)),
		cause: `catalog ${catalog.version} does not hold it`,
		remedy: `${near.length > 0 ? `Did you mean ${near.join(", ")}? ` : ""}\`errata catalog codes\` lists all; ERRATA_CATALOG adds your own.`,
		code: "CODE_UNKNOWN",
		exitCode: EXIT.notFound,
	});
}
