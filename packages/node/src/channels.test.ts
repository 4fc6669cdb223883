/** Every way an error comes by, in real programs against a real receiver: one right record each. */
import path from "node:path";
import { describe, expect, test } from "vitest";
import { runProgram } from "./testing/child.ts";
import { lab } from "./testing/lab.ts";

const { work, collector } = lab();

function program(name: string, source: string, env: Record<string, string> = {}) {
	return runProgram(work.dir, name, source, {
		env: {
			OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
			OTEL_SERVICE_NAME: "channels",
			ERRATA_SPOOL_DIR: path.join(work.dir, `spool-${name}`),
			...env,
		},
	});
}

/** One error of each kind, made by `make(kind)`. */
const KINDS = `
export const KINDS = {
	plain: () => new Error("plain"),
	subclass: () => new (class PaymentError extends Error {})("declined"),
	coded: () => Object.assign(new Error("refused"), { code: "ECONNREFUSED", port: 5432 }),
	cause: () => new Error("outer", { cause: Object.assign(new TypeError("inner"), { code: "E_IN" }) }),
	aggregate: () => new AggregateError([new Error("one"), new RangeError("two")], "many"),
	frozen: () => Object.freeze(new RangeError("frozen")),
	huge: () => new Error("x".repeat(10_000_000)),
	cyclic: () => { const e = new Error("cyclic"); e.cause = e; e.self = e; return e; },
	getters: () => Object.defineProperties(new Error("getters"), {
		code: { get() { throw new Error("no code") } }, cause: { get() { throw 1 } }, other: { enumerable: true, get() { throw 2 } },
	}),
	proxy: () => new Proxy(new Error("proxied"), { get(t, k) { if (k === "cause") throw new Error("trap"); return Reflect.get(t, k) } }),
	foreign: () => vm.runInNewContext('new TypeError("from another realm")'),
};
import vm from "node:vm";
`;

const EXPECTED: Record<string, [type: string, message: string | RegExp]> = {
	plain: ["Error", "plain"],
	subclass: ["PaymentError", "declined"],
	coded: ["Error", "refused"],
	cause: ["Error", "outer"],
	aggregate: ["AggregateError", "many"],
	frozen: ["RangeError", "frozen"],
	huge: ["Error", /^x{1000,16384}$/],
	cyclic: ["Error", "cyclic"],
	getters: ["Error", "getters"],
	proxy: ["Error", "proxied"],
	foreign: ["TypeError", "from another realm"],
};

const CHANNELS: Record<string, string> = {
	capture: `import { capture } from "@errata/node"; const report = capture;`,
	"console.error": `const report = (e) => console.error("it failed: %s", e);`,
	"console.error of an object": `const report = (e) => console.error({ e });`,
	pino: `import pino from "pino"; const log = pino(pino.destination("/dev/null")); const report = (e) => log.error(e);`,
	"pino err": `import pino from "pino"; const log = pino(pino.destination("/dev/null")); const report = (e) => log.error({ err: e }, "said");`,
	"pino error key": `import pino from "pino"; const log = pino(pino.destination("/dev/null")); const report = (e) => log.error({ error: e }, "said");`,
	logger: `import { createLogger } from "@errata/node"; const log = createLogger("shop").with({ shop: 7 }); const report = (e) => log.error("said", e);`,
	span: `import { trace } from "@opentelemetry/api"; const tracer = trace.getTracer("t");
		const report = (e) => tracer.startActiveSpan("outer", (a) => { tracer.startActiveSpan("inner", (b) => { b.recordException(e); b.end(); }); a.recordException(e); a.end(); });`,
};

/** What a library's own serializer throws on, with or without errata. */
const NOT_FOR: Record<string, readonly string[]> = {
	pino: ["getters", "proxy", "frozen", "foreign"],
	"pino err": ["getters", "proxy", "frozen"],
};

describe.each(Object.entries(CHANNELS))("%s", (channel, head) => {
	test("reports each kind of error once, whole", async () => {
		const name = `${channel.replace(/\W/g, "-")}.mjs`;
		const kinds = Object.keys(EXPECTED).filter((kind) => NOT_FOR[channel]?.includes(kind) !== true);
		const expected = kinds.map((kind) => EXPECTED[kind] as [string, string | RegExp]);
		const ran = await program(
			name,
			`${KINDS}\n${head}\nfor (const kind of ${JSON.stringify(kinds)}) report(KINDS[kind]());\n`,
		);
		expect(ran.code).toBe(0);
		const found = collector.errors;
		expect(found.map((r) => String(r.attributes["exception.type"])).sort()).toEqual(
			expected.map(([type]) => type).sort(),
		);
		for (const [type, message] of expected) {
			const record = found.find((r) => {
				const text = String(r.attributes["exception.message"]);
				return typeof message === "string" ? text === message : message.test(text);
			});
			expect(record?.attributes).toMatchObject({
				"exception.type": type,
				"errata.handled": true,
				"errata.schema": 1,
				"log.record.uid": expect.stringMatching(
					/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
				),
				"errata.fingerprint": expect.stringMatching(/^[0-9a-f]{32}$/),
			});
			expect(record?.attributes["exception.stacktrace"]).toContain(name);
			expect(record?.resource["service.name"]).toBe("channels");
		}
		const coded = found.find((r) => r.attributes["exception.message"] === "refused");
		expect(coded?.attributes).toMatchObject({
			"error.type": "ECONNREFUSED",
			"errata.context.error_properties": { port: 5432 },
		});
		const outer = found.find((r) => r.attributes["exception.message"] === "outer");
		expect(outer?.attributes["errata.causes"]).toMatchObject([
			{ type: "TypeError", message: "inner", code: "E_IN", depth: 1 },
		]);
		const many = found.find((r) => r.attributes["exception.message"] === "many");
		expect(many?.attributes["errata.causes"]).toMatchObject([
			{ type: "Error", message: "one" },
			{ type: "RangeError", message: "two" },
		]);
		const huge = found.find((r) => /^x+$/.test(String(r.attributes["exception.message"])));
		expect(huge?.attributes["errata.dropped"]).toMatchObject({ message_bytes: expect.any(Number) });
	});
});

test("values that are not errors are reported as what they are", async () => {
	await program(
		"values.mjs",
		`import { capture } from "@errata/node";
		const cyclic = { a: 1 }; cyclic.self = cyclic;
		for (const value of ["text", 42, null, undefined, Symbol("s"), 10n, { code: "E1", reason: "why" }, cyclic, Object.create(null), [1, 2], () => {}]) capture(value);`,
	);
	expect(collector.errors.map((r) => [r.attributes["exception.type"], r.attributes["exception.message"]])).toEqual([
		["string", "text"],
		["number", "42"],
		["null", "null"],
		["undefined", "undefined"],
		["symbol", "Symbol(s)"],
		["bigint", "10"],
		["Object", "{ code: E1, reason: why }"],
		["Object", "{ a: 1, self: {...} }"],
		["Object", "{  }"],
		["Array", "[1, 2]"],
		["Function", "[Function ]"],
	]);
});

test("one error that comes by every way is one record", async () => {
	const ran = await program(
		"once.mjs",
		`import { capture, createLogger } from "@errata/node";
		import { trace } from "@opentelemetry/api";
		import pino from "pino";
		const log = pino(pino.destination("/dev/null"));
		const error = new Error("only once");
		trace.getTracer("t").startActiveSpan("s", (span) => { span.recordException(error); span.end(); });
		capture(error); console.error(error); log.error(error, "the line stays"); capture(error); console.warn("again", error);
		process.on("uncaughtException", () => {});
		setTimeout(() => { throw error; }, 10);`,
	);
	expect(ran.code).toBe(0);
	const found = collector.errors.filter((r) => r.attributes["exception.message"] === "only once");
	expect(new Set(found.map((r) => r.attributes["log.record.uid"])).size).toBe(1);
	expect(found).toHaveLength(1);
	expect(found[0]?.attributes["errata.handled"]).toBe(false);
	const events = collector.spans.flatMap((span) => span.events);
	expect(events.map((event) => event.attributes["log.record.uid"])).toEqual([found[0]?.attributes["log.record.uid"]]);
	expect(events[0]?.attributes["errata.fingerprint"]).toBe(found[0]?.attributes["errata.fingerprint"]);
});

test("a second copy of the package agrees on what was reported", async () => {
	const ran = await runProgram(
		work.dir,
		"two-copies.mjs",
		`import { cpSync, mkdirSync } from "node:fs";
		import path from "node:path";
		const from = path.dirname(path.dirname(new URL(import.meta.resolve("@errata/node")).pathname));
		const to = path.join(import.meta.dirname, "copy");
		mkdirSync(to, { recursive: true });
		cpSync(path.join(from, "dist"), path.join(to, "dist"), { recursive: true });
		cpSync(path.join(from, "package.json"), path.join(to, "package.json"));
		const a = await import("@errata/node");
		const b = await import(path.join(to, "dist", "index.js"));
		if (a.capture === b.capture) throw new Error("not a copy");
		const error = new Error("shared");
		b.withContext({ "task.id": "42" }, () => a.capture(error));
		b.capture(error); a.capture(error); console.error(error);`,
		{ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ERRATA_SPOOL_DIR: path.join(work.dir, "s2") } },
	);
	expect(ran.code).toBe(0);
	expect(collector.errors).toHaveLength(1);
	expect(collector.errors[0]?.attributes["errata.context.task.id"]).toBe("42");
});
