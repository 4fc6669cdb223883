/** Access is written twice, as SQL and as a users file: both read here and compared, so that neither gives more. */
import { describe, expect, test } from "vitest";
import type { AccessRole } from "./names.ts";
import { tenantNames } from "./names.ts";
import { accessStatements } from "./statements.ts";
import { usersFile } from "./users-file.ts";

const DATABASE = "obs";
const TENANT = "b' OR <x> & \\ \"c";
const { rowsUser, views } = tenantNames(TENANT);

interface Access {
	/** `PRIVILEGE ON object`, sorted; one entry per privilege. */
	readonly grants: readonly string[];
	/** Setting to value and bound. */
	readonly settings: Readonly<Record<string, string>>;
	/** Table to the condition of the rows that are seen. */
	readonly rows: Readonly<Record<string, string>>;
}

const plain = (sql: string): string => sql.replaceAll("`", "").replaceAll(/\s+/gu, " ").trim();

/** Privileges and what they are on, one by one: a comma within parentheses names columns. */
function privileges(grant: string): string[] {
	const [, what = "", on = ""] = /^GRANT (.+?) ON (.+)$/u.exec(plain(grant)) ?? [];
	return what.split(/, (?![^(]*\))/u).map((one) => `${one} ON ${on}`);
}

/** Of a user, by the roles it was given, as the statements say. */
function bySql(role: AccessRole, name: string): Access {
	const user = { name: "ann", passwordSha256: "a".repeat(64), role };
	const statements = accessStatements({ database: DATABASE, tenant: TENANT, user }).map(plain);
	const has = new Set([name]);
	for (let size = 0; size !== has.size; ) {
		size = has.size;
		for (const one of statements) {
			const [, given = "", to = ""] = /^GRANT (\w+) TO (\w+)$/u.exec(one) ?? [];
			if (has.has(to)) has.add(given);
		}
	}
	const settings: Record<string, string> = {};
	const rows: Record<string, string> = {};
	const grants: string[] = [];
	for (const one of statements) {
		const [, grant = "", to = ""] = /^(GRANT .+ ON .+) TO (\w+)$/u.exec(one) ?? [];
		if (has.has(to)) grants.push(...privileges(grant));
		const [, list = "", profileTo = ""] = /^CREATE SETTINGS PROFILE .+? SETTINGS (.+) TO (\w+)$/u.exec(one) ?? [];
		if (has.has(profileTo))
			for (const [, key = "", value = "", bound = ""] of list.matchAll(
				/(\w+) = ('[^']*'|\S+) (CONST|MIN \d+ MAX \d+)/gu,
			))
				settings[key] = `${value.replaceAll("'", "")} ${bound}`;
		const [, table = "", condition = "", of = ""] =
			/^CREATE ROW POLICY OR REPLACE \w+ ON obs\.(\w+) USING (.+) TO (\w+)$/u.exec(one) ?? [];
		// `errata_closed` shows nothing; policies of one table are alternatives.
		if (of === name && condition !== "0") rows[table] = condition;
	}
	return { grants: grants.sort(), settings, rows };
}

const unescaped = (xml: string): string => xml.replace(/&#(\d+);/gu, (_, code) => String.fromCharCode(Number(code)));
const between = (text: string, tag: string): string => {
	const found = new RegExp(`<${tag}>(.*?)</${tag}>`, "su").exec(text)?.[1];
	if (found === undefined) throw new Error(`no <${tag}> in ${text.slice(0, 200)}`);
	return found;
};

/** Of a user, as the file says. */
function byFile(role: AccessRole, name: string): Access {
	const user = { name: "ann", passwordSha256: "a".repeat(64), role };
	const file = usersFile([{ database: DATABASE, tenant: TENANT, user }]);
	const element = between(between(file, "users"), name);
	const grants = [...element.matchAll(/<query>(.*?)<\/query>/gsu)].flatMap(([, grant = ""]) =>
		privileges(unescaped(grant)),
	);
	const profile = between(element, "profile");
	const settings: Record<string, string> = {};
	if (profile !== "default") {
		const text = between(between(file, "profiles"), profile);
		const bounds = between(text, "constraints");
		for (const [, key = "", value = ""] of text.replace(bounds, "").matchAll(/<(\w+)>([^<]*)<\/\1>/gu)) {
			if (key === "constraints") continue;
			const bound = between(bounds, key).replace(/^<min>(\d+)<\/min><max>(\d+)<\/max>$/u, "MIN $1 MAX $2");
			settings[key] = `${unescaped(value)} ${bound.replace("<const/>", "CONST")}`;
		}
	}
	const rows: Record<string, string> = {};
	for (const [, table = "", filter = ""] of element.matchAll(/<(\w+)><filter>(.*?)<\/filter><\/\1>/gsu))
		rows[table] = plain(unescaped(filter));
	return { grants: grants.sort(), settings, rows };
}

/** What only the file's administrator needs: with SQL the server's own administrator, who makes the users, makes the views. */
const VIEW_MAKER = [
	"SHOW",
	"SELECT",
	"INSERT",
	"CREATE DATABASE",
	"CREATE TABLE",
	"CREATE VIEW",
	"DROP TABLE",
	"DROP VIEW",
]
	.map((one) => `${one} ON ${views}.*`)
	.concat(`SET DEFINER ON ${rowsUser}`);

describe("the same access by SQL and by file", () => {
	test("of a reader", () => {
		const sql = bySql("reader", "ann");
		expect(byFile("reader", "ann")).toEqual(sql);
		expect(sql.grants).toEqual([`SELECT ON ${views}.*`]);
		expect(sql.settings.readonly).toBe("2 CONST");
	});

	test("of a writer", () => {
		const sql = bySql("writer", "ann");
		expect(byFile("writer", "ann")).toEqual(sql);
		expect(sql.grants).toContain("INSERT ON obs.otel_logs");
		expect(sql.grants).toContain("SELECT(TraceId, Timestamp) ON obs.otel_traces");
	});

	test("of an administrator, who by file makes the tenants' views too", () => {
		const sql = bySql("admin", "ann");
		const file = byFile("admin", "ann");
		expect(file.grants.filter((one) => !VIEW_MAKER.includes(one))).toEqual(sql.grants);
		expect(VIEW_MAKER.filter((one) => !file.grants.includes(one))).toEqual([]);
		expect(sql.grants.filter((one) => VIEW_MAKER.includes(one))).toEqual([]);
		expect(sql.grants).toContain("ALTER ON obs.*");
		expect({ ...file, grants: [] }).toEqual({ ...sql, grants: [] });
	});

	test("of who the views run as: the same tables, and of each the rows of the same tenant", () => {
		const sql = bySql("reader", rowsUser);
		const file = byFile("reader", rowsUser);
		expect(file.grants).toEqual(sql.grants);
		expect(file.rows).toEqual(sql.rows);
		expect(Object.keys(sql.rows)).toContain("errata_errors");
		expect(sql.rows.errata_errors).toContain("OR <x> &");
	});
});
