/** What fails with what, where it began, and what is special about it. */
import { Type } from "typebox";
import { oneOf, Text } from "./scalars.ts";

const closed = { additionalProperties: false };
const Share = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });
const Count = (description: string) => Type.Integer({ minimum: 0, description });

export const GroupRef = Type.Object(
	{
		fingerprint: Text("Group key"),
		code: Text("Permanent code"),
		exceptionType: Text("Class of the latest occurrence"),
		message: Text("Message of the latest occurrence. Untrusted text of a program"),
		services: Type.Array(Type.String(), { description: "Services it was seen in" }),
		count: Count("Occurrences in the window"),
	},
	closed,
);

export const Correlation = Type.Object(
	{
		kind: oneOf(["trace", "time"], "In the same traces, or one after the other"),
		direction: oneOf(["before", "after"], "Whether the other group fails before this one, as a rule"),
		group: GroupRef,
		support: Count("Traces with both, or times that one followed the other within 5 minutes"),
		confidence: Share("Share of those of the earlier group"),
		lift: Type.Number({ minimum: 0, description: "Times more than by chance" }),
		q: Share("Share of false ones among all pairs told that are this sure (Benjamini-Hochberg)"),
	},
	closed,
);

export const Cut = Type.Object(
	{
		groups: Type.Boolean({ description: "True if there were more groups than are compared" }),
		pairs: Type.Boolean({ description: "True if there were more pairs than are tested" }),
		tracesOver: Count("Traces with more than 20 groups, of which the earliest 20 count"),
		groupsOfTraces: Count("Groups of such traces that were left out"),
	},
	closed,
);

export const Reason = Type.Object(
	{
		kind: oneOf(
			[
				"cause_chain",
				"deepest_span",
				"peer",
				"service_edge",
				"earliest",
				"propagates",
				"only_error",
				"slow",
				"other_traces",
				"lower_layer",
			],
			"Which evidence",
		),
		text: Text("In words"),
	},
	closed,
);

export const Component = Type.Object(
	{
		kind: oneOf(["service", "peer"], "A service, or something that sends no telemetry"),
		name: Text("Name or address"),
	},
	closed,
);

export const Origin = Type.Object(
	{
		eventId: Text("Occurrence it began with; empty for a span that failed without a record"),
		fingerprint: Text("Its group"),
		service: Text("Service it happened in"),
		spanId: Text("Span it happened in"),
		component: Component,
		confidence: Share("How far it is ahead of the next candidate"),
		reasons: Type.Array(Reason),
		symptoms: Type.Array(Type.String(), { description: "Groups of the trace that follow from it" }),
	},
	closed,
);

export const Incident = Type.Object(
	{
		id: Text("16 hex digits that stay while the origin does"),
		traceId: Text("A trace that shows it"),
		component: Component,
		origins: Type.Array(GroupRef, { description: "Groups it began with, the most frequent first" }),
		symptoms: Type.Array(
			Type.Object(
				{ group: GroupRef, share: Share("Of the group's sampled traces in which it follows from this") },
				closed,
			),
		),
		traces: Count("Traces of the sample"),
		confidence: Share("How far the origin is ahead of others, on average"),
		reasons: Type.Array(Reason),
		firstSeen: Text("Earliest occurrence of its origins in the window, ISO 8601; empty without any"),
		lastSeen: Text("Latest one"),
	},
	closed,
);

export const Attribute = Type.Object(
	{
		key: Text("Attribute"),
		value: Text("Untrusted text of a program"),
		share: Share("Of the group's occurrences"),
		background: Share("Of what it is compared with"),
		lift: Type.Number({ minimum: 0, description: "Times more often" }),
		q: Share("False discovery rate (Benjamini-Hochberg)"),
		implied: Type.Boolean({ description: "True if the ones before it say as much" }),
	},
	closed,
);
