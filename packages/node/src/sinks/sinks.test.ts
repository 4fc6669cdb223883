/** Where records go: console, rotating file, several at once, in real programs. ClickHouse is `clickhouse.test.ts`. */
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { guard, type RunOptions, runProgram } from "../testing/child.ts";
import { lab } from "../testing/lab.ts";

const { work, collector } = lab();
/** Nothing listens here. */
const NOWHERE = "http://127.0.0.1:1";

function program(name: string, source: string, env: Record<string, string>, options: RunOptions = {}) {
	return runProgram(work.dir, name, source, { ...options, env: environment(env) });
}

function environment(env: Record<string, string>): Record<string, string> {
	return {
		OTEL_SERVICE_NAME: "shop",
		OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
		OTEL_TRACES_EXPORTER: "none",
		ERRATA_SPOOL_DIR: path.join(work.dir, "spool"),
		// However busy the machine: the end waits.
		ERRATA_EXIT_FLUSH_MS: "30000",
		...env,
	};
}

interface Line {
	readonly timestamp: string;
	readonly severity: string;
	readonly body: string;
	readonly resource: Record<string, string>;
	readonly attributes?: Record<string, unknown>;
	readonly trace_id?: string;
}

const linesOf = (text: string): Line[] =>
	text
		.trim()
		.split("\n")
		.filter((line) => line !== "")
		.map((line) => JSON.parse(line) as Line);

/** All lines at a path, those that were put aside first. */
function written(file: string): Line[] {
	const dir = path.dirname(file);
	const { name, ext } = path.parse(file);
	const aside = readdirSync(dir)
		.filter((found) => found.startsWith(`${name}.2`) && !found.endsWith(".tmp"))
		.sort();
	const text = [...aside, `${name}${ext}`].map((found) => {
		const bytes = existsSync(path.join(dir, found)) ? readFileSync(path.join(dir, found)) : Buffer.alloc(0);
		return found.endsWith(".gz") ? gunzipSync(bytes).toString() : bytes.toString();
	});
	return linesOf(text.join(""));
}

const SHOP = `
	import { capture, createLogger } from "@errata/node";
	import { trace } from "@opentelemetry/api";
	const log = createLogger("shop");
	console.log("result: 1");
	log.debug("looked up");
	log.info("order \\u001b[31mpaid", { order: 7 });
	trace.getTracer("shop").startActiveSpan("pay", (span) => {
		capture(Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:5432"), { code: "ECONNREFUSED" }));
		span.end();
	});
	console.log("result: 2");
`;

test("the console says it in lines of JSON, on stderr; what the program prints itself stays as it is", async () => {
	const ran = await program("json.mjs", SHOP, { ERRATA_SINKS: "console", OTEL_TRACES_EXPORTER: "" });
	expect(ran).toMatchObject({ code: 0, stdout: "result: 1\nresult: 2\n" });
	const lines = linesOf(ran.stderr);
	expect(lines.map((line) => [line.severity, line.body])).toEqual([
		["INFO", "order \u001b[31mpaid"],
		["ERROR", "connect ECONNREFUSED 127.0.0.1:5432"],
	]);
	expect(lines[0]?.timestamp).toMatch(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
	expect(lines[1]?.resource["service.name"]).toBe("shop");
	expect(lines[1]?.attributes).toMatchObject({ "errata.code": "NET_CONN_REFUSED", "errata.handled": true });
	// Spans are made for their ids; but OTLP was not named, so nothing goes there.
	expect(lines[1]?.trace_id).toMatch(/^[0-9a-f]{32}$/);
	expect(collector.requests).toEqual([]);
});

test("for people it is short, says what to do, and gives the terminal nothing to obey", async () => {
	const env = { ERRATA_SINKS: "console", ERRATA_SINK_CONSOLE_FORMAT: "pretty", ERRATA_SINK_CONSOLE_STREAM: "stdout" };
	const ran = await program("pretty.mjs", SHOP, { ...env, ERRATA_SINK_CONSOLE_LEVEL: "debug" });
	expect(ran.stderr).toBe("");
	const lines = ran.stdout.split("\n").map((line) => line.replace(/^\d\d:\d\d:\d\d\.\d{3}/, "TIME"));
	expect(lines).toEqual(
		expect.arrayContaining([
			"result: 1",
			"TIME DEBUG looked up",
			"TIME INFO  order \uFFFD[31mpaid  order=7",
			"TIME ERROR NET_CONN_REFUSED Error: connect ECONNREFUSED 127.0.0.1:5432",
			expect.stringMatching(/^ {2}try .*127\.0\.0\.1:5432/),
			expect.stringMatching(/^ {2}group [0-9a-f]{32}$/),
		]),
	);
});

test("OpenTelemetry's file format is what a receiver of OTLP/JSON takes", async () => {
	const ran = await program("otlp.mjs", SHOP, { ERRATA_SINKS: "console", ERRATA_SINK_CONSOLE_FORMAT: "otlp" });
	const records = ran.stderr
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line).resourceLogs[0].scopeLogs[0].logRecords[0]);
	expect(records.map((record) => record.severityText)).toEqual(["INFO", "ERROR"]);
	const uid = records[1].attributes.find((entry: { key: string }) => entry.key === "log.record.uid");
	expect(uid.value.stringValue).toMatch(/^[0-9a-f-]{36}$/);
});

test("a reader that goes away, or one that reads nothing, neither ends nor stops the program", async () => {
	const source = `
		import { createLogger } from "@errata/node";
		import { writeFileSync } from "node:fs";
		const log = createLogger("shop");
		for (let i = 0; i < 3000; i++) { log.info("line " + i + "x".repeat(500)); if (i % 100 === 0) await new Promise(setImmediate); }
		writeFileSync(process.argv[1] + "." + process.env.READER, "got to its end");
		process.exitCode = 5;
	`;
	const file = path.join(work.dir, "reader.mjs");
	writeFileSync(file, source);
	const ended = async (reader: "gone" | "asleep") => {
		const env = { ...process.env, ...environment({ ERRATA_SINKS: "console", READER: reader }) };
		const child = spawn(process.execPath, [`--import=${guard}`, file], { env, stdio: ["ignore", "ignore", "pipe"] });
		if (reader === "gone") child.stderr?.destroy();
		const code = await new Promise((resolve) => child.on("exit", resolve));
		child.stderr?.destroy();
		return [code, readFileSync(`${file}.${reader}`, "utf8")];
	};
	expect(await Promise.all([ended("gone"), ended("asleep")])).toEqual([
		[5, "got to its end"],
		[5, "got to its end"],
	]);
});

test("a full file is put aside; so many are kept, all but the latest compressed, and no line is missing", async () => {
	const file = path.join(work.dir, "full", "shop.ndjson");
	const source = `
		import { createLogger } from "@errata/node";
		import { readdirSync, readFileSync } from "node:fs";
		const log = createLogger("shop");
		const until = (done) => new Promise((resolve) => { const look = setInterval(() => { if (done()) { clearInterval(look); resolve(); } }, 5); });
		const is = (look) => until(() => { try { return look(); } catch { return false; } });
		for (let i = 0; i < 4; i++) {
			for (let j = 0; j < 10; j++) log.info("line " + (10 * i + j), { filling: "x".repeat(500) });
			await is(() => readFileSync("full/shop.ndjson", "utf8").includes("line " + (10 * i + 9)));
			if (i > 1) await is(() => readdirSync("full").filter((name) => !name.endsWith(".gz")).length === 2);
		}
	`;
	const env = { ERRATA_SINKS: "file", ERRATA_SINK_FILE_PATH: file, ERRATA_SINK_FILE_MAX_BYTES: "4096" };
	const kept = await program("full.mjs", source, { ...env, ERRATA_SINK_FILE_MAX_FILES: "2" }, { limitMs: 20_000 });
	expect(kept).toMatchObject({ code: 0, stdout: "", stderr: "" });
	const names = readdirSync(path.dirname(file)).sort();
	expect(names).toEqual([
		expect.stringMatching(/^shop\.\d{8}T\d{9}Z-\d+-0-\d\.ndjson\.gz$/),
		expect.stringMatching(/^shop\.\d{8}T\d{9}Z-\d+-0-\d\.ndjson$/),
		"shop.ndjson",
	]);
	expect(written(file).map((line) => line.body)).toEqual(Array.from({ length: 30 }, (_, i) => `line ${i + 10}`));
});

test("an old file is put aside, a young one is gone on with", async () => {
	const file = path.join(work.dir, "old", "shop.ndjson");
	const source = `import { createLogger } from "@errata/node"; createLogger("shop").info(process.env.SAID);`;
	const env = { ERRATA_SINKS: "file", ERRATA_SINK_FILE_PATH: file };
	await program("old.mjs", source, { ...env, SAID: "first" });
	await program("old.mjs", source, { ...env, SAID: "second", ERRATA_SINK_FILE_MAX_AGE_MS: "3600000" });
	expect(readdirSync(path.dirname(file))).toEqual(["shop.ndjson"]);
	await program("old.mjs", source, { ...env, SAID: "third", ERRATA_SINK_FILE_MAX_AGE_MS: "1" });
	expect(readdirSync(path.dirname(file))).toHaveLength(2);
	expect(linesOf(readFileSync(file, "utf8")).map((line) => line.body)).toEqual(["third"]);
	expect(written(file).map((line) => line.body)).toEqual(["first", "second", "third"]);
});

test("processes that write to one file lose no line of each other", async () => {
	const file = path.join(work.dir, "shared", "shop.ndjson");
	const source = `
		import { createLogger } from "@errata/node";
		const log = createLogger("shop");
		for (let i = 0; i < 20; i++) {
			for (let j = 0; j < 10; j++) log.info(process.env.WHO + " " + (10 * i + j), { filling: "x".repeat(200) });
			await new Promise((resolve) => setTimeout(resolve, 10));
		}
	`;
	const env = { ERRATA_SINKS: "file", ERRATA_SINK_FILE_PATH: file, ERRATA_SINK_FILE_MAX_BYTES: "16384" };
	const more = { ERRATA_SINK_FILE_MAX_FILES: "1000" };
	await Promise.all(["a", "b", "c"].map((WHO) => program(`shared-${WHO}.mjs`, source, { ...env, ...more, WHO })));
	const bodies = written(file).map((line) => line.body);
	const of = (who: string) => bodies.filter((body) => body.startsWith(who));
	for (const who of ["a", "b", "c"])
		expect(of(who)).toEqual(expect.arrayContaining(Array.from({ length: 200 }, (_, i) => `${who} ${i}`)));
	expect(bodies).toHaveLength(600);
});

test("a crash and process.exit leave their last error in the file", async () => {
	const file = path.join(work.dir, "crash", "shop.ndjson");
	const env = { ERRATA_SINKS: "file", ERRATA_SINK_FILE_PATH: file };
	const crash = `import { createLogger } from "@errata/node"; createLogger("s").info("before"); throw new TypeError("the last");`;
	expect((await program("crash.mjs", crash, env)).code).toBe(1);
	const exit = `import { capture } from "@errata/node"; capture(new RangeError("at the exit")); process.exit(3);`;
	expect((await program("exit.mjs", exit, env)).code).toBe(3);
	const lines = written(file);
	expect(lines.map((line) => [line.severity, line.body])).toEqual([
		["INFO", "before"],
		["FATAL", "the last"],
		["ERROR", "at the exit"],
	]);
	expect(lines[1]?.attributes).toMatchObject({ "errata.handled": false, "errata.source": expect.anything() });
});

test("several at once, each from its own level on; one that fails says so once and takes none with it", async () => {
	const forbidden = path.join(work.dir, "forbidden");
	mkdirSync(forbidden);
	writeFileSync(path.join(forbidden, "file"), "");
	chmodSync(forbidden, 0o500);
	const source = `
		import { capture, createLogger } from "@errata/node";
		const log = createLogger("shop");
		for (let i = 0; i < 3; i++) { log.info("info " + i); await new Promise((resolve) => setTimeout(resolve, 250)); }
		capture(new Error("error"));
	`;
	const ran = await program("several.mjs", source, {
		ERRATA_SINKS: "otlp,console,file",
		ERRATA_SINK_CONSOLE_LEVEL: "error",
		// A file in the place of a directory: also the superuser cannot write there.
		ERRATA_SINK_FILE_PATH: path.join(forbidden, "file", "shop.ndjson"),
	});
	expect(linesOf(ran.stderr).map((line) => line.body)).toEqual(["error"]);
	const bodies = collector.logs.map((record) => record.body);
	expect(bodies).toEqual(expect.arrayContaining(["info 0", "info 1", "info 2", "error"]));
	expect(bodies.filter((body) => String(body).startsWith("errata sink file"))).toEqual([
		expect.stringMatching(/^errata sink file .*lines cannot be written \(E(NOTDIR|EXIST|ACCES)\)$/),
	]);
});

test("a collector that is away leaves the other sinks alone", async () => {
	const file = path.join(work.dir, "away", "shop.ndjson");
	const ran = await program("away.mjs", SHOP, {
		ERRATA_SINKS: "otlp,file",
		ERRATA_SINK_FILE_PATH: file,
		OTEL_EXPORTER_OTLP_ENDPOINT: NOWHERE,
		ERRATA_SPOOL_DIR: path.join(work.dir, "away-spool"),
	});
	expect(ran).toMatchObject({ code: 0, stdout: "result: 1\nresult: 2\n", stderr: "" });
	expect(written(file).map((line) => line.severity)).toEqual(["INFO", "ERROR"]);
	expect(readdirSync(path.join(work.dir, "away-spool"))).toHaveLength(1);
});

test("the README's example does what it says", async () => {
	const dir = path.join(work.dir, "readme");
	mkdirSync(dir);
	const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
	const example = /## Where records go, and which\n\n```yaml\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
	writeFileSync(path.join(dir, "errata.yaml"), example);
	const source = `
		import { capture, createLogger } from "@errata/node";
		const log = createLogger("shop");
		for (let i = 0; i < 300; i++) log.info("plain");
		log.warn("a warning");
		capture(new Error("an error"));
	`;
	const file = path.join(dir, "log", "shop.ndjson");
	const ran = await runProgram(dir, "readme.mjs", source, { env: environment({ ERRATA_SINK_FILE_PATH: file }) });
	expect(linesOf(ran.stderr).map((line) => [line.severity, line.body])).toEqual([
		["WARN", "a warning"],
		["ERROR", "an error"],
	]);
	const lines = written(file);
	const plain = lines.filter((line) => line.body === "plain");
	// A binomial of 300 tenths strays by 5.2.
	expect(Math.abs(plain.length - 30)).toBeLessThan(30);
	expect(plain.every((line) => line.attributes?.["errata.sample_rate"] === 0.1)).toBe(true);
	expect(lines.filter((line) => line.severity !== "INFO")).toHaveLength(2);
	expect(collector.logs).toHaveLength(lines.length);
});
