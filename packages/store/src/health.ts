/** What the store says of itself: reachable, which version, migrated, trends computed. */
import type { Connection } from "./connection.ts";
import { appliedMigrations, readMigrations } from "./migrate.ts";
import { StoreError } from "./store-error.ts";
import type { StoreHealth } from "./types.ts";

type Refreshes = NonNullable<StoreHealth["refreshes"]>;

async function refreshes(connection: Connection): Promise<Refreshes | null> {
	try {
		const rows = await connection.select<{ view: string; status: string; lastSuccess: string; failed: number }>(
			"refreshes",
		);
		return rows.map((row) => ({ ...row, failed: row.failed === 1 }));
	} catch (error) {
		if (error instanceof StoreError && error.kind === "denied") return null;
		throw error;
	}
}

/** Throws StoreError if ClickHouse does not answer; a database without errata's tables is `migration.current` 0. */
export async function health(connection: Connection): Promise<StoreHealth> {
	const [server] = await connection.select<{ version: string }>("health");
	const applied = await appliedMigrations(connection);
	return {
		url: connection.url,
		database: connection.database,
		version: server?.version ?? "",
		migration: {
			current: Math.max(0, ...applied.map((row) => row.version)),
			latest: readMigrations().length,
		},
		refreshes: await refreshes(connection),
	};
}
