/** What a user meets who mistypes, misconfigures, pipes, or whose store is away: real processes. */

import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, inject, test } from "vitest";
import { EXIT } from "./exit.ts";
import { cli, ended, startCli, temporaryDirectory, testStore } from "./testing/cli.ts";
import { errorRow, richError } from "./testing/seed.ts";

describe("a line that cannot be understood", () => {
	test.each([
		[["isues"], "unknown command 'isues'", "Did you mean issues?"],
		[["issues", "lst"], "unknown command 'lst'", "Did you mean list?"],
		[["issues", "list", "--sinc", "1h"], "unknown option '--sinc'", "Did you mean --since?"],
		[["issues", "list", "--since", "yesterday"], "'yesterday' is invalid", "such as 30s, 15m, 1h30m or 7d"],
		[["issues", "list", "--limit", "0"], "'0' is invalid", "from 1 to 1000"],
		[["issues", "view", "xyz"], "'xyz' is invalid", "first 4 to 32 hex digits"],
		[["analyze", "12"], "'12' is invalid", "4 to 32 hex digits"],
		[["analyze", "ffff0000", "--budget", "10"], "'10' is invalid", "from 512 to"],
		[["analyze", "ffff0000", "--format", "pdf"], "'pdf' is invalid", "md, json"],
		[["trends", "--by-task", "--by-code"], "cannot be used with", "--by-"],
		[["local", "--port", "70000"], "'70000' is invalid", "from 0 to 65535"],
		[["run"], "missing required argument 'command'", "errata run --help"],
		[["doctor", "now"], "too many arguments", "errata doctor --help"],
	])("%j", async (args, what, hint) => {
		const { code, stdout, stderr } = await cli(args);
		expect(code).toBe(EXIT.usage);
		expect(stdout).toBe("");
		expect(stderr).toMatch(/^errata: /u);
		expect(stderr).toContain(what);
		expect(stderr).toContain(hint);
	});
});

test("--version and --help go to stdout and end with 0", async () => {
	const version = await cli(["--version"]);
	expect(version).toMatchObject({ code: 0, stderr: "" });
	expect(version.stdout).toMatch(/^errata \d+\.\d+\.\d+\n$/u);
	const help = await cli(["--help"]);
	expect(help.code).toBe(0);
	expect(help.stdout).toContain("errata run -- node app.js");
});

describe("an errata.yaml that is not valid", () => {
	const cwd = temporaryDirectory();
	writeFileSync(path.join(cwd, "errata.yaml"), "redaction:\n  mode: hide\nclickhous:\n  database: x\n");

	test.each([
		[["issues", "list"]],
		[["catalog", "codes"]],
		[["run", "--", process.execPath, "-e", "console.log('ran')"]],
	])("stops %j with key, expected, got, file and line", async (args) => {
		const { code, stdout, stderr } = await cli(args, { cwd });
		expect(code).toBe(EXIT.usage);
		expect(stdout).toBe("");
		expect(stderr).toMatch(/redaction\.mode|clickhous/u);
		expect(stderr).toMatch(/errata\.yaml:\d/u);
		expect(stderr).toMatch(/expected .*, got /u);
	});

	test("doctor lists every problem and fails", async () => {
		const { code, stdout } = await cli(["doctor"], { cwd });
		expect(code).toBe(EXIT.failure);
		expect(stdout).toMatch(
			/fail {2}configuration .*redaction\.mode \(.*errata\.yaml:2\): expected one of replace.*got "hide"/u,
		);
		expect(stdout).toContain("clickhous (");
	});
});

describe("a store that is away", () => {
	test("a ClickHouse that refuses: operation, subject, cause, remedy", async () => {
		const { code, stderr } = await cli(["issues", "list", "--clickhouse-url", "http://127.0.0.1:1"]);
		expect(code).toBe(EXIT.unreachable);
		expect(stderr).toMatch(/cannot query ClickHouse http:\/\/127\.0\.0\.1:1: connection refused\. .*--clickhouse-url/u);
	});

	test("something else at its port", async () => {
		const server = createServer((socket) => socket.end("SSH-2.0-OpenSSH\r\n"));
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
		const { port } = server.address() as { port: number };
		const { code, stderr } = await cli(["trends", "--clickhouse-url", `http://127.0.0.1:${port}`]);
		server.close();
		expect(code).toBe(EXIT.unreachable);
		expect(stderr).toMatch(/cannot query ClickHouse/u);
		expect(stderr).not.toContain("    at ");
	});

	test("a URL that is none, and one with a password, which is never printed", async () => {
		const none = await cli(["issues", "list", "--clickhouse-url", "localhost"]);
		expect(none.code).toBe(EXIT.usage);
		expect(none.stderr).toContain("clickhouse.url");
		const secret = await cli(["issues", "list", "--clickhouse-url", "http://me:hunter22@127.0.0.1:1"]);
		expect(secret.code).toBe(EXIT.unreachable);
		expect(secret.stderr).not.toContain("hunter22");
	});

	test("nothing recorded yet: what to do", async () => {
		const { code, stderr } = await cli(["issues", "list"], { env: { ERRATA_LOCAL_PORT: "1" } });
		expect(code).toBe(EXIT.unreachable);
		expect(stderr).toMatch(/there is no data in .*errata\/local\. .*errata run -- node app\.js/u);
	});
});

describe("in a pipe", () => {
	test("no colours, no cut lines; FORCE_COLOR brings colours, --no-color takes them again", async () => {
		const { store, flags } = await testStore(inject("clickhouseUrl"));
		const message = `a message ${"much ".repeat(60)}longer than a terminal`;
		await store.insertLogs([errorRow(richError({ message }))]);
		const plain = await cli(["issues", "list", ...flags], { env: { COLUMNS: "40" } });
		expect(plain.stdout).not.toContain("\u001b");
		expect(plain.stdout).toContain(message);
		const colored = await cli(["issues", "list", ...flags], { env: { FORCE_COLOR: "1" } });
		expect(colored.stdout).toContain("\u001b[");
		const refused = await cli(["issues", "list", "--no-color", ...flags], { env: { FORCE_COLOR: "1" } });
		expect(refused.stdout).not.toContain("\u001b");
	});

	test("a reader that goes away ends the command quietly", async () => {
		const child = startCli(["catalog", "codes", "--json"]);
		child.stdin.end();
		child.stdout.destroy();
		const { code, stderr } = await ended(child);
		expect(code).toBe(0);
		expect(stderr).not.toMatch(/EPIPE|Error/u);
	});
});

test("on an old Node the launcher says so in one line and ends with 1", async () => {
	const launcher = fileURLToPath(new URL("../bin/errata.mjs", import.meta.url));
	const old = `data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.20.2"}})`;
	const child = spawn(process.execPath, ["--import", old, launcher, "--version"], { stdio: ["pipe", "pipe", "pipe"] });
	const { code, stdout, stderr } = await ended(child);
	expect(code).toBe(1);
	expect(stdout).toBe("");
	expect(stderr).toMatch(/^errata: cannot start on Node 20\.20\.2: it needs Node 22\.15 or newer\. .*\n$/u);
});
