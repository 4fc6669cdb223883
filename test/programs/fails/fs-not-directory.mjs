import { readdirSync } from "node:fs";

try {
	readdirSync("/etc/passwd");
} catch (error) {
	console.error("failed:", error);
}
