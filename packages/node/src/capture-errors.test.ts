/** Frameworks without a hook: what fails below `captureErrors` and `errorMiddleware` is reported once, and goes on as it was. */
import path from "node:path";
import { expect, test } from "vitest";
import { runProgram } from "./testing/child.ts";
import { lab } from "./testing/lab.ts";

const { work, collector } = lab();

async function program(name: string, source: string, env: Record<string, string> = {}) {
	const ran = await runProgram(work.dir, name, source, {
		env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ERRATA_SPOOL_DIR: path.join(work.dir, name), ...env },
	});
	expect(ran.code, ran.stderr).toBe(0);
	return ran.stdout;
}

function summary() {
	return collector.errors
		.map(({ attributes, severityNumber }) => [
			attributes["exception.message"],
			severityNumber,
			attributes["http.request.method"],
			attributes["http.route"],
		])
		.sort((a, b) => String(a[0]).localeCompare(String(b[0])));
}

/** A framework of its own: middleware in a row, an error goes to whoever takes four parameters. */
const OWN = `import { createServer } from "node:http";
import { capture, captureErrors, errorMiddleware } from "@errata/node";
const stack = [];
const server = createServer((request, response) => {
	let at = 0;
	const next = (error) => {
		const layer = stack[at++];
		if (layer === undefined) { response.statusCode = error?.status ?? (error ? 500 : 404); response.end(String(error?.message)); return; }
		if ((error !== undefined) !== (layer.length === 4)) return next(error);
		try {
			const result = error === undefined ? layer(request, response, next) : layer(error, request, response, next);
			result?.catch?.(next);
		} catch (thrown) { next(thrown); }
	};
	next();
}).listen(0);
const ask = async (...paths) => {
	const answers = [];
	for (const path of paths) {
		const answer = await fetch("http://127.0.0.1:" + server.address().port + path);
		answers.push(answer.status + " " + await answer.text());
	}
	server.close(); server.closeAllConnections();
	console.log(answers.join("\\n"));
};
const routes = (request, response, next) => {
	request.route = { path: request.url.replace(/\\d+/, ":id") };
	if (request.url === "/thrown/5") throw new TypeError("thrown");
	if (request.url === "/rejected") return Promise.reject(new RangeError("rejected"));
	if (request.url === "/handed") return next(new SyntaxError("handed on"));
	if (request.url === "/missing") return next(Object.assign(new Error("no such"), { status: 404 }));
	next();
};`;

const ANSWERS = "500 thrown\n500 rejected\n500 handed on\n404 no such\n404 undefined\n";
const ROWS = [
	["handed on", 17, "GET", "/handed"],
	["no such", 13, "GET", "/missing"],
	["rejected", 17, "GET", "/rejected"],
	["thrown", 17, "GET", "/thrown/:id"],
];

test.each([
	["captureErrors around a handler", "stack.push(captureErrors(routes));"],
	["errorMiddleware behind the routes", "stack.push(routes, errorMiddleware());"],
	[
		"both, and the application's own report",
		"stack.push(captureErrors(routes), errorMiddleware(), captureErrors((error, request, response, next) => { capture(error); next(error); }));",
	],
])("a framework without a hook: %s", async (_name, wiring) => {
	const own = wiring.includes("capture(error)");
	const source = `${OWN} ${wiring} ask("/thrown/5", "/rejected", "/handed", "/missing", "/other");`;
	expect(await program("framework.mjs", source)).toBe(ANSWERS);
	// The application calls an error what it reports itself.
	expect(summary()).toEqual(ROWS.map(([message, severity, ...rest]) => [message, own ? 17 : severity, ...rest]));
});

test("any function: arguments, this, answers and errors stay as they are; a status is no client's", async () => {
	const stdout = await program(
		"functions.mjs",
		`import { captureErrors } from "@errata/node";
		const seen = [];
		const job = captureErrors(async function work(a, b) { seen.push(this.name, a + b, work.length); throw Object.assign(new TypeError("job failed"), { response: { status: 404 } }); }, { attributes: { "messaging.destination.name": "mails" } });
		seen.push(job.name, job.length);
		const thrown = await job.call({ name: "it" }, 1, 2).catch((error) => error);
		const sync = captureErrors((x) => { if (x) throw x; return "fine"; });
		seen.push(sync(0));
		try { sync("a string"); } catch (error) { seen.push(error); }
		const lazy = { then(resolve) { seen.push("started"); resolve(1); } };
		seen.push(captureErrors(() => lazy)() === lazy, thrown.message);
		console.log(JSON.stringify(seen));`,
	);
	expect(JSON.parse(stdout)).toEqual(["work", 2, "it", 3, 2, "fine", "a string", true, "job failed"]);
	expect(summary()).toEqual([
		["a string", 17, undefined, undefined],
		["job failed", 17, undefined, undefined],
	]);
	const job = collector.errors.find((record) => record.attributes["exception.message"] === "job failed");
	expect(job?.attributes["messaging.destination.name"]).toBe("mails");
});

test("flush sends what was reported before it returns, and does nothing without instrumentation", async () => {
	const source = `import { capture, flush } from "@errata/node";
		capture(new TypeError("flushed")); await flush({ timeoutMs: 5000 }); console.log("flushed");
		process.kill(process.pid, "SIGKILL");`;
	const options = {
		env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ERRATA_SPOOL_DIR: path.join(work.dir, "flush") },
	};
	const killed = await runProgram(work.dir, "flush.mjs", source, options);
	expect([killed.signal, killed.stdout]).toEqual(["SIGKILL", "flushed\n"]);
	expect(summary()).toEqual([["flushed", 17, undefined, undefined]]);
	const bare = await runProgram(work.dir, "flush.mjs", source, { flags: [] });
	expect([bare.signal, bare.stdout]).toEqual(["SIGKILL", "flushed\n"]);
});
