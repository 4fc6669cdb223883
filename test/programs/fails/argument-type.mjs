import path from "node:path";
import { capture } from "@errata/node";

try {
	path.join(1);
} catch (error) {
	capture(error);
}
