import assert from "node:assert";

assert.throws(() => {
	throw new TypeError("as wanted");
}, TypeError);
