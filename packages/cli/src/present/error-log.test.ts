import { builtinCatalog, describe as describeError } from "@errata/catalog";
import { describe, expect, test } from "vitest";
import { factsOf, type LogRecord, RecordJoiner } from "./error-log.ts";

function records(text: string): LogRecord[] {
	const joiner = new RecordJoiner();
	const all = text.split("\n").map((line) => joiner.push(line));
	return [...all, joiner.end()].filter((record) => record !== undefined);
}

function code(text: string): string | undefined {
	const facts = factsOf({ line: 1, text });
	return facts === undefined ? undefined : describeError(facts, builtinCatalog()).code;
}

describe("lines of a log", () => {
	test("a stack trace belongs to the line above it, whatever the language", () => {
		const log = [
			"starting",
			"Error: connect ECONNREFUSED 127.0.0.1:5432",
			"    at TCPConnectWrap.afterConnect (node:net:1637:16)",
			"java.lang.IllegalStateException: no",
			"\tat com.shop.Cart.total(Cart.java:7)",
			"Caused by: java.net.ConnectException: Connection refused",
			"\t... 12 more",
			"Traceback (most recent call last):",
			'  File "app.py", line 3, in <module>',
			"ValueError: bad",
			'{"level":50,"msg":"one"}',
			'{"level":50,"msg":"two"}',
		].join("\n");
		expect(records(log).map(({ line, text }) => [line, text.split("\n").length])).toEqual([
			[1, 1],
			[2, 2],
			[4, 4],
			[8, 3],
			[11, 1],
			[12, 1],
		]);
	});
});

describe("a record is read as its logger wrote it", () => {
	const nullAccess = "Cannot read properties of undefined (reading 'total')";

	test.each([
		[
			"pino",
			{
				level: 50,
				msg: "boom",
				err: { type: "TypeError", message: nullAccess, stack: `TypeError: ${nullAccess}\n    at f (/a.js:1:2)` },
			},
		],
		["winston", { level: "error", message: nullAccess, stack: `TypeError: ${nullAccess}\n    at f (/a.js:1:2)` }],
		["bunyan", { level: 50, msg: "boom", err: { name: "TypeError", message: nullAccess, stack: "" } }],
		["OpenTelemetry", { body: "boom", attributes: { "exception.type": "TypeError", "exception.message": nullAccess } }],
		[
			"ClickHouse rows",
			{ Body: "boom", LogAttributes: { "exception.type": "TypeError", "exception.message": nullAccess } },
		],
	])("%s", (_, record) => {
		expect(code(JSON.stringify(record))).toBe("JS_NULL_ACCESS");
	});

	test("plain text, with an errno in its head", () => {
		expect(code("Error: connect ECONNREFUSED 127.0.0.1:5432")).toBe("NET_CONN_REFUSED");
		expect(code("Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'x' imported from /a.js")).toMatch(/MODULE/u);
	});

	test.each(["server listening on port 3000", '{"level":30,"msg":"hello"}', '{"level":"info","message":"hello"}'])(
		"%s is no error",
		(text) => {
			expect(code(text)).toBeUndefined();
		},
	);

	test.each(["{not json error", '{"level":50,"err":null}', '{"level":50,"err":[]}', "{}"])(
		"%s does no harm",
		(text) => {
			expect(() => code(text)).not.toThrow();
		},
	);
});
