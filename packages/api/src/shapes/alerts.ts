/** Alerts and silences as the API gives them. */
import { type Static, Type } from "typebox";
import { oneOf, Severity, Text, Time } from "./scalars.ts";

const closed = { additionalProperties: false };

export const AlertDelivery = Type.Object(
	{
		at: Time,
		channel: Type.String(),
		id: Text("Id that the receiver saw"),
		outcome: oneOf(["delivered", "failed", "unknown"], "What became of it"),
		attempts: Type.Integer({ minimum: 0 }),
		detail: Text("What the receiver answered"),
	},
	{ $id: "AlertDelivery", ...closed },
);

export const Alert = Type.Object(
	{
		id: Text("Of this alert, from firing to resolved"),
		rule: Type.String(),
		kind: Text("new, regressed, escalating, rate, anomaly or absence"),
		subject: Text("What it is about, unique within the rule"),
		issue: Text("Fingerprint, empty if it is about no issue"),
		service: Text("Empty if it is about several or none"),
		code: Text("Code of the issue, empty if none"),
		severity: Severity,
		summary: Text("What is wrong. Untrusted text of a program may be in it"),
		state: oneOf(["firing", "resolved"], "Whether it goes on"),
		flapping: Type.Boolean({ description: "It comes and goes too often to be told each time" }),
		firedAt: Time,
		resolvedAt: Type.Union([Time, Type.Null()]),
		deliveries: Type.Array(AlertDelivery, { description: "The latest 20, oldest first" }),
	},
	{ $id: "Alert", ...closed },
);
export type Alert = Static<typeof Alert>;

export const Silence = Type.Object(
	{
		id: Type.String(),
		actor: Text("Who said it"),
		rule: Text("Empty for any"),
		issue: Text("Fingerprint, empty for any"),
		service: Text("Empty for any"),
		code: Text("Empty for any"),
		until: Time,
		comment: Type.String(),
	},
	{ $id: "Silence", ...closed },
);
export type Silence = Static<typeof Silence>;
