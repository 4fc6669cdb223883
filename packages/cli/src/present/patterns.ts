/** Where patterns come from: what the store has no name for, or a log. And what each is as an entry. */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { EntrySource } from "@errata/catalog";
import { type Catalog, createPatterns, describe, ErrataError, factsFromRecord, type Pattern } from "@errata/catalog";
import { entryOfPattern } from "@errata/catalog/adopt";
import { type Learned, learnFromStore } from "@errata/server";
import { allEntries } from "@errata/server/report";
import { withStore } from "../backend.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit.ts";
import { LIMITS } from "../limits.ts";
import { factsOf, type LogRecord, RecordJoiner } from "./error-log.ts";

export type { Learned } from "@errata/server";

export interface PatternSource {
	/** Milliseconds that are looked back. */
	readonly since: number;
	/** A log file, `-` for standard input; the store if absent. */
	readonly file?: string | undefined;
}

/** Patterns of what no entry names. */
export async function learnPatterns(context: Context, source: PatternSource): Promise<Learned> {
	const catalog = await context.catalog();
	if (source.file !== undefined) return fromLog(catalog, source.file);
	return withStore(context, (store) => learnFromStore(store, catalog, context.now() - source.since));
}

async function fromLog(catalog: Catalog, file: string): Promise<Learned> {
	const patterns = createPatterns();
	const joiner = new RecordJoiner();
	const take = (record: LogRecord | undefined): void => {
		const line = record === undefined ? undefined : unnamedText(record, catalog);
		if (line !== undefined) patterns.add(line);
	};
	const input = file === "-" ? process.stdin : createReadStream(file, "utf8");
	try {
		for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }))
			take(joiner.push(line.slice(0, LIMITS.testLineBytes)));
	} catch (error) {
		throw new ErrataError({
			operation: "read the log",
			subject: file,
			cause: error instanceof Error ? error.message : String(error),
			remedy: "Name a readable file, or - for standard input.",
			code: "LOG_UNREADABLE",
			exitCode: EXIT.usage,
		});
	}
	take(joiner.end());
	return { patterns: patterns.list(), dropped: patterns.dropped };
}

/** What a record says, unless an entry names it. */
function unnamedText(record: LogRecord, catalog: Catalog): string | undefined {
	const facts = factsOf(record);
	if (facts === undefined) return bodyOf(record.text);
	const said = describe(facts, catalog);
	const entry = allEntries(catalog).find(({ entry: one }) => one.code === said.code)?.entry;
	if (said.pattern !== "" && entry?.inferred === undefined) return undefined;
	return facts.type === "" ? facts.message : `${facts.type}: ${facts.message}`;
}

/** The message of a JSON line, else the first line. */
function bodyOf(text: string): string {
	if (text.startsWith("{")) {
		try {
			const { msg, message, body } = JSON.parse(text) as Record<string, unknown>;
			for (const said of [msg, message, body]) if (typeof said === "string") return said;
		} catch {
			// Not JSON after all: a line like any other.
		}
	}
	return text.split("\n", 1)[0] as string;
}

/** The pattern as an entry of the application's own catalog. */
export function entryOf(pattern: Pattern, catalog: Catalog): EntrySource {
	const taken = new Set(allEntries(catalog).map(({ entry }) => entry.code));
	const facts = factsFromRecord({
		eventName: "exception",
		severityNumber: 17,
		body: pattern.example,
		attributes: {},
		language: "",
	});
	const said = facts === undefined ? undefined : describe(facts, catalog);
	const { category = "unknown", severity = "medium" } = said ?? {};
	return entryOfPattern(
		pattern,
		{ category, severity, ...(said?.retryable === undefined ? {} : { retryable: said.retryable }) },
		taken,
	);
}

/** The one pattern whose id begins with `prefix`. Throws when none or several do. */
export function patternOf(learned: Learned, prefix: string): Pattern {
	const found = learned.patterns.filter((pattern) => pattern.id.startsWith(prefix.toLowerCase()));
	const [first] = found;
	if (first !== undefined && found.length === 1) return first;
	throw new ErrataError({
		operation: "find the pattern",
		subject: prefix,
		cause: found.length === 0 ? `none of ${learned.patterns.length} has that id` : "several begin with it",
		remedy: "`errata patterns` lists them; give the same --since or --file here.",
		code: "PATTERN_UNKNOWN",
		exitCode: found.length === 0 ? EXIT.notFound : EXIT.ambiguous,
	});
}
