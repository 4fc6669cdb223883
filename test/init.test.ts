/**
 * `errata init --write` on real programs with real loggers, frameworks and set-ups: afterwards they are started by their own
 * start line, and what fails in them arrives, the error itself, once.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { inspect } from "node:util";
import { applyPatch, parsePatch } from "diff";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { build } from "../packages/node/src/testing/child.ts";
import { Collector } from "../packages/node/src/testing/collector.ts";
import type { LogRecord } from "../packages/node/src/testing/otlp.ts";
import { cleanEnv, must, root, run } from "./setup/processes.ts";

// Below the repository, so that programs find the packages of the workspace as if installed.
const parent = path.join(root, "test", ".errata");
mkdirSync(parent, { recursive: true });
const place = mkdtempSync(path.join(parent, "init-"));
afterAll(() => rmSync(place, { recursive: true, force: true }));
beforeAll(() => build());

const MAIN = path.join(root, "packages", "cli", "src", "main.ts");

interface Answer {
	readonly program: Readonly<Record<string, unknown>>;
	readonly config: { readonly file: string; readonly existed: boolean; readonly written: boolean };
	readonly changes: readonly { readonly file: string; readonly diff: string; readonly written: boolean }[];
	readonly notes: readonly string[];
	readonly install: string;
}

async function init(dir: string, ...flags: string[]): Promise<Answer> {
	const args = ["--conditions=errata-source", MAIN, "init", dir, "--json", ...flags];
	return JSON.parse(await must("node", args, { cwd: dir, env: cleanEnv({ HOME: place }) })) as Answer;
}

function project(name: string, files: Readonly<Record<string, string>>): string {
	const dir = path.join(place, name);
	for (const [file, text] of Object.entries(files)) {
		mkdirSync(path.dirname(path.join(dir, file)), { recursive: true });
		writeFileSync(path.join(dir, file), text);
	}
	return dir;
}

/** Starts the program by its own start script; the errors that arrived. */
async function started(dir: string): Promise<LogRecord[]> {
	const collector = await Collector.start();
	const env = cleanEnv({ HOME: place, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_TRACES_EXPORTER: "none" });
	try {
		const ended = await run("npm", ["start", "--silent"], { cwd: dir, env });
		expect(ended, ended.stderr).toMatchObject({ code: 0 });
		return collector.logs.filter((record) => record.attributes["errata.code"] !== undefined);
	} finally {
		await collector.stop();
	}
}

const types = (records: readonly LogRecord[]) =>
	records.map((record) => record.attributes["exception.type"]).toSorted();

const SHOP = {
	"package.json": JSON.stringify(
		{
			name: "shop",
			type: "module",
			scripts: { start: "node src/app.js", dev: "nodemon src/app.js" },
			dependencies: { express: "^5.1.0", pino: "^10.0.0" },
		},
		undefined,
		2,
	),
	Dockerfile: 'FROM node:24\nCOPY . .\nCMD ["node", "src/app.js"]\n',
	"src/app.js": `import express from "express";
import pino from "pino";

const logger = pino();
const app = express();
app.get("/price", (request, response) => {
	try {
		throw new TypeError("no price", { cause: new RangeError("below zero") });
	} catch (error) {
		logger.error(\`cannot price: \${error.message}\`);
		response.status(500).end();
	}
});
app.get("/order", (request, response) => {
	try {
		JSON.parse("{");
	} catch (error) {
		logger.error("cannot order", error);
		response.status(500).end();
	}
});
const server = app.listen(0, async () => {
	const { port } = server.address();
	for (const route of ["price", "order"]) await fetch(\`http://127.0.0.1:\${port}/\${route}\`);
	server.close();
});
`,
};

describe("errata init", () => {
	it("of an Express program with pino: the errors behind its lines arrive after --write", async () => {
		const dir = project("shop", SHOP);
		const before = readFileSync(path.join(dir, "package.json"), "utf8");
		const shown = await init(dir);
		expect(shown.program).toMatchObject({ modules: "esm", frameworks: ["Express"], loggers: ["pino"], telemetry: [] });
		expect(shown.changes.map(({ file }) => file)).toEqual(["package.json", "Dockerfile", "src/app.js"]);
		expect(shown.notes.join()).toContain("nodemon src/app.js");
		// Shown, not done; and what is shown can be applied.
		expect(readFileSync(path.join(dir, "package.json"), "utf8")).toBe(before);
		const [patch] = parsePatch(shown.changes[2]?.diff ?? "");
		const patched = applyPatch(SHOP["src/app.js"], patch ?? "");
		expect(patched).toContain('logger.error(error, "cannot price")');
		const yaml = readFileSync(path.join(dir, "errata.yaml"), "utf8");
		expect(yaml).toContain("# Configuration of errata for shop (ES modules, Express, pino).");
		const schema = /\$schema=(\S+)/.exec(yaml)?.[1] ?? "";
		expect(existsSync(path.resolve(dir, schema))).toBe(true);

		writeFileSync(path.join(dir, "errata.yaml"), "system: false\n");
		const written = await init(dir, "--write");
		expect(written.config).toMatchObject({ existed: true, written: false });
		expect(readFileSync(path.join(dir, "errata.yaml"), "utf8")).toBe("system: false\n");
		expect(readFileSync(path.join(dir, "src/app.js"), "utf8")).toBe(patched);
		expect(readFileSync(path.join(dir, "Dockerfile"), "utf8")).toContain(
			'["node", "--import", "@errata/node/register",',
		);
		const records = await started(dir);
		expect(types(records)).toEqual(["SyntaxError", "TypeError"]);
		expect(inspect(records, { depth: 10 })).toContain("below zero");
		// Once is enough.
		const again = await init(dir, "--force");
		expect(again.changes).toEqual([]);
		expect(again.config).toMatchObject({ existed: true, written: true });
	});

	it.each([
		["a list", "logRecordProcessors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter() })],"],
		["nothing", 'serviceName: "own",'],
	])("of a program with an SDK of its own, that names %s of processors: one processor more", async (name, option) => {
		const dir = project(`own-${name.length}`, {
			"package.json": JSON.stringify({
				name: "own",
				scripts: { start: "node -r ./tracing.js app.js" },
				dependencies: { "@opentelemetry/sdk-node": "0.300.0", winston: "3" },
			}),
			"tracing.js": `"use strict";
const { NodeSDK } = require("@opentelemetry/sdk-node");
${option.includes("Batch") ? 'const { BatchLogRecordProcessor } = require("@opentelemetry/sdk-logs");\nconst { OTLPLogExporter } = require("@opentelemetry/exporter-logs-otlp-proto");' : ""}
const sdk = new NodeSDK({
	${option}
	instrumentations: [],
});
sdk.start();
process.once("beforeExit", () => sdk.shutdown());
`,
			"app.js": `const winston = require("winston");
const logger = winston.createLogger({ transports: [new winston.transports.Console()] });
try {
	null.price;
} catch (err) {
	logger.error("cannot price: " + err.message);
}
`,
		});
		const { program, changes } = await init(dir, "--write");
		expect(program).toMatchObject({ modules: "commonjs", telemetry: ["opentelemetry-sdk"], loggers: ["winston"] });
		expect(changes.map(({ file }) => file)).toEqual(["package.json", "tracing.js", "app.js"]);
		expect(readFileSync(path.join(dir, "app.js"), "utf8")).toContain('logger.error("cannot price", err)');
		expect(JSON.parse(readFileSync(path.join(dir, "package.json"), "utf8")).scripts.start).toBe(
			"node -r ./tracing.js app.js",
		);
		expect(types(await started(dir))).toEqual(["TypeError"]);
		expect((await init(dir)).changes).toEqual([]);
	});

	it("beside a distribution that owns OpenTelemetry: a file of errata's own, and one tracer", async () => {
		const dir = project("beside", {
			"package.json": JSON.stringify({
				name: "beside",
				scripts: { start: "node app.js" },
				dependencies: { "dd-trace": "5", bunyan: "2" },
			}),
			"app.js": `const log = require("bunyan").createLogger({ name: "beside" });
try { decodeURIComponent("%"); } catch (err) { log.error({ err }, "cannot decode"); }
`,
		});
		const { program, changes } = await init(dir, "--write");
		expect(program).toMatchObject({ telemetry: ["datadog"], loggers: ["bunyan"] });
		expect(changes.map(({ file }) => file)).toEqual(["package.json", "errata.mjs"]);
		expect(JSON.parse(readFileSync(path.join(dir, "package.json"), "utf8")).scripts.start).toBe(
			"node --import ./errata.mjs app.js",
		);
		expect(types(await started(dir))).toEqual(["URIError"]);
	});

	it("of a Next.js program with TypeScript: its instrumentation file; nothing is written in a dry run", async () => {
		const files = {
			"package.json": JSON.stringify({
				name: "site",
				scripts: { start: "next start" },
				dependencies: { next: "16", typescript: "7" },
			}),
			"src/app/page.tsx": "export default () => <p>hello</p>;\n",
		};
		const dir = project("site", files);
		const { changes, config } = await init(dir, "--dry-run", "--write");
		expect(changes.map(({ file }) => file)).toEqual(["package.json", "src/instrumentation.ts"]);
		expect(config.written).toBe(false);
		expect(existsSync(path.join(dir, "errata.yaml"))).toBe(false);
		expect(existsSync(path.join(dir, "src/instrumentation.ts"))).toBe(false);
	});

	it("of what is no program: what to do instead", async () => {
		const dir = project("none", { "readme.txt": "" });
		const ended = await run("node", ["--conditions=errata-source", MAIN, "init", dir], {
			env: cleanEnv({ HOME: place }),
		});
		expect(ended).toMatchObject({ code: 2, stdout: "" });
		expect(ended.stderr).toContain("package.json: there is none. Name the directory of a Node program");
	});
});
