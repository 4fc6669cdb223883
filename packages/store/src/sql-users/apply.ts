/** Runs the statements of `statements.ts` on a server that keeps users in SQL. */
import { ClickHouseError } from "@clickhouse/client";
import type { Connection } from "../connection.ts";
import { LIMITS } from "../limits.ts";
import { StoreError } from "../store-error.ts";

const DATABASE = /^CREATE DATABASE IF NOT EXISTS (`[^`]+`)$/u;

/**
 * One after the other; each may run again, so what broke off is run again whole. What is refused half way leaves no database
 * behind that was not there before.
 */
export async function applyAccess(connection: Connection, statements: readonly string[]): Promise<void> {
	const made: string[] = [];
	for (const statement of statements) {
		const [, database] = DATABASE.exec(statement) ?? [];
		try {
			if (database === undefined) await connection.command(statement, "give access in", LIMITS.migrateMs);
			else if (await create(connection, database)) made.push(database);
		} catch (error) {
			const left = await removed(connection, made);
			throw error instanceof StoreError && error.kind !== "unreachable"
				? explained(connection, error, statement, left)
				: error;
		}
	}
}

/** False if it was there. The server says so, because a list of databases may leave out some. */
async function create(connection: Connection, database: string): Promise<boolean> {
	try {
		await connection.command(`CREATE DATABASE ${database}`, "give access in", LIMITS.migrateMs);
		return true;
	} catch (error) {
		const said = error instanceof StoreError ? error.cause : undefined;
		if (said instanceof ClickHouseError && said.type === "DATABASE_ALREADY_EXISTS") return false;
		throw error;
	}
}

/** Databases that could not be removed: an administrator of tenants may make one, and not drop it. */
async function removed(connection: Connection, databases: readonly string[]): Promise<string[]> {
	const left: string[] = [];
	for (const database of databases)
		try {
			await connection.command(`DROP DATABASE ${database}`, "take back access in", LIMITS.migrateMs);
		} catch {
			left.push(database);
		}
	return left;
}

function explained(connection: Connection, error: StoreError, statement: string, left: readonly string[]): StoreError {
	const what =
		/^(?:CREATE(?: OR REPLACE)?|ALTER|GRANT) ?(?:ROLE|USER|SETTINGS PROFILE|QUOTA|ROW POLICY|DATABASE|VIEW)?/u;
	const stays = left.length === 0 ? "" : `, and ${left.join(", ")}, which it made before, could not be dropped`;
	return new StoreError(error.kind, {
		operation: "give access in",
		subject: `ClickHouse ${connection.url}`,
		cause: `it refused ${what.exec(statement)?.[0] ?? "a statement"} (${error.kind})${stays}`,
		remedy:
			"Connect as a user with ACCESS MANAGEMENT; a server that keeps its users in files takes `errata access sql --users-file`, then `--views --apply`",
		origin: error,
	});
}
