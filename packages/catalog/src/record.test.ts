import { describe, expect, test } from "vitest";
import { factsFromRecord, isErrorRecord, type RecordInput, taskContext } from "./record.ts";

const record = (r: Partial<RecordInput>): RecordInput => ({
	eventName: "",
	severityNumber: 0,
	body: "",
	attributes: {},
	language: "nodejs",
	...r,
});

describe("what is an error", () => {
	test.each([
		[{ attributes: { "exception.type": "E" } }, true],
		[{ attributes: { "exception.stacktrace": "x" }, severityNumber: 9 }, true],
		[{ severityNumber: 17 }, true],
		[{ severityNumber: 16 }, false],
		[{ eventName: "exception" }, true],
		[{ eventName: "http.server.request.exception" }, true],
		[{ eventName: "exceptional" }, false],
	] as [Partial<RecordInput>, boolean][])("%j is %s", (r, yes) => {
		expect(isErrorRecord(record(r))).toBe(yes);
		expect(factsFromRecord(record(r)) !== undefined).toBe(yes);
	});
});

test("a task's fields that a logger carries are its context, unless errata's own say more", () => {
	const logged = { "task.id": "t-1", "task.name": "import", retry_count: 2, "job.id": { a: 1 }, other: "x" };
	expect(taskContext({ ...logged, "errata.context.task.name": "own" })).toEqual({
		"errata.context.task.id": "t-1",
		"errata.context.retry_count": 2,
	});
});

describe("where each SDK puts what", () => {
	test("stock Node: the errno stands in place of the class", () => {
		const facts = factsFromRecord(
			record({
				attributes: {
					"exception.type": "ECONNREFUSED",
					"exception.message": "connect ECONNREFUSED 127.0.0.1:1",
					"exception.stacktrace":
						"Error: connect ECONNREFUSED 127.0.0.1:1\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1611:16)",
				},
			}),
		);
		expect(facts).toMatchObject({ type: "Error", code: "ECONNREFUSED" });
	});

	test("errata's Node: class and code are apart already", () => {
		const facts = factsFromRecord(
			record({
				attributes: { "exception.type": "DatabaseError", "error.type": "23505", "exception.message": "duplicate key" },
			}),
		);
		expect(facts).toMatchObject({ type: "DatabaseError", code: "23505", message: "duplicate key" });
	});

	test("a class in capitals is not taken for a code", () => {
		expect(factsFromRecord(record({ attributes: { "exception.type": "URIError" } }))?.type).toBe("URIError");
	});

	test("Python: the message is the first argument alone, the head knows the rest", () => {
		const stack =
			'Traceback (most recent call last):\n  File "/app/x.py", line 3, in main\n    s.connect(a)\nConnectionRefusedError: [Errno 111] Connection refused\n';
		const facts = factsFromRecord(
			record({
				language: "python",
				attributes: {
					"exception.type": "ConnectionRefusedError",
					"exception.message": "111",
					"exception.stacktrace": stack,
				},
			}),
		);
		expect(facts).toMatchObject({ type: "ConnectionRefusedError", message: "[Errno 111] Connection refused" });
	});

	test("no exception.* at all: the body is the message", () => {
		expect(factsFromRecord(record({ severityNumber: 17, body: "cannot reach db" }))?.message).toBe("cannot reach db");
		expect(factsFromRecord(record({ severityNumber: 17, body: { b: [1, 2n], a: -0 } }))?.message).toBe(
			'{"a":-0,"b":[1,2]}',
		);
	});

	test("causes come as a list, or as its JSON text from ClickHouse, alike", () => {
		const causes = [{ type: "Error", message: "inner", code: "ECONNRESET", stacktrace: "", depth: 1 }];
		const list = factsFromRecord(record({ attributes: { "exception.type": "E", "errata.causes": causes } }));
		const text = factsFromRecord(
			record({ attributes: { "exception.type": "E", "errata.causes": JSON.stringify(causes) } }),
		);
		expect(list?.causes).toEqual(causes);
		expect(text?.causes).toEqual(causes);
	});

	test("the error's own properties are attributes named error.<property>, as a map or as its JSON text", () => {
		const properties = { table: "users", constraint: "users_email_key", severity: null, list: [1], port: 5432 };
		for (const value of [properties, JSON.stringify(properties)]) {
			const facts = factsFromRecord(
				record({
					attributes: { "exception.type": "E", "error.type": "23505", "errata.context.error_properties": value },
				}),
			);
			expect({ ...facts?.attributes }).toEqual({
				"error.type": "23505",
				"error.table": "users",
				"error.constraint": "users_email_key",
				"error.port": "5432",
			});
		}
	});

	test("hostile attributes yield facts all the same", () => {
		const facts = factsFromRecord(
			record({
				attributes: {
					"exception.type": 7,
					"exception.message": ["a"],
					"errata.causes": "[broken",
					__proto__: "x",
					constructor: "y",
					"exception.stacktrace": "\ud800",
				},
			}),
		);
		expect(facts).toMatchObject({ message: '["a"]', causes: [], stacktrace: "\ufffd" });
		expect(facts?.attributes.constructor).toBe("y");
	});
});
