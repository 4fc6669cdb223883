/** Microsoft Teams: an Adaptive Card for a Workflows webhook. TextRuns are not read as Markdown, so text stays text. */
import { type Message, messageLines } from "../message.ts";

export function teamsRequest(message: Message) {
	const run = (text: string, more: object = {}) => ({
		type: "RichTextBlock",
		inlines: [{ type: "TextRun", text, ...more }],
	});
	const card = {
		$schema: "http://adaptivecards.io/schemas/adaptive-card.json",
		type: "AdaptiveCard",
		version: "1.4",
		body: [
			run(message.title, {
				weight: "Bolder",
				size: "Medium",
				color: message.state === "firing" ? "Attention" : "Good",
			}),
			...messageLines(message).map((line) => run(line)),
			run(`errata · rule ${message.rule} · delivery ${message.id}`, { isSubtle: true, size: "Small" }),
		],
	};
	const body = {
		type: "message",
		attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", contentUrl: null, content: card }],
	};
	return { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}
