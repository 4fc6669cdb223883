/** The message itself as JSON, signed: HMAC-SHA256 over `<seconds>.<body>`, so that a receiver knows who and when. */
import { createHmac } from "node:crypto";
import type { Message } from "../message.ts";

export function webhookRequest(message: Message, secret: string, nowMs: number) {
	const body = JSON.stringify(message);
	const seconds = Math.floor(nowMs / 1_000);
	return {
		headers: {
			"content-type": "application/json",
			"errata-delivery": message.id,
			"errata-signature": `t=${seconds},v1=${signature(secret, seconds, body)}`,
		},
		body,
	};
}

/** Hex; `seconds` since the epoch. */
export function signature(secret: string, seconds: number, body: string): string {
	return createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex");
}
