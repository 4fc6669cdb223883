/**
 * AWS Lambda by its own runtime client (npm `aws-lambda-ric`) against a Runtime API on loopback that freezes the process where it asks
 * for the next event, as Lambda does. What was reported must be at the collector when the answer comes.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { cachedPackages } from "../../../scripts/cached-packages.mjs";
import { build, guard, workDirectory } from "./testing/child.ts";
import { Collector } from "./testing/collector.ts";
import type { LogRecord } from "./testing/otlp.ts";

const work = workDirectory();
const client = fileURLToPath(new URL("testing/lambda-client.cjs", import.meta.url));
let ric: string;
let collector: Collector;
let running: LambdaApi | undefined;

beforeAll(async () => {
	build();
	ric = path.join(cachedPackages("lambda"), "node_modules", "aws-lambda-ric", "index.mjs");
	collector = await Collector.start();
}, 300_000);
afterEach(async () => {
	await running?.stop();
	collector.clear();
	collector.answers.length = 0;
});
afterAll(async () => {
	await collector.stop();
	work.remove();
});

interface Answer {
	/** `response`, `error`, or `init/error`. */
	readonly kind: string;
	readonly body: string;
	/** Errors at the collector when the answer came. */
	readonly records: readonly LogRecord[];
}

/** Lambda's side: hands out events one by one; between them the process stands still. */
class LambdaApi {
	readonly #server: Server;
	readonly #events: unknown[] = [];
	readonly #waiting: ((answer: Answer) => void)[] = [];
	#next: ((event: unknown) => void) | undefined;
	#child: ChildProcess | undefined;
	#busy = false;
	output = "";

	constructor() {
		let id = 0;
		this.#server = createServer((request, response) => {
			if (request.url?.endsWith("/next")) {
				this.#next = (event) => {
					response.writeHead(200, {
						"Lambda-Runtime-Aws-Request-Id": `request-${++id}`,
						"Lambda-Runtime-Deadline-Ms": String(Date.now() + 2_000),
						"Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-west-1:123456789012:function:shop",
						"Lambda-Runtime-Trace-Id": "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
					});
					response.end(JSON.stringify(event));
				};
				this.#freeze();
				this.#hand();
				return;
			}
			let body = "";
			request.on("data", (chunk) => {
				body += chunk;
			});
			request.on("end", () => {
				response.writeHead(202).end();
				this.#busy = false;
				this.#freeze();
				const kind = request.url?.split("/").slice(-1)[0] ?? "";
				this.#waiting.shift()?.({ kind, body, records: [...collector.errors] });
			});
		});
	}

	async start(handler: string, files: Record<string, string>, env: Record<string, string> = {}): Promise<void> {
		const task = path.join(work.dir, `task-${Object.keys(files).join("-")}`);
		mkdirSync(task, { recursive: true });
		for (const [name, source] of Object.entries(files)) writeFileSync(path.join(task, name), source);
		await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
		const { port } = this.#server.address() as AddressInfo;
		this.#child = spawn(process.execPath, [ric], {
			stdio: ["ignore", "pipe", "pipe"],
			env: {
				PATH: process.env.PATH,
				NODE_OPTIONS: `--require=${client} --import=${guard}`,
				AWS_LAMBDA_NODEJS_USE_ALTERNATIVE_CLIENT_1: "true",
				AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
				AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
				AWS_LAMBDA_FUNCTION_NAME: "shop",
				AWS_LAMBDA_FUNCTION_VERSION: "7",
				AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "128",
				AWS_LAMBDA_LOG_GROUP_NAME: "group",
				AWS_LAMBDA_LOG_STREAM_NAME: "stream",
				LAMBDA_TASK_ROOT: task,
				_HANDLER: handler,
				OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
				ERRATA_SPOOL_DIR: path.join(work.dir, "spool"),
				...env,
			},
		});
		for (const stream of [this.#child.stdout, this.#child.stderr])
			stream?.on("data", (chunk) => {
				this.output += chunk;
			});
	}

	/** The answer of the function to one event. */
	invoke(event: unknown): Promise<Answer> {
		return new Promise((resolve, reject) => {
			this.#child?.once("exit", (code) => reject(new Error(`the function ended (${code}): ${this.output}`)));
			this.#waiting.push(resolve);
			this.#events.push(event);
			this.#hand();
		});
	}

	async stop(): Promise<void> {
		const child = this.#child;
		if (child !== undefined && child.exitCode === null && child.signalCode === null) {
			const ended = new Promise((resolve) => child.once("exit", resolve));
			child.kill("SIGKILL");
			await ended;
		}
		this.#server.closeAllConnections();
		this.#server.close();
	}

	/** Once the answer is here and the next event is asked for: the test's client may ask before its answer has left. */
	#freeze(): void {
		if (!this.#busy && this.#next !== undefined) this.#child?.kill("SIGSTOP");
	}

	#hand(): void {
		if (this.#next === undefined || this.#events.length === 0) return;
		const next = this.#next;
		this.#next = undefined;
		this.#busy = true;
		this.#child?.kill("SIGCONT");
		next(this.#events.shift());
	}
}

async function lambda(
	handler: string,
	files: Record<string, string>,
	env: Record<string, string> = {},
): Promise<LambdaApi> {
	running = new LambdaApi();
	await running.start(handler, files, env);
	return running;
}

const summary = (records: readonly LogRecord[]) =>
	records.map(({ attributes, severityNumber, eventName }) => [
		attributes["exception.type"],
		attributes["exception.message"],
		severityNumber,
		eventName,
		attributes["faas.invocation_id"],
	]);

const BODY = `async (event, context) => {
	if (event.log) console.error("logged", new SyntaxError("only logged"));
	if (event.hang) await new Promise((resolve) => setTimeout(resolve, event.hang));
	if (event.fail) throw new TypeError("handler failed");
	return { ok: true };
}`;

test.each([
	["an ES module, nothing changed", "app.mjs", `export const handler = ${BODY};`],
	["CommonJS, nothing changed", "app.cjs", `exports.handler = ${BODY};`],
	[
		"wrapHandler",
		"app.mjs",
		`import { wrapHandler } from "${import.meta.resolve("@errata/node/lambda").replace("/src/lambda.ts", "/dist/lambda.js")}"; export const handler = wrapHandler(${BODY});`,
	],
])("Lambda, %s: thrown, logged, a timeout ahead; all sent before the freeze", async (_name, file, source) => {
	const api = await lambda("app.handler", { [file]: source });
	const fine = await api.invoke({});
	expect([fine.kind, fine.body, fine.records]).toEqual(["response", '{"ok":true}', []]);
	const failed = await api.invoke({ fail: true });
	expect(failed.kind).toBe("error");
	expect(JSON.parse(failed.body)).toMatchObject({ errorType: "TypeError", errorMessage: "handler failed" });
	expect(summary(failed.records)).toEqual([
		["TypeError", "handler failed", 17, "faas.invocation.exception", "request-2"],
	]);
	expect(failed.records[0]?.traceId).toMatch(/^[0-9a-f]{32}$/);
	expect(failed.records[0]?.attributes).toMatchObject({
		"errata.handled": false,
		"faas.name": "shop",
		"faas.version": "7",
		"faas.coldstart": false,
		"cloud.resource_id": "arn:aws:lambda:eu-west-1:123456789012:function:shop",
	});
	const logged = await api.invoke({ log: true });
	expect(summary(logged.records.slice(1))).toEqual([["SyntaxError", "only logged", 17, "exception", undefined]]);
	// Lambda would end it at 2 s; here it is let run, to be seen.
	const late = await api.invoke({ hang: 2_200 });
	expect(summary(late.records.slice(2))).toEqual([
		[
			"LambdaTimeoutError",
			expect.stringMatching(/^Task timed out after [12]\.\d\d seconds$/),
			17,
			"faas.invocation.exception",
			"request-4",
		],
	]);
	expect(late.records[2]?.attributes).toMatchObject({ "errata.code": "FAAS_TIMEOUT" });
	expect(late.records[2]?.traceId).toMatch(/^[0-9a-f]{32}$/);
});

test("wrapHandler keeps callbacks, streams, names and values, and does not wrap twice", async () => {
	const { wrapHandler } = await import("./lambda.ts");
	const streaming = Symbol.for("aws.lambda.runtime.handler.streaming");
	const stream = Object.assign(async (_event: unknown, _stream: unknown, _context: unknown) => "done", {
		[streaming]: "response",
	});
	const wrapped = wrapHandler(stream);
	expect([Reflect.get(wrapped, streaming), wrapped.length, wrapHandler(wrapped) === wrapped]).toEqual([
		"response",
		3,
		true,
	]);
	expect(await wrapped({}, {}, {})).toBe("done");
	const called = wrapHandler(
		(event: { fail?: boolean }, _context: unknown, callback: (error: unknown, value?: string) => void) => {
			if (event.fail === true) callback(new Error("by callback"));
			else callback(null, "value");
		},
	);
	expect(called.length).toBe(3);
	const answer = (event: { fail?: boolean }) =>
		new Promise((resolve) => called(event, {}, (...given) => resolve(given)));
	expect(await answer({})).toEqual([null, "value"]);
	expect(await answer({ fail: true })).toEqual([new Error("by callback"), undefined]);
	const thrown = new Error("thrown at once");
	const throwing = wrapHandler((_event: unknown, _context: unknown): Promise<string> => {
		throw thrown;
	});
	await expect(throwing({}, {})).rejects.toBe(thrown);
});
