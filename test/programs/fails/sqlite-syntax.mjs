import { DatabaseSync } from "node:sqlite";
import { capture } from "@errata/node";

try {
	new DatabaseSync(":memory:").exec("SELEC 1");
} catch (error) {
	capture(error);
}
