/** Every operation with what it does; the types refuse one that is missing. */
import { OPERATIONS } from "@errata/api";
import type { Implemented } from "../call.ts";
import { createKey, listAudit, listKeys, revokeKey } from "./access.ts";
import {
	actionLog,
	approveAction,
	cancelAction,
	getAction,
	listActions,
	proposeAction,
	rejectAction,
} from "./actions.ts";
import { listAlerts, silenceAlerts, testAlerts, unsilenceAlerts } from "./alerts.ts";
import { anomalies } from "./anomalies.ts";
import { changes } from "./changes.ts";
import { getIssue, issueEvents, listIssues } from "./issues.ts";
import { assign, comment, history, ignore, merge, releases, reopen, resolve, split } from "./lifecycle.ts";
import { patterns } from "./patterns.ts";
import { health, tail, trace, trends } from "./read.ts";
import { attributes, correlations, incidents } from "./related.ts";
import { analysis, report } from "./reports.ts";
import { completeSearch } from "./search.ts";
import { eraseSubject, exportSubject, findSubject } from "./subjects.ts";
import { suggestions } from "./suggestions.ts";
import { suspects } from "./suspects.ts";

type Name = (typeof OPERATIONS)[number]["name"];

const BY_NAME: Readonly<Record<string, Implemented>> = Object.fromEntries(
	[
		health,
		listIssues,
		completeSearch,
		suspects,
		changes,
		getIssue,
		issueEvents,
		history,
		resolve,
		ignore,
		reopen,
		assign,
		comment,
		merge,
		split,
		correlations,
		attributes,
		incidents,
		releases,
		trace,
		trends,
		anomalies,
		patterns,
		suggestions,
		tail,
		analysis,
		report,
		listAlerts,
		silenceAlerts,
		unsilenceAlerts,
		testAlerts,
		listActions,
		getAction,
		proposeAction,
		approveAction,
		rejectAction,
		cancelAction,
		actionLog,
		findSubject,
		exportSubject,
		eraseSubject,
		listKeys,
		createKey,
		revokeKey,
		listAudit,
	].map((made) => [made.operation.name, made]),
);

export const IMPLEMENTED: readonly Implemented[] = OPERATIONS.map(({ name }) => implemented(name));

/** The one of that name; throws for an operation that nobody implements, which a test finds. */
export function implemented(name: Name | string): Implemented {
	const made = BY_NAME[name];
	if (made === undefined) throw new Error(`operation ${name} has no handler`);
	return made;
}
