/** The one door to reports, for the operations and for the CLI. It loads neither a web server nor the tokenizer's ranks. */

export { allEntries, entryOf, type KnownEntry, retryText } from "./entry.ts";
export type { Writer } from "./fit.ts";
export { findIncidents, gatherError, gatherIncident, gatherIssue, gatherTrace, type Source } from "./gather.ts";
export type { Cut, Draft, Fact, Item, Section, SectionKey, Tokenizer } from "./model.ts";
export { type Cause, causesOf, placeOf, type SourceFrame } from "./record.ts";
export {
	type Fitted,
	type GroupInput,
	groupReport,
	type IncidentInput,
	incidentReport,
	loadTokenizer,
	type ReportOptions,
	type TraceInput,
	traceReport,
} from "./report.ts";
export { traceOrigin } from "./trace.ts";
