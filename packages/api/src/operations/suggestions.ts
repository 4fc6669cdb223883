/** Which suggestions helped. */
import { Type } from "typebox";
import { operation } from "../operation.ts";
import { EXAMPLE_ISSUE } from "../shapes/examples.ts";
import { Fingerprint, Limit, oneOf, Text, Time } from "../shapes/scalars.ts";

const closed = { additionalProperties: false };
const Weight = (description: string) => Type.Number({ minimum: 0, description });
const Counted = (description: string) =>
	Type.Object(
		{
			count: Type.Integer({ minimum: 0, description: "Occurrences" }),
			hours: Type.Integer({ minimum: 0, description: "Hours they were counted in" }),
		},
		{ ...closed, description },
	);

const Suggestion = Type.Object(
	{
		id: Text("Pass it as `suggestion` when you resolve a group"),
		code: Text("Permanent code"),
		kind: oneOf(["immediate", "preventive"], "What to check first, or what keeps it from coming back"),
		text: Text("As the catalog has it, with placeholders"),
		tried: Weight("Resolutions: 1 for each that named it, 1/n for each that named none of the code's n suggestions"),
		fell: Weight("Of these, after how many the group fell"),
		returned: Weight("After how many it did not, though a fall would have shown"),
		unclear: Weight("After how many there is too little to tell"),
		sunk: Type.Boolean({ description: "It hardly ever helps, and is shown last" }),
	},
	closed,
);

const SuggestionOutcome = Type.Object(
	{
		issue: Text("Fingerprint"),
		code: Text("Code of the group; empty if it did not fail around that time"),
		kind: oneOf(["resolve", "release"], "What was done"),
		at: Time,
		actor: Text("Who resolved it; empty for a release"),
		service: Text("Of the release"),
		release: Text("The release, or the one that the resolution waited for; empty if none"),
		suggestion: Text("Id of the suggestion that was named; empty if none was"),
		before: Counted("At most a week before"),
		after: Counted("At most a week after, until something else was done"),
		p: Type.Number({ minimum: 0, maximum: 1, description: "Chance of so few afterwards, if nothing had changed" }),
		verdict: oneOf(["fell", "returned", "unclear"], "What became of the group"),
	},
	closed,
);

const EXAMPLE_TEXT = "Check that the target process runs and read its log.";

export const suggestionsList = operation({
	name: "suggestions.list",
	method: "GET",
	path: "/suggestions",
	summary: "What became of groups after they were resolved or a release came, and which suggestions helped",
	role: "viewer",
	input: Type.Object(
		{
			code: Type.Optional(Type.String({ pattern: "^[A-Za-z0-9_]{1,128}$", description: "Only of this code" })),
			fingerprint: Type.Optional(Fingerprint),
			limit: Type.Optional(Limit(50, 200)),
		},
		closed,
	),
	output: Type.Object(
		{
			suggestions: Type.Array(Suggestion, { description: "Of the codes that were resolved, or that were asked for" }),
			outcomes: Type.Array(SuggestionOutcome, { description: "The latest first; releases only for one group" }),
		},
		closed,
	),
	example: {
		input: { code: "NET_CONN_REFUSED" },
		output: {
			suggestions: [
				{
					id: "5d1c0a9e",
					code: EXAMPLE_ISSUE.code,
					kind: "immediate",
					text: EXAMPLE_TEXT,
					tried: 4.25,
					fell: 3.25,
					returned: 1,
					unclear: 0,
					sunk: false,
				},
			],
			outcomes: [
				{
					issue: EXAMPLE_ISSUE.fingerprint,
					code: EXAMPLE_ISSUE.code,
					kind: "resolve",
					at: "2026-11-20T09:30:00.000Z",
					actor: "ann",
					service: "",
					release: "",
					suggestion: "5d1c0a9e",
					before: { count: 320, hours: 168 },
					after: { count: 2, hours: 95 },
					p: 1.27e-12,
					verdict: "fell",
				},
			],
		},
	},
});
