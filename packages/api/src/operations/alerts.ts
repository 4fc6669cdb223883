/** Alerts: what fires and what did, silences, and whether a channel can be reached. */
import { Type } from "typebox";
import { operation } from "../operation.ts";
import { Alert, Silence } from "../shapes/alerts.ts";
import { EXAMPLE_ALERT, EXAMPLE_SILENCE } from "../shapes/examples.ts";
import { Fingerprint, Limit, oneOf, Text, Window } from "../shapes/scalars.ts";

const closed = { additionalProperties: false };
const Name = (description: string) => Type.String({ maxLength: 256, description });

export const alertsList = operation({
	name: "alerts.list",
	method: "GET",
	path: "/alerts",
	summary: "Alerts that fire and those that ended in a window, with their deliveries; silences and rules",
	role: "viewer",
	input: Type.Object(
		{
			state: Type.Optional(oneOf(["firing", "resolved"], "Only these")),
			rule: Type.Optional(Name("Only of this rule")),
			fingerprint: Type.Optional(Fingerprint),
			window: Type.Optional(Window),
			limit: Type.Optional(Limit(50, 200)),
		},
		closed,
	),
	output: Type.Object(
		{
			alerts: Type.Array(Alert),
			silences: Type.Array(Silence, { description: "Those that hold now" }),
			rules: Type.Array(
				Type.Object(
					{ name: Type.String(), when: Type.String(), to: Type.Array(Type.String(), { description: "Channels" }) },
					closed,
				),
				{ description: "What is watched; empty without a file of rules" },
			),
		},
		closed,
	),
	example: {
		input: { state: "firing", window: "7d" },
		output: {
			alerts: [EXAMPLE_ALERT],
			silences: [EXAMPLE_SILENCE],
			rules: [{ name: "new errors", when: "new", to: ["ops"] }],
		},
	},
});

export const alertsSilence = operation({
	name: "alerts.silence",
	method: "POST",
	path: "/alerts/silences",
	summary: "Tell nobody of some alerts for a while; what is left out matches all",
	role: "member",
	input: Type.Object(
		{
			for: Window,
			rule: Type.Optional(Name("Only of this rule")),
			fingerprint: Type.Optional(Fingerprint),
			service: Type.Optional(Name("Only about this service")),
			code: Type.Optional(Name("Only of this code")),
			comment: Type.Optional(Type.String({ maxLength: 1000, description: "Why" })),
		},
		closed,
	),
	output: Type.Object({ silence: Silence }, closed),
	example: { input: { for: "2h", service: "checkout", comment: "deploying" }, output: { silence: EXAMPLE_SILENCE } },
});

export const alertsUnsilence = operation({
	name: "alerts.unsilence",
	method: "DELETE",
	path: "/alerts/silences/{id}",
	summary: "End a silence now",
	role: "member",
	input: Type.Object({ id: Type.String({ pattern: "^[A-Za-z0-9-]{1,64}$", description: "Of the silence" }) }, closed),
	output: Type.Object({ silence: Silence }, closed),
	example: { input: { id: EXAMPLE_SILENCE.id }, output: { silence: EXAMPLE_SILENCE } },
});

export const alertsTest = operation({
	name: "alerts.test",
	method: "POST",
	path: "/alerts/test",
	summary: "Send a test message to a channel now, once, and say what its receiver answered",
	role: "admin",
	input: Type.Object({ channel: Name("A channel of the rules file") }, closed),
	output: Type.Object(
		{
			channel: Type.String(),
			type: Text("webhook, slack, teams, pagerduty or email"),
			delivery: Text("Id that the receiver saw"),
			outcome: oneOf(["accepted", "refused", "later", "unknown"], "What became of it"),
			detail: Text("What the receiver answered, or why it could not be reached"),
			durationMs: Type.Integer({ minimum: 0 }),
		},
		closed,
	),
	example: {
		input: { channel: "ops" },
		output: {
			channel: "ops",
			type: "slack",
			delivery: "0f8fad5b-d9cb-469f-a165-70867728950e",
			outcome: "accepted",
			detail: "200",
			durationMs: 84,
		},
	},
});
