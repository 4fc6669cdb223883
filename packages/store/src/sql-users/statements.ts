/**
 * Roles, profiles, row policies, views of tenants and users as SQL for a server: the files in `access/`, with names and
 * texts put in as ClickHouse quotes them (its own parameters do not reach into these statements).
 */
import { readFileSync } from "node:fs";
import { splitStatements } from "../split-statements.ts";
import { type AccessRequest, checkAccess, tenantNames } from "./names.ts";
import { accessObjects, type Readable } from "./objects.ts";
import { type ProfileSetting, READER, WRITER } from "./profiles.ts";

/** In order; each may run again. Throws ErrataError for a name that cannot be one. */
export function accessStatements(request: AccessRequest): string[] {
	checkAccess(request);
	const { database, tenant, user } = request;
	const { tenantTables, readable } = accessObjects();
	const base = { database: identifier(database), readerSettings: settings(READER), writerSettings: settings(WRITER) };
	const out = [...rendered("roles", base), ...rendered("database", base)];
	for (const { name } of readable) out.push(...rendered("readable", { ...base, table: identifier(name) }));
	for (const { name } of tenantTables) out.push(...rendered("closed", { ...base, table: identifier(name) }));
	if (tenant !== undefined) {
		const values = { ...base, ...tenantValues(tenant) };
		out.push(...rendered("tenant", values));
		for (const { name, by } of tenantTables)
			out.push(
				...rendered(by === "Tenant" ? "tenant-rows" : "tenant-resource-rows", { ...values, table: identifier(name) }),
			);
		out.push(...tenantViews(database, tenant));
	}
	if (user !== undefined) {
		const role = user.role === "reader" ? tenantNames(tenant ?? "").tenantRole : `errata_${user.role}`;
		const values = { user: identifier(user.name), role: identifier(role), passwordSha256: text(user.passwordSha256) };
		out.push(...rendered("user", values));
	}
	return out;
}

/** The database of a tenant's views, and the views; the part of it that also a server with users in files runs as SQL. */
export function tenantViews(database: string, tenant: string): string[] {
	checkAccess({ database, tenant });
	const values = { database: identifier(database), ...tenantValues(tenant) };
	const views = accessObjects().readable.flatMap((one) =>
		rendered("tenant-view", { ...values, table: identifier(one.name), parameters: parameters(one) }),
	);
	return [...rendered("tenant-database", values), ...views];
}

function tenantValues(tenant: string): Readonly<Record<string, string>> {
	const { views, tenantRole, rowsUser } = tenantNames(tenant);
	return {
		tenant: text(tenant),
		views: identifier(views),
		tenantRole: identifier(tenantRole),
		rowsUser: identifier(rowsUser),
	};
}

function parameters({ parameters: list }: Readable): string {
	return list.length === 0 ? "" : `(${list.map(([name, type]) => `${name} = {${name}:${type}}`).join(", ")})`;
}

const files = new Map<string, readonly string[]>();

function rendered(file: string, values: Readonly<Record<string, string>>): string[] {
	let statements = files.get(file);
	if (statements === undefined) {
		statements = splitStatements(readFileSync(new URL(`../../access/${file}.sql`, import.meta.url), "utf8"));
		files.set(file, statements);
	}
	return statements.map((statement) =>
		statement.replace(/\{(\w+):\w+\}/gu, (_, name: string) => {
			const value = values[name];
			if (value === undefined) throw new Error(`access/${file}.sql: nothing is given for ${name}`);
			return value;
		}),
	);
}

function settings(list: readonly ProfileSetting[]): string {
	return list
		.map(({ name, value, bound }) => {
			const shown = typeof value === "number" ? String(value) : text(value);
			// 0 would mean no limit.
			return `${name} = ${shown} ${bound === "const" ? "CONST" : `MIN 1 MAX ${shown}`}`;
		})
		.join(", ");
}

export function identifier(name: string): string {
	return `\`${name.replace(/[\\`]/gu, "\\$&")}\``;
}

export function text(value: string): string {
	return `'${value.replace(/[\\']/gu, "\\$&")}'`;
}
