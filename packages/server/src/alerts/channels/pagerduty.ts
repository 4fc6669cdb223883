/** PagerDuty Events API v2: one incident per group of alerts, opened while any fires, resolved when none does. */
import { createHash } from "node:crypto";
import type { Message } from "../message.ts";

export const PAGERDUTY_URL = "https://events.pagerduty.com/v2/enqueue";

const SEVERITY: Readonly<Record<string, string>> = {
	critical: "critical",
	high: "error",
	medium: "warning",
	low: "info",
};

export function pagerdutyRequest(message: Message, routingKey: string) {
	const [first] = message.alerts;
	const service = first?.service ?? "";
	const body = {
		routing_key: routingKey,
		event_action: message.state === "firing" ? "trigger" : "resolve",
		// At most 255 characters, and a group may hold any text.
		dedup_key: `errata-${createHash("sha256").update(message.group).digest("hex")}`,
		client: "errata",
		payload: {
			summary: message.title,
			source: service === "" ? "errata" : service,
			severity: SEVERITY[message.severity] ?? "error",
			timestamp: message.at,
			...(service === "" ? {} : { component: service }),
			group: message.rule,
			class: message.kind,
			custom_details: { delivery: message.id, alerts: message.alerts, more: message.more, test: message.test },
		},
		links: message.alerts.filter((a) => a.url !== "").map((a) => ({ href: a.url, text: a.summary })),
	};
	return { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}
