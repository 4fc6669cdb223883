/** Which release, and so which change, an issue may have come with. */
import { Type } from "typebox";
import { operation } from "../operation.ts";
import { EXAMPLE_ISSUE } from "../shapes/examples.ts";
import { Fingerprint, Text, Time } from "../shapes/scalars.ts";

const closed = { additionalProperties: false };

const SuspectRelease = Type.Object(
	{
		release: Text("service.version"),
		firstSeen: Time,
		revision: Text("vcs.ref.head.revision, empty if the release does not say"),
		repository: Text("vcs.repository.url.full, empty if the release does not say"),
	},
	closed,
);

export const issuesSuspects = operation({
	name: "issues.suspects",
	method: "GET",
	path: "/issues/{fingerprint}/suspects",
	summary: "Per service the last release without the issue, the first with it, and the files its own frames lie in",
	role: "viewer",
	input: Type.Object({ fingerprint: Fingerprint }, closed),
	output: Type.Object(
		{
			fingerprint: Type.String(),
			since: Type.Union([Time, Type.Null()], {
				description: "Since the issue was last resolved; null if it is looked at from its beginning",
			}),
			suspects: Type.Array(
				Type.Object(
					{
						service: Type.String(),
						firstBad: SuspectRelease,
						lastGood: Type.Union([SuspectRelease, Type.Null()], { description: "null if none is known" }),
					},
					closed,
				),
			),
			files: Type.Array(Type.String(), {
				description: "Of the application's own frames, the nearest to the throw first",
			}),
		},
		closed,
	),
	example: {
		input: { fingerprint: EXAMPLE_ISSUE.fingerprint },
		output: {
			fingerprint: EXAMPLE_ISSUE.fingerprint,
			since: null,
			suspects: [
				{
					service: "checkout",
					firstBad: {
						release: "1.4.1",
						firstSeen: "2026-11-24T08:00:00.000000000Z",
						revision: "9d59409acf479dfa0df1aa568182e43e43df8bbe",
						repository: "https://github.com/example/shop",
					},
					lastGood: { release: "1.4.0", firstSeen: "2026-11-20T08:00:00.000000000Z", revision: "", repository: "" },
				},
			],
			files: ["src/orders.js"],
		},
	},
});
