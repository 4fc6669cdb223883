/** Errors as values: defined ones, adopted ones, and what a service answers, in real programs over real HTTP. */
import path from "node:path";
import { describe, expect, test } from "vitest";
import { defineErrors } from "./define-errors.ts";
import { problemResponse, toProblem } from "./problem.ts";
import { registerErrors } from "./register-errors.ts";
import { runProgram } from "./testing/child.ts";
import { lab } from "./testing/lab.ts";

const { work, collector } = lab();

async function run(name: string, source: string): Promise<string> {
	const ran = await runProgram(work.dir, name, source, {
		env: {
			OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
			OTEL_SERVICE_NAME: "shop",
			ERRATA_SPOOL_DIR: path.join(work.dir, `spool-${name}`),
		},
	});
	expect(ran.stderr).toBe("");
	expect(ran.code).toBe(0);
	return ran.stdout;
}

test("a class that exists, its subclass and a class known by name are adopted without an edit", async () => {
	await run(
		"adopted.mjs",
		`import { capture, registerErrors } from "@errata/node";
		class OutOfStock extends Error { constructor(sku) { super("no " + sku + " left"); this.name = "OutOfStock"; this.sku = sku; } }
		class Backordered extends OutOfStock {}
		Object.freeze(OutOfStock.prototype);
		const before = Reflect.ownKeys(OutOfStock.prototype).length;
		registerErrors("SHOP", {
			OUT_OF_STOCK: { error: OutOfStock, status: 409, category: "conflict", severity: "low", retryable: false,
				suggestions: { immediate: ["Order more of {{sku}}"] } },
			LEDGER: { error: "LedgerError", retryable: true, parameters: (error) => ({ book: error.message.slice(-2) }),
				suggestions: { immediate: ["Open book {{book}}"] } },
		});
		if (Reflect.ownKeys(OutOfStock.prototype).length !== before) throw new Error("the class was edited");
		capture(new OutOfStock("tea"));
		capture(new Backordered("rum"));
		capture(Object.assign(new Error("cannot post to book 12"), { name: "LedgerError" }));
		capture(Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), { name: "Other", code: "ECONNREFUSED" }));`,
	);
	const said = collector.errors.map(({ attributes: a }) => [
		a["errata.code"],
		a["errata.retryable"],
		a["http.response.status_code"],
		(a["errata.suggestions.immediate"] as string[])[0],
	]);
	expect(said.slice(0, 3)).toEqual([
		["SHOP_OUT_OF_STOCK", false, 409, "Order more of tea"],
		["SHOP_OUT_OF_STOCK", false, 409, "Order more of rum"],
		["SHOP_LEDGER", true, undefined, "Open book 12"],
	]);
	expect(said[3]?.[0]).toBe("NET_CONN_REFUSED");
	expect(collector.errors[0]?.attributes).toMatchObject({ "errata.category": "conflict", "errata.severity": "low" });
});

test("an adopted class without advice of its own keeps what the catalog knows of such an error", async () => {
	await run(
		"advice.mjs",
		`import { capture, registerErrors } from "@errata/node";
		class PriceFeedDown extends Error {}
		registerErrors("SHOP", { PRICE_FEED: { error: PriceFeedDown, severity: "critical" } });
		capture(Object.assign(new PriceFeedDown("connect ECONNREFUSED 127.0.0.1:9"), { code: "ECONNREFUSED" }));`,
	);
	const { attributes } = collector.errors[0] as (typeof collector.errors)[number];
	expect(attributes["errata.code"]).toBe("SHOP_PRICE_FEED");
	expect(attributes["errata.severity"]).toBe("critical");
	expect(attributes["errata.category"]).toBe("network");
	expect((attributes["errata.suggestions.immediate"] as string[]).length).toBeGreaterThan(0);
});

test("Express and Fastify answer a problem with the public message; the private one stays in the record", async () => {
	const answers = await run(
		"answers.mjs",
		`import { defineErrors, problemResponse } from "@errata/node";
		import express from "express";
		import Fastify from "fastify";
		const Task = defineErrors("TASK", {
			NOT_FOUND: { message: "Task {{id}} not found in shard {{shard}}", publicMessage: "There is no task {{id}}.", status: 404, retryable: false },
		});
		const send = (error, request, reply) => {
			const { status, headers, body } = problemResponse(error, { instance: request.url });
			return reply.status(status).set ? reply.status(status).set(headers).send(body) : reply.code(status).headers(headers).send(body);
		};
		const app = express();
		app.get("/task", () => { throw new Task.NOT_FOUND({ id: 7, shard: "s-12" }); });
		app.get("/crash", () => { throw new Error("secret of shard s-13"); });
		app.use((error, request, response, next) => send(error, request, response));
		const fastify = Fastify();
		fastify.get("/task", () => { throw new Task.NOT_FOUND({ id: 8, shard: "s-12" }); });
		fastify.setErrorHandler(send);
		const server = app.listen(0, async () => {
			const other = await fastify.listen({ port: 0 });
			for (const url of ["http://127.0.0.1:" + server.address().port + "/task", "http://127.0.0.1:" + server.address().port + "/crash", other + "/task"]) {
				const answer = await fetch(url);
				console.log(JSON.stringify({ status: answer.status, type: answer.headers.get("content-type"), body: await answer.json() }));
			}
			server.close();
			await fastify.close();
		});`,
	);
	const [task, crash, fastify] = answers
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line));
	expect(task).toEqual({
		status: 404,
		type: "application/problem+json; charset=utf-8",
		body: {
			type: "about:blank",
			title: "Not Found",
			status: 404,
			detail: "There is no task 7.",
			instance: "/task",
			code: "TASK_NOT_FOUND",
			retryable: false,
			trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
		},
	});
	expect(crash.body).toEqual({
		type: "about:blank",
		title: "Internal Server Error",
		status: 500,
		instance: "/crash",
		trace_id: expect.any(String),
	});
	expect(fastify.body).toMatchObject({ status: 404, detail: "There is no task 8.", code: "TASK_NOT_FOUND" });
	expect(answers).not.toContain("s-1");
	const record = collector.errors.find(
		(error) => error.attributes["exception.message"] === "Task 7 not found in shard s-12",
	);
	expect(record?.attributes["http.response.status_code"]).toBe(404);
	expect(record?.traceId).toBe(task.body.trace_id);
});

describe("problems", () => {
	const errors = defineErrors("PAY", {
		DECLINED: {
			message: "card {{card}} declined",
			publicMessage: true,
			status: 402,
			docs: ["https://example.com/pay"],
		},
		LEDGER: { message: "ledger {{book}} is shut" },
	});

	test("a public message, a docs link and an application's own type pages", () => {
		const declined = new errors.DECLINED({ card: "of Ann" });
		expect(declined).toMatchObject({ status: 402, statusCode: 402, code: "PAY_DECLINED" });
		expect(Object.keys(declined)).toEqual(["code"]);
		expect(toProblem(declined)).toEqual({
			type: "https://example.com/pay",
			title: "Payment Required",
			status: 402,
			detail: "card of Ann declined",
			code: "PAY_DECLINED",
		});
		expect(toProblem(declined, { type: (code) => `https://shop.example/errors/${code}` }).type).toBe(
			"https://shop.example/errors/PAY_DECLINED",
		);
		expect(toProblem(new errors.LEDGER({ book: 3 }))).toEqual({
			type: "about:blank",
			title: "Internal Server Error",
			status: 500,
			code: "PAY_LEDGER",
		});
	});

	test("what the application did not define says its status, and its message only when it was written for clients", () => {
		const exposed = Object.assign(new Error("no such page"), { status: 404, expose: true });
		expect(toProblem(exposed)).toEqual({
			type: "about:blank",
			title: "Not Found",
			status: 404,
			detail: "no such page",
		});
		expect(toProblem(Object.assign(new Error("row 7"), { statusCode: 403 })).detail).toBeUndefined();
		expect(toProblem(Object.assign(new Error("row 7"), { status: 503, expose: true })).detail).toBeUndefined();
		expect(toProblem(Object.assign(new Error("x"), { status: 200 })).status).toBe(500);
	});

	test("hostile values are problems too", () => {
		const trap = (): never => {
			throw new Error("trap");
		};
		const hostile = [
			undefined,
			null,
			"text",
			7n,
			Symbol("s"),
			Object.create(null),
			Object.defineProperty({}, "status", { get: trap }),
			new Proxy(new Error("x"), { get: trap, getPrototypeOf: trap }),
			Object.defineProperty(new errors.DECLINED({ card: "x" }), "message", { get: trap }),
		];
		for (const value of hostile)
			expect(JSON.parse(problemResponse(value).body)).toMatchObject({ status: expect.any(Number) });
		const endless = new errors.DECLINED({ card: "x" });
		endless.message = "y".repeat(1_000_000);
		expect(problemResponse(endless).body.length).toBeLessThan(1200);
	});

	test("a wrong definition says at once what is wrong with it", () => {
		expect(() => defineErrors("pay", { X: { message: "" } })).toThrow(/pay_X: a code is UPPER_SNAKE/);
		expect(() => defineErrors("PAY", { X: { message: "", status: 200 } })).toThrow(
			/PAY_X: status 200 is no HTTP error/,
		);
		for (const error of [Error, Object, {}, "", undefined])
			expect(() => registerErrors("PAY", { X: { error: error as never } })).toThrow(/PAY_X: `error` is not a class/);
	});
});
