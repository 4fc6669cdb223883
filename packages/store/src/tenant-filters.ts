/**
 * The tenant of a read, enforced below every query: ClickHouse itself adds the condition to each table that a query reads,
 * also inside views and subqueries, so a query that forgets its tenant answers nothing of another. Which tables have a
 * tenant is read from the migrations. What reads all tenants on purpose is listed here, with its reason.
 */
import { createHash } from "node:crypto";
import { LIMITS } from "./limits.ts";
import { readMigrations } from "./migrate.ts";

/**
 * Queries of the work behind the scenes, which describes the errors of all tenants, or lets go what is kept no longer, and answers nobody; and those by which a
 * caller's tenant is found, so that it cannot be known before.
 */
export const ALL_TENANTS: ReadonlySet<string> = new Set([
	"described-ids",
	"key",
	"keys-alive",
	"pending-page",
	"retention-errors-due",
	"retention-errors-note",
	"retention-logs-due",
	"retention-traces-due",
	"span-contexts",
	"unclassified-hours",
	"unclassified-page",
]);

let tables: ReadonlyMap<string, string> | undefined;

/** Tables with a tenant, and what names it there. */
export function tenantTables(): ReadonlyMap<string, string> {
	if (tables !== undefined) return tables;
	const found = new Map<string, string>();
	for (const { statements } of readMigrations())
		for (const statement of statements) {
			const [, name] = /^CREATE TABLE IF NOT EXISTS (\w+)/u.exec(statement) ?? [];
			if (name === undefined) continue;
			if (/^\s*`?Tenant`? /mu.test(statement)) found.set(name, "Tenant");
			else if (/^\s*`?ResourceAttributes`? Map/mu.test(statement))
				found.set(name, "ResourceAttributes['errata.tenant']");
		}
	tables = found;
	return found;
}

/** Setting `additional_table_filters`. The tenant travels as hex: no text of it can end the condition. */
export function tenantFilters(tenant: string): string {
	const bytes = Buffer.from(tenant.toWellFormed());
	const long = bytes.length > LIMITS.tenantFilterBytes;
	const hex = (long ? createHash("sha256").update(bytes).digest() : bytes).toString("hex");
	const entries = [...tenantTables()].map(([table, column]) => {
		const condition = `${long ? `SHA256(${column})` : column} = unhex('${hex}')`;
		return `'${table}':'${condition.replaceAll("'", "\\'")}'`;
	});
	return `{${entries.join(",")}}`;
}
