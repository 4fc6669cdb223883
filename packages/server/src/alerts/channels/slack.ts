/** Slack's incoming webhooks. Text of programs goes into `plain_text`: it can mention nobody and link nowhere. */
import { type Message, messageLines } from "../message.ts";

/** https://docs.slack.dev/reference/block-kit/blocks/header-block */
const HEADER_CHARS = 150;

export function slackRequest(message: Message) {
	const plain = (text: string) => ({ type: "plain_text", text, emoji: false });
	const body = {
		text: escaped(message.title),
		blocks: [
			{ type: "header", text: plain([...message.title].slice(0, HEADER_CHARS).join("")) },
			...messageLines(message).map((line) => ({ type: "section", text: plain(line) })),
			{ type: "context", elements: [plain(`errata · rule ${message.rule} · delivery ${message.id}`)] },
		],
	};
	return { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

/** https://docs.slack.dev/messaging/formatting-message-text: the three characters that begin anything special. */
function escaped(text: string): string {
	return text.replace(/[&<>]/gu, (c) => (c === "&" ? "&amp;" : c === "<" ? "&lt;" : "&gt;"));
}
