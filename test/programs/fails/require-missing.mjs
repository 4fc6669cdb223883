import { createRequire } from "node:module";
import { capture } from "@errata/node";

try {
	createRequire(import.meta.url)("./none.cjs");
} catch (error) {
	capture(error);
}
