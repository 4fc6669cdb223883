/** Groups: the list, one of them, its occurrences. */
import { Type } from "typebox";
import { operation } from "../operation.ts";
import { ErrorEvent, Issue, IssueState } from "../shapes/errors.ts";
import { EXAMPLE_EVENT, EXAMPLE_ISSUE, EXAMPLE_STATE } from "../shapes/examples.ts";
import { Cursor, Fingerprint, Limit, oneOf, Window } from "../shapes/scalars.ts";

const closed = { additionalProperties: false };
const Next = Type.Union([Type.String(), Type.Null()], { description: "Cursor of the next page; null on the last" });

const Listed = Type.Object({ issue: Issue, state: IssueState }, closed);

export const issuesList = operation({
	name: "issues.list",
	method: "GET",
	path: "/issues",
	summary: "Groups of errors with an occurrence in a window, the latest first",
	role: "viewer",
	input: Type.Object(
		{
			window: Type.Optional(Window),
			service: Type.Optional(Type.String({ maxLength: 256, description: "Only groups seen in this service" })),
			code: Type.Optional(Type.String({ maxLength: 128, description: "Only groups of this code" })),
			query: Type.Optional(
				Type.String({
					maxLength: 512,
					description:
						'Words and terms that must all hold, such as service:checkout severity:high -code:PG_* is:regressed first:<24h "out of memory"; GET /issues/complete lists keys and values',
				}),
			),
			status: Type.Optional(
				oneOf(
					["new", "ongoing", "escalating", "resolved", "regressed", "ignored", "open"],
					"Only issues in this state; open is all but resolved and ignored",
				),
			),
			limit: Type.Optional(Limit(50, 200)),
			cursor: Type.Optional(Cursor),
		},
		closed,
	),
	output: Type.Object({ issues: Type.Array(Listed), next: Next }, closed),
	example: {
		input: { window: "24h", limit: 2 },
		output: { issues: [{ issue: EXAMPLE_ISSUE, state: EXAMPLE_STATE }], next: null },
	},
});

export const issuesGet = operation({
	name: "issues.get",
	method: "GET",
	path: "/issues/{fingerprint}",
	summary: "One group by its fingerprint or the first digits of it",
	role: "viewer",
	input: Type.Object({ fingerprint: Fingerprint }, closed),
	output: Listed,
	example: {
		input: { fingerprint: EXAMPLE_ISSUE.fingerprint },
		output: { issue: EXAMPLE_ISSUE, state: EXAMPLE_STATE },
	},
});

export const issuesEvents = operation({
	name: "issues.events",
	method: "GET",
	path: "/issues/{fingerprint}/events",
	summary: "The latest occurrences of a group",
	role: "viewer",
	input: Type.Object({ fingerprint: Fingerprint, limit: Type.Optional(Limit(20, 200)) }, closed),
	output: Type.Object({ events: Type.Array(ErrorEvent) }, closed),
	example: { input: { fingerprint: EXAMPLE_ISSUE.fingerprint, limit: 1 }, output: { events: [EXAMPLE_EVENT] } },
});
