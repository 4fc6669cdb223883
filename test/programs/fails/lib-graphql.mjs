import { buildSchema } from "graphql";

try {
	buildSchema("type {");
} catch (error) {
	console.error("failed:", error);
}
