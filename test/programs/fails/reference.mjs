import { capture } from "@errata/node";

try {
	missing();
} catch (error) {
	capture(error);
}
