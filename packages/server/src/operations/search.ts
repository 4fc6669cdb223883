/** Completion of a search; the search itself is a filter of the list of issues. */
import { issuesComplete } from "@errata/api";
import { implement } from "../call.ts";
import { complete } from "../search/complete.ts";

export const completeSearch = implement(issuesComplete, async (input, { store, now }) =>
	complete(input.query ?? "", store, now(), input.limit ?? 20),
);
