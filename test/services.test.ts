/**
 * The example services, which know nothing of errata, under `errata run` with real traffic: what they promise
 * (apps/promises.ts) is what SQL finds, and what a person and a program read through the command line.
 */
import type { Issue } from "@errata/store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PROMISES, type Promised } from "./apps/promises.ts";
import { runTraffic, type ServiceRun } from "./apps/traffic.ts";
import { ERRATA, startTestLocal, type TestLocal } from "./setup/local.ts";
import { must, root } from "./setup/processes.ts";

interface Row {
	readonly EventId: string;
	readonly Fingerprint: string;
	readonly Code: string;
	readonly Category: string;
	readonly Retryable: boolean | null;
	readonly Handled: boolean;
	readonly TraceId: string;
	readonly SpanId: string;
	readonly Environment: string;
	readonly Message: string;
	readonly Stacktrace: string;
	readonly Immediate: string[];
	readonly Attributes: Record<string, string>;
}

const ROWS = `SELECT EventId, Fingerprint, Code, Category, Retryable, Handled, TraceId, SpanId, Environment, Message,
	Stacktrace, Immediate, Attributes
FROM errata_errors
WHERE ServiceName = {service:String} AND ExceptionType = {type:String} AND position(Message, {message:String}) > 0
ORDER BY Timestamp`;

let local: TestLocal;
let runs: readonly ServiceRun[];

/** Every stored row of a promised group; of two groups whose error is worded alike, the cause decides. */
async function rowsOf(promise: Promised): Promise<Row[]> {
	const { service, type, message, cause = "" } = promise;
	const rows = await local.sql<Row>(ROWS, { service, type, message });
	return rows.filter((row) => (row.Attributes["errata.causes"] ?? "").includes(cause));
}

beforeAll(async () => {
	await must("node", ["scripts/build.mjs"], { cwd: root });
	local = await startTestLocal();
	const env = local.env({ OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=e2e" });
	runs = await runTraffic({ env, under: [...ERRATA, "run", "--json", "--"] });
}, 180_000);

afterAll(() => local?.stop());

describe("the services", () => {
	it("end as they do without errata, and print the same", () => {
		expect(runs.map((run) => [run.script, run.ended])).toEqual([
			["server.js", "0"],
			["worker.js", "0"],
			["nightly.js", "1"],
			["sync.js", "1"],
		]);
		const said = Object.fromEntries(runs.map((run) => [run.script, run]));
		expect(said["worker.js"]?.stdout).toContain('"msg":"all jobs done"');
		expect(said["nightly.js"]?.stderr).toContain("TypeError: order.remove is not a function");
		expect(said["sync.js"]?.stderr).toContain("ERR_UNHANDLED_REJECTION");
	});

	it("are all instrumented", () => {
		for (const run of runs) {
			const report = JSON.parse(run.stderr.trim().split("\n").at(-1) ?? "");
			expect(report, run.script).toMatchObject({ instrumentedProcesses: 1, uninstrumented: [], notes: [] });
		}
	});
});

describe.each(PROMISES)("$what", (promise) => {
	let rows: Row[];
	let first: Row;

	beforeAll(async () => {
		rows = await rowsOf(promise);
		first = rows[0] as Row;
	});

	it("is one event per occurrence, in one group", () => {
		// A log line may follow after the span's record has left: two records of one event, which counts once.
		const events = new Set(rows.map((row) => row.EventId)).size;
		if (promise.count === undefined) expect(events).toBeGreaterThan(0);
		else expect(events).toBe(promise.count);
		expect(new Set(rows.map((row) => row.Fingerprint)).size).toBe(1);
	});

	it(`is ${promise.code}, ${promise.category}, retryable: ${promise.retryable}`, () => {
		for (const { Code, Category, Retryable, Handled, Environment } of rows) {
			expect({ Code, Category, Retryable, Handled, Environment }).toEqual({
				Code: promise.code,
				Category: promise.category,
				Retryable: promise.retryable,
				Handled: promise.uncaught !== true,
				Environment: "e2e",
			});
		}
	});

	it("suggests what to do, and names the thing", () => {
		for (const row of rows) {
			expect(row.Immediate.length).toBeGreaterThan(0);
			expect(row.Immediate.join("\n")).toContain(promise.names);
			expect(row.Immediate.join("\n")).not.toContain("{{");
		}
	});

	it("carries a stack, the system's state, and what the promise says of source, cause and trace", () => {
		expect(first.Stacktrace).toContain(
			first.Stacktrace === "" ? "?" : promise.type === "TimeoutError" ? "" : promise.type,
		);
		expect(Number(first.Attributes["errata.system.memory.rss"])).toBeGreaterThan(1_000_000);
		expect(first.Attributes["errata.schema"]).toBe("1");
		if (promise.source !== undefined) expect(first.Attributes["errata.source"]).toContain(promise.source);
		if (promise.cause !== undefined) expect(first.Attributes["errata.causes"]).toContain(promise.cause);
		for (const row of promise.inRequest ? rows : []) {
			expect(row.TraceId).toMatch(/^[0-9a-f]{32}$/);
			expect(row.SpanId).toMatch(/^[0-9a-f]{16}$/);
		}
	});
});

describe("what the records carry", () => {
	it("tells what the job did before it failed", async () => {
		const promise = PROMISES.find((p) => p.code === "MODULE_NOT_FOUND") as Promised;
		for (const row of await rowsOf(promise))
			expect(row.Attributes["errata.breadcrumbs"]).toContain("plug-in is loaded");
	});

	it("names errors of the same process just before", async () => {
		const promise = PROMISES.find((p) => p.code === "NET_ADDRESS_IN_USE") as Promised;
		const [row] = await rowsOf(promise);
		expect(row?.Attributes["errata.related"]).toMatch(/NET_CONN_REFUSED/);
	});

	it("leads from an error to its request: the spans of its trace are stored", async () => {
		const promise = PROMISES.find((p) => p.code === "SQLITE_UNIQUE") as Promised;
		const [row] = await rowsOf(promise);
		const spans = await local.sql<{ SpanName: string; SpanKind: string }>(
			"SELECT SpanName, SpanKind FROM otel_traces WHERE TraceId = {traceId:String}",
			{ traceId: row?.TraceId },
		);
		expect(spans.some((span) => span.SpanKind === "Server" && span.SpanName.startsWith("POST"))).toBe(true);
	});
});

describe("the worker's jobs", () => {
	it("are known by the task fields that its logger already carried", async () => {
		const rows = await local.sql<{ TaskName: string; ids: string }>(
			"SELECT TaskName, uniqExact(TaskId) AS ids FROM errata_errors WHERE ServiceName = 'worker' AND TaskName != '' GROUP BY TaskName",
		);
		expect(rows.map((row) => row.TaskName)).toContain("importStock");
		for (const row of rows) expect(Number(row.ids)).toBeGreaterThan(0);
	});
});

describe("nothing else", () => {
	it("is stored as an error: every row belongs to a promise", async () => {
		const all = await local.sql<{ EventId: string; Code: string; Message: string }>(
			"SELECT EventId, Code, Message FROM errata_errors",
		);
		const promisedRows = await Promise.all(PROMISES.map(rowsOf));
		const known = new Set(promisedRows.flat().map((row) => row.EventId));
		expect(all.filter((row) => !known.has(row.EventId))).toEqual([]);
	});
});

/** One of `errata issues list --json`. */
interface Listed {
	readonly issue: Issue;
}

describe("the command line", () => {
	it("lists each promised group with its exact count", async () => {
		const { issues } = JSON.parse((await local.errata("issues", "list", "--json", "--limit", "100")).stdout);
		for (const promise of PROMISES) {
			const [row] = await rowsOf(promise);
			const issue = (issues as Listed[]).map((l) => l.issue).find((i) => i.fingerprint === row?.Fingerprint);
			expect(issue, promise.what).toMatchObject({ code: promise.code, services: [promise.service] });
			if (promise.count !== undefined) expect(issue?.count, promise.what).toBe(promise.count);
		}
	});

	it("shows a list without colours in a pipe", async () => {
		const ended = await local.errata("issues", "list");
		expect(ended.code).toBe(0);
		expect(ended.stdout).toContain("SQLITE_UNIQUE");
		expect(ended.stdout).not.toContain("\u001b[");
	});

	it("analyzes a group for a language model: bounded, with its cause, source and advice", async () => {
		const promise = PROMISES.find((p) => p.code === "FS_NO_SPACE" || p.code === "JS_NULL_ACCESS") as Promised;
		const [row] = await rowsOf(promise);
		const ended = await local.errata("analyze", row?.Fingerprint.slice(0, 12) ?? "", "--llm-format");
		expect(ended.code, ended.stderr).toBe(0);
		expect(ended.stdout).toContain(promise.code);
		expect(ended.stdout).toContain(promise.source);
		expect(Buffer.byteLength(ended.stdout)).toBeLessThan(64_000);
	});

	it("analyzes a trace", async () => {
		const promise = PROMISES.find((p) => p.code === "JS_NULL_ACCESS") as Promised;
		const [row] = await rowsOf(promise);
		const ended = await local.errata("analyze", row?.TraceId ?? "");
		expect(ended.code, ended.stderr).toBe(0);
		expect(ended.stdout).toContain("JS_NULL_ACCESS");
	});

	it("says so, with its exit code, when nothing has that id", async () => {
		const ended = await local.errata("analyze", "0123456789abcdef0123456789abcdef");
		expect(ended.code).toBe(4);
		expect(ended.stdout).toBe("");
		expect(ended.stderr).toContain("0123456789abcdef0123456789abcdef");
	});

	it("counts the last hour by service", async () => {
		const ended = await local.errata("trends", "--window", "1h", "--by-service", "--json");
		expect(ended.code, ended.stderr).toBe(0);
		const text = JSON.stringify(JSON.parse(ended.stdout));
		expect(text).toContain('"shop"');
		expect(text).toContain('"worker"');
	});
});

describe("a restart", () => {
	it("keeps everything", async () => {
		const question =
			"SELECT count() AS rows, uniqExact(EventId) AS events, uniqExact(Fingerprint) AS groups FROM errata_errors";
		const before = await local.sql(question);
		const listed = (await local.errata("issues", "list", "--json", "--limit", "100")).stdout;
		await local.restart();
		expect(await local.sql(question)).toEqual(before);
		const { issues } = JSON.parse((await local.errata("issues", "list", "--json", "--limit", "100")).stdout);
		const groups = (found: readonly Listed[]) => found.map(({ issue }) => issue);
		expect(groups(issues)).toEqual(groups(JSON.parse(listed).issues));
	});
});
