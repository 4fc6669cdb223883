/** One trace: its errors and its spans. */
import { Type } from "typebox";
import { operation } from "../operation.ts";
import { ErrorEvent, TraceSpan } from "../shapes/errors.ts";
import { EXAMPLE_EVENT } from "../shapes/examples.ts";
import { TraceId } from "../shapes/scalars.ts";

const closed = { additionalProperties: false };

export const tracesGet = operation({
	name: "traces.get",
	method: "GET",
	path: "/traces/{traceId}",
	summary: "Errors and spans of one trace, oldest first",
	role: "viewer",
	input: Type.Object({ traceId: TraceId }, closed),
	output: Type.Object({ traceId: Type.String(), errors: Type.Array(ErrorEvent), spans: Type.Array(TraceSpan) }, closed),
	example: {
		input: { traceId: EXAMPLE_EVENT.traceId },
		output: { traceId: EXAMPLE_EVENT.traceId, errors: [EXAMPLE_EVENT], spans: [] },
	},
});
