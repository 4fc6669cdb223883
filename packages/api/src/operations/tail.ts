/** The newest records. */
import { Type } from "typebox";
import { operation } from "../operation.ts";
import { TailRow } from "../shapes/errors.ts";
import { Limit } from "../shapes/scalars.ts";

const closed = { additionalProperties: false };

export const tailList = operation({
	name: "tail.list",
	method: "GET",
	path: "/tail",
	summary: "The newest records, oldest first; with Accept: text/event-stream they follow without end",
	role: "viewer",
	input: Type.Object(
		{
			errorOnly: Type.Optional(Type.Boolean({ description: "Errors only" })),
			taskId: Type.Optional(Type.String({ maxLength: 256, description: "Records of this task only" })),
			after: Type.Optional(Type.String({ maxLength: 64, description: "`cursor` of the last row seen" })),
			limit: Type.Optional(Limit(100, 1000)),
		},
		closed,
	),
	output: Type.Object({ rows: Type.Array(TailRow) }, closed),
	example: {
		input: { errorOnly: true, limit: 1 },
		output: {
			rows: [
				{
					timestamp: "2026-11-24T09:01:02.000000000Z",
					service: "checkout",
					severityText: "ERROR",
					severityNumber: 17,
					body: "order failed",
					traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
					taskId: "t-71",
					code: "NET_CONN_REFUSED",
					fingerprint: "3f2a9c1d5b7e40a8b6c2d1e0f9a87654",
					cursor: "1795510862000000000.17",
				},
			],
		},
	},
});
