/** Hours that are unusual for their group or service. */
import { Type } from "typebox";
import { operation } from "../operation.ts";
import { EXAMPLE_ISSUE } from "../shapes/examples.ts";
import { Limit, oneOf, Text, Time } from "../shapes/scalars.ts";

const closed = { additionalProperties: false };

const Anomaly = Type.Object(
	{
		key: Text("Fingerprint or service"),
		code: Text("Code of its latest occurrence"),
		hour: Time,
		open: Type.Boolean({
			description: "True for the hour that is not over; `expected` is for the part that has passed",
		}),
		count: Type.Integer({ minimum: 0 }),
		expected: Type.Number({ minimum: 0, description: "Occurrences that the weeks before let expect" }),
		score: Type.Number({ minimum: 0, description: "-log10 of the probability of that many or more" }),
		basis: oneOf(["week", "day", "recent"], "What is compared: the same hours of the week, of the day, or all before"),
	},
	closed,
);

export const anomaliesList = operation({
	name: "anomalies.list",
	method: "GET",
	path: "/anomalies",
	summary: "Hours with far more errors than the same hours of the weeks before, the most unusual first",
	role: "viewer",
	input: Type.Object(
		{
			by: Type.Optional(oneOf(["fingerprint", "service"], "Judge groups (default) or services")),
			hours: Type.Optional(Type.Integer({ minimum: 1, maximum: 168, default: 24, description: "Hours looked back" })),
			limit: Type.Optional(Limit(20, 200)),
		},
		closed,
	),
	output: Type.Object(
		{
			by: Type.String(),
			judged: Type.Integer({ minimum: 0, description: "Groups or services with enough history" }),
			young: Type.Integer({ minimum: 0, description: "Those too new to be judged" }),
			anomalies: Type.Array(Anomaly),
		},
		closed,
	),
	example: {
		input: { by: "fingerprint", hours: 24 },
		output: {
			by: "fingerprint",
			judged: 31,
			young: 2,
			anomalies: [
				{
					key: EXAMPLE_ISSUE.fingerprint,
					code: EXAMPLE_ISSUE.code,
					hour: "2026-11-24T09:00:00.000Z",
					open: true,
					count: 42,
					expected: 1.3,
					score: 47.2,
					basis: "week",
				},
			],
		},
	},
});
