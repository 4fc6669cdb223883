import { gunzipSync } from "node:zlib";

try {
	gunzipSync(Buffer.from("no gzip"));
} catch (error) {
	console.error("failed:", error);
}
