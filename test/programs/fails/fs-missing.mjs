import { readFileSync } from "node:fs";

try {
	readFileSync("/no/such/file");
} catch (error) {
	console.error("failed:", error);
}
