/**
 * What other programs of this repository print with: groups explained exactly as `errata run` and `errata issues view`
 * do. The commands themselves are not an API.
 */

export { latestEvents } from "./present/find.ts";
export { type ExplainOptions, explainIssues } from "./present/issue.ts";
