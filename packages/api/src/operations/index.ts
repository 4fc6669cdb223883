/** Every operation, once. What is not here exists in no skin. */
import type { Operation } from "../operation.ts";
import { auditList, keysCreate, keysList, keysRevoke } from "./access.ts";
import {
	actionsApprove,
	actionsCancel,
	actionsGet,
	actionsList,
	actionsLog,
	actionsPropose,
	actionsReject,
} from "./actions.ts";
import { alertsList, alertsSilence, alertsTest, alertsUnsilence } from "./alerts.ts";
import { anomaliesList } from "./anomalies.ts";
import { issuesChanges } from "./changes.ts";
import { healthGet } from "./health.ts";
import { issuesEvents, issuesGet, issuesList } from "./issues.ts";
import {
	issuesAssign,
	issuesComment,
	issuesHistory,
	issuesIgnore,
	issuesMerge,
	issuesReopen,
	issuesResolve,
	issuesSplit,
	releasesList,
} from "./lifecycle.ts";
import { patternsList } from "./patterns.ts";
import { correlationsGet, incidentsList, issuesAttributes } from "./related.ts";
import { errorsAnalysis, reportsGet } from "./reports.ts";
import { issuesComplete } from "./search.ts";
import { subjectsErase, subjectsExport, subjectsFind } from "./subjects.ts";
import { suggestionsList } from "./suggestions.ts";
import { issuesSuspects } from "./suspects.ts";
import { tailList } from "./tail.ts";
import { tracesGet } from "./traces.ts";
import { trendsGet } from "./trends.ts";

export type { ApiKey } from "./access.ts";
export { REPORT_KINDS } from "./reports.ts";
export {
	actionsApprove,
	actionsCancel,
	actionsGet,
	actionsList,
	actionsLog,
	actionsPropose,
	actionsReject,
	alertsList,
	alertsSilence,
	alertsTest,
	alertsUnsilence,
	anomaliesList,
	auditList,
	correlationsGet,
	errorsAnalysis,
	healthGet,
	incidentsList,
	issuesAssign,
	issuesAttributes,
	issuesChanges,
	issuesComment,
	issuesComplete,
	issuesEvents,
	issuesGet,
	issuesHistory,
	issuesIgnore,
	issuesList,
	issuesMerge,
	issuesReopen,
	issuesResolve,
	issuesSplit,
	issuesSuspects,
	keysCreate,
	keysList,
	keysRevoke,
	patternsList,
	releasesList,
	reportsGet,
	subjectsErase,
	subjectsExport,
	subjectsFind,
	suggestionsList,
	tailList,
	tracesGet,
	trendsGet,
};

export const OPERATIONS = [
	healthGet,
	issuesList,
	issuesComplete,
	issuesSuspects,
	issuesChanges,
	issuesGet,
	issuesEvents,
	issuesHistory,
	issuesResolve,
	issuesIgnore,
	issuesReopen,
	issuesAssign,
	issuesComment,
	issuesMerge,
	issuesSplit,
	correlationsGet,
	issuesAttributes,
	incidentsList,
	releasesList,
	tracesGet,
	trendsGet,
	anomaliesList,
	patternsList,
	suggestionsList,
	tailList,
	errorsAnalysis,
	reportsGet,
	alertsList,
	alertsSilence,
	alertsUnsilence,
	alertsTest,
	actionsList,
	actionsGet,
	actionsPropose,
	actionsApprove,
	actionsReject,
	actionsCancel,
	actionsLog,
	subjectsFind,
	subjectsExport,
	subjectsErase,
	keysList,
	keysCreate,
	keysRevoke,
	auditList,
] as const satisfies readonly Operation[];
