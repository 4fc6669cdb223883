/** Completion of the search language. */
import { Type } from "typebox";
import { operation } from "../operation.ts";
import { Limit, Text } from "../shapes/scalars.ts";

const closed = { additionalProperties: false };

export const issuesComplete = operation({
	name: "issues.complete",
	method: "GET",
	path: "/issues/complete",
	summary: "What may stand at the end of a search for issues: keys and values",
	role: "viewer",
	input: Type.Object(
		{
			query: Type.Optional(Type.String({ maxLength: 512, description: "What was typed so far", default: "" })),
			limit: Type.Optional(Limit(20, 100)),
		},
		closed,
	),
	output: Type.Object(
		{
			from: Type.Integer({ minimum: 0, description: "Characters of the query that stay" }),
			completions: Type.Array(
				Type.Object({ text: Text("What to put behind them"), description: Type.String() }, closed),
			),
		},
		closed,
	),
	example: {
		input: { query: "is:regressed serv" },
		output: { from: 13, completions: [{ text: "service:", description: "seen in this service" }] },
	},
});
