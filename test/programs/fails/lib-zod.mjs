import { z } from "zod";

try {
	z.object({ n: z.number() }).parse({ n: "x" });
} catch (error) {
	console.error("failed:", error);
}
