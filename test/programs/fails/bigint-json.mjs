import { capture } from "@errata/node";

try {
	JSON.stringify({ n: 1n });
} catch (error) {
	capture(error);
}
