import { createDecipheriv } from "node:crypto";
import { capture } from "@errata/node";

try {
	const d = createDecipheriv("aes-128-gcm", Buffer.alloc(16), Buffer.alloc(12));
	d.setAuthTag(Buffer.alloc(16));
	d.final();
} catch (error) {
	capture(error);
}
