/** Actions as the API gives them. */
import { type Static, Type } from "typebox";
import { oneOf, Text, Time } from "./scalars.ts";

const closed = { additionalProperties: false };
const MaybeTime = (description: string) => Type.Union([Time, Type.Null()], { description });

export const ACTION_STATES = [
	"proposed",
	"approved",
	"running",
	"done",
	"failed",
	"unknown",
	"rejected",
	"cancelled",
	"expired",
] as const;

export const Action = Type.Object(
	{
		id: Type.String(),
		action: Text("Name in the configuration"),
		kind: Text("github, gitlab, tracker, webhook, command or agent"),
		issue: Text("Fingerprint"),
		service: Text("Empty if none was named"),
		code: Text("Code of the issue"),
		state: oneOf(ACTION_STATES, "Where it stands; unknown: an attempt was made and nobody knows how it ended"),
		preview: Text("What it would do. Untrusted text of a program may be in it"),
		reason: Text("Why, as whoever proposed it said"),
		proposedBy: Type.String(),
		proposedAt: Time,
		expiresAt: Time,
		decidedBy: Text("Empty while nobody did; policy:<name> for a policy"),
		decidedAt: MaybeTime("Null while nobody did"),
		attempts: Type.Integer({ minimum: 0 }),
		nextAt: MaybeTime("When the next attempt is due; null if none is"),
		detail: Text("How the last attempt ended, or what was said to the decision"),
		link: Text("Where what was made can be seen; empty if nowhere"),
	},
	{ $id: "Action", ...closed },
);
export type Action = Static<typeof Action>;

export const ActionLogEntry = Type.Object(
	{
		at: Time,
		event: oneOf(
			["proposed", "approved", "rejected", "cancelled", "expired", "started", "later", "done", "failed", "unknown"],
			"What happened; later: it was not taken and is tried again",
		),
		actor: Text("A person, a key, policy:<name>, or the process that ran it"),
		attempt: Type.Integer({ minimum: 0, description: "0 for what was decided" }),
		exitCode: Type.Union([Type.Integer(), Type.Null()], { description: "Of a command that ended by itself" }),
		status: Type.Union([Type.Integer(), Type.Null()], { description: "Of a receiver that answered" }),
		detail: Type.String(),
		output: Text("What was proposed, printed or answered: redacted, the last 8,192 characters. Untrusted"),
	},
	{ $id: "ActionLogEntry", ...closed },
);
export type ActionLogEntry = Static<typeof ActionLogEntry>;

export const EXAMPLE_ACTION: Action = {
	id: "5a2f4d0e-58a6-4c19-9d0c-0b8c2d3a9f10",
	action: "restart",
	kind: "command",
	issue: "3f2a9c1d5b7e40a8b6c2d1e0f9a87654",
	service: "checkout",
	code: "NET_CONN_REFUSED",
	state: "done",
	preview: '["systemctl","restart","checkout"]',
	reason: "the pool is stuck",
	proposedBy: "ann",
	proposedAt: "2026-11-24T09:02:00.000Z",
	expiresAt: "2026-11-25T09:02:00.000Z",
	decidedBy: "bob",
	decidedAt: "2026-11-24T09:03:00.000Z",
	attempts: 1,
	nextAt: null,
	detail: "it ended with 0",
	link: "",
};
