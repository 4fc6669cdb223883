/** Lines of winston, bunyan, log4js and consola, required and imported: each Error once, whole, with the line's fields. */
import path from "node:path";
import { describe, expect, test } from "vitest";
import { runProgram } from "./testing/child.ts";
import { lab } from "./testing/lab.ts";

const { work, collector } = lab();

/** What each library is asked to log: `e(n)` makes the n-th error. */
const LINES: Record<string, { head: string; lines: string; expected: [string, string, number, unknown][] }> = {
	winston: {
		head: `const { format } = winston;
			const log = winston.createLogger({ format: format.combine(format.errors({ stack: true }), format.splat(), format.json()),
				defaultMeta: { shop: 1 }, transports: [new winston.transports.Console()] });
			const child = log.child({ request: "r1" });`,
		lines: `log.error(e(1)); log.error("said", e(2)); log.error("said %s", "x", e(3)); log.error("said", { error: e(4), k: 2 });
			log.error("said", { err: e(5) }); child.error(e(6)); child.error("said", e(7)); child.warn({ message: e(8) });
			log.log("error", e(9)); log.log({ level: "error", message: "m", error: e(10) }); log.debug(e(99)); log.info("plain", { a: 1 });`,
		expected: [
			["e1", "e1", 17, {}],
			["e2", "said e2", 17, { shop: 1 }],
			["e3", "said x", 17, { shop: 1 }],
			["e4", "said", 17, { k: 2 }],
			["e5", "said", 17, { shop: 1 }],
			["e6", "e6", 17, { request: "r1" }],
			["e7", "said e7", 17, { request: "r1" }],
			["e8", "e8", 13, { request: "r1" }],
			["e9", "e9", 17, {}],
			["e10", "m", 17, { shop: 1 }],
		],
	},
	bunyan: {
		head: `const log = bunyan.createLogger({ name: "app", serializers: bunyan.stdSerializers });`,
		lines: `log.error(e(1)); log.error({ err: e(2), k: 1 }, "said"); log.child({ request: 7 }).warn(e(3), "child %s", "x");
			log.error({ error: e(4) }, "other key"); log.debug(e(99)); log.info({ a: 1 }, "plain");`,
		expected: [
			["e1", "e1", 17, { name: "app" }],
			["e2", "said", 17, { k: 1 }],
			["e3", "child x", 13, { request: 7 }],
			["e4", "other key", 17, {}],
		],
	},
	log4js: {
		head: `log4js.configure({ appenders: { out: { type: "stdout" } }, categories: { default: { appenders: ["out"], level: "info" } } });
			const log = log4js.getLogger("shop"); log.addContext("user", "u");`,
		lines: `log.error(e(1)); log.error("said", e(2)); log4js.getLogger("b").warn("took %d", 5, e(3)); log.debug(e(99)); log.info("plain");`,
		expected: [
			["e1", "e1", 17, { "log4js.category": "shop" }],
			["e2", "said", 17, { user: "u" }],
			["e3", "took 5", 13, { "log4js.category": "b" }],
		],
	},
	consola: {
		head: `const log = consola.createConsola({ level: 3 });`,
		lines: `log.error(e(1)); log.error("said", e(2)); log.withTag("db").warn(e(3)); log.fatal(e(4));
			for (let i = 5; i < 20; i++) log.error(e(i)); log.debug(e(99)); log.info("plain");`,
		expected: [
			["e1", "e1", 17, {}],
			["e2", "said", 17, {}],
			["e3", "e3", 13, { "consola.tag": "db" }],
			["e4", "e4", 21, {}],
			// To consola's throttle they are all the same line.
			...Array.from({ length: 15 }, (_, i): [string, string, number, unknown] => [`e${i + 5}`, `e${i + 5}`, 17, {}]),
		],
	},
};

describe.each(Object.entries(LINES))("%s", (library, { head, lines, expected }) => {
	test.each(["mjs", "cjs"])("%s: each Error once, the line's fields, plain lines too", async (kind) => {
		const load =
			kind === "cjs"
				? `const ${library} = require("${library}");`
				: `import * as all from "${library}"; const ${library} = all.default?.createLogger || all.default?.configure ? all.default : all;`;
		const source = `${load}
			const e = (n) => Object.assign(new RangeError("e" + n, { cause: new TypeError("inner") }), { code: "E_" + n });
			${head}
			${lines}`;
		const ran = await runProgram(work.dir, `${library}.${kind}`, source, {
			env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ERRATA_SPOOL_DIR: path.join(work.dir, `spool-${library}`) },
		});
		expect(ran.code).toBe(0);
		const found = collector.errors.map((r) => [r.attributes["exception.message"], r.body, r.severityNumber]);
		expect(found).toHaveLength(expected.length);
		for (const [message, body, severity, fields] of expected) {
			const records = collector.errors.filter((r) => r.attributes["exception.message"] === message);
			expect(records, message).toHaveLength(1);
			expect(records[0]).toMatchObject({ body, severityNumber: severity, scope: library });
			expect(records[0]?.attributes).toMatchObject({
				...(fields as object),
				"exception.type": "RangeError",
				"error.type": `E_${message.slice(1)}`,
				"errata.causes": [{ type: "TypeError", message: "inner" }],
			});
		}
		const plain = collector.logs.filter((r) => r.attributes["log.record.uid"] === undefined);
		expect(plain.map((r) => [r.body, r.severityNumber, r.scope])).toEqual([["plain", 9, library]]);
	});
});
