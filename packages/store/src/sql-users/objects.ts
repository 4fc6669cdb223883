/**
 * What there is to give access to, read from the migrations: a new table or view is in or out by the rules here, not by a
 * list that somebody must remember. Who gets what is `statements.ts` and `users-file.ts`.
 */
import { readMigrations } from "../migrate.ts";
import { tenantTables } from "../tenant-filters.ts";

export interface Readable {
	readonly name: string;
	/** Of a view with parameters: their names and types. */
	readonly parameters: readonly (readonly [name: string, type: string])[];
}

export interface AccessObjects {
	/** Tables whose rows belong to tenants, with the column that says whose: every one gets row policies. */
	readonly tenantTables: readonly { readonly name: string; readonly by: "Tenant" | "ResourceAttributes" }[];
	/** What a tenant reads: tables with a tenant, views over them, and what holds nobody's data. By name. */
	readonly readable: readonly Readable[];
	/** Tables and views that no tenant reads, each with the reason. */
	readonly kept: ReadonlyMap<string, string>;
}

/** Not for a tenant's readers although a tenant may be in it. */
const KEPT: ReadonlyMap<string, string> = new Map([
	["otel_traces_trace_id_ts", "it names the traces of all tenants and has no tenant"],
	["errata_keys", "who may call the API is not for who reads errors"],
	["errata_audit", "what others did is the administrator's to read"],
]);
const NOBODYS: ReadonlySet<string> = new Set(["errata_migrations"]);

const TABLE = /^CREATE TABLE IF NOT EXISTS (\w+)/u;
const VIEW = /^CREATE (?:OR REPLACE )?VIEW (?:IF NOT EXISTS )?(\w+)/u;
const MATERIALIZED = /^CREATE (?:OR REPLACE )?MATERIALIZED VIEW (?:IF NOT EXISTS )?(\w+)/u;

/** As of the migrations of this version. */
export function accessObjects(): AccessObjects {
	const tenants = tenantTables();
	const readable = new Map<string, Readable>();
	const kept = new Map<string, string>();
	for (const statement of readMigrations().flatMap((migration) => migration.statements)) {
		const table = TABLE.exec(statement)?.[1];
		const view = VIEW.exec(statement)?.[1];
		const materialized = MATERIALIZED.exec(statement)?.[1];
		if (table !== undefined) {
			const open = tenants.has(table) || NOBODYS.has(table);
			const reason = KEPT.get(table) ?? (open ? undefined : "it has no tenant");
			if (reason === undefined) readable.set(table, { name: table, parameters: [] });
			else kept.set(table, reason);
		}
		// A view asks with the rights of who reads it, so the row policies of its tables hold.
		if (view !== undefined) readable.set(view, { name: view, parameters: parametersOf(statement) });
		// It asks with the rights of who made it, past every row policy.
		if (materialized !== undefined) kept.set(materialized, "a materialized view reads past row policies");
	}
	return {
		tenantTables: [...tenants].map(([name, by]) => ({ name, by: by === "Tenant" ? by : "ResourceAttributes" })),
		readable: [...readable.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
		kept,
	};
}

function parametersOf(statement: string): [string, string][] {
	const found = new Map<string, string>();
	for (const [, name = "", type = ""] of statement.matchAll(/\{(\w+):([^}]+)\}/gu)) found.set(name, type);
	return [...found];
}
