/** What is told about a group of alerts, redacted: the one shape that every channel renders. */
import type { Redactor } from "@errata/catalog";
import { LIMITS } from "../limits.ts";
import type { AlertState } from "./alert-state.ts";

export interface MessageAlert {
	readonly id: string;
	readonly state: "firing" | "resolved";
	readonly flapping: boolean;
	readonly subject: string;
	readonly issue: string;
	readonly service: string;
	readonly code: string;
	readonly severity: string;
	/** Untrusted text of a program may be in it. */
	readonly summary: string;
	/** ISO 8601: since when it is in this state. */
	readonly since: string;
	/** Where a person looks; "" if no link is configured. */
	readonly url: string;
}

export interface Message {
	/** Of the delivery: the same on every attempt. */
	readonly id: string;
	/** ISO 8601 */
	readonly at: string;
	readonly state: "firing" | "resolved";
	/** What goes together: the same text for every message about it. */
	readonly group: string;
	readonly rule: string;
	readonly kind: string;
	readonly title: string;
	readonly severity: string;
	readonly alerts: readonly MessageAlert[];
	/** Alerts beyond those listed. */
	readonly more: number;
	/** An earlier delivery of it may have arrived. */
	readonly repeated: boolean;
	readonly test: boolean;
}

export interface MessageParts {
	readonly id: string;
	readonly now: number;
	readonly group: string;
	readonly rule: string;
	readonly kind: string;
	readonly alerts: readonly AlertState[];
	/** Whether any alert of the group still fires, also one that is not listed. */
	readonly firing: boolean;
	readonly link: string;
	readonly test?: boolean;
}

const RANK = ["", "low", "medium", "high", "critical"];

export function createMessage(parts: MessageParts, redactor: Redactor): Message {
	const clean = (text: string): string => cut(redactor.text(text));
	const listed = parts.alerts.slice(0, LIMITS.messageAlerts).map((alert) => alertOf(alert, parts.link, clean));
	const severity = parts.alerts.reduce(
		(worst, { condition }) => (RANK.indexOf(condition.severity) > RANK.indexOf(worst) ? condition.severity : worst),
		"",
	);
	return {
		id: parts.id,
		at: new Date(parts.now).toISOString(),
		state: parts.firing ? "firing" : "resolved",
		group: clean(parts.group),
		rule: parts.rule,
		kind: parts.kind,
		title: titleOf(parts, listed),
		severity,
		alerts: listed,
		more: parts.alerts.length - listed.length,
		repeated: false,
		test: parts.test === true,
	};
}

function alertOf(alert: AlertState, link: string, clean: (text: string) => string): MessageAlert {
	const { condition } = alert;
	return {
		id: alert.id,
		state: alert.phase === "firing" || alert.flapping ? "firing" : "resolved",
		flapping: alert.flapping,
		subject: clean(alert.subject),
		issue: condition.issue,
		service: clean(condition.service),
		code: clean(condition.code),
		severity: condition.severity,
		summary: clean(condition.summary),
		since: new Date(alert.since).toISOString(),
		url: link === "" || condition.issue === "" ? "" : `${link.replace(/\/$/u, "")}/issues/${condition.issue}`,
	};
}

function titleOf(parts: MessageParts, listed: readonly MessageAlert[]): string {
	const firing = parts.alerts.filter((alert) => alert.phase === "firing" || alert.flapping).length;
	const resolved = parts.alerts.length - firing;
	const counts = [firing > 0 ? `${firing} firing` : "", resolved > 0 ? `${resolved} resolved` : ""];
	const [only] = listed;
	const what = listed.length === 1 && only !== undefined ? only.summary : counts.filter((c) => c !== "").join(", ");
	return cut(`${parts.test === true ? "Test: " : ""}${parts.rule}: ${what}`);
}

/** Without control, bidirectional and invisible characters, on one line, not too long. */
function cut(text: string): string {
	const line = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ").toWellFormed();
	const points = [...line];
	return points.length > LIMITS.messageChars ? `${points.slice(0, LIMITS.messageChars - 1).join("")}…` : line;
}

/** What a text-only channel shows, one line per alert. */
export function messageLines(message: Message): string[] {
	const lines = message.alerts.map(
		(a) =>
			`${a.state === "firing" ? (a.flapping ? "FLAPPING" : "FIRING") : "RESOLVED"} ${a.summary}${a.severity === "" ? "" : ` [${a.severity}]`} since ${a.since}${a.url === "" ? "" : ` ${a.url}`}`,
	);
	if (message.more > 0) lines.push(`and ${message.more} more`);
	if (message.repeated) lines.push("An earlier delivery of this may have arrived too.");
	if (message.test) lines.push("This is a test: nothing is wrong.");
	return lines;
}
