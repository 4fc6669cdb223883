/** A message to a channel, whatever its kind; and whether its receiver knows a second copy for one. */
import type { Message } from "../message.ts";
import { type Outcome, post } from "../post.ts";
import type { Channel } from "../rules-file.ts";
import { sendMail } from "./email.ts";
import { PAGERDUTY_URL, pagerdutyRequest } from "./pagerduty.ts";
import { slackRequest } from "./slack.ts";
import { teamsRequest } from "./teams.ts";
import { webhookRequest } from "./webhook.ts";

/** By the delivery's id, the dedup key or the Message-ID. Slack and Teams show every copy. */
export function knowsCopies(channel: Channel): boolean {
	return channel.type === "webhook" || channel.type === "pagerduty" || channel.type === "email";
}

/** One attempt. Never rejects. */
export async function deliver(channel: Channel, message: Message, timeoutMs?: number): Promise<Outcome> {
	if (channel.type === "email") return sendMail(message, channel, timeoutMs);
	const made = requestOf(channel, message);
	return post({
		url: channel.type === "pagerduty" ? (channel.url ?? PAGERDUTY_URL) : channel.url,
		...made,
		allowMetadata: channel.allowMetadata === true,
		...(timeoutMs === undefined ? {} : { timeoutMs }),
	});
}

function requestOf(channel: Exclude<Channel, { type: "email" }>, message: Message) {
	switch (channel.type) {
		case "webhook":
			return webhookRequest(message, channel.secret, Date.now());
		case "slack":
			return slackRequest(message);
		case "teams":
			return teamsRequest(message);
		case "pagerduty":
			return pagerdutyRequest(message, channel.routingKey);
	}
}
