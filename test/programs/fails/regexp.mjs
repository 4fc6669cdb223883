import { capture } from "@errata/node";

try {
	/(/;
} catch (error) {
	capture(error);
}
