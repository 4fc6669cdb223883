/** `errata serve` and `errata mcp`: the operations over HTTP, and for a program that starts errata itself. */
import { ROLES, type Role } from "@errata/api";
import { createRedactor, ErrataError } from "@errata/catalog";
import { serveMcp, startServer } from "@errata/server";
import { safeLine } from "@errata/server/text";
import { type Command, Option } from "commander";
import { openBackend } from "../backend.ts";
import { actionDesk, background } from "../background.ts";
import { examples, type Host, integerArgument } from "../command-line.ts";
import type { Context } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { redactionOptions } from "../redaction.ts";
import { oidcOptions } from "../serve-access.ts";
import { inTenant, tenantOption } from "./keys.ts";
import { stopSignals } from "./local.ts";

interface ServeFlags {
	readonly port: number;
	readonly runActions?: boolean;
	readonly host?: string;
	readonly requireKey?: boolean;
	readonly tenant?: string;
}

const PORT = 4390;

export function serveCommand(host: Host): Command {
	const command = host.command("serve");
	return command
		.description("Serve the API and MCP over HTTP on this machine.")
		.addOption(
			new Option("--port <port>", "where to listen, 0 for any free one")
				.argParser(integerArgument(0, 65_535))
				.default(PORT),
		)
		.option("--run-actions", "also do what was approved, commands included, on this machine")
		.option("--host <address>", "which interface; beyond this machine every request needs a key or a token")
		.option("--require-key", "ask for a key on this machine too, as behind a proxy")
		.addOption(tenantOption())
		.addHelpText(
			"after",
			examples([
				["errata serve", "API at http://localhost:4390/api/v1, MCP at http://localhost:4390/mcp"],
				["ERRATA_ALERTS=alerts.yaml errata serve", "also tell people what fails, by these rules"],
				["ERRATA_ACTIONS=actions.yaml errata serve --run-actions", "also do what people and policies approved"],
				["errata serve --clickhouse-url http://clickhouse:8123", "over a ClickHouse of your own"],
				["errata serve --host 0.0.0.0", "for others, who send a key of `errata keys create`"],
			]),
		)
		.action((flags: ServeFlags) => host.run(command, (context) => serve(inTenant(context, flags), flags)));
}

async function serve(context: Context, flags: ServeFlags): Promise<ExitCode> {
	const work = background(context);
	const desk = actionDesk(context);
	if (flags.runActions === true && desk === undefined) throw nothingToRun();
	const config = context.config();
	const tenant = config["clickhouse.tenant"];
	const oidc = oidcOptions(context, tenant);
	const signals = stopSignals();
	const backend = await openBackend(context);
	// errata local describes what arrives in its own tables by itself.
	const describes = context.loaded().sources["clickhouse.url"].kind !== "default";
	try {
		const server = await startServer({
			store: (name) => backend.store.forTenant(name),
			tenant,
			...(flags.host === undefined ? {} : { host: flags.host }),
			requireKey: flags.requireKey === true,
			...(oidc === undefined ? {} : { oidc }),
			requestsPerMinute: config["serve.requestsPerMinute"],
			catalog: await context.catalog(),
			redaction: redactionOptions(context.config()),
			port: flags.port,
			...(describes ? { classify: createRedactor(redactionOptions(context.config())) } : {}),
			...(work === undefined ? {} : { work }),
			...(desk === undefined ? {} : { actions: { ...desk, run: flags.runActions === true } }),
			log: (line) => context.err.line(safeLine(line)),
		});
		announce(context, server.url);
		const signal = await signals.first;
		context.err.line(`${signal}: answering what is under way, then stopping.`);
		await server.stop();
		return EXIT.ok;
	} finally {
		desk?.book.close();
		await backend.close();
		signals.release();
	}
}

function nothingToRun(): ErrataError {
	return new ErrataError({
		operation: "run actions",
		subject: "",
		cause: "none are configured",
		remedy: "Name a file of actions in ERRATA_ACTIONS, or leave --run-actions out",
		exitCode: EXIT.usage,
	});
}

function announce(context: Context, url: string): void {
	const urls = { url, api: `${url}/api/v1`, openapi: `${url}/api/v1/openapi.json`, mcp: `${url}/mcp` };
	if (context.json) {
		context.out.json(urls);
		return;
	}
	const { style } = context.out;
	const row = (label: string, text: string): string => `  ${style.dim(label.padEnd(12))}${text}`;
	context.out.lines([
		`${style.bold("errata serve")} is ready`,
		row("API", style.cyan(urls.api)),
		row("OpenAPI 3.1", style.cyan(urls.openapi)),
		row("MCP", style.cyan(urls.mcp)),
		"",
		"Try, in another terminal:",
		row("what failed", `curl '${urls.api}/issues?window=24h'`),
		row("as it fails", `curl -N -H 'accept: text/event-stream' '${urls.api}/tail?errorOnly=true'`),
		"",
		style.dim("Ctrl-C stops it."),
	]);
}

export function mcpCommand(host: Host): Command {
	const command = host.command("mcp");
	return command
		.description("Serve MCP on standard input and output, for a client that starts it.")
		.addOption(
			new Option("--role <role>", "what the client may do: viewer reads, member changes issues, admin everything")
				.choices([...ROLES])
				.default("viewer"),
		)
		.addHelpText(
			"after",
			examples([
				["errata mcp", "as the command of an MCP client's configuration; it reads"],
				["errata mcp --role member", "it may also resolve, comment, assign"],
			]),
		)
		.addOption(tenantOption())
		.action((flags: McpFlags) => host.run(command, (context) => mcp(inTenant(context, flags), flags.role)));
}

interface McpFlags {
	readonly role: Role;
	readonly tenant?: string;
}

async function mcp(context: Context, role: Role): Promise<ExitCode> {
	const backend = await openBackend(context);
	const signals = stopSignals();
	const ended = new Promise((resolve) => process.stdin.once("end", resolve).once("close", resolve));
	const desk = actionDesk(context);
	const served = await serveMcp({
		role,
		actions: desk,
		tenant: context.config()["clickhouse.tenant"],
		store: backend.store,
		catalog: await context.catalog(),
		redaction: redactionOptions(context.config()),
		log: (line) => context.err.line(safeLine(line)),
	});
	try {
		await Promise.race([ended, signals.first]);
		await served.close();
		return EXIT.ok;
	} finally {
		desk?.book.close();
		await backend.close();
		signals.release();
	}
}
