/** What fails with a group, what it follows from, what is special about it. */
import { Type } from "typebox";
import { operation } from "../operation.ts";
import { EXAMPLE_EVENT, EXAMPLE_ISSUE } from "../shapes/examples.ts";
import { Attribute, Correlation, Cut, Incident } from "../shapes/related.ts";
import { Fingerprint, Limit, oneOf, Window } from "../shapes/scalars.ts";

const closed = { additionalProperties: false };
const Since = Type.Integer({ description: "Milliseconds since the epoch; the window is closed" });
const CUT = { groups: false, pairs: false, tracesOver: 0, groupsOfTraces: 0 };
const [SINCE, UNTIL] = [1_795_420_800_000, 1_795_507_200_000];
const REF = {
	fingerprint: EXAMPLE_ISSUE.fingerprint,
	code: EXAMPLE_ISSUE.code,
	exceptionType: EXAMPLE_ISSUE.exceptionType,
	message: EXAMPLE_ISSUE.message,
	services: EXAMPLE_ISSUE.services,
	count: 42,
};

export const correlationsGet = operation({
	name: "correlations.get",
	method: "GET",
	path: "/issues/{fingerprint}/correlations",
	summary: "Groups that fail in the same traces, or just before or after, more often than by chance; the surest first",
	role: "viewer",
	input: Type.Object(
		{ fingerprint: Fingerprint, window: Type.Optional(Window), limit: Type.Optional(Limit(20, 200)) },
		closed,
	),
	output: Type.Object(
		{
			sinceMs: Since,
			untilMs: Since,
			base: Type.Object(
				{
					traces: Type.Integer({ description: "Traces with an error: what traces are compared with" }),
					minutes: Type.Integer({ description: "Minutes of the window: what times are compared with" }),
				},
				closed,
			),
			tested: Type.Integer({ description: "Pairs that q is corrected for" }),
			correlations: Type.Array(Correlation),
			cut: Cut,
		},
		closed,
	),
	example: {
		input: { fingerprint: EXAMPLE_ISSUE.fingerprint, window: "24h" },
		output: {
			sinceMs: SINCE,
			untilMs: UNTIL,
			base: { traces: 900, minutes: 1440 },
			tested: 190,
			correlations: [
				{ kind: "trace", direction: "after", group: REF, support: 38, confidence: 0.95, lift: 20.4, q: 1.2e-31 },
			],
			cut: CUT,
		},
	},
});

export const incidentsList = operation({
	name: "incidents.list",
	method: "GET",
	path: "/incidents",
	summary: "Groups that are symptoms of one origin as one incident, by the origins of a sample of traces",
	role: "viewer",
	input: Type.Object({ window: Type.Optional(Window), limit: Type.Optional(Limit(20, 50)) }, closed),
	output: Type.Object(
		{
			sinceMs: Since,
			untilMs: Since,
			sampled: Type.Integer({ description: "Traces that were looked at" }),
			incidents: Type.Array(Incident),
			left: Type.Integer({ description: "Incidents beyond the limit" }),
		},
		closed,
	),
	example: {
		input: { window: "24h" },
		output: {
			sinceMs: SINCE,
			untilMs: UNTIL,
			sampled: 40,
			left: 0,
			incidents: [
				{
					id: "4d1f0a9c7b3e2d58",
					traceId: EXAMPLE_EVENT.traceId,
					component: { kind: "peer", name: "postgresql 10.0.3.7" },
					origins: [REF],
					symptoms: [],
					traces: 40,
					confidence: 0.9,
					reasons: [{ kind: "propagates", text: "its span failed and was not dealt with" }],
					firstSeen: EXAMPLE_ISSUE.firstSeen,
					lastSeen: EXAMPLE_ISSUE.lastSeen,
				},
			],
		},
	},
});

export const issuesAttributes = operation({
	name: "issues.attributes",
	method: "GET",
	path: "/issues/{fingerprint}/attributes",
	summary: "What a group's occurrences have in common and others have not: release, region, host, flag, route",
	role: "viewer",
	input: Type.Object({ fingerprint: Fingerprint, window: Type.Optional(Window) }, closed),
	output: Type.Object(
		{
			sinceMs: Since,
			untilMs: Since,
			base: oneOf(
				["requests", "errors of the same services", "errors of all services", "nothing"],
				"What it is compared with",
			),
			occurrences: Type.Integer({ description: "Of the group that were looked at, one per trace" }),
			compared: Type.Integer({ description: "Of the background" }),
			attributes: Type.Array(Attribute),
			only: Type.Array(Type.Object({ key: Type.String(), value: Type.String() }, closed), {
				description: "What nearly all occurrences have: read as `only on ... in ...`",
			}),
			onlyShare: Type.Number({ description: "Of the occurrences that have all of `only`" }),
			onlyBackground: Type.Number({ description: "Of the background" }),
		},
		closed,
	),
	example: {
		input: { fingerprint: EXAMPLE_ISSUE.fingerprint },
		output: {
			sinceMs: SINCE,
			untilMs: UNTIL,
			base: "requests",
			occurrences: 42,
			compared: 3000,
			attributes: [
				{ key: "service.version", value: "2.3.0", share: 1, background: 0.4, lift: 2.5, q: 1e-16, implied: false },
			],
			only: [{ key: "service.version", value: "2.3.0" }],
			onlyShare: 1,
			onlyBackground: 0.4,
		},
	},
});
