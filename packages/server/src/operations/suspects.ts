/** Which release an issue came with, and the files in which it may have. */
import { issuesSuspects } from "@errata/api";
import { implement } from "../call.ts";
import { statesOf } from "../lifecycle/states.ts";
import { ownFiles, suspectsOf } from "../lifecycle/suspects.ts";
import { oneIssue } from "./issues.ts";

export const suspects = implement(issuesSuspects, async ({ fingerprint }, { store, now }) => {
	const issue = await oneIssue(store, fingerprint);
	const state = (await statesOf(store, [issue], now())).get(issue.fingerprint);
	const found = await suspectsOf(store, issue.fingerprint, state);
	const [event] = await store.issueEvents(issue.fingerprint, { limit: 1 });
	return { fingerprint: issue.fingerprint, ...found, files: event === undefined ? [] : ownFiles(event) };
});
