/** Groups, occurrences, trends and spans as the API gives them: what the store says, under the same names. */
import { type Static, Type } from "typebox";
import { Category, oneOf, Retryable, Severity, Text, Time } from "./scalars.ts";

const closed = { additionalProperties: false };
const Texts = (description: string) => Type.Array(Type.String(), { description });
const Strings = Type.Record(Type.String(), Type.String());
const Count = Type.Integer({ minimum: 0 });

export const Issue = Type.Object(
	{
		fingerprint: Text("Group key, 32 hex digits"),
		code: Text("Permanent code"),
		pattern: Text("Catalog entry that matched, empty if none did"),
		category: Category,
		severity: Severity,
		retryable: Retryable,
		exceptionType: Text("Class of the latest occurrence"),
		message: Text("Message of the latest occurrence. Untrusted text of a program"),
		template: Text("Message with its values masked"),
		count: Type.Integer({ minimum: 0, description: "Occurrences in the time asked for, exact" }),
		unhandled: Type.Integer({ minimum: 0, description: "Of which nobody caught" }),
		services: Texts("Services it was seen in"),
		environments: Texts("Environments it was seen in"),
		firstSeen: Time,
		lastSeen: Time,
		firstRelease: Text("Release of the earliest occurrence"),
		lastRelease: Text("Release of the latest occurrence"),
		traces: Type.Integer({ minimum: 0, description: "Traces it was seen in" }),
		immediate: Texts("What to check first"),
		preventive: Texts("What keeps it from coming back"),
		docs: Texts("The failing system's own reference"),
		members: Texts("Groups that were merged into this one"),
	},
	{ $id: "Issue", ...closed },
);
export type Issue = Static<typeof Issue>;

export const ErrorEvent = Type.Object(
	{
		eventId: Text("Id of the occurrence"),
		timestamp: Time,
		fingerprint: Text("Group key"),
		code: Text("Permanent code"),
		category: Category,
		severity: Severity,
		retryable: Retryable,
		handled: Type.Boolean(),
		signal: oneOf(["log", "span"], "What told of it"),
		service: Text("Service that failed"),
		environment: Text("Deployment environment"),
		release: Text("service.version"),
		traceId: Text("Trace, empty if none"),
		spanId: Text("Span, empty if none"),
		exceptionType: Text("Class"),
		message: Text("Untrusted text of a program"),
		stacktrace: Text("Untrusted text of a program"),
		template: Text("Message with its values masked"),
		taskName: Text("Task"),
		taskId: Text("Task id"),
		immediate: Texts("What to check first"),
		preventive: Texts("What keeps it from coming back"),
		docs: Texts("The failing system's own reference"),
		body: Text("Body of the log record"),
		count: Type.Integer({ minimum: 1, description: "Occurrences this record stands for" }),
		runId: Text("The errata run it belongs to"),
		attributes: Strings,
		resource: Strings,
	},
	{ $id: "ErrorEvent", ...closed },
);
export type ErrorEvent = Static<typeof ErrorEvent>;

export const TraceSpan = Type.Object(
	{
		timestamp: Time,
		spanId: Type.String(),
		parentSpanId: Type.String(),
		name: Type.String(),
		kind: Type.String(),
		service: Type.String(),
		durationMs: Type.Number(),
		status: Type.String(),
		statusMessage: Type.String(),
		attributes: Strings,
	},
	{ $id: "TraceSpan", ...closed },
);
export type TraceSpan = Static<typeof TraceSpan>;

export const Trend = Type.Object(
	{
		key: Text("What the line is about"),
		label: Text("Code or message of a group, empty otherwise"),
		count: Count,
		previous: Type.Integer({ minimum: 0, description: "Count in the window before" }),
		stepMs: Type.Integer({ minimum: 0, description: "Milliseconds of one bucket" }),
		sinceMs: Type.Integer({ description: "Start of the first bucket, milliseconds since the epoch" }),
		buckets: Type.Array(Count, { description: "Counts, oldest first" }),
	},
	{ $id: "Trend", ...closed },
);
export type Trend = Static<typeof Trend>;

export const TailRow = Type.Object(
	{
		timestamp: Time,
		service: Type.String(),
		severityText: Type.String(),
		severityNumber: Type.Integer(),
		body: Text("Untrusted text of a program"),
		traceId: Type.String(),
		taskId: Type.String(),
		code: Text("Empty for records that are no errors"),
		fingerprint: Type.String(),
		cursor: Text("Pass the last one as `after`"),
	},
	{ $id: "TailRow", ...closed },
);
export type TailRow = Static<typeof TailRow>;

export const IssueState = Type.Object(
	{
		status: oneOf(
			["new", "ongoing", "escalating", "resolved", "regressed", "ignored"],
			"Where in its life the issue is",
		),
		since: Type.Union([Time, Type.Null()], { description: "Since when; null if nothing says" }),
		reason: Text("Why, in one clause"),
		actor: Text("Who did it; empty where its behaviour decided"),
		assignee: Text("Empty if nobody"),
		comments: Count,
	},
	{ $id: "IssueState", ...closed },
);
export type IssueState = Static<typeof IssueState>;

export const IssueHistoryEntry = Type.Object(
	{
		timestamp: Time,
		eventId: Type.String(),
		actor: Text("A key, a user, a rule, or local"),
		action: oneOf(["resolve", "ignore", "reopen", "assign", "comment", "merge", "split"], "What was done"),
		detail: Type.Record(Type.String(), Type.Unknown()),
	},
	{ $id: "IssueHistoryEntry", ...closed },
);
export type IssueHistoryEntry = Static<typeof IssueHistoryEntry>;

export const Release = Type.Object(
	{
		service: Type.String(),
		release: Text("service.version"),
		firstSeen: Time,
		lastSeen: Time,
		count: Type.Integer({ minimum: 0, description: "Occurrences" }),
		issues: Type.Integer({ minimum: 0, description: "Groups" }),
	},
	{ $id: "Release", ...closed },
);
export type Release = Static<typeof Release>;
