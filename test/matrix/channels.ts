/** The channels of the matrix: source that leaves `report(value)`, run once per kind inside a span of its own. */

export interface Channel {
	/** CommonJS, so that stock auto-instrumentation meets the libraries too. */
	readonly head: string;
	/** Kinds that cannot come this way, with the reason. */
	readonly not?: Readonly<Record<string, string>>;
	/** The application says so itself: no record is described as a warning or as handled by others. */
	readonly handled: boolean;
}

/** What is no Error is no error to a console; to a logger it is the line's fields. */
const WORDS = { object: "words, not an Error", nullproto: "words, not an Error" };

const NOWHERE = `const nowhere = new (require("node:stream").Writable)({ write: (chunk, encoding, done) => done(), objectMode: true });`;

const SERVE = `const http = require("node:http");
const ask = (server, path) => new Promise((resolve) => http.get({ port: server.address().port, path, agent: false }, (answer) => { answer.resume(); answer.on("end", () => { console.log(path, answer.statusCode); resolve(); }); }));`;

export const CHANNELS: Readonly<Record<string, Channel>> = {
	uncaught: {
		head: `process.on("uncaughtException", () => {});
			const report = (value) => new Promise((resolve) => setImmediate(() => { setImmediate(resolve); throw value; }));`,
		handled: false,
	},
	rejection: {
		head: `process.on("uncaughtException", () => {});
			const report = (value) => { Promise.reject(value); return new Promise((resolve) => setTimeout(resolve, 1)); };`,
		handled: false,
		not: {
			object: "Node wraps it: see the test of rejected values",
			nullproto: "Node wraps it: see the test of rejected values",
		},
	},
	capture: {
		head: `const { capture } = require("@errata/node"); const report = (value) => capture(value);`,
		handled: true,
	},
	logger: {
		head: `const { createLogger } = require("@errata/node"); const log = createLogger("shop"); const report = (value) => log.error("said", value);`,
		handled: true,
		not: WORDS,
	},
	console: {
		head: `const report = (value) => { try { console.error("it failed", value); } catch (error) { console.log("the console threw"); } };`,
		handled: true,
		not: WORDS,
	},
	pino: {
		head: `${NOWHERE} const log = require("pino")(nowhere); const report = (value) => log.error({ err: value }, "said");`,
		handled: true,
		not: {
			...WORDS,
			cyclic: "pino's serializer runs out of stack, with or without errata",
			frozen: "pino's serializer throws, with or without errata",
			getter: "pino's serializer throws, with or without errata",
			proxied: "pino's serializer throws, with or without errata",
		},
	},
	winston: {
		head: `${NOWHERE} const winston = require("winston"); const log = winston.createLogger({ format: winston.format.errors(), transports: [new winston.transports.Stream({ stream: nowhere })] });
			const report = (value) => log.error("said", { failure: value });`,
		handled: true,
		not: WORDS,
	},
	bunyan: {
		head: `${NOWHERE} const log = require("bunyan").createLogger({ name: "app", streams: [{ stream: nowhere, type: "raw" }] }); const report = (value) => log.error({ failure: value }, "said");`,
		handled: true,
		not: WORDS,
	},
	log4js: {
		head: `const log4js = require("log4js"); log4js.configure({ appenders: { out: { type: "file", filename: "/dev/null", layout: { type: "messagePassThrough" } } }, categories: { default: { appenders: ["out"], level: "info" } } });
			const log = log4js.getLogger(); const report = (value) => { try { log.error("said", value); } catch (error) { console.log("log4js threw"); } };`,
		handled: true,
		not: WORDS,
	},
	consola: {
		head: `const log = require("consola").createConsola({ reporters: [{ log() {} }] }); const report = (value) => log.error("said", value);`,
		handled: true,
		not: WORDS,
	},
	span: {
		head: `const report = (value) => api.trace.getActiveSpan().recordException(value);`,
		handled: true,
		not: { getter: "OpenTelemetry's own recordException throws under stock instrumentation" },
	},
	published: {
		head: `const channel = require("node:diagnostics_channel").channel("tracing:shop:error"); const report = (value) => channel.publish({ error: value });`,
		handled: true,
	},
	express: {
		head: `${SERVE} const app = require("express")(); const server = app.listen(0); let current;
			app.get("/boom", () => { throw current; }); app.use((error, request, response, next) => response.status(500).end());
			const report = (value) => { current = value; return ask(server, "/boom"); }; const end = () => server.close();`,
		handled: true,
		not: {
			getter: "OpenTelemetry's own recordException throws under stock instrumentation",
			nullproto: "OpenTelemetry's own instrumentation throws on it, and Express answers that",
		},
	},
	fastify: {
		head: `${SERVE} const app = require("fastify")(); let current; app.setErrorHandler((error, request, reply) => { reply.status(500).send("no"); });
			app.get("/boom", async () => { throw current; }); const started = app.listen({ port: 0 });
			const report = async (value) => { await started; current = value; await ask(app.server, "/boom"); }; const end = () => app.close();`,
		handled: true,
	},
	hono: {
		head: `${SERVE} const { Hono } = require("hono"); const app = new Hono(); let current; app.onError((error, c) => c.text("no", 500));
			app.get("/boom", async () => { throw current; }); const server = require("@hono/node-server").serve({ fetch: app.fetch, port: 0 });
			const report = (value) => { current = value; return ask(server, "/boom"); }; const end = () => server.close();`,
		handled: true,
		not: { ...WORDS, realm: "Hono hands on only Errors of its own realm" },
	},
};
