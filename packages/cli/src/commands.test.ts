/** COMMANDS.md against the commands themselves: every flag both ways, every shape against real output. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { EXIT, EXIT_MEANING } from "./exit.ts";
import { createSink } from "./output.ts";
import { createProgram } from "./program.ts";
import { cli, ended, said, startCli, type TestStore, temporaryDirectory, testStore } from "./testing/cli.ts";
import { errorRow, hexId, logRow, richError } from "./testing/seed.ts";
import { shapeDifferences } from "./testing/shape.ts";

const SUBJECT = "[PSEUDONYM:email:0a1b2c3d:0123456789abcdef]";
const page = readFileSync(new URL("../COMMANDS.md", import.meta.url), "utf8");
/** This package's own sources: a program like any other. */
const PROGRAM = fileURLToPath(new URL("run", import.meta.url));
const PACKAGE = fileURLToPath(new URL("..", import.meta.url));
const sink = createSink(process.stdout, { env: {}, refuseColor: true });
const program = createProgram({ version: "0.0.0", out: sink, err: sink, run: async () => undefined });

function leaves(command: Command, path: string): [string, Command][] {
	if (command.commands.length === 0) return [[path, command]];
	return command.commands.flatMap((sub) => leaves(sub, `${path} ${sub.name()}`));
}

const commands = leaves(program, "errata");

/** Text under `## heading`. */
function section(heading: string): string {
	const start = page.indexOf(`\n## ${heading}\n`);
	if (start === -1) return "";
	const end = page.indexOf("\n## ", start + 4);
	return page.slice(start, end === -1 ? undefined : end);
}

/** First cells of the tables in a section. */
function documented(heading: string): string[] {
	return [...section(heading).matchAll(/^\| `([^`]+)` +\|/gmu)].map(([, cell = ""]) => cell).toSorted();
}

function example(name: string): unknown {
	const match = new RegExp(`<!-- json: ${name} -->\n\`\`\`json\n([^]*?)\n\`\`\``, "u").exec(page);
	if (match === null) throw new Error(`COMMANDS.md has no example of ${name}`);
	return JSON.parse(match[1] as string);
}

describe("COMMANDS.md and the command line", () => {
	const globals = program.options.map((option) => option.flags).filter((flags) => !flags.includes("version"));

	test("the flags of every command", () => {
		expect(documented("Flags of every command")).toEqual(globals.toSorted());
	});

	test.each(commands)("%s: every flag and argument, and no other", (path, command) => {
		expect(section(path)).not.toBe("");
		const own = command.options.map((option) => option.flags).filter((flags) => !globals.includes(flags));
		const args = command.registeredArguments.map((argument) => {
			const name = `${argument.name()}${argument.variadic ? "..." : ""}`;
			return argument.required ? `<${name}>` : `[${name}]`;
		});
		expect(documented(path)).toEqual([...own, ...args].toSorted());
		for (const flags of globals) expect(command.options.map((option) => option.flags)).toContain(flags);
	});

	test("no command that is not there", () => {
		const headings = [...page.matchAll(/^## (errata .+)$/gmu)].map(([, heading]) => heading);
		expect(headings.toSorted()).toEqual(commands.map(([path]) => path).toSorted());
	});

	test("the exit codes, in the page and in the help", () => {
		const rows = [...section("Exit codes").matchAll(/^\| (\d) +\| (.+?) +\|$/gmu)].map(([, code, text]) => [
			Number(code),
			text,
		]);
		const real = Object.entries(EXIT).map(([name, code]) => [code, EXIT_MEANING[name as keyof typeof EXIT]]);
		expect(rows).toEqual(real);
	});

	test.each(commands)("%s has help with an example", async (path) => {
		const { code, stdout, stderr } = await cli([...path.split(" ").slice(1), "--help"]);
		expect(code).toBe(0);
		expect(stdout).toContain("Examples:\n  $ errata");
		expect(stdout).not.toContain("\u001b");
		expect(stderr).toBe("");
	});
});

describe("the documented JSON is what comes out", () => {
	let db: TestStore;
	let fingerprint = "";

	beforeAll(async () => {
		db = await testStore(inject("clickhouseUrl"));
		const row = errorRow(richError({ traceId: hexId(16), spanId: hexId(8) }));
		fingerprint = row.LogAttributes["errata.fingerprint"] ?? "";
		await db.store.insertLogs([logRow(`mail to ${SUBJECT}`, "mailer", Date.now())]);
		await db.store.insertLogs([row, logRow("quota left for bucket invoices: 3", "checkout", Date.now())]);
	});

	/** The command's whole stdout as one document; as one per line for NDJSON. */
	async function json(args: readonly string[], input = ""): Promise<unknown[]> {
		const { code, stdout, stderr } = await cli([...args, "--json"], { input });
		expect(stderr.includes("something in errata itself failed")).toBe(false);
		expect([0, 1]).toContain(code);
		return stdout
			.trim()
			.split("\n")
			.map((line) => JSON.parse(line) as unknown);
	}

	test.each([
		["issues list", ["issues", "list"]],
		["issues view", ["issues", "view", "FP"]],
		["issues resolve", ["issues", "resolve", "FP", "--comment", "mended"]],
		["issues history", ["issues", "history", "FP"]],
		["suggestions", ["suggestions", "FP"]],
		["issues why", ["issues", "why", "FP"]],
		["analyze", ["analyze", "FP"]],
		["report", ["report", "issue", "FP"]],
		["trends", ["trends"]],
		["tail", ["tail", "--no-follow"]],
		["patterns", ["patterns", "--since", "1h"]],
		["alerts list", ["alerts", "list"]],
		["alerts silence", ["alerts", "silence", "--service", "billing"]],
		["keys create", ["keys", "create", "dashboard", "--tenant", "acme"]],
		["keys list", ["keys", "list", "--tenant", "acme"]],
		["audit", ["audit", "--tenant", "acme"]],
		["migrate", ["migrate"]],
		["backfill", ["backfill", "--since", "1d"]],
		["subject find", ["subject", "find", "--pseudonym", SUBJECT]],
		["subject erase", ["subject", "erase", "--pseudonym", SUBJECT, "--yes"]],
		["access sql", ["access", "sql", "--tenant", "acme"]],
		["init", ["init", PACKAGE, "--dry-run"]],
		["config print", ["config", "print", "source.lines"]],
		["doctor", ["doctor"]],
		["doctor app", ["doctor", "--app", PROGRAM]],
		["catalog codes", ["catalog", "codes"]],
		["catalog explain", ["catalog", "explain", "NET_CONN_REFUSED"]],
		["catalog check", ["catalog", "check", "/does/not/exist.yaml"]],
		["catalog test", ["catalog", "test"]],
	])("%s", async (name, args) => {
		const given = args.map((arg) => (arg === "FP" ? fingerprint : arg));
		const answers = await json([...given, ...db.flags], "Error: connect ECONNREFUSED 127.0.0.1:5432\n");
		expect(answers.length).toBeGreaterThan(0);
		for (const answer of answers) expect(shapeDifferences(answer, example(name))).toEqual([]);
	});

	test("an error", async () => {
		const { code, stdout, stderr } = await cli(["issues", "view", "ffff0000", "--json", ...db.flags]);
		expect(code).toBe(EXIT.notFound);
		expect(stdout).toBe("");
		expect(shapeDifferences(JSON.parse(stderr), example("error"))).toEqual([]);
	});

	test("run, on stderr, and local", async () => {
		const home = temporaryDirectory();
		const env = { HOME: home, ERRATA_LOCAL_PORT: "0", ERRATA_LOCAL_OTLP_PORT: "0" };
		const run = await cli(["run", "--json", "--", process.execPath, "-e", "console.log(1)"], { env });
		expect(run.stdout).toBe("1\n");
		expect(shapeDifferences(JSON.parse(run.stderr), example("run"))).toEqual([]);
		const local = startCli(["local", "--json"], { env });
		const end = ended(local);
		const line = await said(local.stdout, "\n");
		expect(shapeDifferences(JSON.parse(line), example("local"))).toEqual([]);
		local.kill("SIGTERM");
		expect((await end).code).toBe(0);
	});

	test("serve answers at the URLs that it says", async () => {
		const serve = startCli(["serve", "--port", "0", "--json", ...db.flags]);
		const end = ended(serve);
		const urls = JSON.parse(await said(serve.stdout, "\n")) as Record<string, string>;
		expect(shapeDifferences(urls, example("serve"))).toEqual([]);
		const answer = await fetch(`${urls.api}/issues`);
		expect((await answer.json()) as object).toMatchObject({ issues: [{ issue: { fingerprint } }], next: null });
		expect((await fetch(urls.openapi as string)).status).toBe(200);
		serve.kill("SIGTERM");
		expect(await end).toMatchObject({ code: 0 });
	});

	test("mcp answers on its streams, and ends with its input", async () => {
		const request = (id: number, method: string, params: object) =>
			`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`;
		const hello = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "t", version: "1" } };
		const mcp = startCli(["mcp", ...db.flags]);
		const end = ended(mcp);
		mcp.stdin.write(request(1, "initialize", hello));
		await said(mcp.stdout, '"id":1');
		mcp.stdin.write(request(2, "tools/call", { name: "get_issue", arguments: { fingerprint } }));
		expect(await said(mcp.stdout, '"id":2')).toContain(fingerprint);
		mcp.stdin.end();
		expect(await end).toMatchObject({ code: 0, stderr: "" });
	});
});
