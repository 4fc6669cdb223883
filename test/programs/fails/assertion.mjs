import assert from "node:assert/strict";

try {
	assert.equal(1, 2);
} catch (error) {
	console.error("failed:", error);
}
