/**
 * Every example of the documentation is run: here, or in the test that is named beside it. A new example without an entry
 * fails, and so does an entry without its example. Programs are run as they stand, with what a page leaves to the reader's
 * imagination put around them.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { inspect } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { createSink } from "../packages/cli/src/output.ts";
import { createProgram } from "../packages/cli/src/program.ts";
import { type TestStore, testStore } from "../packages/cli/src/testing/cli.ts";
import { Collector } from "../packages/node/src/testing/collector.ts";
import { type Served, served } from "../packages/server/src/testing/served.ts";
import { cleanEnv, root, run } from "./setup/processes.ts";

interface Example {
	/** `page: heading: n`, n from 1 among the examples of that heading. */
	readonly name: string;
	readonly language: string;
	readonly text: string;
}

const RUNNABLE = /^(?:js|mjs|ts|javascript|typescript|sh|bash|shell)$/u;

function examples(): Example[] {
	const pages = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], {
		cwd: root,
		encoding: "utf8",
	})
		.split("\n")
		.filter((name) => name !== "" && existsSync(path.join(root, name)))
		// A changelog shows what was, not what is to be typed.
		.filter((name) => name !== "CHANGELOG.md" && !name.startsWith("packages/catalog/codes/"));
	return pages.flatMap(examplesOf);
}

function examplesOf(page: string): Example[] {
	const found: Example[] = [];
	let heading = "";
	let count = 0;
	const text = readFileSync(path.join(root, page), "utf8");
	for (const [, title, language = "", body = ""] of text.matchAll(/^#{1,4} (.+)$|^```(\w+)\n([\s\S]*?)^```$/gmu)) {
		if (title !== undefined) {
			heading = title;
			count = 0;
		} else if (RUNNABLE.test(language)) found.push({ name: `${page}: ${heading}: ${++count}`, language, text: body });
	}
	return found;
}

const ALL = examples();
// Below the repository, so that programs find the packages of the workspace as if installed.
const parent = path.join(root, "test", ".errata");
mkdirSync(parent, { recursive: true });
const place = mkdtempSync(path.join(parent, "docs-"));
let collector: Collector;
let server: Served;
/** An empty database, as flags of a command name it. */
let empty: TestStore;

beforeAll(async () => {
	collector = await Collector.start();
	server = await served(inject("clickhouseUrl"));
	empty = await testStore(inject("clickhouseUrl"));
});
beforeEach(() => collector.clear());
afterAll(async () => {
	await collector.stop();
	await server.stop();
	await empty.store.close();
	rmSync(place, { recursive: true, force: true });
});

let programs = 0;

/** Runs a program, under `register` unless flags are given; its output, and the errors that arrived with their class. */
async function program(text: string, options: { flags?: readonly string[]; code?: number } = {}) {
	const name = `program-${++programs}.mjs`;
	writeFileSync(path.join(place, name), text);
	const flags = options.flags ?? ["--import", "@errata/node/register"];
	const env = cleanEnv({
		HOME: place,
		OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
		OTEL_TRACES_EXPORTER: "none",
		ERRATA_EXIT_FLUSH_MS: "20000",
	});
	const ended = await run("node", ["--conditions=errata-source", ...flags, name], { cwd: place, env });
	expect(ended, ended.stderr).toMatchObject({ code: options.code ?? 0 });
	const errors = collector.logs.filter((record) => record.attributes["exception.type"] !== undefined);
	return { ...ended, errors, types: errors.map((record) => record.attributes["exception.type"]) };
}

/** A program that fails, by somebody who logs what it failed with. */
async function failing(text: string) {
	writeFileSync(path.join(place, "failing.mjs"), text);
	return program('await import("./failing.mjs").catch((error) => console.error(error));');
}

const plain = { flags: [] };

type Run = (text: string) => Promise<void>;

/** Before and after in the guide: with the text alone nobody knows the class; with the error itself it arrives once. */
const textOnly: Run = async (text) => {
	const { types } = await program(text);
	expect(types).toEqual([]);
};
const itself: Run = async (text) => {
	const { types } = await program(text);
	expect(types).toEqual(["SyntaxError"]);
};

const GUIDE = "packages/node/EXISTING-LOGGING.md";
const NODE = "packages/node/README.md";

const RUN: Readonly<Record<string, Run>> = {
	"README.md: Your own program: 4": async (text) => {
		const { errors } = await failing(text);
		expect(errors.map((record) => record.attributes["errata.code"])).toEqual(["SHOP_OUT_OF_STOCK"]);
		expect(errors[0]?.attributes["errata.context.task.name"]).toBe("reserve");
	},
	[`${GUIDE}: pino: 1`]: textOnly,
	[`${GUIDE}: pino: 2`]: itself,
	[`${GUIDE}: winston: 1`]: textOnly,
	[`${GUIDE}: winston: 2`]: itself,
	[`${GUIDE}: bunyan: 1`]: textOnly,
	[`${GUIDE}: bunyan: 2`]: itself,
	[`${GUIDE}: console: 1`]: textOnly,
	[`${GUIDE}: console: 2`]: itself,
	[`${GUIDE}: A new error in place of the old: 1`]: async (text) => {
		const { errors } = await failing(text);
		expect(errors.map((record) => inspect(record.attributes["errata.causes"]).includes("SyntaxError"))).toEqual([
			false,
		]);
	},
	[`${GUIDE}: A new error in place of the old: 2`]: async (text) => {
		const { errors } = await failing(text);
		expect(errors.map((record) => inspect(record.attributes["errata.causes"]).includes("SyntaxError"))).toEqual([true]);
	},
	[`${GUIDE}: An error nobody logs: 1`]: async (text) => {
		const { errors } = await program(text);
		expect(errors.map((record) => [record.severityText, record.attributes["settings.default"]])).toEqual([
			["WARN", true],
		]);
	},
	[`${GUIDE}: Beside another distribution: 1`]: async (text) => {
		writeFileSync(path.join(place, "errata.mjs"), text);
		const { types } = await program('console.error(new SyntaxError("beside"));', {
			flags: ["--import", "./errata.mjs"],
		});
		expect(types).toEqual(["SyntaxError"]);
	},
	[`${NODE}: In code: 1`]: async (text) => {
		const { errors } = await failing(text);
		const [record] = errors;
		expect(record?.attributes).toMatchObject({ "errata.code": "TASK_NOT_FOUND", "errata.context.task.name": "resize" });
		expect(inspect(record?.attributes["errata.breadcrumbs"])).toContain("image loaded");
	},
	[`${NODE}: What clients are told: 1`]: async (text) => {
		const { stdout } = await program(`
import express from "express";
class OutOfStock extends Error { sku = "tea"; }
const app = express();
app.get("/order", () => { throw new OutOfStock("no tea in warehouse 7"); });
${text}
const server = app.listen(0, async () => {
	const answer = await fetch(\`http://127.0.0.1:\${server.address().port}/order\`);
	console.log(answer.status, await answer.text());
	server.close();
});`);
		expect(stdout).toMatch(
			/^409 .*"title":"Conflict","status":409,"detail":"No tea left\.","instance":"\/order","code":"SHOP_OUT_OF_STOCK"/u,
		);
		expect(stdout).not.toContain("warehouse");
	},
	[`${NODE}: Other frameworks: 1`]: async (text) => {
		const { types } = await program(`
import express from "express";
const server = express();
const handler = () => { throw new RangeError("of a handler"); };
const jobs = [];
const queue = { process: (worker) => jobs.push(worker) };
const resize = () => { throw new TypeError("of a job"); };
${text}
await jobs[0]({ data: 1 }).catch(() => {});
const listening = server.listen(0, async () => {
	await fetch(\`http://127.0.0.1:\${listening.address().port}/\`);
	listening.close();
});`);
		expect(types.toSorted()).toEqual(["RangeError", "TypeError"]);
	},
	[`${NODE}: Next.js: 1`]: async (text) => {
		writeFileSync(path.join(place, "instrumentation.mjs"), text);
		// As Next calls it.
		const { errors } = await program(
			`const { onRequestError, register } = await import("./instrumentation.mjs");
await register();
const where = { routerKind: "App Router", routePath: "/tea/[id]", routeType: "render" };
onRequestError(new RangeError("no tea"), { path: "/tea/7?q=1", method: "GET", headers: {} }, where);`,
			plain,
		);
		expect(errors.map((record) => record.attributes["url.path"])).toEqual(["/tea/7"]);
	},
	[`${NODE}: With an SDK set-up of your own: 1`]: async (text) => {
		const { errors } = await program(
			`import { BatchLogRecordProcessor } from "@opentelemetry/sdk-logs";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-proto";
const yours = [];
${text}
console.error(new RangeError("own"));
process.once("beforeExit", () => errata.forceFlush());`,
			plain,
		);
		expect(errors.map((record) => record.attributes.team)).toEqual(["billing"]);
	},
	"packages/catalog/README.md: @errata/catalog: 1": async (text) => {
		const { stdout } = await program(text, plain);
		expect(stdout).toMatch(/^NET_CONN_REFUSED network true [0-9a-f]{32}\n.*10\.0\.0\.7:5432/u);
	},
	"packages/api/README.md: @errata/api: 1": async (text) => {
		const { stderr } = await program(text.replace("http://localhost:4390", server.server.url), plain);
		expect(stderr).toBe("");
	},
	"packages/server/README.md: @errata/server: 1": async (text) => {
		const own = database(text).replace("port: 4390", "port: 0");
		const { stdout } = await program(
			`${own}\nconsole.log((await fetch(\`\${server.url}/api/v1/openapi.json\`)).status);\nawait server.stop();\nawait store.close();`,
			plain,
		);
		expect(stdout).toMatch(/\/api\/v1\/openapi\.json\n200\n$/u);
	},
	"packages/store/README.md: @errata/store: 1": async (text) => {
		const { stderr } = await program(database(text), plain);
		expect(stderr).toBe("");
	},
	"packages/store/README.md: Who may ask: 1": async (text) => {
		const { stdout } = await program(text, plain);
		expect(stdout).toContain("'acme'");
	},
	"packages/store/README.md: Everything of one person: 1": async (text) => {
		const { stdout } = await program(database(text), plain);
		expect(stdout).toMatch(/^\[\]\n\[\]\n$/u);
	},
	"README.md: Query it: 1": async (text) => {
		const sql = /--data-binary '\n([\s\S]*)'/u.exec(text)?.[1] ?? "";
		const url = new URL(inject("clickhouseUrl"));
		const authorization = `Basic ${btoa(`${url.username}:${decodeURIComponent(url.password)}`)}`;
		const answer = await fetch(`${url.origin}/?database=${empty.flags[3]}`, {
			method: "POST",
			body: sql,
			headers: { authorization },
		});
		expect([answer.status, await answer.text()]).toEqual([200, ""]);
	},
	"packages/server/ALERTS.md: The webhook's signature: 1": async (text) => {
		const { stdout } = await program(
			`${text}
const at = 1_700_000_000_000;
const hex = createHmac("sha256", "word").update(\`\${at / 1000}.{}\`).digest("hex");
for (const [body, now] of [["{}", at], ["{x}", at], ["{}", at + 400_000]])
	console.log(isFromErrata(\`t=\${at / 1000},v1=\${hex}\`, body, "word", now));`,
			plain,
		);
		expect(stdout).toBe("true\nfalse\nfalse\n");
	},
};

/** Where the examples run that are not run here; why those that run nowhere cannot. The files exist. */
const ELSEWHERE: Readonly<Record<string, readonly [file: string, reason: string]>> = {
	"README.md: See it: 1": ["test/start.test.ts", "starts it; `npm test` is what runs this"],
	"README.md: Your own program: 1": ["test/pack.test.ts", "installs from tarballs and runs a program"],
	"README.md: Your own program: 2": [
		"packages/cli/src/commands/local.test.ts",
		"keeps local running, programs send to it",
	],
	"README.md: Your own program: 3": ["test/init.test.ts", "takes programs this way"],
	"README.md: Other languages: 1": ["test/collector/local.test.ts", "runs the Collector that is built"],
	"README.md: Ask it: 1": ["packages/cli/src/commands.test.ts", "runs every command"],
	"collector-config/README.md: errata-collector: 1": [
		"test/collector/local.test.ts",
		"runs the Collector that is built",
	],
	"collector-config/README.md: Trying it with certificates: 1": [
		"test/collector/pipelines.test.ts",
		"makes such certificates",
	],
	"packages/cli/README.md: errata: 1": ["test/pack.test.ts", "installs from tarballs and runs a program"],
	"packages/local/README.md: @errata/local: 1": [
		"packages/local/src/local.test.ts",
		"starts and stops local; its port is fixed here",
	],
	"packages/local/README.md: @errata/local: 2": ["test/conformance/clickhouse-client.test.ts", "asks this question"],
	[`${NODE}: @errata/node: 1`]: ["test/pack.test.ts", "installs the package"],
	[`${NODE}: AWS Lambda: 1`]: ["packages/node/src/lambda.test.ts", "runs handlers as Lambda's runtime does"],
	[`${NODE}: AWS Lambda: 2`]: ["packages/node/src/lambda.test.ts", "runs handlers as Lambda's runtime does"],
	[`${NODE}: Where records go, and which: 1`]: [
		"packages/node/src/sinks/clickhouse.test.ts",
		"writes to a real ClickHouse",
	],
	"packages/server/README.md: Who may call: 1": [
		"test/server-readme.test.ts",
		"a key is made, asked with from another interface, and found in the trail",
	],
	"packages/server/RETENTION.md: Retention: 1": ["packages/cli/src/commands/retention.test.ts", "applies such a file"],
	"packages/store/GRANTS.md: On a server of your own: 1": [
		"packages/cli/src/commands/access.test.ts",
		"prints and applies the SQL",
	],
	"test/apps/README.md: The example services: 1": ["test/start.test.ts", "starts both"],
	"test/languages/README.md: Programs in four languages that fail: 1": [
		"test/languages/languages.test.ts",
		"is what is run",
	],
	"test/languages/README.md: Programs in four languages that fail: 2": [
		"test/languages/record.ts",
		"records anew, by hand",
	],
	[`${GUIDE}: From existing logging to errata: 1`]: ["test/init.test.ts", "takes programs this way"],
};

/** The page's server is the test's database. */
function database(text: string): string {
	const [, url, , name] = empty.flags;
	return text.replace('url: "http://localhost:8123"', `url: ${JSON.stringify(url)}, database: ${JSON.stringify(name)}`);
}

describe("the examples of the documentation", () => {
	it("are all run, here or elsewhere, and no other is told of", () => {
		const told = [...Object.keys(RUN), ...Object.keys(ELSEWHERE)];
		expect(told.toSorted()).toEqual(ALL.map(({ name }) => name).toSorted());
		const missing = Object.values(ELSEWHERE).filter(([file]) => !existsSync(path.join(root, file)));
		expect(missing).toEqual([]);
	});

	it.each(ALL.filter(({ name }) => RUN[name] !== undefined).map(({ name, text }) => [name, text] as const))(
		"%s",
		async (name, text) => {
			await RUN[name]?.(text);
		},
	);

	const lines = ALL.filter(({ language }) => /sh|bash/u.test(language)).flatMap(({ text }) =>
		[...text.matchAll(/^(?:[A-Z_]+=\S+ )*(?:npx )?errata (.+)$/gmu)].map(([, line = ""]) => line),
	);
	const sink = createSink(process.stderr, { env: {}, refuseColor: true });
	it.each(lines)("errata %s: is a command with these flags", async (line) => {
		const typed = (/^[^#>&|]*/u.exec(line.replaceAll(/<[\w|-]+>/gu, "0123abcd")) ?? [""])[0].trim();
		let ran = 0;
		const run = async (): Promise<void> => {
			ran++;
		};
		const words = typed.split(/ +/u).filter((word) => word !== "");
		await createProgram({ version: "0", out: sink, err: sink, run }).parseAsync(words, { from: "user" });
		expect(ran).toBe(1);
	});
});
