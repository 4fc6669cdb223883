import vm from "node:vm";
import { describe, expect, test } from "vitest";
import { isError, normalizeError } from "./normalize.ts";
import type { Dropped } from "./values.ts";

function normal(value: unknown, dropped: Dropped = {}) {
	return normalizeError(value, dropped);
}

describe("type", () => {
	class PaymentError extends Error {}
	class Named extends Error {
		override name = "CardDeclined";
	}
	test.each([
		["the class", new PaymentError("x"), "PaymentError"],
		["the name a library set", new Named("x"), "CardDeclined"],
		["never the errno", Object.assign(new TypeError("x"), { code: "ECONNREFUSED" }), "TypeError"],
		["an error of another realm", vm.runInNewContext("new RangeError('x')"), "RangeError"],
		["a DOMException", new DOMException("x", "AbortError"), "AbortError"],
		["a thrown object", { a: 1 }, "Object"],
		["a thrown instance", new (class Odd {})(), "Odd"],
		["a thrown object without a prototype", Object.create(null), "Object"],
		["an error without a prototype", Object.setPrototypeOf(new Error("x"), null), "Error"],
		["an error whose name is no string", Object.assign(new Error("x"), { name: 5 }), "Error"],
		["an error with an empty name", Object.assign(new PaymentError("x"), { name: "" }), "PaymentError"],
	])("%s", (_what, value, type) => {
		expect(normal(value).type).toBe(type);
	});
});

describe("code", () => {
	test.each([
		["errno", Object.assign(new Error("x"), { code: "ENOENT", errno: -2 }), "ENOENT", 0],
		["SQLSTATE", Object.assign(new Error("x"), { code: "23505" }), "23505", 0],
		["a number", Object.assign(new Error("x"), { code: 14 }), "14", 0],
		["MySQL", Object.assign(new Error("x"), { sqlState: "28000", errno: 1045 }), "28000", 0],
		["a signal", Object.assign(new Error("x"), { code: null, signal: "SIGKILL" }), "SIGKILL", 0],
		["an HTTP status", Object.assign(new Error("x"), { statusCode: 503 }), "503", 503],
		["a status beside a code", Object.assign(new Error("x"), { code: "FST_ERR", status: 400 }), "FST_ERR", 400],
		["axios", Object.assign(new Error("x"), { response: { status: 429 } }), "429", 429],
		["AWS", Object.assign(new Error("x"), { $metadata: { httpStatusCode: 403 } }), "403", 403],
		["nothing usable", Object.assign(new Error("x"), { code: {}, status: "bad", statusCode: 7 }), "", 0],
		["a huge one", Object.assign(new Error("x"), { code: "E".repeat(5_000) }), "", 0],
	])("%s", (_what, value, code, status) => {
		expect(normal(value)).toMatchObject({ code, status });
	});
});

describe("causes", () => {
	test("are a list, outermost first, with their depth", () => {
		const root = Object.assign(new Error("root"), { code: "ECONNRESET" });
		const error = new Error("outer", { cause: new TypeError("middle", { cause: root }) });
		expect(normal(error).causes).toMatchObject([
			{ type: "TypeError", message: "middle", depth: 1 },
			{ type: "Error", message: "root", code: "ECONNRESET", depth: 2 },
		]);
	});

	test("members of an AggregateError share the depth of a direct cause", () => {
		const error = new AggregateError([new Error("a"), new Error("b", { cause: new Error("c") })], "many", {
			cause: new Error("d"),
		});
		expect(normal(error).causes.map(({ message, depth }) => [message, depth])).toEqual([
			["d", 1],
			["a", 1],
			["b", 1],
			["c", 2],
		]);
	});

	test("a cause that is no error is said as it is; validation details are no causes", () => {
		expect(normal(new Error("x", { cause: "text" })).causes).toMatchObject([{ type: "string", message: "text" }]);
		expect(normal(Object.assign(new Error("x"), { errors: [{ path: "a" }, "b"] })).causes).toEqual([]);
	});

	test("a cycle and an endless chain end, and what is left out is counted", () => {
		const error = new Error("x") as Error & { cause: unknown };
		error.cause = new Error("y", { cause: error });
		expect(normal(error).causes.map((cause) => cause.message)).toEqual(["y"]);
		let made = 0;
		const endless = (): Error => Object.defineProperty(new Error(`n${made++}`), "cause", { get: endless });
		expect(normal(endless()).causes).toHaveLength(16);
		const dropped: Dropped = {};
		expect(
			normal(new AggregateError(Array.from({ length: 1_000 }, (_, i) => new Error(`m${i}`))), dropped).causes,
		).toHaveLength(16);
		expect(dropped.causes).toBe(984);
	});
});

describe("message and stack", () => {
	test("a 10 MB message is cut, and the frames below it stay", () => {
		const dropped: Dropped = {};
		const { message, stacktrace } = normal(new Error("x".repeat(10_000_000)), dropped);
		expect(message.length).toBe(16_384);
		expect(stacktrace).toContain("normalize.test.ts");
		expect(stacktrace.length).toBeLessThan(65_536);
		expect(dropped).toEqual({ message_bytes: 1 });
	});

	test("a stack that is no string is none", () => {
		expect(normal(Object.assign(new Error("x"), { stack: 5 })).stacktrace).toBe("");
		expect(
			normal(
				Object.defineProperty(new Error("x"), "stack", {
					get: () => {
						throw 1;
					},
				}),
			).stacktrace,
		).toBe("");
	});

	test("a thrown object says its first keys", () => {
		expect(normal({ reason: "odd", list: [1], n: null }).message).toBe("{ reason: odd, list: [...], n: null }");
		expect(normal({ message: "has one", reason: "odd" }).message).toBe("has one");
	});
});

test("own properties are kept, the well-known and the functions are not", () => {
	const error = Object.assign(new Error("x"), { code: "23505", table: "users", retry() {}, detail: { key: 1 } });
	expect(normal(error).properties).toEqual({ table: "users", detail: { key: 1 } });
	expect(normal({ a: 1 }).properties).toEqual({});
});

test("isError knows errors of every origin, and nothing else", () => {
	const proxy = new Proxy(new Error("x"), {});
	for (const error of [
		new Error("x"),
		vm.runInNewContext("new Error('x')"),
		new DOMException("x"),
		proxy,
		{ message: "m", stack: "s" },
	])
		expect(isError(error)).toBe(true);
	const revoked = Proxy.revocable({}, {});
	revoked.revoke();
	for (const value of [null, undefined, "x", 5, {}, { message: "m" }, () => {}, revoked.proxy])
		expect(isError(value)).toBe(false);
});
