/**
 * The same access as a users file: for a server whose users live in files (`users.d/`), and for the embedded engine, where
 * SQL cannot make users. What roles and policies are in SQL is written out per user here. The views of a tenant are SQL in
 * both (`tenantViews`), run by an administrator of the file.
 */
import { type AccessRequest, type AccessUser, checkAccess, tenantNames } from "./names.ts";
import { accessObjects } from "./objects.ts";
import { type ProfileSetting, READER, WRITER } from "./profiles.ts";
import { identifier, text } from "./statements.ts";

/** XML for `users.d/`. Throws ErrataError for a name that cannot be one. */
export function usersFile(requests: readonly AccessRequest[]): string {
	for (const request of requests) checkAccess(request);
	const users = new Map<string, string>();
	for (const { database, tenant, user } of requests) {
		if (tenant !== undefined) users.set(tenantNames(tenant).rowsUser, rowsUser(database, tenant));
		if (user !== undefined) users.set(user.name, loginUser(database, tenant, user));
	}
	return `<clickhouse>
	<profiles>
${profile("errata_reader", READER)}
${profile("errata_writer", WRITER)}
	</profiles>
	<users>
${[...users.values()].join("\n")}
	</users>
</clickhouse>
`;
}

function profile(name: string, settings: readonly ProfileSetting[]): string {
	const values = settings.map(({ name: setting, value }) => `			<${setting}>${xml(String(value))}</${setting}>`);
	const bounds = settings.map(({ name: setting, value, bound }) => {
		// 0 would mean no limit.
		const limits = bound === "const" ? "<const/>" : `<min>1</min><max>${value}</max>`;
		return `				<${setting}>${limits}</${setting}>`;
	});
	return [`		<${name}>`, ...values, "			<constraints>", ...bounds, "			</constraints>", `		</${name}>`].join(
		"\n",
	);
}

interface FileUser {
	readonly name: string;
	readonly login: string;
	readonly profile: string;
	readonly grants: readonly string[];
	readonly rest?: string;
}

function userElement({ name, login, profile: of, grants, rest }: FileUser): string {
	return `		<${name}>
			${login}
			<profile>${of}</profile>
			<quota>default</quota>
			<grants>
${grants.map((grant) => `				<query>${xml(grant)}</query>`).join("\n")}
			</grants>${rest === undefined ? "" : `\n${rest}`}
		</${name}>`;
}

/** Nobody logs in as it: its password is of no text, and no host may. */
function rowsUser(database: string, tenant: string): string {
	const { readable, tenantTables } = accessObjects();
	const filters = tenantTables.map(({ name, by }) => {
		const column = by === "Tenant" ? "Tenant" : "ResourceAttributes['errata.tenant']";
		return `					<${name}><filter>${xml(`${column} = ${text(tenant)}`)}</filter></${name}>`;
	});
	return userElement({
		name: tenantNames(tenant).rowsUser,
		login: `<password_sha256_hex>${"0".repeat(64)}</password_sha256_hex><networks><ip>255.255.255.255</ip></networks>`,
		profile: "errata_reader",
		grants: readable.map(({ name }) => `GRANT SELECT ON ${identifier(database)}.${identifier(name)}`),
		rest: `			<databases>
				<${database}>
${filters.join("\n")}
				</${database}>
			</databases>`,
	});
}

function loginUser(database: string, tenant: string | undefined, { name, role, passwordSha256 }: AccessUser): string {
	const on = identifier(database);
	const login = `<password_sha256_hex>${passwordSha256}</password_sha256_hex><networks><ip>::/0</ip></networks>`;
	if (role === "writer") {
		const grants = [
			...["otel_logs", "otel_traces"].map((table) => `GRANT INSERT, SHOW COLUMNS ON ${on}.${table}`),
			`GRANT SELECT(TraceId, Timestamp) ON ${on}.otel_traces`,
			`GRANT INSERT ON ${on}.otel_traces_trace_id_ts`,
		];
		return userElement({ name, login, profile: "errata_writer", grants });
	}
	const names = tenant === undefined ? undefined : tenantNames(tenant);
	if (role === "reader") {
		const grants = [`GRANT SELECT ON ${identifier(names?.views ?? "")}.*`];
		return userElement({ name, login, profile: "errata_reader", grants });
	}
	const grants = [
		`GRANT SHOW, SELECT, INSERT, ALTER, CREATE TABLE, CREATE VIEW, DROP VIEW, OPTIMIZE, SYSTEM VIEWS ON ${on}.*`,
		"GRANT SELECT ON system.view_refreshes",
		...(names === undefined
			? []
			: [
					`GRANT SHOW, SELECT, INSERT, CREATE DATABASE, CREATE TABLE, CREATE VIEW, DROP TABLE, DROP VIEW ON ${identifier(names.views)}.*`,
					`GRANT SET DEFINER ON ${names.rowsUser}`,
				]),
	];
	return userElement({ name, login, profile: "default", grants });
}

function xml(value: string): string {
	return value.replace(/[&<>"]/gu, (c) => `&#${c.charCodeAt(0)};`);
}
