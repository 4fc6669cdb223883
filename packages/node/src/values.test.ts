import vm from "node:vm";
import { expect, test } from "vitest";
import { type Dropped, toAnyValue } from "./values.ts";

const LIMITS = { stringBytes: 64, depth: 3, items: 4 };

function convert(value: unknown, dropped: Dropped = {}) {
	return toAnyValue(value, LIMITS, dropped);
}

test("plain values stay, others become what they say", () => {
	expect(
		[1, "a", true, null, undefined, Number.NaN, -Infinity, 10n, Symbol("s"), function named() {}].map((v) =>
			convert(v),
		),
	).toEqual([1, "a", true, null, undefined, "NaN", "-Infinity", "10", "Symbol(s)", "[Function named]"]);
	expect(
		[
			new Date(0),
			new Date(Number.NaN),
			/a+/g,
			Buffer.from("abc"),
			new Uint8Array(5),
			Promise.resolve(),
			new WeakMap(),
		].map((v) => convert(v)),
	).toEqual([
		"1970-01-01T00:00:00.000Z",
		"Invalid Date",
		"/a+/g",
		"[Buffer 3 bytes]",
		"[Uint8Array 5 bytes]",
		"[Promise]",
		"[Weak]",
	]);
	expect(convert(new TypeError("inner"))).toBe("TypeError: inner");
	expect(convert([new String("boxed"), new Number(5), Object(7n)])).toEqual(["boxed", 5, "7"]);
});

test("maps and sets are maps and lists", () => {
	expect(
		convert(
			new Map<unknown, unknown>([
				["a", 1],
				[{ o: 1 }, 2],
			]),
		),
	).toEqual({ a: 1, "[Object]": 2 });
	expect(convert(new Set([1, "b"]))).toEqual([1, "b"]);
});

test("depth is counted on the path: a sibling uses none of it", () => {
	const value = { a: { b: { c: { d: 1 } } }, e: { f: { g: 1 } }, h: [[[1]]] };
	const dropped: Dropped = {};
	expect(convert(value, dropped)).toEqual({
		a: { b: { c: "[Object]" } },
		e: { f: { g: 1 } },
		h: [["[Array]"]],
	});
	expect(dropped).toEqual({ depth: 2 });
});

test("a cycle ends, and the same value twice is no cycle", () => {
	const shared = { x: 1 };
	const value: Record<string, unknown> = { first: shared, second: shared };
	value.self = value;
	expect(convert(value)).toEqual({ first: { x: 1 }, second: { x: 1 }, self: "[Circular]" });
	const list: unknown[] = [];
	list.push(list);
	expect(convert(list)).toEqual(["[Circular]"]);
});

test("what is cut is counted", () => {
	const dropped: Dropped = {};
	expect(convert({ text: "é".repeat(100), list: [1, 2, 3, 4, 5, 6], a: 1, b: 2, c: 3 }, dropped)).toEqual({
		text: "é".repeat(32),
		list: [1, 2, 3, 4],
		a: 1,
		b: 2,
	});
	expect(dropped).toEqual({ items: 3, string_bytes: 1 });
});

test("hostile values are read without harm", () => {
	const throwing = Object.defineProperty({ fine: 1 }, "bad", {
		enumerable: true,
		get: () => {
			throw new Error("no");
		},
	});
	expect(convert(throwing)).toEqual({ fine: 1, bad: "[Unreadable]" });
	const trap = new Proxy(
		{},
		{
			ownKeys: () => {
				throw new Error("no keys");
			},
		},
	);
	expect(convert(trap)).toBe("[Unreadable]");
	const revoked = Proxy.revocable({}, {});
	revoked.revoke();
	expect(convert({ revoked: revoked.proxy })).toEqual({ revoked: "[Unreadable]" });
	const bare = Object.assign(Object.create(null), { a: 1, ["__proto__"]: 5 });
	expect(Object.entries(convert(bare) as object)).toEqual([
		["a", 1],
		["__proto__", 5],
	]);
	expect(convert(vm.runInNewContext("({ list: [1, new Date(0), new Map([[1, 2]])] })"))).toEqual({
		list: [1, "1970-01-01T00:00:00.000Z", { 1: 2 }],
	});
	const endless = new Proxy([], { get: (target, key) => (key === "length" ? 1e9 : Reflect.get(target, key)) });
	expect(convert(endless)).toEqual([null, null, null, null]);
	const date = Object.assign(new Date(0), {
		toISOString: () => {
			throw new Error("no");
		},
	});
	expect(convert(date)).toBe("1970-01-01T00:00:00.000Z");
	expect(convert("\ud800 alone")).toBe("\ufffd alone");
});

test("a long string is cut without being walked to its end", () => {
	const dropped: Dropped = {};
	expect(convert("x".repeat(50_000_000), dropped)).toBe("x".repeat(64));
	expect(dropped).toEqual({ string_bytes: 1 });
});
