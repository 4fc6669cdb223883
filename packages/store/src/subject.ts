/**
 * Everything stored of one subject, found by the pseudonyms that redaction put in place of what names it. Columns are asked of
 * ClickHouse, so a table or column of a later migration, or of an older exporter, is searched too.
 */
import type { Connection } from "./connection.ts";
import { clampRows, LIMITS } from "./limits.ts";
import { StoreError } from "./store-error.ts";
import { tenantTables } from "./tenant-filters.ts";

/** What may be erased of and searched for: a whole token of redaction in mode `pseudonym`. */
export const PSEUDONYM = /^\[PSEUDONYM:[a-z_]{1,24}:[0-9a-f]{8}:[0-9a-f]{16}\]$/u;

export interface SubjectCount {
	readonly table: string;
	readonly rows: number;
}

export interface SubjectRow {
	readonly table: string;
	/** The row as ClickHouse writes it as JSON. */
	readonly row: Readonly<Record<string, unknown>>;
}

export interface Erasure {
	/** Rows that named the subject, by table; tables without are left out. */
	readonly found: readonly SubjectCount[];
	/** What is left of them, counted anew afterwards: empty, unless more arrived all the while. */
	readonly left: readonly SubjectCount[];
}

/** Not searched and not erased: what callers did is kept as proof, also of an erasure; a key's row holds what an administrator typed. */
export const NO_SUBJECTS: ReadonlySet<string> = new Set(["errata_audit", "errata_keys"]);

/** Tables whose rows say what was done: they stay, without the name. What cannot be taken out of them goes with the row. */
const BLANKED: Readonly<Record<string, string>> = {
	errata_issue_events: "subject-blank-issue-events",
	errata_issue_map: "subject-blank-issue-map",
	errata_alert_events: "subject-blank-alert-events",
	errata_alert_silences: "subject-blank-alert-silences",
	errata_action_events: "subject-blank-action-events",
};

/** Columns that one statement looks at: as the files of the two statements have places. */
const SLOTS = 8;

interface TextTable {
	readonly table: string;
	readonly columns: readonly string[];
}

function textTables(connection: Connection): Promise<TextTable[]> {
	const tables = [...tenantTables().keys()].filter((table) => !NO_SUBJECTS.has(table));
	return connection.select<TextTable>("subject-columns", { tables });
}

function checked(subject: readonly string[]): readonly string[] {
	const wrong = subject.find((token) => !PSEUDONYM.test(token));
	if (wrong === undefined && subject.length > 0 && subject.length <= LIMITS.subjectTokens) return subject;
	throw new StoreError("refused", {
		operation: "look for",
		subject: JSON.stringify((wrong ?? "").slice(0, 60)),
		cause: `expected 1 to ${LIMITS.subjectTokens} pseudonyms as records hold them, [PSEUDONYM:type:key:hex]`,
		remedy: "Copy it whole from a record",
	});
}

async function countIn(
	connection: Connection,
	tables: readonly string[],
	subject: readonly string[],
): Promise<SubjectCount[]> {
	const counts: SubjectCount[] = [];
	for (const table of tables) {
		const [found] = await connection.select<{ rows: number }>("subject-count", { table, subject }, LIMITS.sweepMs);
		if (found !== undefined && found.rows > 0) counts.push({ table, rows: found.rows });
	}
	return counts;
}

/** Rows that name the subject, by table; tables without are left out. Reads every text of the tenant. */
export async function findSubject(connection: Connection, tokens: readonly string[]): Promise<SubjectCount[]> {
	const subject = checked(tokens);
	const tables = await textTables(connection);
	return countIn(
		connection,
		tables.map(({ table }) => table),
		subject,
	);
}

/** Rows of one table that name the subject, whole, in an order that stays between calls. */
export async function subjectRows(
	connection: Connection,
	tokens: readonly string[],
	page: { readonly table: string; readonly offset: number; readonly limit?: number | undefined },
): Promise<SubjectRow[]> {
	const subject = checked(tokens);
	const { table } = page;
	if (!tenantTables().has(table) || NO_SUBJECTS.has(table)) return [];
	const parameters = { table, subject, offset: page.offset, limit: clampRows(page.limit, 100) };
	const rows = await connection.select<{ row: string }>("subject-rows", parameters, LIMITS.sweepMs);
	return rows.map(({ row }) => ({ table, row: JSON.parse(row) as SubjectRow["row"] }));
}

/**
 * Erases it from the tenant's rows and counts anew. Rows of telemetry go whole and are rewritten out of their parts (the old
 * parts leave the disk some minutes later); what was done to issues and alerts stays, without the name.
 */
export async function eraseSubject(connection: Connection, tokens: readonly string[]): Promise<Erasure> {
	const subject = checked(tokens);
	const tables = new Map((await textTables(connection)).map(({ table, columns }) => [table, columns]));
	const found = await countIn(connection, [...tables.keys()], subject);
	let left: readonly SubjectCount[] = found;
	for (let pass = 0; pass < LIMITS.erasePasses && left.length > 0; pass++) {
		for (const { table } of left) await eraseFrom(connection, table, tables.get(table) ?? [], subject);
		left = await countIn(connection, [...tables.keys()], subject);
	}
	return { found, left };
}

async function eraseFrom(
	connection: Connection,
	table: string,
	columns: readonly string[],
	subject: readonly string[],
): Promise<void> {
	const operation = `erase from ${table} of`;
	if (table === "errata_errors") await connection.change("subject-note", { subject }, operation);
	const blank = BLANKED[table];
	const pattern = subject.map((token) => token.replace(/[[\]]/gu, "\\$&")).join("|");
	if (blank !== undefined) await connection.change(blank, { subject, pattern }, operation);
	const erase = tenantTables().get(table) === "Tenant" ? "subject-erase-tenant" : "subject-erase-resource";
	const named: string[] = [];
	for (const column of columns) {
		const parameters = { table, column, subject };
		const [rest] = await connection.select<{ rows: number }>("subject-column-count", parameters, LIMITS.sweepMs);
		if (rest !== undefined && rest.rows > 0) named.push(column);
	}
	for (let at = 0; at < named.length; at += SLOTS) {
		const slots = Array.from({ length: SLOTS }, (_, i) => [`column${i}`, named[at + i] ?? named[at] ?? ""]);
		await connection.change(erase, { table, subject, ...Object.fromEntries(slots) }, operation);
	}
}
