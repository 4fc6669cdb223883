/** `errata run` with programs that know nothing of errata: real children, a real errata local, the real guard. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { type CliOptions, cli, ended, type Result, said, startCli, temporaryDirectory } from "../testing/cli.ts";

const GUARDED = new URL("../../../node/dist/register.js", import.meta.url);
const home = temporaryDirectory();
const cwd = path.join(home, "project");
/** Ports of their own, so that nothing of the machine is met. */
const env = { HOME: home, ERRATA_LOCAL_PORT: "0", ERRATA_LOCAL_OTLP_PORT: "0" };

function program(name: string, text: string): string {
	const file = path.join(cwd, name);
	writeFileSync(file, text);
	return file;
}

function run(args: readonly string[], options: CliOptions = {}): Promise<Result> {
	return cli(["run", ...args], { cwd, ...options, env: { ...env, ...options.env } });
}

const node = process.execPath;

beforeAll(() => {
	mkdirSync(cwd);
	if (!existsSync(GUARDED)) throw new Error("@errata/node is not built: run `npm run build`");
	program(
		"fail.mjs",
		`import net from "node:net";
console.log("out of the child");
await new Promise((ok, no) => net.connect(1, "127.0.0.1").once("connect", ok).once("error", no));
`,
	);
});

describe("a program that fails", () => {
	test("is explained, with its own output and exit code kept", async () => {
		const { code, stdout, stderr } = await run(["--", node, "fail.mjs"]);
		expect(code).toBe(1);
		expect(stdout).toBe("out of the child\n");
		expect(stderr).toContain("connect ECONNREFUSED 127.0.0.1:1\n    at ");
		expect(stderr).toMatch(/errata: 1 error in 1 group; .*fail\.mjs ended with exit code 1\./u);
		expect(stderr).toMatch(/NET_CONN_REFUSED {2}Connection refused\nError: connect ECONNREFUSED 127\.0\.0\.1:1\n/u);
		expect(stderr).toMatch(/network, high severity, retryable · once in fail, uncaught\n/u);
		expect(stderr).toMatch(/now +- .*127\.0\.0\.1:1/u);
		const next = /next +errata (analyze [0-9a-f]{8})$/mu.exec(stderr)?.[1];
		// The command it names works although errata local has ended with the run.
		const report = await cli((next ?? "").split(" "), { cwd, env });
		expect(report.code).toBe(0);
		expect(report.stdout).toContain("NET_CONN_REFUSED: Connection refused");
		expect(report.stderr).toContain("errata local does not run; reading");
	});

	test("in one line per group with --quiet, and in none when all went well", async () => {
		const failed = await run(["--quiet", "--", node, "fail.mjs"]);
		expect(failed.stderr).toMatch(
			/\nerrata: NET_CONN_REFUSED, once: connect ECONNREFUSED .* \(errata analyze [0-9a-f]{8}\)\n$/u,
		);
		expect(await run(["--quiet", "--", node, "-e", "console.error('own words')"])).toMatchObject({
			code: 0,
			stderr: "own words\n",
		});
	});

	test("several groups, an exit code of its own, what was caught too", async () => {
		program(
			"several.mjs",
			`console.error(new TypeError("first"));
try { JSON.parse("{"); } catch (error) { console.error("bad body", error); }
process.exitCode = 7;
`,
		);
		const { code, stderr } = await run(["--", node, "several.mjs"]);
		expect(code).toBe(7);
		expect(stderr).toMatch(/errata: 2 errors in 2 groups; .* ended with exit code 7\./u);
		expect(stderr).toMatch(/^1\. {2}/mu);
		expect(stderr).toMatch(/^2\. {2}/mu);
		expect(stderr).toMatch(/where +several\.mjs:\d/u);
	});

	test("by process.exit alone: says that no error was seen", async () => {
		const { code, stderr } = await run(["--", node, "-e", "process.exit(3)"]);
		expect(code).toBe(3);
		expect(stderr).toMatch(/ended with exit code 3, and errata saw no error/u);
	});
});

describe("signals", () => {
	test("a child that is killed: 128 + n, and what it had recorded", async () => {
		const { code, stderr } = await run([
			"--",
			node,
			"-e",
			"console.error(new Error('last words')); setTimeout(() => process.kill(process.pid, 'SIGKILL'), 1500)",
		]);
		expect(code).toBe(137);
		expect(stderr).toContain("was ended by SIGKILL");
		expect(stderr).toContain("Error: last words");
	});

	test.each(["SIGTERM", "SIGINT", "SIGHUP", "SIGUSR2"] as const)(
		"%s goes on to the child, which decides",
		async (signal) => {
			const file = program(
				`${signal}.mjs`,
				`process.on("${signal}", () => { console.log("got it"); process.exit(5); });
console.log("ready");
setInterval(() => {}, 1000);
`,
			);
			const child = startCli(["run", "--quiet", "--", node, file], { cwd, env });
			const end = ended(child);
			await said(child.stdout, "ready");
			child.kill(signal);
			expect(await end).toMatchObject({ code: 5, stdout: "ready\ngot it\n" });
		},
	);
});

describe("a child that errata cannot look into", () => {
	test("no such program: 127; not executable: 126", async () => {
		const missing = await run(["--", "no-such-program-at-all"]);
		expect(missing.code).toBe(127);
		expect(missing.stderr).toBe(
			"errata: cannot run no-such-program-at-all: no such program. Check the name, or give its path.\n",
		);
		const file = program("plain.txt", "not a program");
		const denied = await run(["--", file]);
		expect(denied.code).toBe(126);
		expect(denied.stderr).toContain("chmod +x");
	});

	test("an old Node runs uninstrumented, and that is said", async () => {
		// This Node, taken for an old one from its first line on: the guard looks at nothing else.
		const file = program(
			"old.mjs",
			'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } });',
		);
		const { code, stdout, stderr } = await run(["--", node, "fail.mjs"], {
			env: { NODE_OPTIONS: `--import=${pathToFileURL(file).href}` },
		});
		expect(code).toBe(1);
		expect(stdout).toBe("out of the child\n");
		expect(stderr).toMatch(
			/errata: .*fail\.mjs ran uninstrumented: Node 20\.20\.2 is older than 22\.15\. Run it with Node 22\.15 or newer/u,
		);
	});

	test("no Node at all: where other languages send to", async () => {
		const { code, stderr } = await run(["--", "sh", "-c", "exit 4"]);
		expect(code).toBe(4);
		expect(stderr).toMatch(/No Node process was seen in it; .* OTLP\/HTTP to http:/u);
	});

	test("arguments after the program are the program's, also without --", async () => {
		const { code, stdout } = await run([node, "-p", "process.argv.slice(1).join()", "--", "--json", "--help"]);
		expect(code).toBe(0);
		expect(stdout).toContain("--json,--help");
	});

	test("standard input is the program's", async () => {
		const { stdout } = await run(["--", "cat"], { input: "piped in" });
		expect(stdout).toBe("piped in");
	});
});

describe("where it records", () => {
	test("the errata local that runs is used, and trusted by its token", async () => {
		const own = { ...env, HOME: temporaryDirectory() };
		const local = startCli(["local", "--json"], { env: own });
		const localEnd = ended(local);
		const { otlpUrl } = JSON.parse(await said(local.stdout, "\n")) as { otlpUrl: string };
		program(
			"own-code.mjs",
			`import { defineErrors } from ${JSON.stringify(new URL("../../../node/dist/index.js", import.meta.url).href)};
const errors = defineErrors("TASK", { STUCK: { message: "task {{id}} is stuck", suggestions: { immediate: ["unstick it"] } } });
console.error(new errors.STUCK({ id: "1" }));
`,
		);
		const port = new URL(otlpUrl).port;
		const trusted = await run(["--", node, "own-code.mjs"], { env: { ...own, ERRATA_LOCAL_OTLP_PORT: port } });
		expect(trusted.stderr).toMatch(/^TASK_STUCK\n/mu);
		expect(trusted.stderr).toContain("now      - unstick it");
		expect(trusted.stderr).not.toContain("count as untrusted");
		// The same receiver, but its token lies where this run does not look: the code is the sender's claim only.
		const stranger = await run(["--", node, "own-code.mjs"], {
			env: { ...env, HOME: temporaryDirectory(), ERRATA_LOCAL_OTLP_PORT: port },
		});
		expect(stranger.stderr).toMatch(/^UNKNOWN /mu);
		expect(stranger.stderr).not.toContain("- unstick it");
		expect(stranger.stderr).toContain("count as untrusted");
		local.kill("SIGTERM");
		await localEnd;
	});

	test("an errata local that stops meanwhile: what was spooled is read all the same", async () => {
		const own = { ...env, HOME: temporaryDirectory() };
		const local = startCli(["local", "--json"], { env: own });
		const localEnd = ended(local);
		await said(local.stdout, "\n");
		program(
			"late.mjs",
			`console.log("ready");
process.stdin.once("data", () => { throw new Error("too late for the first store"); });
`,
		);
		const child = startCli(["run", "--", node, "late.mjs"], { cwd, env: own });
		const end = ended(child);
		await said(child.stdout, "ready");
		local.kill("SIGTERM");
		await localEnd;
		child.stdin.write("go\n");
		const { code, stderr } = await end;
		expect(code).toBe(1);
		expect(stderr).toMatch(/^Error: too late for the first store$/mu);
		expect(stderr).toContain("errata: 1 error in 1 group");
	});

	test("two runs at once share what they find", async () => {
		const own = { ...env, HOME: temporaryDirectory() };
		const results = await Promise.all([1, 2].map(() => run(["--", node, "fail.mjs"], { env: own })));
		for (const { code, stderr } of results) {
			expect(code).toBe(1);
			expect(stderr).toContain("errata: 1 error in 1 group");
		}
	});

	test("ports that others hold are left to them", async () => {
		const server = createServer((_, answer) => answer.end("something else"));
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
		const { port } = server.address() as { port: number };
		const { code, stderr } = await run(["--", node, "fail.mjs"], {
			env: { HOME: temporaryDirectory(), ERRATA_LOCAL_OTLP_PORT: String(port) },
		});
		server.close();
		expect(code).toBe(1);
		expect(stderr).toContain("NET_CONN_REFUSED");
		expect(stderr).toContain("this run used free ones");
	});

	test("a data directory that cannot be used: the child runs all the same, and why is said afterwards", async () => {
		const file = program("occupied", "a file");
		const { code, stdout, stderr } = await run(["--data", file, "--", node, "fail.mjs"]);
		expect(code).toBe(1);
		expect(stdout).toBe("out of the child\n");
		expect(stderr.indexOf("ran uninstrumented: ")).toBeGreaterThan(stderr.indexOf("ECONNREFUSED"));
		expect(stderr).toContain(file);
	});

	test("nothing is left behind: no engine, no directory of the run", async () => {
		const runs = path.join(home, ".local", "state", "errata", "runs");
		await run(["--quiet", "--", node, "fail.mjs"]);
		expect(readdirSync(runs)).toEqual([]);
		expect(existsSync(path.join(home, ".local", "share", "errata", "local", "local.json"))).toBe(false);
	});
});
