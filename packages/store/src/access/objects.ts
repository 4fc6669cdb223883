/**
 * What there is to give access to, read from the migrations: a new table or view is in or out by the rules here, not by a
 * list that somebody must remember. Who gets what is `statements.ts` and `users-file.ts`.
 */
import { readMigrations } from "../migrate.ts";

export interface TenantTable {
	readonly name: string;
	/** What says whose a row is: a column of its own, or an attribute of the resource. */
	readonly by: "Tenant" | "ResourceAttributes";
}

export interface Readable {
	readonly name: string;
	/** Of a view with parameters: their names and types. */
	readonly parameters: readonly (readonly [name: string, type: string])[];
}

export interface AccessObjects {
	/** Tables whose rows belong to tenants: every one gets row policies. */
	readonly tenantTables: readonly TenantTable[];
	/** What a tenant reads: tables with a tenant, views over them, and what holds nobody's data. By name. */
	readonly readable: readonly Readable[];
	/** Tables and views that no tenant reads, each with the reason. */
	readonly kept: ReadonlyMap<string, string>;
}

/** Not for a tenant's readers although a tenant may be in it. */
const KEPT: ReadonlyMap<string, string> = new Map([
	["otel_traces_trace_id_ts", "it names the traces of all tenants and has no tenant"],
	["errata_keys", "who may call the API is not for who reads errors"],
	["errata_key_events", "who may call the API is not for who reads errors"],
	["errata_audit", "what others asked is the administrator's"],
]);
const NOBODYS: ReadonlySet<string> = new Set(["errata_migrations"]);

const TABLE = /^CREATE TABLE IF NOT EXISTS (\w+)/u;
const VIEW = /^CREATE (?:OR REPLACE )?VIEW (?:IF NOT EXISTS )?(\w+)/u;
const MATERIALIZED = /^CREATE (?:OR REPLACE )?MATERIALIZED VIEW (?:IF NOT EXISTS )?(\w+)/u;

/** As of the migrations of this version. */
export function accessObjects(
	statements: readonly string[] = readMigrations().flatMap((migration) => migration.statements),
): AccessObjects {
	const tenantTables: TenantTable[] = [];
	const readable = new Map<string, Readable>();
	const kept = new Map<string, string>();
	for (const statement of statements) {
		const table = TABLE.exec(statement)?.[1];
		const view = VIEW.exec(statement)?.[1];
		const materialized = MATERIALIZED.exec(statement)?.[1];
		if (table !== undefined) {
			const by = tenantOf(statement);
			if (by !== undefined) tenantTables.push({ name: table, by });
			const reason = KEPT.get(table) ?? (by === undefined && !NOBODYS.has(table) ? "it has no tenant" : undefined);
			if (reason === undefined) readable.set(table, { name: table, parameters: [] });
			else kept.set(table, reason);
		}
		// A view asks with the rights of who reads it, so the row policies of its tables hold.
		if (view !== undefined) readable.set(view, { name: view, parameters: parametersOf(statement) });
		// It asks with the rights of who made it, past every row policy.
		if (materialized !== undefined) kept.set(materialized, "a materialized view reads past row policies");
	}
	return { tenantTables, readable: [...readable.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1)), kept };
}

function tenantOf(statement: string): TenantTable["by"] | undefined {
	if (/^\s*`?Tenant`? /mu.test(statement)) return "Tenant";
	return /^\s*`?ResourceAttributes`? Map/mu.test(statement) ? "ResourceAttributes" : undefined;
}

function parametersOf(statement: string): [string, string][] {
	const found = new Map<string, string>();
	for (const [, name = "", type = ""] of statement.matchAll(/\{(\w+):([^}]+)\}/gu)) found.set(name, type);
	return [...found];
}
