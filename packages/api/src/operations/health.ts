/** What the server says of itself and of its store. */
import { Type } from "typebox";
import { operation } from "../operation.ts";

const closed = { additionalProperties: false };

export const healthGet = operation({
	name: "health.get",
	method: "GET",
	path: "/health",
	summary: "Whether ClickHouse answers and its tables are of this version",
	role: "viewer",
	input: Type.Object({}, closed),
	output: Type.Object(
		{
			status: Type.Unsafe<"ok" | "degraded">(Type.String({ enum: ["ok", "degraded"] })),
			version: Type.String({ description: "Of errata" }),
			clickhouse: Type.String({ description: "Version of ClickHouse" }),
			migration: Type.Object({ current: Type.Integer(), latest: Type.Integer() }, closed),
			catalog: Type.String({ description: "Version of the catalog" }),
		},
		closed,
	),
	example: {
		input: {},
		output: {
			status: "ok",
			version: "0.1.0",
			clickhouse: "26.7.1.1",
			migration: { current: 6, latest: 6 },
			catalog: "errata@0.1.0",
		},
	},
});
