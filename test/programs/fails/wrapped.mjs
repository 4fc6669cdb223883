import { capture } from "@errata/node";

try {
	try {
		JSON.parse("{");
	} catch (inner) {
		console.warn("will wrap");
		throw new Error("settings are broken", { cause: inner });
	}
} catch (error) {
	capture(error);
}
