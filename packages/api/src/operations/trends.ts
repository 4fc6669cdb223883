/** Counts over time. */
import { Type } from "typebox";
import { operation } from "../operation.ts";
import { Trend } from "../shapes/errors.ts";
import { EXAMPLE_ISSUE } from "../shapes/examples.ts";
import { Limit, oneOf, Window } from "../shapes/scalars.ts";

const closed = { additionalProperties: false };

export const trendsGet = operation({
	name: "trends.get",
	method: "GET",
	path: "/trends",
	summary: "Counts over a window in buckets, beside the window before, the most frequent first",
	role: "viewer",
	input: Type.Object(
		{
			window: Type.Optional(Window),
			by: Type.Optional(oneOf(["fingerprint", "task", "code", "service"], "What one line is about")),
			step: Type.Optional(
				oneOf(["1m", "1h", "1d"], "Length of a bucket, at most 1,440 of them; default: what gives at most 60"),
			),
			limit: Type.Optional(Limit(20, 200)),
		},
		closed,
	),
	output: Type.Object({ windowMs: Type.Integer(), by: Type.String(), trends: Type.Array(Trend) }, closed),
	example: {
		input: { window: "1h", by: "code" },
		output: {
			windowMs: 3_600_000,
			by: "code",
			trends: [
				{
					key: EXAMPLE_ISSUE.code,
					label: "",
					count: 42,
					previous: 3,
					stepMs: 1_800_000,
					sinceMs: 1_795_507_200_000,
					buckets: [2, 40],
				},
			],
		},
	},
});
