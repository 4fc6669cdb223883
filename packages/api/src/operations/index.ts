/** Every operation, once. What is not here exists in no skin. */
import type { Operation } from "../operation.ts";
import { healthGet } from "./health.ts";
import { issuesEvents, issuesGet, issuesList } from "./issues.ts";
import { tailList } from "./tail.ts";
import { tracesGet } from "./traces.ts";
import { trendsGet } from "./trends.ts";

export { healthGet, issuesEvents, issuesGet, issuesList, tailList, tracesGet, trendsGet };

export const OPERATIONS = [
	healthGet,
	issuesList,
	issuesGet,
	issuesEvents,
	tracesGet,
	trendsGet,
	tailList,
] as const satisfies readonly Operation[];
