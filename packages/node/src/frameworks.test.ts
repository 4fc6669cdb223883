/** Errors that web frameworks, GraphQL and RPC servers and job runners swallow into an answer: once, with route and trace. */
import { cpSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { expect, test } from "vitest";
import { runProgram } from "./testing/child.ts";
import { lab } from "./testing/lab.ts";

const { work, collector } = lab();

type Row = readonly [type: string, message: string, severity: number, route: string | undefined, more?: object];

async function expectErrors(
	name: string,
	source: string,
	rows: readonly Row[],
	options: Options = {},
): Promise<string> {
	const ran = await runProgram(options.dir ?? work.dir, name, source, {
		env: {
			OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
			ERRATA_SPOOL_DIR: path.join(work.dir, `spool-${name}`),
			...options.env,
		},
	});
	expect(ran.code, ran.stderr).toBe(0);
	const summary = collector.errors.map((r) => [
		r.attributes["exception.type"],
		r.attributes["exception.message"],
		r.severityNumber,
		r.attributes["http.route"],
	]);
	const wanted = rows.map(([type, message, severity, route]) => [type, message, severity, route]);
	const byMessage = (a: readonly unknown[], b: readonly unknown[]): number => String(a[1]).localeCompare(String(b[1]));
	expect(summary.sort(byMessage)).toEqual(wanted.sort(byMessage));
	for (const [, message, , , more] of rows) {
		const record = collector.errors.find((r) => r.attributes["exception.message"] === message);
		if (options.traced !== false) expect(record?.traceId, message).toMatch(/^[0-9a-f]{32}$/);
		expect(record?.attributes, message).toMatchObject(more ?? {});
	}
	return ran.stdout;
}

interface Options {
	readonly env?: Record<string, string>;
	readonly dir?: string;
	/** false: no span was active. */
	readonly traced?: boolean;
}

/** Asks each path of a server that listens, in order. */
const ASK = `const ask = async (server, paths, init) => {
	if (!server.listening) await new Promise((resolve) => server.once("listening", resolve));
	for (const path of paths) await fetch("http://127.0.0.1:" + server.address().port + path, init);
	server.close(); server.closeAllConnections();
};`;

const EXPRESS = `${ASK}
const app = express();
app.get("/sync/:id", () => { throw new TypeError("sync"); });
app.get("/next", (q, s, next) => setTimeout(() => next(new RangeError("next", { cause: new Error("inner") })), 5));
app.get("/missing", (q, s, next) => next(Object.assign(new Error("no such"), { status: 404 })));
const server = app.listen(0);
ask(server, ["/sync/5", "/next", "/missing", "/unknown"]);`;

const EXPRESS_ROWS: Row[] = [
	["TypeError", "sync", 17, "/sync/:id", { "http.request.method": "GET" }],
	["RangeError", "next", 17, "/next", { "errata.causes": [{ message: "inner" }] }],
	["Error", "no such", 13, "/missing"],
];

test("Express 5 without an error handler", async () => {
	await expectErrors("express5.mjs", `import express from "express"; ${EXPRESS}`, EXPRESS_ROWS);
});

test("Express 4 without an error handler", async () => {
	const dir = path.join(work.dir, "express4");
	const from = path.dirname(createRequire(import.meta.url).resolve("express4/package.json"));
	mkdirSync(path.join(dir, "node_modules"), { recursive: true });
	cpSync(from, path.join(dir, "node_modules", "express"), { recursive: true });
	await expectErrors("express4.mjs", `import express from "express"; ${EXPRESS}`, EXPRESS_ROWS, { dir });
});

test("Fastify 5: handlers, every hook, validation, error handlers of the application", async () => {
	await expectErrors(
		"fastify.mjs",
		`import Fastify from "fastify"; ${ASK}
		const app = Fastify();
		app.addHook("onRequest", async (request) => { if (request.url === "/early") throw new Error("early"); });
		app.get("/early", async () => 1);
		app.get("/user/:id", async () => { throw new TypeError("handler"); });
		app.get("/valid", { schema: { querystring: { type: "object", required: ["a"] } } }, async () => 1);
		app.register(async (inner) => {
			inner.setErrorHandler((error, request, reply) => { reply.status(503).send({}); });
			inner.get("/inner", async () => { throw new Error("inner"); });
			inner.get("/hooked", { onRequest: async () => { throw new Error("hooked"); } }, async () => 1);
		});
		await app.listen({ port: 0 });
		await ask(app.server, ["/early", "/user/5", "/valid", "/inner", "/hooked", "/unknown"]);`,
		[
			["Error", "early", 17, "/early"],
			["TypeError", "handler", 17, "/user/:id"],
			["Error", "querystring must have required property 'a'", 13, "/valid"],
			["Error", "inner", 17, "/inner"],
			["Error", "hooked", 17, "/hooked"],
		],
	);
});

test("Koa 3: thrown, swallowed by a middleware, and a 4xx", async () => {
	await expectErrors(
		"koa.mjs",
		`import Koa from "koa"; import Router from "@koa/router"; ${ASK}
		const app = new Koa(); const router = new Router(); app.silent = true;
		app.use(async (ctx, next) => { try { await next(); } catch (error) { if (ctx.path !== "/swallowed") throw error; ctx.status = 500; } });
		router.get("/user/:id", async () => { throw new TypeError("handler"); });
		router.get("/swallowed", async () => { throw new RangeError("swallowed"); });
		router.get("/missing", async (ctx) => ctx.throw(404, "no such"));
		app.use(router.routes());
		ask(app.listen(0), ["/user/5", "/swallowed", "/missing", "/unknown"]);`,
		[
			["TypeError", "handler", 17, "/user/:id", { "http.request.method": "GET" }],
			["RangeError", "swallowed", 17, "/swallowed"],
			["NotFoundError", "no such", 13, "/missing"],
		],
	);
});

test.each(["mjs", "cjs"])(
	"Hono 4 on Node (%s): its own and the application's handlers, sub-applications, a 4xx",
	async (kind) => {
		const load =
			kind === "mjs"
				? `import { Hono } from "hono"; import { HTTPException } from "hono/http-exception"; import { serve } from "@hono/node-server";`
				: `const { Hono } = require("hono"); const { HTTPException } = require("hono/http-exception"); const { serve } = require("@hono/node-server");`;
		const stdout = await expectErrors(
			`hono.${kind}`,
			`${load} ${ASK}
		console.error = () => {};
		const app = new Hono();
		app.use("*", async (c, next) => { await next(); });
		app.get("/user/:id", () => { throw new TypeError("handler"); });
		app.get("/missing", () => { throw new HTTPException(404, { message: "no such" }); });
		const versioned = new Hono().basePath("/v1"); versioned.get("/x", async () => { throw new Error("below"); });
		app.route("/sub", versioned);
		const own = new Hono(); own.onError((error, c) => c.text("own", 503)); own.get("/y", async () => { throw new RangeError("own"); });
		app.route("/own", own);
		const server = serve({ fetch: app.fetch, port: 0 });
		const answers = [];
		server.on("request", (request, response) => response.on("finish", () => answers.push(response.statusCode)));
		ask(server, ["/user/5", "/missing", "/sub/v1/x", "/own/y", "/unknown"]).then(() => console.log(answers.join(), app.routes.length));`,
			[
				["TypeError", "handler", 17, "/user/:id", { "http.request.method": "GET", "http.response.status_code": 500 }],
				["HTTPException", "no such", 13, "/missing"],
				["Error", "below", 17, "/sub/v1/x"],
				["RangeError", "own", 17, "/own/y"],
			],
		);
		expect(stdout.trim()).toBe("500,404,500,503,404 5");
	},
);

test("NestJS 11: handlers, guards, HttpExceptions", async () => {
	await expectErrors(
		"nest.cjs",
		`require("reflect-metadata"); ${ASK}
		const { Controller, Get, HttpException, Module, NotFoundException, UseGuards } = require("@nestjs/common");
		const { NestFactory } = require("@nestjs/core");
		class Guard { canActivate() { throw new RangeError("in guard"); } }
		class Shop {
			boom() { throw new TypeError("handler"); }
			async missing() { throw new NotFoundException("no such"); }
			guarded() {}
			async bad() { throw new HttpException("bad gateway", 502, { cause: new Error("upstream") }); }
		}
		const decorate = (key, ...decorators) => { for (const d of decorators) d(Shop.prototype, key, Object.getOwnPropertyDescriptor(Shop.prototype, key)); };
		decorate("boom", Get("boom/:id")); decorate("missing", Get("missing")); decorate("guarded", Get("guarded"), UseGuards(Guard)); decorate("bad", Get("bad"));
		Controller("shop")(Shop);
		class App {} Module({ controllers: [Shop] })(App);
		(async () => {
			const app = await NestFactory.create(App, { logger: false });
			await app.listen(0);
			await ask(app.getHttpServer(), ["/shop/boom/5", "/shop/missing", "/shop/guarded", "/shop/bad"]);
		})();`,
		[
			["TypeError", "handler", 17, "/shop/boom/:id", { "http.request.method": "GET" }],
			["NotFoundException", "no such", 13, "/shop/missing"],
			["RangeError", "in guard", 17, "/shop/guarded"],
			["HttpException", "bad gateway", 17, "/shop/bad", { "errata.causes": [{ message: "upstream" }] }],
		],
	);
});

test("tRPC 11: procedures of merged routers, the cause kept, client codes as warnings", async () => {
	await expectErrors(
		"trpc.mjs",
		`import { initTRPC, TRPCError } from "@trpc/server"; import { createHTTPServer } from "@trpc/server/adapters/standalone"; ${ASK}
		const t = initTRPC.create();
		const one = t.router({ boom: t.procedure.query(() => { throw new TypeError("handler"); }) });
		const two = t.router({
			missing: t.procedure.query(() => { throw new TRPCError({ code: "NOT_FOUND", message: "no such" }); }),
			wrapped: t.procedure.query(() => { throw new TRPCError({ code: "INTERNAL_SERVER_ERROR", message: "wrapped", cause: new RangeError("inner") }); }),
		});
		const server = createHTTPServer({ router: t.mergeRouters(one, two) });
		server.listen(0);
		ask(server, ["/boom", "/missing", "/wrapped"]);`,
		[
			["TRPCError", "handler", 17, undefined, { "rpc.method": "boom", "errata.causes": [{ type: "TypeError" }] }],
			["TRPCError", "no such", 13, undefined, { "rpc.method": "missing" }],
			["TRPCError", "wrapped", 17, undefined, { "errata.causes": [{ type: "RangeError", message: "inner" }] }],
		],
	);
});

const SCHEMA = `import { GraphQLError } from "graphql";
const typeDefs = "type Query { boom: String user: String ok: String }";
const resolvers = { Query: {
	ok: () => "1",
	boom: () => { throw new TypeError("resolver"); },
	user: async () => { throw new GraphQLError("not yours", { extensions: { code: "FORBIDDEN" } }); },
} };
const query = (url, text) => fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ query: text }) });`;

test("Apollo Server 5: resolvers' errors with their operation, users' errors as warnings", async () => {
	await expectErrors(
		"apollo.mjs",
		`${SCHEMA} import { ApolloServer } from "@apollo/server"; import { startStandaloneServer } from "@apollo/server/standalone";
		const server = new ApolloServer({ typeDefs, resolvers });
		const { url } = await startStandaloneServer(server, { listen: { port: 0 } });
		for (const text of ["query Named { boom }", "{ user }", "{ ok }"]) await query(url, text);
		await server.stop();`,
		[
			["TypeError", "resolver", 17, undefined, { "graphql.operation.name": "Named" }],
			["GraphQLError", "not yours", 13, undefined],
		],
	);
});

test("GraphQL Yoga 5: what a resolver threw, before it is masked", async () => {
	await expectErrors(
		"yoga.mjs",
		`${SCHEMA} import { createServer } from "node:http"; import { createSchema, createYoga } from "graphql-yoga";
		const server = createServer(createYoga({ schema: createSchema({ typeDefs, resolvers }), logging: false })).listen(0);
		const url = "http://127.0.0.1:" + server.address().port + "/graphql";
		for (const text of ["query Named { boom }", "{ user }", "{ ok }"]) await query(url, text);
		server.close(); server.closeAllConnections();`,
		[
			[
				"GraphQLError",
				"resolver",
				17,
				undefined,
				{ "graphql.operation.name": "Named", "errata.causes": [{ type: "TypeError", message: "resolver" }] },
			],
			["GraphQLError", "not yours", 13, undefined],
		],
	);
});

test("BullMQ: the processor's error with the job's id, name, queue and attempt; a signal is none", async () => {
	// Its worker without Redis: only the way to the processor runs.
	await expectErrors(
		"bullmq.mjs",
		`import { DelayedError, Worker } from "bullmq";
		const worker = new Worker("mails", async (job) => { if (job.name === "later") throw new DelayedError(); throw new TypeError("no recipient"); },
			{ autorun: false, connection: { host: "127.0.0.1", port: 1, lazyConnect: true } });
		worker.on("error", () => {});
		for (const job of [{ id: "7", name: "welcome", attemptsMade: 2 }, { id: "8", name: "later", attemptsMade: 0 }])
			await worker.callProcessJob(job, "token").catch(() => {});
		setTimeout(() => process.exit(0), 1500);`,
		[
			[
				"TypeError",
				"no recipient",
				17,
				undefined,
				{
					"messaging.destination.name": "mails",
					"errata.context.job.id": "7",
					"errata.context.job.name": "welcome",
					"errata.context.retry_count": 2,
				},
			],
		],
		{ traced: false },
	);
});

test.each(["mjs", "cjs"])(
	"jobs of node-cron and croner (%s): by what is logged of them, and what nobody sees",
	async (kind) => {
		await expectErrors(
			`cron.${kind}`,
			`${kind === "mjs" ? 'import cron from "node-cron"; import { Cron } from "croner";' : 'const cron = require("node-cron"); const { Cron } = require("croner");'}
		const task = cron.schedule("* * * * * *", async () => { task.stop(); throw new TypeError("node-cron task"); });
		new Cron("* * * * * *", { maxRuns: 1, catch: (error) => console.error("job failed", error) }, () => { throw new RangeError("croner job"); });
		new Cron("* * * * * *", { maxRuns: 1, catch: true }, async (job, context) => { throw new SyntaxError("swallowed"); });
		setTimeout(() => process.exit(0), 1800);`,
			[
				["TypeError", "node-cron task", 17, undefined],
				["RangeError", "croner job", 17, undefined],
				["SyntaxError", "swallowed", 17, undefined],
			],
			{ traced: false },
		);
	},
);

test("a 4xx counts as the configuration has it, a published error is heard", async () => {
	const source = `import express from "express"; import diagnostics from "node:diagnostics_channel"; ${EXPRESS.replace('"/sync/5", "/next", ', "")}
		diagnostics.channel("tracing:shop.query:error").publish({ error: new RangeError("published") });
		diagnostics.channel("shop.failed").publish(new TypeError("an Error itself"));
		diagnostics.channel("shop.other").publish({ error: new TypeError("not asked for") });`;
	const published: Row[] = [
		["RangeError", "published", 17, undefined],
		["TypeError", "an Error itself", 17, undefined],
	];
	const env = { ERRATA_CAPTURE_CHANNELS: "tracing:shop.query:error,shop.failed" };
	await expectErrors("off.mjs", source, published, {
		traced: false,
		env: { ...env, ERRATA_CAPTURE_CLIENT_ERRORS: "off" },
	});
	collector.clear();
	await expectErrors("info.mjs", source, [...published, ["Error", "no such", 9, "/missing"]], {
		traced: false,
		env: { ...env, ERRATA_CAPTURE_CLIENT_ERRORS: "info" },
	});
});

test("a 4xx of every framework counts as the configuration has it", async () => {
	const source = `${SCHEMA} ${ASK} import Fastify from "fastify"; import Koa from "koa"; import express from "express"; import { Hono } from "hono"; import { HTTPException } from "hono/http-exception";
		import { serve } from "@hono/node-server"; import { initTRPC, TRPCError } from "@trpc/server"; import { createHTTPServer } from "@trpc/server/adapters/standalone";
		import { createServer } from "node:http"; import { createSchema, createYoga } from "graphql-yoga"; import { ApolloServer } from "@apollo/server"; import { startStandaloneServer } from "@apollo/server/standalone";
		import "reflect-metadata"; import { Controller, Get, Module, NotFoundException } from "@nestjs/common"; import { NestFactory } from "@nestjs/core";
		const no = (name) => Object.assign(new Error("no " + name), { status: 404, statusCode: 404, expose: true });
		const e = express(); e.get("/x", () => { throw no("express"); }); e.use((error, q, s, n) => s.status(404).end()); await ask(e.listen(0), ["/x"]);
		const f = Fastify(); f.get("/x", async () => { throw no("fastify"); }); await f.listen({ port: 0 }); await ask(f.server, ["/x"]);
		const k = new Koa(); k.silent = true; k.use(() => { throw no("koa"); }); await ask(k.listen(0), ["/x"]);
		const h = new Hono(); h.get("/x", () => { throw new HTTPException(404, { message: "no hono" }); }); await ask(serve({ fetch: h.fetch, port: 0 }), ["/x"]);
		const t = initTRPC.create(); const r = createHTTPServer({ router: t.router({ x: t.procedure.query(() => { throw new TRPCError({ code: "NOT_FOUND", message: "no trpc" }); }) }) }); r.listen(0); await ask(r, ["/x"]);
		const y = createServer(createYoga({ schema: createSchema({ typeDefs, resolvers }), logging: false })).listen(0); await query("http://127.0.0.1:" + y.address().port + "/graphql", "{ user }"); y.close(); y.closeAllConnections();
		const a = new ApolloServer({ typeDefs, resolvers }); const { url } = await startStandaloneServer(a, { listen: { port: 0 } }); await query(url, "{ user }"); await a.stop();
		class Shop { x() { throw new NotFoundException("no nest"); } } Get("x")(Shop.prototype, "x", Object.getOwnPropertyDescriptor(Shop.prototype, "x")); Controller()(Shop);
		class App {} Module({ controllers: [Shop] })(App); const n = await NestFactory.create(App, { logger: false }); await n.listen(0); await ask(n.getHttpServer(), ["/x"]); await n.close();`;
	const client = (severity: number): Row[] => [
		...["express", "fastify", "koa"].map((name): Row => ["Error", `no ${name}`, severity, undefined]),
		["HTTPException", "no hono", severity, undefined],
		["TRPCError", "no trpc", severity, undefined],
		["GraphQLError", "not yours", severity, undefined],
		["GraphQLError", "not yours", severity, undefined],
		["NotFoundException", "no nest", severity, undefined],
	];
	const severities = async (setting: string): Promise<void> => {
		collector.clear();
		const ran = await runProgram(work.dir, "clients.mjs", source, {
			env: {
				OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
				ERRATA_SPOOL_DIR: path.join(work.dir, "spool-clients"),
				ERRATA_CAPTURE_CLIENT_ERRORS: setting,
			},
		});
		expect(ran.code, ran.stderr).toBe(0);
	};
	const found = () =>
		collector.errors
			.map((r) => [r.attributes["exception.type"], r.attributes["exception.message"], r.severityNumber].join(" "))
			.sort();
	const wanted = (severity: number) =>
		client(severity)
			.map(([type, message, number]) => [type, message, number].join(" "))
			.sort();
	await severities("error");
	expect(found()).toEqual(wanted(17));
	await severities("off");
	expect(found()).toEqual([]);
});
