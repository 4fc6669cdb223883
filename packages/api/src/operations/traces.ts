/** One trace: its errors and its spans. */
import { Type } from "typebox";
import { operation } from "../operation.ts";
import { ErrorEvent, TraceSpan } from "../shapes/errors.ts";
import { EXAMPLE_EVENT } from "../shapes/examples.ts";
import { Origin } from "../shapes/related.ts";
import { TraceId } from "../shapes/scalars.ts";

const closed = { additionalProperties: false };

export const tracesGet = operation({
	name: "traces.get",
	method: "GET",
	path: "/traces/{traceId}",
	summary: "Errors and spans of one trace, oldest first, and where it likely began",
	role: "viewer",
	input: Type.Object({ traceId: TraceId }, closed),
	output: Type.Object(
		{
			traceId: Type.String(),
			errors: Type.Array(ErrorEvent),
			spans: Type.Array(TraceSpan),
			origin: Type.Union([Origin, Type.Null()], { description: "null where nothing failed" }),
		},
		closed,
	),
	example: {
		input: { traceId: EXAMPLE_EVENT.traceId },
		output: {
			traceId: EXAMPLE_EVENT.traceId,
			errors: [EXAMPLE_EVENT],
			spans: [],
			origin: {
				eventId: EXAMPLE_EVENT.eventId,
				fingerprint: EXAMPLE_EVENT.fingerprint,
				service: "checkout",
				spanId: EXAMPLE_EVENT.spanId,
				component: { kind: "peer", name: "postgresql 10.0.3.7" },
				confidence: 1,
				reasons: [{ kind: "only_error", text: "it is the only group of errors in the trace" }],
				symptoms: [],
			},
		},
	},
});
