/**
 * The engine's configuration: what it listens on, who may do what. Written per start into a private directory and
 * removed once read. Security of local rests on this file, on the shield and on the child's confinement.
 */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { isAlive, type Layout } from "./layout.ts";
import { LIMITS } from "./limits.ts";

export const ENGINE_USER = "errata";

export interface ConfigFiles {
	readonly dir: string;
	readonly config: string;
}

export interface ConfigInput {
	readonly port: number;
	readonly password: string;
	readonly keepFreeBytes: number;
	/** Further users, as a users file of `errata access`; they get in by the engine's own port alone, not by the shield. */
	readonly usersFile?: string | undefined;
}

/**
 * What the limited user may do, on databases alone: no FILE, URL, REMOTE, S3, no user or engine administration, no
 * table engine outside the MergeTree family, and nothing to change in `system`.
 */
const GRANTS = [
	"GRANT SET DEFINER ON errata",
	[
		"GRANT SHOW, SELECT, INSERT, ALTER, CHECK, OPTIMIZE, TRUNCATE, CREATE DATABASE, CREATE TABLE, CREATE VIEW,",
		"DROP DATABASE, DROP TABLE, DROP VIEW, SYSTEM VIEWS, SYSTEM FLUSH ASYNC INSERT QUEUE ON *.*",
	].join(" "),
	[
		"GRANT TABLE ENGINE ON MergeTree, TABLE ENGINE ON ReplacingMergeTree, TABLE ENGINE ON SummingMergeTree,",
		"TABLE ENGINE ON AggregatingMergeTree",
	].join(" "),
	[
		"REVOKE INSERT, ALTER, OPTIMIZE, TRUNCATE, CREATE TABLE, CREATE VIEW, DROP DATABASE, DROP TABLE, DROP VIEW",
		"ON system.*",
	].join(" "),
];

/** Settings whose values name files: in this embedded engine they would be read from anywhere. */
const FILE_SETTINGS = [
	"format_schema",
	"format_template_resultset",
	"format_template_row",
	"format_schema_source",
	"format_template_resultset_format",
];

/** Writes config and users into a fresh 0700 directory below `engine/`; directories of earlier starts go. */
export function writeConfig(layout: Layout, input: ConfigInput): ConfigFiles {
	const dir = mkdtempSync(path.join(layout.engineDir, `run-${process.pid}-`));
	const config = path.join(dir, "config.xml");
	const users = path.join(dir, "users.xml");
	writeFileSync(users, usersXml(input.password), { mode: 0o600 });
	if (input.usersFile !== undefined) {
		mkdirSync(path.join(dir, "users.d"), { mode: 0o700 });
		writeFileSync(path.join(dir, "users.d", "access.xml"), input.usersFile, { mode: 0o600 });
	}
	writeFileSync(config, configXml(layout, users, input), { mode: 0o600 });
	return { dir, config };
}

/** Removes ours, which the engine has read, and what dead starts left; one that starts at this moment keeps its own. */
export function removeConfigs(layout: Layout): void {
	for (const name of readdirSync(layout.engineDir)) {
		const pid = Number(/^run-(\d+)-/.exec(name)?.[1]);
		if (pid === process.pid || (pid > 0 && !isAlive(pid)))
			rmSync(path.join(layout.engineDir, name), { recursive: true, force: true });
	}
}

function configXml(layout: Layout, users: string, input: ConfigInput): string {
	const data = layout.clickhouseDir;
	return `<clickhouse>
	<path>${xml(data)}/</path>
	<tmp_path>${xml(data)}/tmp/</tmp_path>
	<user_files_path>${xml(data)}/user_files/</user_files_path>
	<format_schema_path>${xml(data)}/format_schemas/</format_schema_path>
	<listen_host>127.0.0.1</listen_host>
	<http_port>${input.port}</http_port>
	<keep_alive_timeout>120</keep_alive_timeout>
	<timezone>UTC</timezone>
	<users_config>${xml(users)}</users_config>
	<log-level>warning</log-level>
	<logger>
		<level>warning</level>
		<console>false</console>
		<log>${xml(layout.engineLog)}</log>
		<size>10M</size>
		<count>2</count>
	</logger>
	<max_server_memory_usage_to_ram_ratio>${LIMITS.engineMemoryRatio}</max_server_memory_usage_to_ram_ratio>
	<access_control_improvements>
		<table_engines_require_grant>true</table_engines_require_grant>
		<select_from_system_db_requires_grant>true</select_from_system_db_requires_grant>
	</access_control_improvements>
	<storage_configuration>
		<disks><default><keep_free_space_bytes>${input.keepFreeBytes}</keep_free_space_bytes></default></disks>
	</storage_configuration>
</clickhouse>
`;
}

/**
 * \`default\` cannot have a password (the keep-alive query logs in as it, from 127.0.0.1), so it may have one session
 * only: the keep-alive query takes it before the engine listens, and nobody else gets in.
 */
function usersXml(password: string): string {
	const hash = createHash("sha256").update(password).digest("hex");
	return `<clickhouse>
	<profiles>
		<default/>
		<keep_alive><max_sessions_for_user>1</max_sessions_for_user></keep_alive>
		<errata>
			<http_send_timeout>${2 * (LIMITS.stalledClientMs / 1_000)}</http_send_timeout>
			<constraints>${FILE_SETTINGS.map((name) => `<${name}><const/></${name}>`).join("")}</constraints>
		</errata>
	</profiles>
	<users>
		<default>
			<password></password>
			<networks><ip>127.0.0.1</ip></networks>
			<profile>keep_alive</profile>
			<quota>default</quota>
			<grants>
				<query>GRANT SYSTEM LISTEN ON *.*</query>
				<query>GRANT CREATE TEMPORARY TABLE ON *.*</query>
				<query>GRANT READ ON FILE</query>
			</grants>
		</default>
		<${ENGINE_USER}>
			<password_sha256_hex>${hash}</password_sha256_hex>
			<networks><ip>127.0.0.1</ip></networks>
			<profile>errata</profile>
			<quota>default</quota>
			<grants>${GRANTS.map((grant) => `<query>${grant}</query>`).join("")}</grants>
		</${ENGINE_USER}>
	</users>
	<quotas><default/></quotas>
</clickhouse>
`;
}

function xml(text: string): string {
	return text.replace(/[&<>]/g, (c) => (c === "&" ? "&amp;" : c === "<" ? "&lt;" : "&gt;"));
}
