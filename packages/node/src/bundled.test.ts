/** Programs that a bundler or a compiler wrote: errors with the place in their source, and source maps that never hurt. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type BuildOptions, build as bundle } from "esbuild";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { SourceMaps } from "./source-maps.ts";
import { build, guard, run, workDirectory } from "./testing/child.ts";
import { Collector } from "./testing/collector.ts";
import type { LogRecord } from "./testing/otlp.ts";

const work = workDirectory();
const program = path.join(work.dir, "shop");
let collector: Collector;

const PAY = `export interface Order { readonly id: number; readonly total?: number }

export function pay(order: Order): number {
	if (order.total === undefined) throw new TypeError("order " + order.id + " has no total");
	return order.total;
}
`;
const MAIN = `import { capture } from "@errata/node";
import { each } from "each-of";
import { pay, type Order } from "./pay.ts";

const orders: Order[] = [{ id: 1, total: 2 }, { id: 7 }];
each(orders, (order: Order) => {
	try { pay(order); } catch (error) { capture(error); }
});
console.log("done");
`;

beforeAll(async () => {
	build();
	collector = await Collector.start();
	mkdirSync(path.join(program, "src"), { recursive: true });
	mkdirSync(path.join(program, "node_modules", "each-of"), { recursive: true });
	writeFileSync(path.join(program, "package.json"), JSON.stringify({ name: "shop", type: "module" }));
	writeFileSync(path.join(program, "src", "pay.ts"), PAY);
	writeFileSync(path.join(program, "src", "main.ts"), MAIN);
	writeFileSync(
		path.join(program, "node_modules", "each-of", "package.json"),
		'{ "name": "each-of", "type": "module", "exports": "./index.js" }',
	);
	writeFileSync(
		path.join(program, "node_modules", "each-of", "index.js"),
		"export const each = (list, call) => list.forEach((item) => call(item));\n",
	);
});
beforeEach(() => collector.clear());
afterAll(async () => {
	await collector.stop();
	work.remove();
});

async function record(file: string, flags: readonly string[] = []): Promise<LogRecord> {
	collector.clear();
	const ran = await run(path.join(program, file), program, {
		flags: [...flags, `--import=${guard}`],
		env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ERRATA_SPOOL_DIR: path.join(work.dir, "spool") },
	});
	expect([ran.code, ran.stdout], ran.stderr).toEqual([0, "done\n"]);
	expect(collector.errors.map((r) => r.attributes["exception.message"])).toEqual(["order 7 has no total"]);
	return collector.errors[0] as LogRecord;
}

async function bundled(file: string, options: BuildOptions = {}): Promise<string> {
	await bundle({
		entryPoints: [path.join(program, "src", "main.ts")],
		outfile: path.join(program, file),
		bundle: true,
		platform: "node",
		format: file.endsWith(".cjs") ? "cjs" : "esm",
		external: ["@errata/node"],
		sourcemap: true,
		logLevel: "error",
		...options,
	});
	return file;
}

type Source = { file: string; line: number; function: string; lines: string[]; generated?: string };
const sources = (found: LogRecord) => (found.attributes["errata.source"] ?? []) as Source[];
const places = (found: LogRecord) => sources(found).map(({ file, line }) => `${file}:${line}`);

/** `forEach`'s callback of the library in between is not the application's. */
const PLACES = ["src/pay.ts:4", "src/main.ts:7", "src/main.ts:6"];

test.each([
	["ESM", "out/app.mjs", {}],
	["CommonJS", "out/app.cjs", {}],
	["minified", "out/min.mjs", { minify: true }],
	["a map inline", "out/inline.mjs", { sourcemap: "inline" }],
	["a map without sources' texts", "out/bare.mjs", { sourcesContent: false }],
] satisfies [string, string, BuildOptions][])(
	"an esbuild bundle, %s: frames name source file and line",
	async (_name, file, options) => {
		const found = await record(await bundled(file, options));
		expect(places(found)).toEqual(PLACES);
		const [first] = sources(found);
		expect(first?.lines.join("\n")).toContain("has no total");
		expect(first?.generated).toMatch(new RegExp(`^${file}:\\d+:\\d+$`));
		// The stack stays as it was thrown: the fingerprint is of it, in every language.
		expect(found.attributes["exception.stacktrace"]).toContain(file);
	},
);

test("@errata/node in the bundle itself speaks for the copy that is preloaded", async () => {
	for (const file of ["out/whole.cjs", "out/whole.mjs"]) {
		// What esbuild's own guide gives CommonJS packages in an ES module.
		const banner = {
			js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
		};
		const whole = await record(await bundled(file, { external: [], ...(file.endsWith(".mjs") ? { banner } : {}) }));
		expect(places(whole)).toEqual(PLACES);
	}
});

test("one fingerprint: bundle with --enable-source-maps, TypeScript by Node, TypeScript by tsx; and over rebuilds", async () => {
	const native = await record("src/main.ts");
	expect(places(native)).toEqual(PLACES);
	const tsx = await record("src/main.ts", ["--import=tsx"]);
	expect(places(tsx)).toEqual(PLACES);
	const mapped = await record(await bundled("out/mapped.mjs"), ["--enable-source-maps"]);
	expect(places(mapped)).toEqual(PLACES);
	const fingerprint = (found: LogRecord) => found.attributes["errata.fingerprint"];
	expect([fingerprint(tsx), fingerprint(mapped)]).toEqual([fingerprint(native), fingerprint(native)]);
	const first = await record(await bundled("out/app-3f9a1c2b.mjs"));
	const next = await record(await bundled("out/app-77d0e8aa.mjs", { banner: { js: "// another build\n\n" } }));
	expect(fingerprint(next)).toBe(fingerprint(first));
});

test("a map that is missing, broken, huge, no map or far away is none; the program and its record do not notice", async () => {
	const file = await bundled("out/hurt.mjs");
	const full = path.join(program, file);
	const code = readFileSync(full, "utf8");
	const [line = "", column = ""] =
		((await record(file)).attributes["errata.source"] as Source[])[0]?.generated?.split(":").slice(1) ?? [];
	const original = () => new SourceMaps().of(full, Number(line), Number(column))?.line;
	expect(original()).toBe(4);
	const map = `${full}.map`;
	const url = (to: string) => writeFileSync(full, code.replace(/sourceMappingURL=.*/, `sourceMappingURL=${to}`));
	const spoil: Record<string, () => void> = {
		"cut off": () => writeFileSync(map, '{"version":3,"sources":["x"],"mappings":"AAAA'),
		"of nonsense": () => writeFileSync(map, '{"version":3,"sources":["x"],"mappings":"####"}'),
		"a text": () => writeFileSync(map, '"words"'),
		huge: () => writeFileSync(map, `{"version":3,"sources":["x"],"mappings":"${"AAAA;".repeat(4_000_000)}"}`),
		missing: () => rmSync(map),
		"a folder": () => mkdirSync(map),
		remote: () => url("http://127.0.0.1:1/x.map"),
		"cut off, inline": () => url("data:application/json;base64,eyJ2"),
		"with a name that cannot be read": () => url("%E0%A4%A"),
	};
	for (const [name, make] of Object.entries(spoil)) {
		make();
		expect(original(), name).toBeUndefined();
	}
	expect(places(await record(file))[0]).toMatch(/^out\/hurt\.mjs:\d+$/);
});
