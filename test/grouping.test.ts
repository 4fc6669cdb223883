/**
 * One bug is one group, two bugs are two, seen through the whole chain: real programs under `errata run`, groups read by
 * SQL. The many small cases are the catalog's vectors.
 */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ERRATA, startTestLocal, type TestLocal } from "./setup/local.ts";
import { must, root, run } from "./setup/processes.ts";

let local: TestLocal;

beforeAll(async () => {
	await must("node", ["scripts/build.mjs"], { cwd: root });
	local = await startTestLocal();
}, 120_000);

afterAll(() => local?.stop());

/** Writes `files` as one release of a service, runs its `main.mjs` with `args` and returns the groups it left. */
async function groups(name: string, files: Readonly<Record<string, string>>, ...args: string[]): Promise<string[]> {
	const dir = path.join(local.dataDir, "..", "releases", name);
	for (const [file, text] of Object.entries(files)) {
		await mkdir(path.dirname(path.join(dir, file)), { recursive: true });
		await writeFile(path.join(dir, file), text);
	}
	const service = path.basename(dir);
	const env = local.env({ OTEL_SERVICE_NAME: service });
	const ended = await run(ERRATA[0], [ERRATA[1], "run", "--json", "--", "node", "main.mjs", ...args], {
		cwd: dir,
		env,
	});
	expect(ended.code, ended.stderr).toBe(0);
	const report = JSON.parse(ended.stderr.trim().split("\n").at(-1) ?? "");
	expect(report).toMatchObject({ instrumentedProcesses: 1, uninstrumented: [], notes: [] });
	const rows = await local.sql<{ Fingerprint: string }>(
		"SELECT DISTINCT Fingerprint FROM errata_errors WHERE ServiceName = {service:String} ORDER BY Fingerprint",
		{ service },
	);
	return rows.map((row) => row.Fingerprint);
}

/** A program whose `job.mjs` fails with `body`; `shift` moves its lines, `args` its values. */
function program(body: string, shift = 0): Record<string, string> {
	return {
		"main.mjs":
			'import { job } from "./lib/job.mjs";\ntry { await job(process.argv[2]); } catch (err) { console.error(err); }\n',
		"lib/job.mjs": `import fs from "node:fs/promises";\nimport net from "node:net";\nimport { once } from "node:events";\n${"\n".repeat(shift)}${body}\n`,
	};
}

const ONE_BUG: readonly (readonly [what: string, body: string, a: string, b: string])[] = [
	["other ids", 'export async function job(id) { throw new Error("order " + id + " not found"); }', "1001", "98765"],
	[
		"other temporary paths",
		"export async function job(file) { return await fs.readFile(file); }",
		"/tmp/upload-x81/a.csv",
		"/tmp/upload-q93/b.csv",
	],
	[
		"other ports",
		'export async function job(port) { await once(net.connect(Number(port), "127.0.0.1"), "connect"); }',
		"1",
		"9",
	],
	["other missing values", "export async function job(key) { return JSON.parse(key); }", '{"a', '{"bcd'],
];

describe("one bug", () => {
	it.each(ONE_BUG)("with %s is one group, also at another line and in another release", async (what, body, a, b) => {
		const name = what.replaceAll(" ", "-");
		const first = await groups(`${name}-1`, program(body), a);
		const second = await groups(`${name}-2`, program(body, 12), b);
		expect(first).toHaveLength(1);
		expect(second).toEqual(first);
	});
});

describe("two bugs", () => {
	it("with one message, thrown in two functions, are two groups", async () => {
		const body = `
function load() { throw new Error("not found"); }
function save() { throw new Error("not found"); }
export async function job() {
	for (const step of [load, save]) try { step(); } catch (err) { console.error(err); }
}`;
		expect(await groups("two-sites", program(body))).toHaveLength(2);
	});

	it("of two classes are two groups", async () => {
		const body = `
function make(kind) { return kind === "type" ? new TypeError("bad input") : new RangeError("bad input"); }
export async function job() { for (const kind of ["type", "range"]) console.error(make(kind)); }`;
		expect(await groups("two-classes", program(body))).toHaveLength(2);
	});

	it("behind one wrapper, with other causes, are two groups", async () => {
		const body = `
function parse() { JSON.parse("{"); }
function read() { null.length; }
function wrap(step) { try { step(); } catch (cause) { throw new Error("job failed", { cause }); } }
export async function job() {
	for (const step of [parse, read]) try { wrap(step); } catch (err) { console.error(err); }
}`;
		expect(await groups("two-causes", program(body))).toHaveLength(2);
	});
});
