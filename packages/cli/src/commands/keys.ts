/** `errata keys create|list|revoke` and `errata audit`: who may call the API, and what callers did. */
import type { auditList, InputOf, keysCreate, keysList, keysRevoke, OutputOf } from "@errata/api";
import { safeLine } from "@errata/server/text";
import { Argument, type Command, InvalidArgumentError, Option } from "commander";
import { examples, type Host, integerArgument } from "../command-line.ts";
import type { Context } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { ago, clock, plural } from "../terminal/human.ts";
import { table } from "../terminal/layout.ts";
import { operate } from "./issues-life.ts";

interface TenantFlag {
	readonly tenant?: string;
}

export const tenantOption = (): Option =>
	new Option("--tenant <name>", "whose; default clickhouse.tenant, else the empty one");

/** The same command for another tenant. */
export function inTenant(context: Context, { tenant }: TenantFlag): Context {
	if (tenant === undefined) return context;
	const flag = { "clickhouse.tenant": tenant };
	return {
		...context,
		config: (flags) => context.config({ ...flag, ...flags }),
		loaded: (flags) => context.loaded({ ...flag, ...flags }),
	};
}

export function keysCommand(host: Host): Command {
	const group = host.command("keys").description("API keys: who may call errata serve, in which role, until when.");
	for (const make of [createCommand, listCommand, revokeCommand]) group.addCommand(make(host));
	return group;
}

interface CreateFlags extends TenantFlag {
	readonly role: "viewer" | "member" | "admin";
	readonly for: string;
}

function windowArgument(text: string): string {
	if (!/^[1-9][0-9]{0,4}[smhd]$/u.test(text)) throw new InvalidArgumentError("Expected one unit, such as 12h or 90d.");
	return text;
}

function createCommand(host: Host): Command {
	const command = host.command("keys create");
	return command
		.description("Make a key. Its secret is printed once, alone on stdout, and kept nowhere.")
		.addArgument(new Argument("<name>", "what it is for"))
		.addOption(new Option("--role <role>", "what it may do").choices(["viewer", "member", "admin"]).default("viewer"))
		.addOption(new Option("--for <duration>", "how long, at most 366d").argParser(windowArgument).default("366d"))
		.addOption(tenantOption())
		.addHelpText(
			"after",
			examples([
				["errata keys create dashboard", "it reads, for a year"],
				["errata keys create ci --role member --for 90d --tenant acme", "it may also resolve, in one tenant"],
				["ERRATA_KEY=$(errata keys create deploy)", "stdout is the key alone"],
			]),
		)
		.action((name: string, flags: CreateFlags) => host.run(command, (context) => create(context, name, flags)));
}

async function create(context: Context, name: string, flags: CreateFlags): Promise<ExitCode> {
	const input: InputOf<typeof keysCreate> = { name, role: flags.role, for: flags.for };
	const made = await operate<OutputOf<typeof keysCreate>>(inTenant(context, flags), "keys.create", input);
	if (context.json) {
		context.out.document(made);
		return EXIT.ok;
	}
	const { key, secret } = made;
	context.out.line(secret);
	context.err.line(
		`Key ${key.id} (${key.role}), valid until ${clock(key.expires, context.now())}. It is shown this once: keep it where secrets are kept.`,
	);
	context.err.line(`Send it as \`Authorization: Bearer <key>\`; \`errata keys revoke ${key.id}\` ends it.`);
	return EXIT.ok;
}

interface ListFlags extends TenantFlag {
	readonly limit: number;
}

function listCommand(host: Host): Command {
	const command = host.command("keys list");
	return command
		.description("List the keys of a tenant, without their secrets.")
		.addOption(new Option("--limit <n>", "keys at most").argParser(integerArgument(1, 1_000)).default(100))
		.addOption(tenantOption())
		.addHelpText("after", examples([["errata keys list", "who may call, and when each last did"]]))
		.action((flags: ListFlags) => host.run(command, (context) => list(context, flags)));
}

async function list(context: Context, flags: ListFlags): Promise<ExitCode> {
	const input: InputOf<typeof keysList> = { limit: flags.limit };
	const found = await operate<OutputOf<typeof keysList>>(inTenant(context, flags), "keys.list", input);
	if (context.json) {
		context.out.document(found);
		return EXIT.ok;
	}
	const now = context.now();
	const { style } = context.out;
	const rows = found.keys.map((key) => [
		key.id,
		key.role,
		stateOf(key, now),
		key.lastUsed === null ? "never" : ago(key.lastUsed, now),
		safeLine(key.createdBy),
		safeLine(key.name),
	]);
	const columns = [
		{ head: "key", paint: style.cyan },
		{ head: "role" },
		{ head: "valid", paint: (text: string) => (text.startsWith("until") ? text : style.dim(text)) },
		{ head: "last used" },
		{ head: "made by" },
		{ head: "for", flexible: true },
	];
	if (rows.length > 0) context.out.lines(table(columns, rows, style.width));
	context.err.line(
		rows.length === 0 ? "No keys yet: `errata keys create <name>` makes one." : plural(rows.length, "key"),
	);
	return EXIT.ok;
}

function stateOf(key: OutputOf<typeof keysList>["keys"][number], now: number): string {
	if (key.revoked !== null) return "revoked";
	return Date.parse(key.expires) <= now ? "expired" : `until ${clock(key.expires, now)}`;
}

function revokeCommand(host: Host): Command {
	const command = host.command("keys revoke");
	return command
		.description("Revoke a key: a server takes it no longer than five seconds from now.")
		.addArgument(new Argument("<id>", "16 digits, as `errata keys list` shows it").argParser(idArgument))
		.addOption(tenantOption())
		.addHelpText("after", examples([["errata keys revoke 5b7e40a8b6c2d1e0", "it was leaked, or nobody needs it"]]))
		.action((id: string, flags: TenantFlag) => host.run(command, (context) => revoke(context, id, flags)));
}

function idArgument(text: string): string {
	if (!/^[0-9a-f]{16}$/u.test(text)) throw new InvalidArgumentError("Expected the 16 hexadecimal digits of its id.");
	return text;
}

async function revoke(context: Context, id: string, flags: TenantFlag): Promise<ExitCode> {
	const input: InputOf<typeof keysRevoke> = { id };
	const done = await operate<OutputOf<typeof keysRevoke>>(inTenant(context, flags), "keys.revoke", input);
	if (context.json) context.out.document(done);
	else context.out.line(`${context.out.style.cyan(done.key.id)} is revoked (${safeLine(done.key.name)})`);
	return EXIT.ok;
}

interface AuditFlags extends TenantFlag {
	readonly since: string;
	readonly actor?: string;
	readonly operation?: string;
	readonly limit: number;
}

export function auditCommand(host: Host): Command {
	const command = host.command("audit");
	return command
		.description("What callers changed, and who was refused, the latest first.")
		.addOption(new Option("--since <duration>", "how far back").argParser(windowArgument).default("30d"))
		.option("--actor <who>", "only of this key (key:<id>), subject or user")
		.option("--operation <name>", "only this operation, such as issues.resolve")
		.addOption(new Option("--limit <n>", "entries at most").argParser(integerArgument(1, 500)).default(50))
		.addOption(tenantOption())
		.addHelpText(
			"after",
			examples([
				["errata audit", "the last 30 days"],
				["errata audit --actor key:5b7e40a8b6c2d1e0 --json", "what one key did, for a program"],
			]),
		)
		.action((flags: AuditFlags) => host.run(command, (context) => audit(context, flags)));
}

async function audit(context: Context, flags: AuditFlags): Promise<ExitCode> {
	const input: InputOf<typeof auditList> = {
		window: flags.since,
		limit: flags.limit,
		...(flags.actor === undefined ? {} : { actor: flags.actor }),
		...(flags.operation === undefined ? {} : { operation: flags.operation }),
	};
	const found = await operate<OutputOf<typeof auditList>>(inTenant(context, flags), "audit.list", input);
	if (context.json) {
		context.out.document(found);
		return EXIT.ok;
	}
	const now = context.now();
	const { style } = context.out;
	const rows = found.entries.map(({ timestamp, actor, operation, subject, outcome, address, count }) => [
		clock(timestamp, now),
		safeLine(actor === "" ? "nobody known" : actor),
		operation,
		count === 1 ? outcome : `${outcome} (${count} times)`,
		address,
		safeLine(subject),
	]);
	const columns = [
		{ head: "when" },
		{ head: "who", paint: style.cyan },
		{ head: "operation" },
		{ head: "outcome", paint: (text: string) => (text === "done" ? text : style.red(text)) },
		{ head: "from" },
		{ head: "what", flexible: true },
	];
	if (rows.length > 0) context.out.lines(table(columns, rows, style.width));
	context.err.line(
		found.next === null
			? plural(rows.length, "entry", "entries")
			: `${rows.length} entries; there are more, see --limit.`,
	);
	return EXIT.ok;
}
