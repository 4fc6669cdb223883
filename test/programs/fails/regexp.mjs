import { capture } from "@errata/node";

const pattern = process.argv[9] ?? "(";
try {
	new RegExp(pattern);
} catch (error) {
	capture(error);
}
