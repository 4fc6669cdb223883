/**
 * A real Next.js application, built and served: its errors arrive once, with route and trace, by one line in
 * `instrumentation.js`; what Next means as control flow is none. Next comes from npm when this first runs, and is kept.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cachedPackages } from "../../../scripts/cached-packages.mjs";
import { build, packageDir } from "./testing/child.ts";
import { Collector } from "./testing/collector.ts";

const FILES: Readonly<Record<string, string>> = {
	"package.json": '{ "name": "shop", "private": true }',
	"instrumentation.js": 'export { onRequestError, register } from "@errata/node/next";',
	"app/layout.js": "export default function Layout({ children }) { return <html><body>{children}</body></html>; }",
	"app/page.js": 'export const dynamic = "force-dynamic"; export default function Page() { return <p>fine</p>; }',
	"app/boom/page.js":
		'export const dynamic = "force-dynamic"; export default async function Page() { await null; throw new TypeError("in a page"); }',
	"app/item/[id]/route.js":
		'export async function GET(request, { params }) { throw new RangeError("in a route of " + (await params).id); }',
	"app/edge/route.js":
		'export const runtime = "edge"; export async function GET() { throw new EvalError("on the edge"); }',
	"app/missing/page.js":
		'import { notFound } from "next/navigation"; export const dynamic = "force-dynamic"; export default async function Page() { notFound(); }',
	"app/moved/page.js":
		'import { redirect } from "next/navigation"; export const dynamic = "force-dynamic"; export default async function Page() { redirect("/"); }',
	"pages/api/old.js": 'export default function handler() { throw new SyntaxError("in an API route"); }',
};

let dir: string;
let collector: Collector;
let server: ChildProcess | undefined;
let output = "";

beforeAll(async () => {
	build();
	const modules = path.join(cachedPackages("next"), "node_modules");
	const parent = path.join(packageDir, ".errata");
	mkdirSync(parent, { recursive: true });
	dir = mkdtempSync(path.join(parent, "next-"));
	symlinkSync(modules, path.join(dir, "node_modules"));
	// The checkout: Turbopack follows no link out of its root.
	const config = `export default { turbopack: { root: ${JSON.stringify(path.resolve(packageDir, "../.."))} } };`;
	for (const [name, source] of Object.entries({ ...FILES, "next.config.mjs": config })) {
		mkdirSync(path.dirname(path.join(dir, name)), { recursive: true });
		writeFileSync(path.join(dir, name), source);
	}
	collector = await Collector.start();
	const built = next("build");
	expect(built.status, `${built.stdout}${built.stderr}`).toBe(0);
}, 600_000);
afterAll(async () => {
	server?.kill("SIGKILL");
	await collector?.stop();
	rmSync(dir, { recursive: true, force: true });
});

function environment() {
	return {
		PATH: process.env.PATH,
		HOME: dir,
		NEXT_TELEMETRY_DISABLED: "1",
		OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
		ERRATA_SPOOL_DIR: path.join(dir, "spool"),
	};
}

const bin = () => path.join(dir, "node_modules", "next", "dist", "bin", "next");

function next(command: string) {
	return spawnSync(process.execPath, [bin(), command], { cwd: dir, env: environment(), encoding: "utf8" });
}

/** The address it says it listens on. */
function start(): Promise<string> {
	return new Promise((resolve, reject) => {
		const child = spawn(process.execPath, [bin(), "start", "--port", "0", "--hostname", "127.0.0.1"], {
			cwd: dir,
			env: environment(),
			stdio: ["ignore", "pipe", "pipe"],
		});
		server = child;
		for (const stream of [child.stdout, child.stderr])
			stream.on("data", (chunk) => {
				output += chunk;
				const url = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
				if (url !== undefined && output.includes("Ready")) resolve(url);
			});
		child.once("exit", (code) => reject(new Error(`next start ended (${code}): ${output}`)));
	});
}

test("rendering, routes, API routes and the edge runtime report once, with route and trace; notFound and redirect do not", async () => {
	const url = await start();
	const answers: Record<string, number> = {};
	for (const place of ["/", "/boom", "/item/5?q=1", "/missing", "/moved", "/api/old", "/nothing", "/edge"])
		answers[place] = (await fetch(url + place, { redirect: "manual" })).status;
	expect(answers).toEqual({
		"/": 200,
		"/boom": 500,
		"/item/5?q=1": 500,
		"/missing": 404,
		"/moved": 307,
		"/api/old": 500,
		"/nothing": 404,
		"/edge": 500,
	});
	const found = () =>
		collector.errors
			.map(({ attributes, severityNumber }) => [
				attributes["exception.type"],
				attributes["exception.message"],
				severityNumber,
				attributes["http.route"],
				attributes["http.request.method"],
				attributes["url.path"],
			])
			.sort((a, b) => String(a[1]).localeCompare(String(b[1])));
	await expect.poll(() => found().length, { timeout: 30_000 }).toBeGreaterThanOrEqual(4);
	expect(found(), output).toEqual([
		["TypeError", "in a page", 17, "/boom", "GET", "/boom"],
		["RangeError", "in a route of 5", 17, "/item/[id]", "GET", "/item/5"],
		["SyntaxError", "in an API route", 17, "/api/old", "GET", "/api/old"],
		["EvalError", "on the edge", 17, "/edge/route", "GET", "/edge"],
	]);
	for (const record of collector.errors) expect(record.traceId).toMatch(/^[0-9a-f]{32}$/);
	const page = collector.errors.find((record) => record.attributes["exception.message"] === "in a page");
	expect(page?.attributes).toMatchObject({
		"http.response.status_code": 500,
		"errata.context.next.router": "App Router",
		"errata.context.next.route_type": "render",
	});
});
