import { parseArgs } from "node:util";
import { capture } from "@errata/node";

try {
	parseArgs({ args: ["--what"], options: {} });
} catch (error) {
	capture(error);
}
