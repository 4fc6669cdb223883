/** The values of the matrix: source of `KINDS[name]()` for the programs, and what the record of each must say. */

export interface Kind {
	/** An expression that makes the value. Its message, or its text, holds the kind's name. */
	readonly make: string;
	readonly type: string;
	readonly causes?: readonly string[];
	/** Cut at the limits, and counted. */
	readonly dropped?: string;
	/** Not an Error: loggers take it for fields, the console for words. */
	readonly value?: true;
}

export const KINDS: Readonly<Record<string, Kind>> = {
	plain: { make: `new Error("plain")`, type: "Error" },
	subclass: { make: `new (class PaymentError extends Error {})("subclass")`, type: "PaymentError" },
	cause: {
		make: `new Error("cause", { cause: new TypeError("c1", { cause: new RangeError("c2") }) })`,
		type: "Error",
		causes: ["TypeError", "RangeError"],
	},
	aggregate: {
		make: `new AggregateError([new Error("one"), new RangeError("two")], "aggregate")`,
		type: "AggregateError",
		causes: ["Error", "RangeError"],
	},
	object: { make: `({ reason: "object", code: 7 })`, type: "Object", value: true },
	frozen: { make: `Object.freeze(new RangeError("frozen"))`, type: "RangeError" },
	cyclic: {
		make: `(() => { const e = new Error("cyclic"); e.cause = e; e.self = e; e.errors = [e]; return e; })()`,
		type: "Error",
	},
	getter: {
		make: `Object.defineProperties(new Error("getter"), { code: { get() { throw new Error("no"); } }, cause: { get() { throw 1; } }, extra: { enumerable: true, get() { throw null; } } })`,
		type: "Error",
	},
	proxied: {
		make: `new Proxy(new Error("proxied"), { get(t, k) { if (k === "cause") throw new Error("trap"); return Reflect.get(t, k); }, ownKeys() { throw new Error("trap"); } })`,
		type: "Error",
	},
	huge: { make: `new Error("huge" + "x".repeat(10_000_000))`, type: "Error", dropped: "message_bytes" },
	frames: {
		make: `Object.assign(new Error("frames"), { stack: "Error: frames\\n" + "    at step (/app/step.js:1:1)\\n".repeat(100_000) })`,
		type: "Error",
		dropped: "stack_bytes",
	},
	nullproto: { make: `Object.assign(Object.create(null), { reason: "nullproto" })`, type: "Object", value: true },
	realm: { make: `require("node:vm").runInNewContext('new TypeError("realm")')`, type: "TypeError" },
};
