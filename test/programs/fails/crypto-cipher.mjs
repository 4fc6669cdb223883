import { createCipheriv } from "node:crypto";

try {
	createCipheriv("aes-256-cbc", "short", "iv");
} catch (error) {
	console.error("failed:", error);
}
