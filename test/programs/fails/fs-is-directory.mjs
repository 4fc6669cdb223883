import { readFileSync } from "node:fs";
import { capture } from "@errata/node";

try {
	readFileSync("/");
} catch (error) {
	capture(error);
}
