/**
 * Values no program should throw, and some do: made from one seed, so that a finding can be made again. Every value is new,
 * for errata reports an object once. Nothing is reported or checked here (`node.ts`).
 */
import { inspect } from "node:util";
import { createContext, runInContext } from "node:vm";
import type { Random } from "../parity/random.ts";

type Make = (random: Random, depth: number) => unknown;

/** One foreign realm for all: a context costs 300 µs and a megabyte. */
const realm = createContext({});
const foreign = (source: string): unknown => runInContext(source, realm);

const TRAP = new Error("trap");
const boom = (): never => {
	throw TRAP;
};
/** The only values that come more than once. */
export const SHARED: readonly object[] = [globalThis, process.env, boom, TRAP];

const NOTHING_WORKS: ProxyHandler<object> = Object.fromEntries(
	Object.getOwnPropertyNames(Reflect)
		.filter((name) => typeof (Reflect as Record<string, unknown>)[name] === "function")
		.map((name) => [name, boom]),
);

/** Looks like private data, put together here so that nobody takes it for some. */
const PRIVATE = [
	["jane.roe", "example.com"].join("@"),
	["4111", "1111", "1111", "1111"].join(" "),
	`${["sk", "live"].join("_")}_${"4eC39HqLyjWDarjtT1zdp7dc"}`,
	`postgres://app:${"hunter2hunter2"}@db.internal:5432/shop`,
	`Bearer ${["eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiIxIn0", "c2lnbmF0dXJlc2lnbmF0dXJl"].join(".")}`,
	"192.0.2.17",
];

/** Where expressions backtrack, if they can. */
const REPEATED = [
	"a",
	"@",
	"1 ",
	"-",
	"a.",
	'"',
	"\\",
	"{",
	"=",
	"/a",
	"%4",
	"://",
	"\n    at ",
	"é",
	"\u{1f600}",
	"0x",
];

const KEYS = [
	"__proto__",
	"constructor",
	"prototype",
	"toString",
	"toJSON",
	"then",
	"length",
	"cause",
	"errors",
	"stack",
	"message",
	"name",
	"code",
	"status",
	"password",
	"task",
	"errata.code",
	"log.record.uid",
	"exception.stacktrace",
	"",
	"\ud800",
	"k".repeat(500),
];

const TEXTS: readonly Make[] = [
	(r) => r.pick(PRIVATE),
	(r) => `user ${r.pick(PRIVATE)} at ${r.pick(PRIVATE)}: ${r.below(1e9)}`,
	(r) => r.pick(REPEATED).repeat(1 + r.below(r.once(1_000) ? 100_000 : 60)),
	(r) => `${r.pick(REPEATED).repeat(r.below(400))}${r.pick(REPEATED)}${r.pick(REPEATED).repeat(r.below(400))}!`,
	() => "",
	() => "\ud800",
	() => "a\udc00b\ud800",
	() => "\u0000\u001b[31m\u202e\u2028\r\n",
	(r) => String.fromCharCode(...Array.from({ length: r.below(80) }, () => r.below(65_536))),
	(r) => `{"a":[${'{"b":'.repeat(r.below(300))}`,
	(r) => (r.once(4_000) ? "x".repeat(10_000_000) : "x".repeat(r.below(600))),
];

export const text = (random: Random): string => random.pick(TEXTS)(random, 0) as string;

const PRIMITIVES: readonly Make[] = [
	() => undefined,
	() => null,
	() => Number.NaN,
	() => -0,
	() => Number.NEGATIVE_INFINITY,
	(r) => r.below(2 ** 31) / 7,
	(r) => 2n ** BigInt(r.below(r.once(500) ? 100_000 : 200)),
	() => Symbol("s".repeat(200)),
	() => Symbol.iterator,
	() => Symbol(),
	() => false,
	text,
];

/** Functions that an application put on its values and that errata must not depend on. */
const METHODS: readonly [string | symbol, () => unknown][] = [
	["toJSON", boom],
	["toString", boom],
	["valueOf", boom],
	[Symbol.toPrimitive, boom],
	[Symbol.toPrimitive, () => ({})],
	[inspect.custom, boom],
	["then", boom],
	[Symbol.iterator, () => ({ next: () => ({ done: false, value: 1 }) })],
	["toString", () => "x".repeat(1_000_000)],
	["toJSON", () => ({ toJSON: boom })],
];

function own(target: object, key: PropertyKey, value: unknown, enumerable = true): void {
	try {
		Object.defineProperty(target, key, { value, enumerable, configurable: true, writable: true });
	} catch {
		// A proxy, or frozen.
	}
}

function getter(target: object, key: PropertyKey, get: () => unknown): void {
	try {
		Object.defineProperty(target, key, { get, enumerable: true, configurable: true });
	} catch {
		// A proxy, or frozen.
	}
}

const OBJECTS: readonly Make[] = [
	(r, d) => fill({}, r, d, r.below(8)),
	(r, d) => fill(Object.create(null) as object, r, d, r.below(8)),
	(r, d) => Array.from({ length: r.below(6) }, () => value(r, d - 1)),
	(r) => {
		const many: Record<string, number> = {};
		for (let i = 0; i < (r.once(300) ? 20_000 : 60); i++) many[`key${i}`] = i;
		return many;
	},
	() => {
		const sparse: unknown[] = [];
		sparse.length = 4_294_967_295;
		return sparse;
	},
	(r) => nested(r.once(300) ? 20_000 : 50),
	(r) =>
		new Map([
			[value(r, 0), value(r, 1)],
			[{}, boom],
			[text(r), new Map()],
		] as [unknown, unknown][]),
	(r) => new Set([value(r, 0), value(r, 1), text(r)]),
	() => new Uint8Array(1_000),
	() => new Float64Array([Number.NaN, 1]),
	() => new BigInt64Array(4),
	() => new SharedArrayBuffer(16),
	() => {
		const view = new Uint8Array(8);
		structuredClone(view.buffer, { transfer: [view.buffer] });
		return view;
	},
	(r) => (r.once(1_000) ? Buffer.alloc(10_000_000) : Buffer.from("x")),
	() => new DataView(new ArrayBuffer(2)),
	() => new Date(Number.NaN),
	() => new Date(8.64e15),
	() => {
		const date = new Date();
		own(date, "toISOString", boom);
		return date;
	},
	() => /(a+)+$/u,
	() => {
		const expression = /a/u;
		getter(expression, "source", boom);
		return expression;
	},
	() => {
		const boxed = new String("boxed");
		own(boxed, "valueOf", boom);
		return boxed;
	},
	() => Object(1n),
	() => Object(Symbol("boxed")),
	() => Promise.resolve(1),
	() => {
		const pending = new Promise(() => {});
		getter(pending, "then", boom);
		return pending;
	},
	() => new WeakMap(),
	() => new WeakRef({}),
	() => (function* () {})(),
	() => boom,
	() => class Hostile {},
	() => {
		const named = (): void => {};
		getter(named, "name", boom);
		return named;
	},
	() => globalThis,
	() => process.env,
	() => new URL("https://user:secret@example.com/?token=1"),
	() => new Headers({ authorization: "Basic eDp5" }),
	() => foreign("({ a: [1, new Map([[1, 2]])], d: new Date(0) })"),
	() => foreign("Object.create(null)"),
	() => new Proxy({}, NOTHING_WORKS),
	() => new Proxy([], NOTHING_WORKS),
	() => new Proxy(() => {}, NOTHING_WORKS),
	() => {
		const { proxy, revoke } = Proxy.revocable({}, {});
		revoke();
		return proxy;
	},
	() => endless(),
	() => new Proxy([], { get: (target, key) => (key === "length" ? 2 ** 40 : Reflect.get(target, key)) }),
	() => new Proxy({}, { ownKeys: () => Array.from({ length: 500 }, (_, i) => `k${i}`) }),
	(r) =>
		new Proxy(
			{},
			{
				get: () => value(r, 0),
				ownKeys: () => ["a", "b"],
				getOwnPropertyDescriptor: () => ({ value: 1, configurable: true, enumerable: true }),
			},
		),
	() => {
		const cyclic: Record<string, unknown> = { list: [] };
		cyclic.self = cyclic;
		(cyclic.list as unknown[]).push(cyclic, [cyclic]);
		return cyclic;
	},
	() => JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
];

const STACKS: readonly Make[] = [
	() => undefined,
	() => 17,
	() => ({}),
	() => "",
	() => "no stack at all",
	(r) => `Error: x\n${"    at step (/app/step.js:1:1)\n".repeat(r.once(500) ? 100_000 : 30)}`,
	(r) => `Error: ${text(r)}\n    at ${text(r)} (${text(r)}:1:1)`,
	(r) => "    at ".repeat(r.below(300)),
];

const ERRORS: readonly Make[] = [
	(r) => new Error(text(r)),
	(r) => new TypeError(text(r), { cause: new RangeError(text(r)) }),
	(r) => new (class PaymentError extends Error {})(text(r)),
	(r, d) =>
		new AggregateError(
			Array.from({ length: r.below(8) }, () => value(r, d - 1)),
			text(r),
		),
	(r) => tree(r, r.once(50) ? 3 : 1),
	(r) => chain(r.once(500) ? 10_000 : 24),
	(r) => {
		const error = new Error(text(r));
		error.cause = error;
		own(error, "errors", [error, error]);
		return error;
	},
	(r, d) => new Error(text(r), { cause: value(r, d - 1) }),
	(r) => Object.freeze(fill(new Error(text(r)), r, 2, 4)),
	(r) => Object.setPrototypeOf(new Error(text(r)), null),
	() => foreign('new TypeError("realm", { cause: new Error("inner") })'),
	() => new DOMException("aborted", "AbortError"),
	(r) => new Proxy(new Error(text(r)), NOTHING_WORKS),
	(r) => new Proxy(new Error(text(r)), { get: () => endless() }),
	(r) =>
		new Proxy(new Error(text(r)), { get: (target, key) => (key === "message" ? boom() : Reflect.get(target, key)) }),
	(r) => {
		const error = new Error(text(r));
		for (const key of ["name", "message", "stack", "cause", "code", "errors", "status"])
			if (r.once(3)) getter(error, key, boom);
		return error;
	},
	(r, d) => {
		const error = new Error(text(r));
		for (const key of ["name", "message", "code", "status", "errors", "cause", "response", "$metadata", "fingerprint"])
			if (r.once(3)) own(error, key, value(r, d - 1));
		return error;
	},
	(r) => {
		const error = new Error(text(r));
		own(error, "stack", r.pick(STACKS)(r, 0), false);
		return error;
	},
	(r) => {
		const error = new Error(text(r));
		own(
			error,
			"errors",
			new Proxy([], { get: (target, key) => (key === "length" ? 2 ** 40 : Reflect.get(target, key)) }),
		);
		return error;
	},
];

/** Every property is another one like it. */
function endless(): object {
	return new Proxy(
		{},
		{
			get: (_target, key) => (typeof key === "symbol" ? undefined : endless()),
			ownKeys: () => ["a", "b", "c"],
			getOwnPropertyDescriptor: () => ({ value: endless(), configurable: true, enumerable: true }),
		},
	);
}

export function nested(depth: number): object {
	let inner: object = {};
	for (let i = 0; i < depth; i++) inner = i % 2 === 0 ? { inner } : [inner];
	return inner;
}

function chain(length: number): Error {
	let error = new Error("root");
	for (let i = 0; i < length; i++) {
		const outer: Error & { cause?: unknown } = Object.create(Error.prototype);
		own(outer, "message", `level ${i}`, false);
		own(outer, "cause", error, false);
		error = outer;
	}
	return error;
}

function tree(random: Random, depth: number): Error {
	const members = depth === 0 ? [] : Array.from({ length: 1 + random.below(5) }, () => tree(random, depth - 1));
	return new AggregateError(members, text(random));
}

function fill<T extends object>(target: T, random: Random, depth: number, count: number): T {
	for (let i = 0; i < count; i++) {
		const key = random.once(3) ? random.pick(KEYS) : `k${random.below(50)}`;
		if (random.once(6)) getter(target, key, boom);
		else own(target, key, value(random, depth - 1));
	}
	if (random.once(4)) own(target, ...random.pick(METHODS), random.once(2));
	if (random.once(10)) own(target, Symbol("hidden"), value(random, 0));
	return target;
}

/** Any value: a primitive, an object, an Error; nested up to `depth`. */
export function value(random: Random, depth: number): unknown {
	const kind = depth <= 0 ? 0 : random.below(10);
	if (kind < 2) return random.pick(PRIMITIVES)(random, depth);
	return random.pick(kind < 5 ? OBJECTS : ERRORS)(random, depth);
}

/** A plain map as an application hands it over as context or attributes. */
export function fields(random: Random): Record<string, unknown> {
	return fill({} as Record<string, unknown>, random, 3, random.below(6));
}

/** What the SDK takes and copies: maps, lists and primitives, many and deep. It never ends on what has no end itself. */
export function plain(random: Random, depth: number): unknown {
	if (depth <= 0 || random.once(3)) return random.once(2) ? text(random) : random.pick([1, true, null, 0.5]);
	const count = random.once(60) ? 150 : random.below(4);
	if (random.once(2)) return Array.from({ length: count }, () => plain(random, depth - 2));
	return Object.fromEntries(
		Array.from({ length: count }, (_, i) => [random.once(3) ? random.pick(KEYS) : `k${i}`, plain(random, depth - 2)]),
	);
}
