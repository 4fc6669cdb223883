/** What is done to issues: decided, assigned, commented, merged, split; and what was. */
import { Type } from "typebox";
import { operation } from "../operation.ts";
import { Issue, IssueHistoryEntry, IssueState, Release } from "../shapes/errors.ts";
import { EXAMPLE_ISSUE, EXAMPLE_STATE } from "../shapes/examples.ts";
import { Fingerprint, Limit, Time } from "../shapes/scalars.ts";

const closed = { additionalProperties: false };
const Done = Type.Object({ issue: Issue, state: IssueState }, closed);
const done = { issue: EXAMPLE_ISSUE, state: EXAMPLE_STATE };
/** Chosen by the caller, so that a request that is sent twice is done once. */
const RequestId = Type.Optional(
	Type.String({ pattern: "^[A-Za-z0-9_-]{8,64}$", description: "Chosen by you: the same one again changes nothing" }),
);
const Comment = Type.Optional(Type.String({ maxLength: 4000, description: "Kept in the history" }));
const fingerprint = EXAMPLE_ISSUE.fingerprint;

export const issuesResolve = operation({
	name: "issues.resolve",
	method: "POST",
	path: "/issues/{fingerprint}/resolve",
	summary: "Resolve an issue, now or in the next release; an occurrence after that is a regression",
	role: "member",
	input: Type.Object(
		{
			fingerprint: Fingerprint,
			inNextRelease: Type.Optional(
				Type.Boolean({ description: "Occurrences of releases that are known now are no regression" }),
			),
			suggestion: Type.Optional(
				Type.String({
					pattern: "^[0-9a-f]{8}$",
					description: "Id of the suggestion that helped, as suggestions.list gives it",
				}),
			),
			comment: Comment,
			requestId: RequestId,
		},
		closed,
	),
	output: Done,
	example: { input: { fingerprint, inNextRelease: true }, output: done },
});

export const issuesIgnore = operation({
	name: "issues.ignore",
	method: "POST",
	path: "/issues/{fingerprint}/ignore",
	summary: "Ignore an issue for good, or until a time, a number of occurrences, or its escalation",
	role: "member",
	input: Type.Object(
		{
			fingerprint: Fingerprint,
			until: Type.Optional(Time),
			count: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000, description: "Occurrences from now" })),
			escalation: Type.Optional(Type.Boolean({ description: "Until it escalates" })),
			comment: Comment,
			requestId: RequestId,
		},
		closed,
	),
	output: Done,
	example: { input: { fingerprint, count: 100, escalation: true }, output: done },
});

export const issuesReopen = operation({
	name: "issues.reopen",
	method: "POST",
	path: "/issues/{fingerprint}/reopen",
	summary: "Take back a resolution or an ignoring",
	role: "member",
	input: Type.Object({ fingerprint: Fingerprint, comment: Comment, requestId: RequestId }, closed),
	output: Done,
	example: { input: { fingerprint }, output: done },
});

export const issuesAssign = operation({
	name: "issues.assign",
	method: "POST",
	path: "/issues/{fingerprint}/assign",
	summary: "Assign an issue to somebody, or to nobody",
	role: "member",
	input: Type.Object(
		{
			fingerprint: Fingerprint,
			assignee: Type.String({ maxLength: 256, description: "A name or address; empty for nobody" }),
			requestId: RequestId,
		},
		closed,
	),
	output: Done,
	example: { input: { fingerprint, assignee: "team-checkout" }, output: done },
});

export const issuesComment = operation({
	name: "issues.comment",
	method: "POST",
	path: "/issues/{fingerprint}/comments",
	summary: "Add a comment to an issue",
	role: "member",
	input: Type.Object(
		{ fingerprint: Fingerprint, text: Type.String({ minLength: 1, maxLength: 4000 }), requestId: RequestId },
		closed,
	),
	output: Done,
	example: { input: { fingerprint, text: "Caused by the pool of the reports service." }, output: done },
});

export const issuesMerge = operation({
	name: "issues.merge",
	method: "POST",
	path: "/issues/{fingerprint}/merge",
	summary: "Merge other groups into this issue: from now on they count as one",
	role: "member",
	input: Type.Object(
		{
			fingerprint: Fingerprint,
			others: Type.Array(Fingerprint, { minItems: 1, maxItems: 100, description: "Groups to merge into it" }),
			requestId: RequestId,
		},
		closed,
	),
	output: Done,
	example: { input: { fingerprint, others: ["77aa0c1d5b7e40a8b6c2d1e0f9a87654"] }, output: done },
});

export const issuesSplit = operation({
	name: "issues.split",
	method: "POST",
	path: "/issues/{fingerprint}/split",
	summary: "Take merged groups out of this issue again",
	role: "member",
	input: Type.Object(
		{
			fingerprint: Fingerprint,
			members: Type.Array(Type.String({ maxLength: 128 }), {
				minItems: 1,
				maxItems: 100,
				description: "Of its `members`",
			}),
			requestId: RequestId,
		},
		closed,
	),
	output: Done,
	example: { input: { fingerprint, members: ["77aa0c1d5b7e40a8b6c2d1e0f9a87654"] }, output: done },
});

export const issuesHistory = operation({
	name: "issues.history",
	method: "GET",
	path: "/issues/{fingerprint}/history",
	summary: "What was done to an issue, the latest first",
	role: "viewer",
	input: Type.Object({ fingerprint: Fingerprint, limit: Type.Optional(Limit(50, 500)) }, closed),
	output: Type.Object({ history: Type.Array(IssueHistoryEntry) }, closed),
	example: {
		input: { fingerprint },
		output: {
			history: [
				{
					timestamp: "2026-11-24T09:30:00.000000000Z",
					eventId: "a1b2c3d4",
					actor: "local",
					action: "resolve",
					detail: { inNextRelease: true },
				},
			],
		},
	},
});

export const releasesList = operation({
	name: "releases.list",
	method: "GET",
	path: "/releases",
	summary: "Releases that failed, the newest first, with how much and how many issues",
	role: "viewer",
	input: Type.Object(
		{ service: Type.Optional(Type.String({ maxLength: 256 })), limit: Type.Optional(Limit(50, 500)) },
		closed,
	),
	output: Type.Object({ releases: Type.Array(Release) }, closed),
	example: {
		input: { service: "checkout" },
		output: {
			releases: [
				{
					service: "checkout",
					release: "1.4.1",
					firstSeen: "2026-11-24T08:00:00.000000000Z",
					lastSeen: "2026-11-24T09:01:02.000000000Z",
					count: 42,
					issues: 3,
				},
			],
		},
	},
});
