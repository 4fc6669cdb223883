/** What recurs without a name. */
import { Type } from "typebox";
import { operation } from "../operation.ts";
import { Limit, Text, Time, Window } from "../shapes/scalars.ts";

const closed = { additionalProperties: false };

const Pattern = Type.Object(
	{
		id: Text("8 hex digits"),
		text: Text("The line with <*> where its values stand. Untrusted text of a program"),
		count: Type.Integer({ minimum: 0 }),
		forms: Type.Integer({ minimum: 0, description: "Distinct forms that it joins" }),
		firstSeen: Time,
		lastSeen: Time,
		services: Type.Array(Type.String()),
		example: Text("Most frequent form, values masked"),
	},
	closed,
);

export const patternsList = operation({
	name: "patterns.list",
	method: "GET",
	path: "/patterns",
	summary: "Log lines and errors that no catalog entry names, by what they have in common, the most frequent first",
	role: "viewer",
	input: Type.Object(
		{
			window: Type.Optional(Window),
			onlyNew: Type.Optional(Type.Boolean({ description: "Only those that the window before did not have" })),
			limit: Type.Optional(Limit(30, 200)),
		},
		closed,
	),
	output: Type.Object(
		{
			patterns: Type.Array(Pattern),
			dropped: Type.Integer({ minimum: 0, description: "Lines of rare patterns that were not kept" }),
		},
		closed,
	),
	example: {
		input: { window: "1h", onlyNew: true },
		output: {
			patterns: [
				{
					id: "3f2a9c1d",
					text: "ledger closed for <*> after <*> entries",
					count: 8,
					forms: 1,
					firstSeen: "2026-11-24T08:55:02.000Z",
					lastSeen: "2026-11-24T09:01:02.000Z",
					services: ["ledger"],
					example: "ledger closed for <str> after <num> entries",
				},
			],
			dropped: 0,
		},
	},
});
