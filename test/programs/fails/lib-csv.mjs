import { capture } from "@errata/node";
import { parse } from "csv-parse/sync";

try {
	parse("a,b\n1,2,3");
} catch (error) {
	capture(error);
}
