/** Runs the statements of `statements.ts` on a server that keeps users in SQL. */
import type { Connection } from "../connection.ts";
import { LIMITS } from "../limits.ts";
import { StoreError } from "../store-error.ts";

/** One after the other; each may run again, so what broke off is run again whole. */
export async function applyAccess(connection: Connection, statements: readonly string[]): Promise<void> {
	for (const statement of statements) {
		try {
			await connection.command(statement, "give access in", LIMITS.migrateMs);
		} catch (error) {
			throw error instanceof StoreError && error.kind !== "unreachable"
				? explained(connection, error, statement)
				: error;
		}
	}
}

function explained(connection: Connection, error: StoreError, statement: string): StoreError {
	const what =
		/^(?:CREATE(?: OR REPLACE)?|ALTER|GRANT) ?(?:ROLE|USER|SETTINGS PROFILE|QUOTA|ROW POLICY|DATABASE|VIEW)?/u;
	return new StoreError(error.kind, {
		operation: "give access in",
		subject: `ClickHouse ${connection.url}`,
		cause: `it refused ${what.exec(statement)?.[0] ?? "a statement"} (${error.kind})`,
		remedy:
			"Connect as a user with ACCESS MANAGEMENT; a server that keeps its users in files takes `errata access sql --users-file`, then `--views --apply`",
		origin: error,
	});
}
