import { parse } from "yaml";

try {
	parse("a: [");
} catch (error) {
	console.error("failed:", error);
}
