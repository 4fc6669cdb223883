/** How states of issues changed. */
import { Type } from "typebox";
import { operation } from "../operation.ts";
import { Issue, IssueState } from "../shapes/errors.ts";
import { EXAMPLE_ISSUE, EXAMPLE_STATE } from "../shapes/examples.ts";
import { Cursor, Limit, Time } from "../shapes/scalars.ts";

const closed = { additionalProperties: false };

const Change = Type.Object(
	{
		id: Type.String({ description: "The same change has the same id, should it come twice" }),
		at: Time,
		issue: Issue,
		state: IssueState,
	},
	closed,
);

export const issuesChanges = operation({
	name: "issues.changes",
	method: "GET",
	path: "/issues/changes",
	summary:
		"Issues that became new, regressed, escalating, resolved, ignored or ongoing; with Accept: text/event-stream as it happens",
	role: "viewer",
	input: Type.Object({ after: Type.Optional(Cursor), limit: Type.Optional(Limit(50, 100)) }, closed),
	output: Type.Object(
		{ changes: Type.Array(Change), next: Type.String({ description: "Pass it as `after` to go on" }) },
		closed,
	),
	example: {
		input: { limit: 1 },
		output: {
			changes: [
				{
					id: `${EXAMPLE_ISSUE.fingerprint}-resolved-1795512600000`,
					at: "2026-11-24T09:30:00.000Z",
					issue: EXAMPLE_ISSUE,
					state: EXAMPLE_STATE,
				},
			],
			next: "WyJjaGFuZ2VzIiwxNzk1NTEyNjAwMDAwXQ",
		},
	},
});
