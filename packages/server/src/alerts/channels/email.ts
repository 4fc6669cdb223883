/** Email over SMTP: plain text only, one thread per group, the delivery's id as Message-ID so that a second copy is known. */
import { createHash } from "node:crypto";
import { LIMITS } from "../../limits.ts";
import { type Message, messageLines } from "../message.ts";
import type { Outcome } from "../post.ts";

export interface Mailbox {
	/** smtp:// or smtps:// with user and password. */
	readonly smtp: string;
	readonly from: string;
	readonly to: readonly string[];
}

/** Never rejects. */
export async function sendMail(message: Message, box: Mailbox, timeoutMs: number = LIMITS.deliverMs): Promise<Outcome> {
	const { createTransport } = await import("nodemailer");
	const transport = createTransport({
		url: box.smtp,
		connectionTimeout: timeoutMs,
		greetingTimeout: timeoutMs,
		socketTimeout: timeoutMs,
		disableFileAccess: true,
		disableUrlAccess: true,
	});
	const thread = createHash("sha256").update(message.group).digest("hex").slice(0, 32);
	try {
		const sent = await transport.sendMail({
			from: box.from,
			to: [...box.to],
			subject: `[errata] ${message.state === "firing" ? "" : "resolved: "}${message.title}`,
			text: [message.title, "", ...messageLines(message), "", `rule ${message.rule} · delivery ${message.id}`, ""].join(
				"\n",
			),
			messageId: `<${message.id}@errata>`,
			references: [`<${thread}@errata>`],
			headers: { "Auto-Submitted": "auto-generated", "X-Errata-Delivery": message.id },
		});
		return { kind: "accepted", detail: sent.response.slice(0, 200) };
	} catch (error) {
		return mailFailure(error as MailError);
	} finally {
		transport.close();
	}
}

interface MailError extends Error {
	readonly code?: string;
	readonly responseCode?: number;
	readonly command?: string;
}

function mailFailure(error: MailError): Outcome {
	const detail = `${error.responseCode ?? error.code ?? "failed"} ${error.message.replace(/[\p{Cc}\p{Cf}]+/gu, " ").slice(0, 200)}`;
	if (error.responseCode !== undefined && error.responseCode >= 500) return { kind: "refused", detail };
	if (error.responseCode !== undefined) return { kind: "later", detail };
	// Once the text was on its way and no answer came, it may have been taken.
	return { kind: error.command === "DATA" ? "unknown" : "later", detail };
}
