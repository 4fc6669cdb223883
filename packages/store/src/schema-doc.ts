/**
 * Writes SCHEMA.md from an empty database that it migrates: what ClickHouse holds is what the page says. Run it as
 * `node --conditions=errata-source packages/store/src/schema-doc.ts [--check] http://localhost:8123/errata_doc`.
 * Tables and columns get their text from COMMENT in the migrations. Where there can be none (the exporter's tables are
 * not ours to alter, views with parameters take none) a line `-- table.column: text` in the migrations stands for it.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { ErrataError } from "@errata/catalog";
import { type Connection, connect } from "./connection.ts";
import { migrate } from "./migrate.ts";

const PAGE = new URL("../SCHEMA.md", import.meta.url);

interface Table {
	readonly name: string;
	readonly engine: string;
	readonly comment: string;
	readonly sortingKey: string;
	readonly partitionKey: string;
	readonly definition: string;
}

interface Column {
	readonly table: string;
	readonly name: string;
	readonly type: string;
	readonly comment: string;
}

/** Texts of `-- name: text` lines, by name. */
function notes(): Map<string, string> {
	const folder = new URL("../migrations/", import.meta.url);
	const found = new Map<string, string>();
	for (const file of readdirSync(folder).sort())
		for (const [, name, text] of readFileSync(new URL(file, folder), "utf8").matchAll(
			/^-- ((?:otel|errata)_\w+(?:\.\S+)?): (.+)$/gm,
		))
			found.set(name as string, text as string);
	return found;
}

function documented(name: string, comment: string, texts: Map<string, string>): string {
	if (comment !== "") return comment;
	const text = texts.get(name);
	if (text === undefined)
		throw new ErrataError({
			operation: "document",
			subject: name,
			cause: "it has no COMMENT",
			remedy: `Give it one in the migration, or a line "-- ${name}: text" there`,
			code: "STORE_SCHEMA_DOC",
		});
	texts.delete(name);
	return text;
}

/** A materialized view's columns are those of its target; a view with parameters says its own in the table's text. */
function section(table: Table, columns: readonly Column[], texts: Map<string, string>): string {
	const lines = [`## ${table.name}`, "", documented(table.name, table.comment, texts), ""];
	const target = / TO (?:\w+\.)?(\w+)/.exec(table.definition)?.[1];
	if (table.engine === "MaterializedView") {
		const refresh = /REFRESH (.+?) APPEND/.exec(table.definition.replaceAll("\n", " "))?.[1];
		const when = refresh === undefined ? "on every insert" : refresh.toLowerCase();
		return [...lines, `Materialized view, ${when}, into \`${target}\`.`, ""].join("\n");
	}
	const keys = [
		["Engine", table.engine],
		["Order", table.sortingKey],
		["Partitions", table.partitionKey],
		["Kept", / TTL (.+?) SETTINGS/.exec(table.definition.replaceAll("\n", " "))?.[1] ?? ""],
	].filter(([, value]) => value !== "");
	lines.push(...keys.map(([name, value]) => `- ${name}: \`${value}\``), "");
	const rows = columns.map((column) => [
		`\`${column.name}\``,
		`\`${column.type}\``,
		documented(`${table.name}.${column.name}`, column.comment, texts).replaceAll("|", "\\|"),
	]);
	if (rows.length > 0) lines.push(...aligned([["column", "type", "meaning"], ...rows]), "");
	return lines.join("\n");
}

/** A Markdown table as the formatter leaves it. */
function aligned(rows: readonly (readonly string[])[]): string[] {
	const widths = [0, 1, 2].map((i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
	const line = (cells: readonly string[]): string => `| ${cells.map((c, i) => c.padEnd(widths[i] ?? 0)).join(" | ")} |`;
	const [head = [], ...body] = rows;
	return [line(head), line(widths.map((width) => "-".repeat(width))), ...body.map(line)];
}

/** Columns as ClickHouse lists them, and those of views with parameters, which it does not list. */
async function allColumns(connection: Connection): Promise<Column[]> {
	const columns = await connection.select<Column>("schema-columns");
	for (const view of ["occurrences", "occurrences-without", "trends-hourly", "trends-daily", "unclassified"]) {
		const found = await connection.select<{ name: string; type: string }>(`schema-${view}`);
		const table = `errata_${view.replaceAll("-", "_")}`;
		columns.push(...found.map(({ name, type }) => ({ table, name, type, comment: "" })));
	}
	return columns;
}

/**
 * The page's text, of a database with every migration and nothing else. Throws ErrataError for a table or column without
 * text, and for text without a column.
 */
export async function schemaPage(connection: Connection): Promise<string> {
	const tables = await connection.select<Table>("schema-tables");
	const columns = await allColumns(connection);
	const texts = notes();
	const sections = tables.map((table) =>
		section(
			{ ...table, definition: table.definition.replaceAll(`${connection.database}.`, "") },
			columns.filter((column) => column.table === table.name),
			texts,
		),
	);
	const [orphan] = texts.keys();
	if (orphan !== undefined) documentedNowhere(orphan);
	return [
		"# The tables of errata",
		"",
		"Generated by `src/schema-doc.ts` from the comments in `migrations/`; a test compares. Times are UTC.",
		"",
		...sections,
	].join("\n");
}

function documentedNowhere(name: string): never {
	throw new ErrataError({
		operation: "document",
		subject: name,
		cause: "there is text for it but no such table or column, or it has a COMMENT too",
		remedy: "Remove the line from the migration",
		code: "STORE_SCHEMA_DOC",
	});
}

export function readSchemaPage(): string {
	return readFileSync(PAGE, "utf8");
}

async function main(args: readonly string[]): Promise<void> {
	const connection = connect({ url: args.find((arg) => arg.startsWith("http")) ?? "" });
	await migrate(connection);
	const text = await schemaPage(connection);
	await connection.close();
	if (!args.includes("--check")) writeFileSync(PAGE, text);
	else if (text !== readSchemaPage()) {
		process.stderr.write("SCHEMA.md is not what the migrations make; run schema-doc.ts\n");
		process.exitCode = 1;
	}
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main(process.argv.slice(2));
