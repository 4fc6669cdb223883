/** The guard in NODE_OPTIONS: which processes it instruments, and that no process notices. */
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { guard, packageDir, type RunOptions, run, runProgram, statusLines } from "./testing/child.ts";
import { lab } from "./testing/lab.ts";

const { work, collector } = lab();
let runs = 0;

/** Runs a program with the guard by NODE_OPTIONS, as `errata run` does, and says what the guard said. */
async function guarded(name: string, source: string, options: RunOptions = {}, by = guard) {
	const status = path.join(work.dir, `status-${runs++}`);
	const ran = await runProgram(work.dir, name, source, {
		flags: [],
		...options,
		env: {
			NODE_OPTIONS: `--import=${by}`,
			ERRATA_RUN_STATUS: status,
			OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
			ERRATA_SPOOL_DIR: path.join(work.dir, `spool-${runs}`),
			...options.env,
		},
	});
	return { ran, lines: existsSync(status) ? statusLines(status) : [] };
}

const FAILS = `console.log("out"); console.error(new Error("seen").message); console.warn(new Error("seen"));`;

test("a program that has never heard of errata is instrumented", async () => {
	const { ran, lines } = await guarded("plain.mjs", FAILS);
	expect([ran.code, ran.stdout]).toEqual([0, "out\n"]);
	expect(lines).toMatchObject([{ instrumented: true, reason: "" }]);
	expect(collector.errors.map((r) => r.attributes["exception.message"])).toEqual(["seen"]);
});

test("--require works as --import does, and both together start it once", async () => {
	const file = path.join(packageDir, "guard.mjs");
	for (const flags of [[`--require=${file}`], [`--require=${file}`, `--import=${guard}`, `--import=${guard}`]]) {
		collector.clear();
		const { ran, lines } = await guarded("required.cjs", FAILS, { flags, env: { NODE_OPTIONS: "" } });
		expect([ran.code, ran.stdout]).toEqual([0, "out\n"]);
		expect(lines).toMatchObject([{ instrumented: true }]);
		expect(collector.errors).toHaveLength(1);
	}
});

test("`require` and `import` of register both instrument", async () => {
	for (const flags of [["--require=@errata/node/register"], ["--import=@errata/node/register"]]) {
		collector.clear();
		const { ran } = await guarded("register.cjs", FAILS, { flags, env: { NODE_OPTIONS: "" } });
		expect([ran.code, ran.stdout]).toEqual([0, "out\n"]);
		expect(collector.errors).toHaveLength(1);
	}
});

test("`require` of the package works", async () => {
	const { ran } = await guarded(
		"require.cjs",
		`const { capture, defineErrors } = require("@errata/node"); capture(new Error("required")); console.log(typeof defineErrors);`,
	);
	expect([ran.code, ran.stdout]).toEqual([0, "function\n"]);
	expect(collector.errors.map((r) => r.attributes["exception.message"])).toEqual(["required"]);
});

test.each(["npm-cli.js", "npx-cli.js", "corepack.js", "yarn.js", "pnpm.cjs", "errata.mjs"])(
	"%s is left alone",
	async (name) => {
		const { ran, lines } = await guarded(name, `console.log("out");`);
		expect([ran.code, ran.stdout, ran.stderr]).toEqual([0, "out\n", ""]);
		expect(lines).toMatchObject([
			{ instrumented: false, reason: expect.stringMatching(/is a package manager|is errata itself/) },
		]);
	},
);

test.each(["18.20.4", "20.20.2", "22.14.0"])("Node %s counts as too old", async (version) => {
	const preload = path.join(work.dir, `version-${version}.cjs`);
	writeFileSync(
		preload,
		`Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } });`,
	);
	const { ran, lines } = await guarded("version.mjs", FAILS, {
		flags: [`--require=${preload}`, `--import=${guard}`],
		env: { NODE_OPTIONS: "" },
	});
	expect([ran.code, ran.stdout]).toEqual([0, "out\n"]);
	expect(lines).toMatchObject([{ node: version, instrumented: false, reason: `Node ${version} is older than 22.15` }]);
	expect(collector.errors).toEqual([]);
});

test("without its dependencies the program runs as it is and the status says what is missing", async () => {
	// Outside of the workspace, where no node_modules is above.
	const elsewhere = mkdtempSync(path.join(tmpdir(), "errata-guard-"));
	for (const name of ["guard.mjs", "package.json"]) cpSync(path.join(packageDir, name), path.join(elsewhere, name));
	cpSync(path.join(packageDir, "dist"), path.join(elsewhere, "dist"), { recursive: true });
	const { ran, lines } = await guarded("missing.mjs", FAILS, {}, pathToFileURL(path.join(elsewhere, "guard.mjs")).href);
	expect([ran.code, ran.stdout]).toEqual([0, "out\n"]);
	expect(lines).toMatchObject([
		{
			instrumented: false,
			reason: expect.stringMatching(/could not be loaded: ERR_MODULE_NOT_FOUND Cannot find package/),
		},
	]);
	rmSync(elsewhere, { recursive: true });
});

test("OTEL_SDK_DISABLED starts nothing", async () => {
	const { ran, lines } = await guarded("disabled.mjs", FAILS, { env: { OTEL_SDK_DISABLED: "true" } });
	expect([ran.code, ran.stdout]).toEqual([0, "out\n"]);
	expect(lines).toMatchObject([{ instrumented: true }]);
	expect(collector.logs).toEqual([]);
});

test("an unwritable status file disturbs nothing", async () => {
	const { ran } = await guarded("status.mjs", FAILS, { env: { ERRATA_RUN_STATUS: "/proc/nowhere/status" } });
	expect([ran.code, ran.stdout]).toEqual([0, "out\n"]);
});

test("a worker is guarded too, and says so", async () => {
	const { ran, lines } = await guarded(
		"workers.mjs",
		`import { isMainThread, Worker } from "node:worker_threads";
		if (isMainThread) new Worker(new URL(import.meta.url)); else console.log("worker");`,
	);
	expect([ran.code, ran.stdout]).toEqual([0, "worker\n"]);
	expect(lines).toMatchObject([{ instrumented: true }, { instrumented: true }]);
});

test("the guard prints nothing where the program has no file", async () => {
	const ran = await run("-", work.dir, { flags: [`--import=${guard}`, "-e", "console.log(1)"] });
	expect([ran.code, ran.stdout, ran.stderr]).toEqual([0, "1\n", ""]);
});
