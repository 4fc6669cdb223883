/**
 * Applies `migrations/NNNN_name.sql` in order and remembers each in `errata_migrations`. ClickHouse has no transactions
 * and no locks, so every statement of a migration is idempotent (IF NOT EXISTS): a run that broke off is run again, and
 * two runs at once do the same twice.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { ErrataError } from "@errata/catalog";
import type { Connection } from "./connection.ts";
import { LIMITS } from "./limits.ts";
import { splitStatements } from "./split-statements.ts";
import { StoreError } from "./store-error.ts";

export interface Migration {
	readonly version: number;
	readonly name: string;
	/** Hex, over the file's bytes. */
	readonly sha256: string;
	readonly statements: readonly string[];
}

export interface MigrationReport {
	readonly database: string;
	/** Version found, 0 for an empty database. */
	readonly from: number;
	/** Version afterwards; with `dryRun` the version it would have. */
	readonly to: number;
	/** What was applied, or would be. */
	readonly applied: readonly { readonly version: number; readonly name: string; readonly statements: number }[];
	readonly dryRun: boolean;
}

interface AppliedRow {
	readonly version: number;
	readonly name: string;
	readonly sha256: string;
}

const FILE = /^(\d{4})_([a-z0-9_]+)\.sql$/;

/** The migrations in a folder, in order; throws ErrataError if their numbers have a gap. */
export function readMigrations(folder: URL = new URL("../migrations/", import.meta.url)): Migration[] {
	const migrations = readdirSync(folder)
		.filter((file) => file.endsWith(".sql"))
		.sort()
		.map((file) => {
			const [, digits = "", name = ""] = FILE.exec(file) ?? [];
			const text = readFileSync(new URL(file, folder));
			const sha256 = createHash("sha256").update(text).digest("hex");
			return { version: Number(digits), name, sha256, statements: splitStatements(text.toString("utf8")) };
		});
	migrations.forEach(({ version, name }, i) => {
		if (version !== i + 1 || name === "")
			throw new ErrataError({
				operation: "read migrations",
				subject: folder.pathname,
				cause: `expected number ${i + 1}, found ${version}`,
				remedy: "Install @errata/store again",
				code: "STORE_MIGRATIONS",
			});
	});
	return migrations;
}

function changed(connection: Connection, row: AppliedRow): ErrataError {
	return new ErrataError({
		operation: "migrate",
		subject: `database ${connection.database} at ${connection.url}`,
		cause: `migration ${row.version} (${row.name}) was applied from another file than the one of this version`,
		remedy: "Use the version of errata that made this database, or a new database with --database",
		code: "STORE_MIGRATION_CHANGED",
	});
}

function newer(connection: Connection, version: number, known: number): ErrataError {
	return new ErrataError({
		operation: "migrate",
		subject: `database ${connection.database} at ${connection.url}`,
		cause: `it was made by a newer errata (migration ${version}; this version knows ${known})`,
		remedy: "Upgrade errata",
		code: "STORE_MIGRATION_NEWER",
	});
}

/** Rows of `errata_migrations`; none if the table does not exist yet. */
export async function appliedMigrations(connection: Connection): Promise<AppliedRow[]> {
	try {
		return await connection.select<AppliedRow>("migrations");
	} catch (error) {
		if (error instanceof StoreError && error.kind === "not_migrated" && isMissingTable(error)) return [];
		throw error;
	}
}

function isMissingTable(error: StoreError): boolean {
	const origin = error.cause;
	return origin instanceof Error && "type" in origin && origin.type === "UNKNOWN_TABLE";
}

function pending(connection: Connection, migrations: readonly Migration[], applied: readonly AppliedRow[]) {
	for (const row of applied) {
		const migration = migrations[row.version - 1];
		if (migration === undefined) throw newer(connection, row.version, migrations.length);
		if (migration.sha256 !== row.sha256) throw changed(connection, row);
	}
	const done = new Set(applied.map((row) => row.version));
	return migrations.filter((migration) => !done.has(migration.version));
}

async function apply(connection: Connection, migration: Migration): Promise<void> {
	for (const statement of migration.statements) {
		await connection.command(
			statement,
			`apply migration ${migration.version} (${migration.name}) to`,
			LIMITS.migrateMs,
		);
	}
	try {
		await connection.client.insert({
			table: "errata_migrations",
			values: [{ version: migration.version, name: migration.name, sha256: migration.sha256 }],
			format: "JSONEachRow",
		});
	} catch (error) {
		throw connection.fail(error, `record migration ${migration.version} in`);
	}
}

/** Brings the database to this version. Throws before any change if it is newer or was made from changed files. */
export async function migrate(
	connection: Connection,
	options: { readonly dryRun?: boolean | undefined; readonly migrations?: readonly Migration[] } = {},
): Promise<MigrationReport> {
	const dryRun = options.dryRun ?? false;
	const migrations = options.migrations ?? readMigrations();
	const before = await appliedMigrations(connection);
	const todo = pending(connection, migrations, before);
	if (!dryRun) for (const migration of todo) await apply(connection, migration);
	return {
		database: connection.database,
		from: Math.max(0, ...before.map((row) => row.version)),
		to: migrations.length,
		applied: todo.map(({ version, name, statements }) => ({ version, name, statements: statements.length })),
		dryRun,
	};
}
