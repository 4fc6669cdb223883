/** What may be done about an issue: proposed, decided by a person or a policy, run elsewhere; and what came of it. */
import { Type } from "typebox";
import { operation } from "../operation.ts";
import { ACTION_STATES, Action, ActionLogEntry, EXAMPLE_ACTION } from "../shapes/actions.ts";
import { Fingerprint, Limit, oneOf, Text } from "../shapes/scalars.ts";

const closed = { additionalProperties: false };
const Id = Type.String({
	pattern: "^[0-9a-f-]{4,36}$",
	description: "Of the action, or its first 4 characters or more",
});
const One = Type.Object({ action: Action }, closed);
const id = EXAMPLE_ACTION.id;
const Why = Type.Optional(Type.String({ maxLength: 1_000, description: "Why; kept in the log" }));
const Word = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 256, description }));

export const actionsList = operation({
	name: "actions.list",
	method: "GET",
	path: "/actions",
	summary: "Actions that were proposed, the latest first, and those that are configured",
	role: "viewer",
	input: Type.Object(
		{
			state: Type.Optional(oneOf(ACTION_STATES, "Only these")),
			fingerprint: Type.Optional(Fingerprint),
			limit: Type.Optional(Limit(50, 200)),
		},
		closed,
	),
	output: Type.Object(
		{
			actions: Type.Array(Action),
			configured: Type.Array(
				Type.Object(
					{
						name: Type.String(),
						kind: Type.String(),
						approve: oneOf(["member", "admin"], "Role that may approve it"),
						attempted: oneOf(
							["at-most-once", "at-least-once"],
							"Whether an attempt whose end is unknown is made again",
						),
						policies: Type.Array(Type.String(), { description: "Policies that may approve it" }),
					},
					closed,
				),
				{ description: "Empty without a file of actions: nothing is done then" },
			),
		},
		closed,
	),
	example: {
		input: { state: "proposed" },
		output: {
			actions: [],
			configured: [{ name: "restart", kind: "command", approve: "admin", attempted: "at-most-once", policies: [] }],
		},
	},
});

export const actionsGet = operation({
	name: "actions.get",
	method: "GET",
	path: "/actions/{id}",
	summary: "One action and where it stands",
	role: "viewer",
	input: Type.Object({ id: Id }, closed),
	output: One,
	example: { input: { id }, output: { action: EXAMPLE_ACTION } },
});

export const actionsPropose = operation({
	name: "actions.propose",
	method: "POST",
	path: "/issues/{fingerprint}/actions",
	summary: "Propose a configured action for an issue; nothing is done before it is approved",
	role: "member",
	input: Type.Object(
		{
			fingerprint: Fingerprint,
			action: Type.String({ pattern: "^[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}$", description: "Name in the configuration" }),
			service: Word("One of the issue's services; needed if it has several"),
			environment: Word("One of the issue's environments; needed if it has several and the action uses it"),
			reason: Type.Optional(Type.String({ maxLength: 1_000, description: "Why; shown to whoever decides" })),
			requestId: Type.Optional(
				Type.String({
					pattern: "^[A-Za-z0-9_-]{8,64}$",
					description: "Chosen by you: the same one again changes nothing",
				}),
			),
		},
		closed,
	),
	output: Type.Object(
		{ action: Action, fresh: Type.Boolean({ description: "False if it was proposed before and is open" }) },
		closed,
	),
	example: {
		input: { fingerprint: EXAMPLE_ACTION.issue, action: "restart", reason: EXAMPLE_ACTION.reason },
		output: {
			action: { ...EXAMPLE_ACTION, state: "proposed", decidedBy: "", decidedAt: null, attempts: 0, detail: "" },
			fresh: true,
		},
	},
});

function decision<const Verb extends string>(
	verb: Verb,
	summary: string,
	state: "approved" | "rejected" | "cancelled",
) {
	return operation({
		name: `actions.${verb}`,
		method: "POST",
		path: `/actions/{id}/${verb}`,
		summary,
		role: "member",
		input: Type.Object({ id: Id, reason: Why }, closed),
		output: One,
		example: {
			input: { id },
			output: {
				action: {
					...EXAMPLE_ACTION,
					state,
					attempts: 0,
					nextAt: state === "approved" ? "2026-11-24T09:03:00.000Z" : null,
					detail: "",
				},
			},
		},
	});
}

export const actionsApprove = decision(
	"approve",
	"Let an action be done as it was proposed; needs the role its configuration names",
	"approved",
);
export const actionsReject = decision("reject", "Refuse an action that was proposed", "rejected");
export const actionsCancel = decision(
	"cancel",
	"Take back an action that was proposed or approved and does not run yet",
	"cancelled",
);

export const actionsLog = operation({
	name: "actions.log",
	method: "GET",
	path: "/actions/{id}/log",
	summary: "Everything that happened to an action, the earliest first, with what its attempts printed or were answered",
	role: "viewer",
	input: Type.Object({ id: Id }, closed),
	output: Type.Object({ id: Text("Whole"), log: Type.Array(ActionLogEntry) }, closed),
	example: {
		input: { id },
		output: {
			id,
			log: [
				{
					at: "2026-11-24T09:03:01.000Z",
					event: "done",
					actor: "host-1:4242:0c9d8e7f",
					attempt: 1,
					exitCode: 0,
					status: null,
					detail: "it ended with 0",
					output: "",
				},
			],
		},
	},
});
