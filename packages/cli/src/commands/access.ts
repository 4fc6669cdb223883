/** `errata access sql`: users, grants, limits and row filters for people and programs that speak SQL to ClickHouse themselves. */
import { createHash } from "node:crypto";
import { ErrataError } from "@errata/catalog";
import {
	ACCESS_ROLES,
	type AccessRequest,
	type AccessRole,
	accessStatements,
	tenantNames,
	tenantViews,
	usersFile,
} from "@errata/store";
import { type Command, Option } from "commander";
import { secretInput } from "../ask.ts";
import { configuredStore } from "../backend.ts";
import { examples, type Host } from "../command-line.ts";
import type { Context } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { plural } from "../terminal/human.ts";

interface SqlFlags {
	readonly tenant?: string;
	readonly user?: string;
	readonly role: AccessRole;
	readonly usersFile?: boolean;
	readonly views?: boolean;
	readonly apply?: boolean;
}

export function accessCommand(host: Host): Command {
	const group = host.command("access").description("Who may do what, for those who ask ClickHouse directly.");
	group.addCommand(sqlCommand(host));
	return group;
}

function sqlCommand(host: Host): Command {
	const command = host.command("access sql");
	return command
		.description("Print roles, limits, row policies and a user as SQL, or as a users file, or apply them.")
		.option("--tenant <name>", "whose rows a reader reads; '' is the tenant of records that name none")
		.option("--user <name>", "make this user; its password comes from ERRATA_ACCESS_PASSWORD, a pipe or the terminal")
		.addOption(new Option("--role <role>", "what the user may").choices([...ACCESS_ROLES]).default("reader"))
		.option("--users-file", "print a file for users.d/ instead, for servers that keep users in files")
		.option("--views", "only the tenant's database of views, which a users file does not make")
		.option("--apply", "run the statements instead of printing them")
		.addHelpText(
			"after",
			examples([
				["errata access sql --tenant acme --user ann", "a reader of one tenant, as SQL to look at"],
				["errata access sql --tenant acme --user ann --apply --clickhouse-url http://admin@ch:8123", "made at once"],
				["errata access sql --user collector --role writer --users-file > users.d/collector.xml", "for a file"],
			]),
		)
		.action((flags: SqlFlags) => host.run(command, (context) => sql(context, flags)));
}

async function sql(context: Context, flags: SqlFlags): Promise<ExitCode> {
	const { usersFile: asFile = false, views = false, apply = false } = flags;
	if ((asFile && (views || apply)) || (views && flags.tenant === undefined) || (asFile && flags.user === undefined))
		throw new ErrataError({
			operation: "print access",
			subject: "",
			cause: "--users-file needs --user and neither --views nor --apply, and --views needs --tenant",
			remedy: "See `errata access sql --help`",
			code: "ACCESS_FLAGS",
			exitCode: EXIT.usage,
		});
	const database = context.config()["clickhouse.database"];
	if (views) return statements(context, tenantViews(database, flags.tenant ?? ""), flags);
	const request = await requestOf(context, flags, database);
	if (!asFile) return statements(context, accessStatements(request), flags);
	const file = usersFile([request]);
	if (context.json) context.out.document({ file });
	else context.out.lines(file.trimEnd().split("\n"));
	if (flags.role === "reader")
		context.err.line(
			`Put it into users.d/, then make the views of ${tenantNames(flags.tenant ?? "").views}: the same flags with --views --apply, as an administrator.`,
		);
	return EXIT.ok;
}

async function requestOf(context: Context, flags: SqlFlags, database: string): Promise<AccessRequest> {
	const { tenant, user: name, role } = flags;
	if (name === undefined) return { database, tenant };
	// Whatever is wrong with the names is said before a password is asked for.
	accessStatements({ database, tenant, user: { name, role, passwordSha256: "0".repeat(64) } });
	const password = await secretInput(context, `Password of ${name}`, "ERRATA_ACCESS_PASSWORD");
	const passwordSha256 = createHash("sha256").update(password).digest("hex");
	return { database, tenant, user: { name, role, passwordSha256 } };
}

async function statements(context: Context, list: readonly string[], flags: SqlFlags): Promise<ExitCode> {
	if (flags.apply === true) {
		const store = configuredStore(context);
		try {
			await store.applyAccess(list);
		} finally {
			await store.close();
		}
	}
	const applied = flags.apply === true;
	if (context.json) context.out.document({ statements: list, applied });
	else if (applied) context.out.line(`${plural(list.length, "statement")} applied.`);
	else context.out.lines(list.map((statement) => `${statement};\n`));
	return EXIT.ok;
}
